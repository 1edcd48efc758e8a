"""Between levels and offices: orders, links, named people, routes, campaigns, topics, meetings, tasks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import bihuan.book.keys
from bihuan.book.constraints import link_large_tables


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0013_desks_from_indexes"),
        ("organisations", "0003_one_time_passwords"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CheckAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("found", "Found"), ("not_found", "Not Found")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("person_id", models.IntegerField(null=True)),
                ("signed_name", models.CharField(blank=True, max_length=60)),
                ("statement", models.TextField(blank=True)),
                ("problems", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="CheckTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=bihuan.book.keys.new_id, editable=False, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField(blank=True)),
                ("due", models.DateField()),
                ("sent_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Decline",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("refuser", models.CharField(max_length=60)),
                ("reason", models.TextField()),
                ("declined_on", models.DateField()),
                ("declined_by_id", models.IntegerField(null=True)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                            ("appealed", "appealed"),
                            ("overturned", "overturned"),
                            ("upheld", "upheld"),
                            ("lapsed", "lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("opinion", models.TextField(blank=True)),
                ("appealed_on", models.DateField(null=True)),
                ("appeal", models.TextField(blank=True)),
                ("ruled_on", models.DateField(null=True)),
                ("ruling", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("administrative", "Administrative"),
                            ("technical", "Technical"),
                            ("inspecting", "Inspecting"),
                            ("leader", "Leader"),
                        ],
                        max_length=16,
                    ),
                ),
                ("person_id", models.IntegerField(null=True)),
                ("name", models.CharField(max_length=60)),
                ("asked_on", models.DateField()),
                ("confirmed_on", models.DateField(null=True)),
                ("refused_on", models.DateField(null=True)),
                ("note", models.TextField(blank=True)),
                ("dropped", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("held_on", models.DateField()),
                ("place", models.CharField(blank=True, max_length=80)),
                ("chair", models.CharField(max_length=60)),
                ("attendees", models.TextField(blank=True)),
                ("agenda", models.JSONField(default=list)),
                ("minutes", models.TextField(blank=True)),
                ("closed_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("place", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200)),
                ("planned_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("note", models.TextField(blank=True)),
                ("dropped", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Quantity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("place", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("unit_word", models.CharField(max_length=20)),
                ("is_money", models.BooleanField(default=False)),
                ("target", models.BigIntegerField()),
                ("actual", models.BigIntegerField(default=0)),
                ("dropped", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Raising",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("problem_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("wanted", models.TextField(blank=True)),
                ("raised_on", models.DateField()),
                ("raised_by_id", models.IntegerField(null=True)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("answered_on", models.DateField(null=True)),
                ("opinion", models.TextField(blank=True)),
                ("upper_region_id", models.IntegerField(null=True)),
                ("upper_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SourceReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=bihuan.book.keys.new_id, editable=False, unique=True)),
                ("quarter", models.CharField(max_length=6)),
                ("person_id", models.IntegerField(null=True)),
                ("reported_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("instruction", "Instruction"), ("meeting", "Meeting")], max_length=12
                    ),
                ),
                ("meeting_id", models.UUIDField(null=True)),
                ("problem_region_id", models.IntegerField(null=True)),
                ("problem_id", models.UUIDField(null=True)),
                ("text", models.TextField()),
                ("person", models.CharField(blank=True, max_length=60)),
                ("due", models.DateField()),
                ("set_by_id", models.IntegerField(null=True)),
                ("set_by_name", models.CharField(max_length=60)),
                ("set_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("reported", "Reported"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("done_on", models.DateField(null=True)),
                ("result", models.TextField(blank=True)),
                ("returned", models.PositiveSmallIntegerField(default=0)),
                ("note", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="ledger",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="part_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="measure",
            name="part_region_id",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="above_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="above_measure_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="above_region_id",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="declines",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="impact",
            field=models.CharField(
                choices=[("local", "Local"), ("wide", "Wide"), ("grave", "Grave")], max_length=6, null=True
            ),
        ),
        migrations.AddField(
            model_name="problem",
            name="nature",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="no_transfer",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="problem",
            name="split_from_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="responsibility",
            name="signed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="responsibility",
            name="task",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="keeper",
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="reports",
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=bihuan.book.keys.new_id, editable=False, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("template", models.CharField(blank=True, max_length=20)),
                ("members", models.JSONField(default=list)),
                ("goal", models.TextField(blank=True)),
                ("starts", models.DateField()),
                ("ends", models.DateField()),
                ("scheme", models.JSONField(default=dict)),
                ("closed_on", models.DateField(null=True)),
                ("summary", models.TextField(blank=True)),
                ("figures", models.JSONField(default=dict)),
                (
                    "lead_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="problem",
            name="campaign",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.campaign",
            ),
        ),
        migrations.CreateModel(
            name="CampaignItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=bihuan.book.keys.new_id, editable=False, unique=True)),
                ("place", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField(blank=True)),
                ("dropped", models.BooleanField(default=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="ledger.campaign"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="problem",
            name="campaign_item",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.campaignitem",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=[
                    "campaign",
                    "campaign_item",
                    "stage",
                    "lead_unit",
                    "due",
                    "id",
                    "dispatched_on",
                    "request",
                    "progress",
                    "measures_count",
                    "returns",
                    "colour",
                    "turn1_on",
                    "turn1",
                    "turn2_on",
                    "turn2",
                    "turn3_on",
                    "turn3",
                ],
                name="problem_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "office", "source", "id"], name="problem_source"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("split_from_id__isnull", False)),
                fields=["region", "split_from_id"],
                name="problem_split",
            ),
        ),
        migrations.AddField(
            model_name="checkanswer",
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
            model_name="checkanswer",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="checktopic",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
            ),
        ),
        migrations.AddField(
            model_name="checkanswer",
            name="topic",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="ledger.checktopic",
            ),
        ),
        migrations.AddField(
            model_name="decline",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="declines_of",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="decline",
            name="proposed",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="decline",
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
            model_name="decline",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="duties",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="duty",
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
            model_name="duty",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
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
            model_name="meeting",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="milestones",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="milestone",
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
            model_name="quantity",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="quantities",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="quantity",
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
            model_name="raising",
            name="problem",
            field=bihuan.book.keys.RegionKey(
                from_fields=("region", "problem_id"),
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="raisings",
                to="ledger.problem",
                to_fields=("region", "id"),
                via="problem_id",
            ),
        ),
        migrations.AddField(
            model_name="raising",
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
            model_name="raising",
            name="to_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="raising",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="sourcereport",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quarters", to="ledger.source"
            ),
        ),
        migrations.AddField(
            model_name="sourcereport",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.unit"
            ),
        ),
        migrations.AddField(
            model_name="task",
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
            model_name="task",
            name="set_by_unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="checkanswer",
            index=models.Index(fields=["topic", "answer", "unit"], name="check_answer_state"),
        ),
        migrations.AddIndex(
            model_name="checkanswer",
            index=models.Index(fields=["unit", "answer", "topic"], name="check_answer_unit"),
        ),
        migrations.AddConstraint(
            model_name="checkanswer",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="check_answer_region_id"),
        ),
        migrations.AddConstraint(
            model_name="checkanswer",
            constraint=models.UniqueConstraint(fields=("topic", "unit", "region"), name="check_answer_once"),
        ),
        migrations.AddIndex(
            model_name="decline",
            index=models.Index(fields=["problem_id", "region"], name="decline_problem"),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="decline_region_id"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["problem_id", "region"], name="duty_problem"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["person_id", "duty", "dropped"], name="duty_person"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="duty_region_id"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["unit", "held_on", "id"], name="meeting_unit"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="meeting_region_id"),
        ),
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(fields=["problem_id", "place", "region"], name="milestone_problem"),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="milestone_region_id"),
        ),
        migrations.AddIndex(
            model_name="quantity",
            index=models.Index(fields=["problem_id", "place", "region"], name="quantity_problem"),
        ),
        migrations.AddConstraint(
            model_name="quantity",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="quantity_region_id"),
        ),
        migrations.AddIndex(
            model_name="raising",
            index=models.Index(fields=["problem_id", "region"], name="raising_problem"),
        ),
        migrations.AddIndex(
            model_name="raising",
            index=models.Index(fields=["to_unit", "answer", "raised_on"], name="raising_to"),
        ),
        migrations.AddIndex(
            model_name="raising",
            index=models.Index(
                condition=models.Q(("upper_id__isnull", False)), fields=["upper_id"], name="raising_upper"
            ),
        ),
        migrations.AddConstraint(
            model_name="raising",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="raising_region_id"),
        ),
        migrations.AddConstraint(
            model_name="sourcereport",
            constraint=models.UniqueConstraint(fields=("source", "unit", "quarter"), name="source_report_once"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["unit", "state", "due", "id"], name="task_unit"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["set_by_unit", "state", "due", "id"], name="task_set_by"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("problem_id__isnull", False)), fields=["problem_id"], name="task_problem"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("meeting_id__isnull", False)), fields=["meeting_id"], name="task_meeting"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(fields=("region", "id"), name="task_region_id"),
        ),
        link_large_tables("ledger", only={"decline", "raising", "duty", "milestone", "quantity"}),
    ]
