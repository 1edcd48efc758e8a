"""An honest book adds up; whatever is changed in it or taken away is named."""

from __future__ import annotations

import pytest
from django.db import connection

from bihuan.book.booked import BOOKED
from bihuan.book.models import Chain, Checkpoint, Entry
from bihuan.domain.case import Stage
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Campaign, ColourPolicy, Counter, Evidence, Measure, Problem, Reach, Span
from bihuan.ledger.rebuild import rebuild
from bihuan.ledger.verify import What, verify
from bihuan.organisations.actions import book
from bihuan.organisations.models import Unit
from tests.book import rogue

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rogue.standing_office() as world:
        yield world


@pytest.fixture(autouse=True)
def _undone(world):
    with rogue.undone():
        yield


def found(**how):
    """The kinds of findings by what they are about."""
    seen: dict[str, set[What]] = {}
    for finding in verify(**how).findings:
        assert finding.detail % finding.params
        seen.setdefault(finding.where, set()).add(finding.what)
    return seen


def test_an_honest_book_adds_up(world):
    steps = []
    report = verify(files=True, progress=lambda *step: steps.append(step))
    assert report.clean
    assert {Stage(s) for s in Problem.objects.values_list("stage", flat=True)} >= {
        Stage.LISTED,
        Stage.DISPATCHED,
        Stage.UNDER_WAY,
        Stage.ACCEPTED,
        Stage.SUSTAINED,
        Stage.MERGED,
        Stage.WITHDRAWN,
    }
    counts = report.counts
    assert (counts.problems, counts.chains, counts.entries, counts.checkpoints, counts.files) == (
        Problem.objects.count(),
        Chain.objects.count(),
        Entry.objects.count(),
        2,
        Evidence.objects.values("sha256").distinct().count(),
    )
    assert steps[-1][0] == "files"
    assert ("entries", counts.entries, counts.entries) in steps


def test_two_policies_left_their_mark_on_the_past(world):
    assert ColourPolicy.objects.count() == 2
    assert Span.objects.filter(reason="overdue").exists()
    late = Problem.objects.filter(reaches__isnull=False, due__lt="2026-04-01", stage="under_way")
    assert late.exists()


ROWS = [*BOOKED.values(), Chain, Entry, Span, Reach, Counter]


@pytest.mark.parametrize("model", ROWS, ids=lambda m: m._meta.model_name)
@pytest.mark.parametrize("which", ["first", "last"])
def test_a_row_taken_away_is_named(model, which):
    row = getattr(model._base_manager.order_by("pk"), which)()
    name = rogue.label(row)
    rogue.drop(model, pk=row.pk)
    assert name in found() or (model is Counter and {What.COUNTER} in found().values())


def test_a_checkpoint_taken_away_is_named():
    last = Checkpoint.objects.order_by("-number")[0]
    with rogue.undone():
        rogue.drop(Checkpoint, number=1)
        assert What.CHECKPOINT_ORDER in found()["checkpoint 2"]
    rogue.drop(Checkpoint, number=last.number)
    assert {What.CHAIN_SEALED} in found().values()


def some_chain():
    """The chain of a problem with several entries, and its business number."""
    chain = Chain.objects.filter(kind="problem", seq__gte=5).order_by("id")[0]
    return chain, Problem.objects.get(id=chain.id).number


def test_an_entry_taken_from_the_middle_is_named():
    chain, number = some_chain()
    rogue.drop(Entry, subject=chain.id, seq=3)
    assert What.ENTRY_GAP in found()[number]


def test_the_last_entry_taken_away_is_named():
    chain, number = some_chain()
    rogue.drop(Entry, subject=chain.id, seq=chain.seq)
    assert found()[number] >= {What.CHAIN_COLUMN, What.SEALED_CUT, What.ROW_COLUMN}


def test_two_entries_swapped_are_named():
    chain, number = some_chain()
    for old, new in ((2, 9000), (3, 2), (9000, 3)):
        rogue.execute("UPDATE book_entry SET seq = %s WHERE seq = %s AND subject = %s", new, old, stored(chain.id))
    assert found()[number] >= {What.ENTRY_BODY, What.ENTRY_PREV}


def stored(value):
    return value.hex if connection.vendor == "sqlite" else value


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", "not json", '{"seq":2}', '{"seq":2,"changes":null}', "[" * 5000],
)
def test_a_body_that_says_nothing_is_named(body):
    chain, number = some_chain()
    rogue.execute("UPDATE book_entry SET body = %s WHERE subject = %s AND seq = 2", body, stored(chain.id))
    assert found()[number] >= {What.ENTRY_HASH, What.ENTRY_BODY}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        (None, What.ENTRY_BODY),
        ({"problem": 1}, What.ENTRY_BODY),
        ({"nothing:1": {}}, What.ENTRY_BODY),
        ({"unit:1": {"name": [None, "x"]}}, What.ENTRY_BODY),
        ({"measure:1": {}}, What.ROW_MISSING),
        ({"measure:1": {"share": [None, "x"]}}, What.REPLAY),
    ],
)
def test_a_forged_chain_that_no_action_could_have_written_is_named(changes, what):
    chain, number = some_chain()

    def forge(content):
        if content["action"] == "dispatch":
            content["changes"] = changes

    rogue.rewrite(chain.id, forge)
    assert what in found()[number]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stage", "nonsense"),
        ("due", "2026-02-30"),
        ("due", 7),
        ("returns", "x"),
        ("office_id", 99),
        ("stage", None),
    ],
)
def test_a_forged_value_that_breaks_a_rule_is_a_finding_not_a_crash(column, value):
    chain, number = some_chain()

    def forge(content):
        changed = content["changes"].get(f"problem:{chain.id}", {})
        changed.pop(column, None)
        if content["seq"] == 1:
            changed[column] = [None, value]

    rogue.rewrite(chain.id, forge)
    assert What.ROW_COLUMN in found()[number]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps to the types of its columns itself")
def test_a_stored_value_of_another_type_is_named():
    problem = Problem.objects.order_by("id")[0]
    for column in [str(field.column) for field in Problem._meta.concrete_fields]:
        value = "x'ff'" if column.endswith("id") else "CAST(x'61ff62' AS TEXT)"
        with rogue.undone():
            rogue.execute(f"UPDATE ledger_problem SET {column} = {value} WHERE id = %s", problem.id.hex)
            assert problem.number in found(), column


def test_a_broken_entry_of_what_everything_stands_on_is_named():
    policy = ColourPolicy.objects.get(version=2)
    for name, row in (("unit 市水利局", Unit.objects.get(name="市水利局")), ("policy 2", policy)):
        for body in ("[" * 5000, "", "{}"):
            with rogue.undone():
                rogue.execute("UPDATE book_entry SET body = %s WHERE subject = %s", body, stored(row.uid))
                assert What.ENTRY_BODY in found()[name]


def test_time_that_runs_backwards_in_a_chain_is_named():
    chain, number = some_chain()
    rogue.rewrite(chain.id, lambda content: content.update(at="2026-01-01T00:00:00.000000Z"))
    rogue.execute(
        "UPDATE book_entry SET recorded_at = %s WHERE subject = %s AND seq > 1",
        "2026-01-01 00:00:00+00:00" if connection.vendor == "postgresql" else "2026-01-01 00:00:00",
        stored(chain.id),
    )
    assert What.ENTRY_TIME in found()[number]


def test_a_number_that_is_missing_is_named():
    problem = Problem.objects.order_by("number")[3]
    rogue.remove_problem(problem)
    rebuild()  # the sums that were kept would tell as well
    Checkpoint.objects.all().delete()
    Chain.objects.update(sealed=0)
    assert found() == {problem.number: {What.NUMBERS}}


def test_a_counter_set_back_is_named():
    rogue.execute("UPDATE ledger_counter SET value = value - 1 WHERE key = %s", "YT2026")
    assert found() == {"counter YT2026": {What.COUNTER}}


def test_links_that_lead_nowhere_are_named():
    merged = Problem.objects.get(stage=Stage.MERGED)
    assert merged.merged_into
    rogue.remove_problem(merged.merged_into)
    assert What.ORPHAN in found()[merged.number]


def test_a_name_changed_or_erased_without_an_entry_is_named(world):
    person = world.people["liaison"]
    with rogue.undone():
        rogue.execute("UPDATE organisations_person SET name = '别人' WHERE id = %s", person.pk)
        assert found() == {"person liaison": {What.NAME_SEAL}}
    rogue.execute("UPDATE organisations_person SET name = '', salt = '' WHERE id = %s", person.pk)
    assert found() == {"person liaison": {What.NAME_SEAL}}


def test_a_name_erased_by_rule_is_counted_not_accused(world):
    person = world.people["liaison"]
    rogue.execute("UPDATE organisations_person SET name = '', salt = '' WHERE id = %s", person.pk)
    book(person, "erase", region_id=1, writer=world.actor("administrator").writer, before=person.snapshot())
    report = verify()
    assert (report.findings, report.counts.erased) == ((), 1)


def test_evidence_changed_or_gone_is_named_when_files_are_read():
    row = Evidence.objects.order_by("id")[0]
    number = Problem.objects.get(id=row.problem_id).number
    path = path_of(row.sha256)
    content = path.read_bytes()
    try:
        path.write_bytes(content[:-1] + b"?")
        assert verify().clean
        assert found(files=True) == {number: {What.FILE_CHANGED}}
        path.write_bytes(content + b"?")
        assert found(files=True) == {number: {What.FILE_CHANGED}}
        path.unlink()
        assert found(files=True) == {number: {What.FILE_MISSING}}
    finally:
        path.write_bytes(content)


def test_a_scheme_of_a_campaign_changed_or_gone_is_named():
    campaign = Campaign.objects.order_by("id")[0]
    path = path_of(campaign.scheme["sha256"])
    content, before = path.read_bytes(), verify(files=True).counts.unnamed_files
    try:
        path.write_bytes(content + b"?")
        assert found(files=True) == {f"campaign {campaign.name}": {What.FILE_CHANGED}}
        path.unlink()
        assert found(files=True) == {f"campaign {campaign.name}": {What.FILE_MISSING}}
    finally:
        path.write_bytes(content)
    assert verify(files=True).counts.unnamed_files == before


def test_a_hash_that_is_a_path_opens_nothing(tmp_path):
    row = Evidence.objects.order_by("id")[0]
    rogue.execute("UPDATE ledger_evidence SET sha256 = '../../keys/secret_key' WHERE id = %s", stored(row.id))
    number = Problem.objects.get(id=row.problem_id).number
    assert found(files=True) == {number: {What.ROW_COLUMN, What.FILE_MISSING}}


def test_stored_files_that_nobody_names_are_counted():
    stray = path_of("0" * 64)
    before = verify(files=True).counts.unnamed_files
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"left over")
    try:
        report = verify(files=True)
    finally:
        stray.unlink()
    assert (report.findings, report.counts.unnamed_files) == ((), before + 1)


def test_the_same_is_found_however_the_chains_are_divided(monkeypatch):
    for size in (1, 2, 7):
        monkeypatch.setattr("bihuan.ledger.verify.walk.CHAINS", size)
        assert verify().clean
    rogue.drop(Measure, pk=Measure.objects.all()[0].pk)
    monkeypatch.undo()
    whole = verify().findings
    monkeypatch.setattr("bihuan.ledger.verify.walk.CHAINS", 1)
    assert verify().findings == whole


def test_more_findings_than_anybody_reads_are_counted(monkeypatch):
    monkeypatch.setattr("bihuan.ledger.verify.findings.LISTED", 3)
    rogue.execute("UPDATE ledger_problem SET version = version + 1")
    report = verify()
    assert (len(report.findings), report.unlisted) == (3, Problem.objects.count() - 3)
