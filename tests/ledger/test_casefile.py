"""One problem, one file: what leaves the house can be checked by anybody, and no change to it goes unnoticed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.book import checkpoints, clock, signing
from bihuan.book.models import Entry
from bihuan.domain import journal
from bihuan.domain.case import Stage
from bihuan.ledger import files as stored
from bihuan.ledger.actions import lookback, objecting, referring
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.casefile import find_by_number
from bihuan.ledger.models import Evidence
from tests.ledger.casefiles import FORGER, apart, checked, found, made_for, named, signed_anew, together
from tests.world import START

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(world):
    """Closed, sealed by a checkpoint, and with one entry after it."""
    made = world.through(Stage.CLOSED)
    with clock.moved_to(clock.moment_on(START + timedelta(days=40))):
        checkpoints.make_checkpoint()
        day = clock.today() + timedelta(days=60)
        lookback.plan_lookback(actor=world.actor("coordinator"), problems=[made.id], day=day).only()
    return made


@pytest.fixture
def later(world, problem):
    with clock.moved_to(clock.moment_on(START + timedelta(days=41))):
        yield


def test_the_office_gets_everything_and_anybody_can_check_it(world, problem, later, tmp_path):
    archive = made_for(world, "coordinator", problem)
    files = apart(archive)
    entries = Entry.objects.filter(subject=problem.id).order_by("seq")
    lines = files[named(files, "entries.jsonl")].splitlines()
    assert [line.decode() for line in lines] == [entry.body for entry in entries]
    assert [sha256(line).hexdigest() for line in lines] == [entry.hash for entry in entries]
    proofs = [row.sha256 for row in Evidence.objects.filter(problem_id=problem.id)]
    assert sorted(proofs) == sorted(sha256(files[name]).hexdigest() for name in files if name.startswith("02-"))
    result = checked(archive, tmp_path, key=signing.public_key())
    assert (found(result), result.trusted, result.unsealed, result.untold) == (set(), True, 1, 0)
    assert checked(archive, tmp_path).clean
    assert not checked(archive, tmp_path).trusted


def test_the_summary_says_what_the_page_says(world, problem, later):
    paper = Document(io.BytesIO(apart(made_for(world, "coordinator", problem))["01-概况.docx"]))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert f"编号：{problem.number}" in said
    assert {"市住房和城乡建设局", "安排回头看", "销号", "01-复核照片.png"} <= cells
    assert {"现场属实", "完成整改", "全部完成"} <= {line for cell in cells for line in cell.split("\n")}
    assert "都有原文" in said
    assert "已列入检查点第1号" in said
    assert "之后的1条还没有列入检查点" in said


@pytest.mark.parametrize("name", ["liaison", "support", "auditor"])
def test_a_cut_archive_holds_no_more_than_the_reader_sees_and_still_proves_itself(
    name, world, problem, later, tmp_path
):
    archive = made_for(world, name, problem)
    files = apart(archive)
    lines = [json.loads(line) for line in files[named(files, "entries.jsonl")].splitlines()]
    entries = list(Entry.objects.filter(subject=problem.id).order_by("seq"))
    given = [line for line in lines if "withheld" not in line]
    assert len(lines) == len(entries)
    if name == "auditor":
        assert len(given) == len(entries)
    if name == "liaison":
        assert not [line for line in given if line["audience"] == "office"]
        assert len(given) < len(entries)
    if name == "support":
        keys = {key.partition(":")[0] for line in given for key in line["changes"]}
        assert not keys & {"measure", "evidence", "extension"}
        assert not [name for name in files if name.startswith("02-")]
        assert all(line["audience"] == "everyone" for line in given)
    result = checked(archive, tmp_path, key=signing.public_key())
    assert found(result) == set()
    assert result.statement is not None
    assert result.statement.withheld == len(entries) - len(given)


def test_where_the_source_file_is_not_for_the_reader_its_claims_are_not_in_the_archive(world, tmp_path):
    problem = world.imported(status="done", status_raw="据说早就完成了")
    world._dispatch(problem.id)
    for name, told in (("coordinator", True), ("liaison", False)):
        archive = made_for(world, name, problem)
        assert ("据说早就完成了".encode() in archive) is told
        assert checked(archive, tmp_path).clean


def test_who_objected_is_for_the_office_alone(world, tmp_path):
    problem = world.through(Stage.IN_PUBLIC_NOTICE)
    raised = Raised("东段还有一处没有更换。", channel="来电", objector="附近居民甲")
    objecting.object_to(actor=world.actor("coordinator"), problem=problem.id, raised=raised).only()
    answer = "已派人看过，确已更换。"
    objecting.answer_objection(actor=world.actor("coordinator"), problem=problem.id, reason=answer).only()
    for name, told in (("coordinator", True), ("auditor", True), ("liaison", False), ("support", False)):
        archive = made_for(world, name, problem)
        summary = Document(io.BytesIO(apart(archive)["01-概况.docx"]))
        cells = {cell.text for table in summary.tables for row in table.rows for cell in row.cells}
        assert ("附近居民甲".encode() in archive) is told
        assert ("附近居民甲：东段还有一处没有更换。" in cells) is told
        assert checked(archive, tmp_path).clean


def test_what_was_handed_over_is_for_whoever_has_the_right_to_the_file(world, tmp_path):
    problem = world.through(Stage.UNDER_WAY)
    office = world.actor("coordinator")
    referring.refer(
        actor=office,
        problem=problem.id,
        receiver="云汀市监察委员会",
        reason="发现违纪线索",
        document="云整移〔2026〕1号",
    ).only()
    archive = made_for(world, "coordinator", problem)
    said = [one.text for one in Document(io.BytesIO(apart(archive)["01-概况.docx"])).paragraphs]
    assert "接收单位：云汀市监察委员会 · 云整移〔2026〕1号" in said
    assert checked(archive, tmp_path).clean
    assert find_by_number(office, problem.number)
    assert not find_by_number(world.actor("liaison"), problem.number)


ENTRIES = "03-记录/entries.jsonl"


def _lines(files, change):
    lines = files[ENTRIES].splitlines(keepends=True)
    return {**files, ENTRIES: b"".join(change(lines))}


def _without(files, name):
    return {other: content for other, content in files.items() if other != name}


TAMPERS = {
    "entry changed": lambda files, n: _lines(
        files, lambda lines: [*lines[:n], lines[n].replace(b'"seq":', b'"seq": '), *lines[n + 1 :]]
    ),
    "entry says something else": lambda files, n: _lines(
        files, lambda lines: [*lines[:n], _other_day(lines[n]), *lines[n + 1 :]]
    ),
    "entry dropped": lambda files, n: _lines(files, lambda lines: [*lines[:n], *lines[n + 1 :]]),
    "entries cut off": lambda files, n: _lines(files, lambda lines: lines[:n]),
    "entry doubled": lambda files, n: _lines(files, lambda lines: [*lines[: n + 1], *lines[n:]]),
    "entry hidden behind its hash": lambda files, n: _lines(
        files, lambda lines: [*lines[:n], _hidden(lines[n]), *lines[n + 1 :]]
    ),
    "evidence changed": lambda files, n: {**files, _proof(files, n): files[_proof(files, n)] + b"x"},
    "evidence gone": lambda files, n: _without(files, _proof(files, n)),
    "evidence added": lambda files, n: {**files, "02-佐证/99-补的照片.png": b"x"},
    "summary changed": lambda files, n: {**files, "01-概况.docx": files["01-概况.docx"][:-1]},
    "statement gone": lambda files, n: _without(files, "04-核验/proof.json"),
    "statement changed": lambda files, n: {
        **files,
        "04-核验/proof.json": files["04-核验/proof.json"].replace(b'"reader": "', b'"reader": "x'),
    },
    "two statements": lambda files, n: {**files, "04-/proof.json": files["04-核验/proof.json"]},
    "a name that leads out": lambda files, n: {**files, "../../home/evil.sh": b"x"},
    "a name of another disk": lambda files, n: {**files, "C:evil.exe": b"x"},
    "a folder": lambda files, n: {**files, "02-佐证/more/": b""},
}


def _other_day(line):
    content = json.loads(line)
    content["on"] = "2020-01-01"
    return journal.canonical(content) + b"\n"


def _hidden(line):
    seq = json.loads(line)["seq"]
    return journal.canonical({"withheld": seq, "hash": sha256(line[:-1]).hexdigest()}) + b"\n"


def _proof(files, n):
    names = [name for name in files if name.startswith("02-")]
    return names[n % len(names)]


def test_no_change_to_an_archive_goes_unnoticed(world, problem, later, tmp_path):
    """By somebody without the key, whether or not the reader has it; and signed anew by a key of their own."""
    files = apart(made_for(world, "coordinator", problem))
    count = files[ENTRIES].count(b"\n")
    key = signing.public_key()

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(sorted(TAMPERS)), st.integers(0, count - 1), st.booleans())
    def tried(tamper, n, trusted):
        changed = TAMPERS[tamper](files, n)
        assert not checked(together(changed), tmp_path, key=key if trusted else None).clean
        if tamper not in ("statement gone", "two statements"):
            forged = signed_anew(changed, lambda said: _fit(said, changed), key=FORGER)
            assert found(checked(together(forged), tmp_path, key=key)) & {"key", "unsafe_name"}

    tried()


def _fit(said, files):
    """Let a statement list the files as they are now, and the chain as it now ends."""
    said["files"] = {
        name: [sha256(content).hexdigest(), len(content)]
        for name, content in files.items()
        if name in said["files"] or name.startswith("02-佐证/99")
    }
    lines = files[ENTRIES].splitlines()
    if lines:
        said["chain"]["head"] = sha256(lines[-1]).hexdigest()
        said["chain"]["seq"] = len(lines)


def _rewritten(lines, n):
    """The chain with entry `n` saying something else, and every entry after it linked anew."""
    rewritten, prev = [], journal.GENESIS
    for place, line in enumerate(lines):
        content = json.loads(line)
        content["prev"] = prev
        if place == n:
            content["on"] = "2020-01-01"
        body = journal.canonical(content)
        prev = sha256(body).hexdigest()
        rewritten.append(body + b"\n")
    return rewritten


def test_whoever_holds_the_key_cannot_rewrite_what_a_checkpoint_has(world, problem, later, tmp_path):
    files = apart(made_for(world, "coordinator", problem))
    key = signing.public_key()
    count = files[ENTRIES].count(b"\n")
    cases = [(n, "sealed_other") for n in (0, count // 2, count - 2)] + [(count - 1, None)]
    for n, what in cases:
        changed = _lines(files, lambda lines, n=n: _rewritten(lines, n))
        forged = together(signed_anew(changed, lambda said, changed=changed: _fit(said, changed)))
        assert found(checked(forged, tmp_path, key=key)) == ({what} if what else set())
    cut = _lines(files, lambda lines: lines[:-2])
    forged = together(signed_anew(cut, lambda said: _fit(said, cut)))
    assert found(checked(forged, tmp_path, key=key)) == {"sealed_cut"}


def test_even_a_new_checkpoint_is_found_out_by_the_one_held_outside(world, problem, later, tmp_path):
    last = checkpoints.latest()
    assert last is not None
    held = journal.from_file(checkpoints.file_of(last), check=signing.checker(signing.public_key()))
    files = apart(made_for(world, "coordinator", problem))
    changed = _lines(files, lambda lines: _rewritten(lines, 1))
    lines = changed[ENTRIES].splitlines()

    def forge(said):
        _fit(said, changed)
        head = journal.Head("problem", str(problem.id), problem.region_id, len(lines), said["chain"]["head"])
        made = journal.make_checkpoint(
            number=1, made_at=held.checkpoint.made_at, previous=journal.GENESIS, heads=[head]
        )
        signature = signing.sign(made.header_bytes()).hex()
        said["sealed"] |= {
            "header": json.loads(made.header_bytes()),
            "signature": signature,
            "index": 0,
            "path": [],
        }
        said["sealed"] |= {"seq": len(lines), "head": head.head}

    forged = together(signed_anew(changed, forge))
    key = signing.public_key()
    assert checked(forged, tmp_path, key=key).clean  # the limit: who rules the machine and its key
    assert found(checked(forged, tmp_path, key=key, outside=held)) == {"outside", "sealed_other"}
    honest = together(files)
    assert checked(honest, tmp_path, key=key, outside=held).clean


def test_a_checkpoint_that_does_not_list_the_problem_or_is_not_signed_proves_nothing(
    world, problem, later, tmp_path
):
    files = apart(made_for(world, "coordinator", problem))
    key = signing.public_key()
    for change, what in (
        (lambda said: said["sealed"].update(index=0 if said["sealed"]["index"] else 1), "inclusion"),
        (lambda said: said["sealed"].update(path=said["sealed"]["path"][1:]), "inclusion"),
        (lambda said: said["sealed"]["header"].update(root="ab" * 32), "checkpoint"),
        (lambda said: said["sealed"].update(signature="00" * 64), "checkpoint"),
    ):
        assert what in found(checked(together(signed_anew(files, change)), tmp_path, key=key))
    other = FORGER.public_key().public_bytes_raw()
    assert {"key", "checkpoint"} <= found(checked(together(files), tmp_path, key=other))


def test_what_is_cut_short_packed_or_no_archive_is_told_and_not_opened(world, problem, later, tmp_path):
    archive = made_for(world, "coordinator", problem)
    files = apart(archive)
    for bad in (b"", b"PK", archive[:-1], archive[: len(archive) // 2], archive + b"x", b"x" * 5000):
        assert found(checked(bad, tmp_path)) == {"broken"}
    bomb = {**files, "02-佐证/bomb.bin": bytes(30_000_000)}
    assert found(checked(together(bomb, method=zipfile.ZIP_DEFLATED), tmp_path)) == {"packed"}
    twice = together(files)
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
        made.writestr(ENTRIES.upper(), b"{}")
    assert found(checked((tmp_path / "twice.zip").read_bytes(), tmp_path)) == {"unsafe_name"}
    flipped = bytearray(twice)
    flipped[twice.index(files[ENTRIES]) + 20] ^= 1
    assert "unreadable" in found(checked(bytes(flipped), tmp_path))


def test_any_damage_to_the_bytes_is_an_answer_and_never_a_crash(world, problem, later, tmp_path):
    """What is found whole then holds what went in: other than dates and such of the zip, nothing can change."""
    archive = made_for(world, "support", problem)
    directory = archive.rindex(b"PK\x01\x02")

    @settings(max_examples=100, deadline=None)
    @given(st.data())
    def tried(data):
        broken = bytearray(archive)
        for _n in range(data.draw(st.integers(1, 4))):
            first = data.draw(st.sampled_from([0, directory]))
            broken[data.draw(st.integers(first, len(broken) - 1))] = data.draw(st.integers(0, 255))
        if checked(bytes(broken), tmp_path).clean:
            assert apart(bytes(broken)) == apart(archive)

    tried()


def test_a_file_that_the_disk_has_lost_or_changed_is_told_and_keeps_nobody_from_the_rest(
    world, problem, later, tmp_path
):
    first, second = Evidence.objects.filter(problem_id=problem.id).order_by("id")[:2]
    Evidence.objects.filter(id=second.id).update(sha256="ab" * 32)
    assert found(checked(made_for(world, "coordinator", problem), tmp_path)) == {"lost", "evidence_other"}
    stored.path_of(first.sha256).write_bytes(b"\x89PNG\r\n\x1a\nx")
    assert "changed" in found(checked(made_for(world, "coordinator", problem), tmp_path))


def test_before_any_checkpoint_the_archive_says_so(world, tmp_path):
    problem = world.through(Stage.UNDER_WAY)
    archive = made_for(world, "coordinator", problem)
    assert "都还没有列入检查点" in apart(archive)["README.txt"].decode()
    result = checked(archive, tmp_path, key=signing.public_key())
    assert (result.clean, result.unsealed) == (True, result.entries)


def test_taking_it_away_is_on_the_record_and_asks_no_more_for_more(
    world, problem, later, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        made_for(world, "coordinator", problem)
    entry = Entry.objects.filter(action="export").order_by("-recorded_at").first()
    assert entry is not None
    details = json.loads(entry.body)["details"]
    assert (details["problem"], details["files"], details["withheld"]) == (str(problem.id), 2, 0)
