"""Whatever ledger is read goes out and comes back: the same where nothing changed, else with that change alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bihuan.documents.reading import Reading, read_ledger
from bihuan.documents.writing.own_layout import OwnCopy, ProblemRow, write_own_layout
from tests.documents.ledgers import bodies, cellwise, heads, shapes, wordings
from tests.documents.ledgers.case import Case
from tests.documents.writing.offices import again, told

CASES = [*heads.CASES, *wordings.CASES, *bodies.CASES, *cellwise.CASES, *shapes.CASES]
CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "sheets"
SENT = sorted(path for path in CORPUS.glob("*") if path.suffix != ".json") if CORPUS.is_dir() else []

CHANGES: Mapping[str, Any] = {
    "no": "77",
    "category": "新类别甲",
    "source": "市级巡查",
    "title": "改后标题",
    "problem": "改后路面破损严重",
    "goal": "达到平整要求",
    "measures": ("先查清底数", "再逐一整改", "最后验收"),
    "lead_units": ("云汀市水务局",),
    "support_units": ("云汀市财政局", "云汀市审计局"),
    "person": "王小明",
    "deadline": date(2027, 2, 17),
    "progress": "施工队伍进场作业",
    "status": "done",
    "remark": "看过",
}
FOLLOWS = {
    "deadline": ("deadline_raw", "deadline_kind", "deadline_date", "deadline_longterm", "deadline_relative"),
    "status": ("status", "status_raw"),
    "progress": ("progress", "status", "status_raw"),
}
"""What else an item says otherwise when a field changes: a deadline has its words, a status may stand in prose."""


def check_every_change(path: Path, folder: Path) -> None:
    """Change each field of the first problems, one at a time, and read the file again."""
    reading = read_ledger(path)
    for number, item in enumerate(reading.items[:2]):
        assert item.place is not None
        columns = {column.field for column in reading.tables[item.place.table].columns}
        for name in columns & set(CHANGES):
            row = replace(ProblemRow(item.place), **{name: CHANGES[name]})
            copy = write_own_layout(path.read_bytes(), reading, [row])
            check_change(reading, again(folder, copy), number, name, copy)


def check_change(before: Reading, after: Reading, number: int, name: str, copy: OwnCopy) -> None:
    assert len(after.items) == len(before.items)
    for place, (old, new) in enumerate(zip(before.items, after.items, strict=True)):
        was, now = told(old), told(new)
        if place == number:
            found = new.deadline_date if name == "deadline" else getattr(new, name)
            assert copy.notes or found == CHANGES[name], name
            for follower in FOLLOWS.get(name, (name,)):
                was.pop(follower, None)
                now.pop(follower, None)
        assert now == was, (name, place)


def check_a_new_problem(path: Path, folder: Path) -> None:
    reading = read_ledger(path)
    row = ProblemRow(
        no="77",
        category=(reading.items[0].category if reading.items else "") or None,
        problem="新增路面破损问题",
        measures=("先查清底数", "再逐一整改"),
        lead_units=("云汀市水务局",),
        deadline=date(2027, 2, 17),
        status="done",
    )
    after = again(folder, write_own_layout(path.read_bytes(), reading, [row]))
    new = [item for item in after.items if item.problem == row.problem]
    assert [told(item) for item in after.items if item.problem != row.problem] == [told(i) for i in reading.items]
    [found] = new
    assert found.place is not None
    columns = {column.field for column in after.tables[found.place.table].columns}
    wanted = {"no": row.no, "category": row.category, "measures": row.measures, "lead_units": row.lead_units}
    wanted |= {"status": row.status}
    assert {name: getattr(found, name) for name in wanted if name in columns and wanted[name]} == {
        name: value for name, value in wanted.items() if name in columns and value
    }
    assert found.deadline_date == row.deadline or "deadline" not in columns


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_ledger_with_a_trap_goes_out_and_comes_back(tmp_path, case: Case):
    path = case.make(tmp_path)
    assert write_own_layout(path.read_bytes(), read_ledger(path), []).data == path.read_bytes()
    check_every_change(path, tmp_path)
    check_a_new_problem(path, tmp_path)


@pytest.mark.skipif(not SENT, reason="the shared corpus does not lie beside this repository")
@pytest.mark.parametrize("path", SENT, ids=lambda path: path.name[:2])
def test_every_ledger_of_the_corpus_goes_out_and_comes_back(tmp_path, path: Path):
    assert write_own_layout(path.read_bytes(), read_ledger(path), []).data == path.read_bytes()
    check_every_change(path, tmp_path)
    check_a_new_problem(path, tmp_path)
