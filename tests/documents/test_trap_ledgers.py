"""Every ledger of `tests.documents.ledgers` is read whole and right, with its doubts at the right cells."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.documents.reading import read_ledger
from tests.documents.ledgers import bodies, cellwise, columns, exports, groups, heads, offices, shapes, wordings
from tests.documents.ledgers.case import COMPARED, Case

ROOMS = (bodies, cellwise, columns, exports, groups, heads, offices, shapes, wordings)
CASES = [case for room in ROOMS for case in room.CASES]


def compared(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: found[name] for name in names if found.get(name)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_ledger_with_a_trap_is_read_whole_and_right(tmp_path, case: Case):
    reading = read_ledger(case.make(tmp_path))
    found = [item.as_json() for item in reading.items]
    assert [one.get("problem", "") for one in found] == [one.get("problem", "") for one in case.items]
    for one, wanted in zip(found, case.items, strict=True):
        names = tuple(dict.fromkeys((*COMPARED, *wanted)))
        assert compared(one, names) == compared(wanted, names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_handed_back_uncorrected_changes_nothing(tmp_path, case: Case):
    path = case.make(tmp_path)
    reading = read_ledger(path)
    known = {table.fingerprint: table.layout for table in reading.tables}
    assert [item.as_json() for item in read_ledger(path, known=known).items] == [
        item.as_json() for item in reading.items
    ]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.doubted or case.faulty], ids=lambda case: case.name
)
def test_what_is_doubtful_or_wrong_is_named_by_its_cell(tmp_path, case: Case):
    reading = read_ledger(case.make(tmp_path))
    doubted = {doubt.place for item in reading.items for doubt in item.doubts}
    assert set(case.doubted) <= doubted
    assert {fault.place for fault in reading.faults} == set(case.faulty)
