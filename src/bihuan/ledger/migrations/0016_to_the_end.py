"""To the end and beyond: close-out in tiers, supervision, referral, rules, results, draws, the set-up."""

import django.db.models.deletion
from django.db import migrations, models

import bihuan.book.keys
from bihuan.book.constraints import link_large_tables


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0015_parts_to_sign"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.CreateModel(
            name="Adoption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("example_region_id", models.IntegerField()),
                ("example_id", models.UUIDField()),
                ("adopted_on", models.DateField()),
                ("adopted_by_id", models.IntegerField()),
                ("note", models.TextField(blank=True)),
                ("effect", models.TextField(blank=True)),
                ("dropped_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Closeout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("cycle", models.PositiveSmallIntegerField(default=0)),
                ("asked_on", models.DateField(null=True)),
                ("asked_by_id", models.IntegerField(null=True)),
                ("summary", models.TextField(blank=True)),
                ("rest", models.TextField(blank=True)),
                (
                    "grade",
                    models.CharField(
                        choices=[("done", "done"), ("mostly", "mostly"), ("stage", "stage")], max_length=8
                    ),
                ),
                ("flow", models.JSONField()),
                ("class_name", models.CharField(blank=True, max_length=40)),
                ("standards", models.JSONField(default=list)),
                ("signatures", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("closed", "Closed"),
                            ("returned", "Returned"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("accepted_on", models.DateField(null=True)),
                ("frozen", models.JSONField(default=dict)),
                ("ended_on", models.DateField(null=True)),
                ("filed_on", models.DateField(null=True)),
                ("filed_by_id", models.IntegerField(null=True)),
                ("filing_note", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("drawn_on", models.DateField()),
                ("drawn_by_id", models.IntegerField()),
                ("seed", models.CharField(max_length=64)),
                ("conditions", models.JSONField(default=dict)),
                ("population", models.PositiveIntegerField()),
                ("population_sha256", models.CharField(max_length=64)),
                ("by_risk", models.PositiveIntegerField()),
                ("at_random", models.PositiveIntegerField()),
                ("drawn", models.JSONField(default=list)),
                ("planned_for", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Example",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField()),
                ("field", models.CharField(blank=True, max_length=60)),
                ("problem_region_id", models.IntegerField(null=True)),
                ("problem_id", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("ended", "Ended")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("published_on", models.DateField(null=True)),
                ("published_by_id", models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImagePrint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("evidence_id", models.UUIDField()),
                ("problem_id", models.UUIDField()),
                ("band", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("closeout_id", models.UUIDField()),
                ("received_on", models.DateField()),
                ("channel", models.CharField(blank=True, max_length=40)),
                ("objector", models.CharField(blank=True, max_length=60)),
                ("text", models.TextField()),
                ("answer", models.TextField(blank=True)),
                ("answered_on", models.DateField(null=True)),
                ("answered_by_id", models.IntegerField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "Open"), ("dismissed", "Dismissed"), ("upheld", "Upheld")],
                        default="open",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("number", models.CharField(max_length=40)),
                ("receiver", models.CharField(max_length=120)),
                ("document", models.CharField(blank=True, max_length=60)),
                ("reason", models.TextField()),
                ("referred_on", models.DateField()),
                ("referred_by_id", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("measured_in", models.CharField(max_length=20)),
                ("fewer_is_better", models.BooleanField(default=False)),
                ("baseline", models.DecimalField(decimal_places=4, max_digits=18)),
                ("baseline_on", models.DateField()),
                ("now", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("now_on", models.DateField(null=True)),
                ("basis", models.CharField(blank=True, max_length=200)),
                ("problem_region_id", models.IntegerField(null=True)),
                ("problem_id", models.UUIDField(null=True)),
                ("campaign_id", models.IntegerField(null=True)),
                ("dropped_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RuleMade",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("document", models.CharField(blank=True, max_length=60)),
                (
                    "change",
                    models.CharField(
                        choices=[("new", "New"), ("revised", "Revised"), ("repealed", "Repealed")], max_length=8
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "In Force"), ("ended", "Ended")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("issued_on", models.DateField(null=True)),
                ("review_on", models.DateField(null=True)),
                ("reviewed_on", models.DateField(null=True)),
                ("summary", models.TextField(blank=True)),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("replaces_id", models.UUIDField(null=True)),
                ("ties", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RuleTie",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("rule_region_id", models.IntegerField()),
                ("rule_id", models.UUIDField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("tied_on", models.DateField()),
                ("dropped", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="SetUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=bihuan.book.keys.new_id, editable=False, unique=True)),
                ("part", models.CharField(max_length=10)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField()),
                ("effective_from", models.DateField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="TextPrint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("closeout_id", models.UUIDField()),
                ("problem_id", models.UUIDField()),
                ("band", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Urging",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("urge", "Urge"), ("letter", "Letter"), ("listed", "Listed")], max_length=8
                    ),
                ),
                ("number", models.CharField(max_length=60, null=True)),
                ("text", models.TextField()),
                ("by_person_id", models.IntegerField()),
                ("sent_on", models.DateField()),
                ("reply_by", models.DateField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("answered_on", models.DateField(null=True)),
                ("answered_by_id", models.IntegerField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ended_note", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="evidence",
            name="looks",
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="purpose",
            field=models.CharField(max_length=8, null=True),
        ),
        migrations.AddField(
            model_name="evidence",
            name="taken_at",
            field=models.CharField(max_length=19, null=True),
        ),
        migrations.AddField(
            model_name="lookback",
            name="draw_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="awaits",
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="filing",
            field=models.CharField(max_length=6, null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="grade",
            field=models.CharField(
                choices=[("done", "done"), ("mostly", "mostly"), ("stage", "stage")], max_length=8, null=True
            ),
        ),
        migrations.AddField(
            model_name="problem",
            name="letters",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="listed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="referred_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="problem",
            name="stage",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("listed", "listed"),
                    ("dispatched", "dispatched"),
                    ("under_way", "under_way"),
                    ("claimed_done", "claimed_done"),
                    ("closeout_asked", "closeout_asked"),
                    ("accepted", "accepted"),
                    ("in_public_notice", "in_public_notice"),
                    ("closed", "closed"),
                    ("sustained", "sustained"),
                    ("suspended", "suspended"),
                    ("merged", "merged"),
                    ("withdrawn", "withdrawn"),
                    ("referred", "referred"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("filing", "asked")),
                fields=["region", "office", "stage", "due", "id"],
                name="problem_filing",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("listed_on__isnull", False)),
                fields=["region", "stage", "due", "id"],
                name="problem_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("grade__in", ["mostly", "stage"])),
                fields=["region", "grade", "stage", "due", "id"],
                name="problem_grade",
            ),
        ),
        migrations.AddField(
            model_name="adoption",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="adoption",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="closeout",
            name="file_to",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="closeout",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="closeouts",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="closeout",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="example",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="example",
            name="spread_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="example",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="imageprint",
            name="evidence",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "evidence_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="prints",
                to="ledger.evidence",
                to_fields=("region", "id"),
                via="evidence_id",
            ),
        ),
        migrations.AddField(
            model_name="imageprint",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="objections",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="lead_unit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="office",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="referrals",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="rulemade",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="rulemade",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="ruletie",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="rule_ties",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="ruletie",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddConstraint(
            model_name="setup",
            constraint=models.UniqueConstraint(fields=("part", "version"), name="setup_version"),
        ),
        migrations.AddField(
            model_name="textprint",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="urging",
            name="by_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="urging",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="urgings",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="urging",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        migrations.AddField(
            model_name="urging",
            name="to_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="adoption",
            index=models.Index(fields=["example_id", "id"], name="adoption_example"),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="adoption_region_id"),
        ),
        migrations.AddConstraint(
            model_name="adoption",
            constraint=models.UniqueConstraint(fields=("region", "example_id", "unit"), name="adoption_once"),
        ),
        migrations.AddIndex(
            model_name="closeout",
            index=models.Index(fields=["problem_id", "region"], name="closeout_problem"),
        ),
        migrations.AddIndex(
            model_name="closeout",
            index=models.Index(
                condition=models.Q(("file_to__isnull", False), ("filed_on__isnull", True), ("state", "closed")),
                fields=["file_to", "ended_on", "id"],
                name="closeout_to_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="closeout",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="closeout_region_id"),
        ),
        migrations.AddIndex(
            model_name="draw",
            index=models.Index(fields=["unit", "drawn_on", "id"], name="draw_unit"),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="draw_region_id"),
        ),
        migrations.AddIndex(
            model_name="example",
            index=models.Index(fields=["state", "published_on", "id"], name="example_published"),
        ),
        migrations.AddIndex(
            model_name="example",
            index=models.Index(fields=["unit", "id"], name="example_unit"),
        ),
        migrations.AddConstraint(
            model_name="example",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="example_region_id"),
        ),
        migrations.AddIndex(
            model_name="imageprint",
            index=models.Index(fields=["region", "band", "evidence_id"], name="imageprint_band"),
        ),
        migrations.AddIndex(
            model_name="imageprint",
            index=models.Index(fields=["region", "evidence_id"], name="imageprint_evidence"),
        ),
        migrations.AddConstraint(
            model_name="imageprint",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="imageprint_region_id"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["problem_id", "region"], name="objection_problem"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="objection_region_id"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["problem_id", "region"], name="referral_problem"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["office", "referred_on", "id"], name="referral_office"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["lead_unit", "referred_on", "id"], name="referral_lead"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="referral_region_id"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(fields=["unit", "id"], name="result_unit"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("problem_id__isnull", False)), fields=["problem_id"], name="result_problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="result_region_id"),
        ),
        migrations.AddIndex(
            model_name="rulemade",
            index=models.Index(fields=["unit", "state", "issued_on", "id"], name="rule_unit"),
        ),
        migrations.AddIndex(
            model_name="rulemade",
            index=models.Index(
                condition=models.Q(("review_on__isnull", False), ("state", "in_force")),
                fields=["unit", "review_on", "id"],
                name="rule_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulemade",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="rulemade_region_id"),
        ),
        migrations.AddIndex(
            model_name="ruletie",
            index=models.Index(fields=["problem_id", "region"], name="ruletie_problem"),
        ),
        migrations.AddIndex(
            model_name="ruletie",
            index=models.Index(fields=["rule_id", "id"], name="ruletie_rule"),
        ),
        migrations.AddConstraint(
            model_name="ruletie",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="ruletie_region_id"),
        ),
        migrations.AddIndex(
            model_name="textprint",
            index=models.Index(fields=["region", "band", "closeout_id"], name="textprint_band"),
        ),
        migrations.AddIndex(
            model_name="textprint",
            index=models.Index(fields=["region", "closeout_id"], name="textprint_closeout"),
        ),
        migrations.AddConstraint(
            model_name="textprint",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="textprint_region_id"),
        ),
        migrations.AddIndex(
            model_name="urging",
            index=models.Index(fields=["problem_id", "region"], name="urging_problem"),
        ),
        migrations.AddIndex(
            model_name="urging",
            index=models.Index(fields=["to_unit", "kind", "sent_on", "id"], name="urging_to"),
        ),
        migrations.AddIndex(
            model_name="urging",
            index=models.Index(fields=["by_unit", "kind", "sent_on", "id"], name="urging_by"),
        ),
        migrations.AddConstraint(
            model_name="urging",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="urging_region_id"),
        ),
        migrations.AddConstraint(
            model_name="urging",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number__isnull", False)),
                fields=("region", "by_unit", "number"),
                name="urging_number",
            ),
        ),
        link_large_tables(
            "ledger",
            only={"closeout", "objection", "imageprint", "urging", "referral", "ruletie"},
        ),
    ]
