"""Layouts: what a table says about how it was read, and corrections that are remembered for the next round."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.documents.reading import Layout, Reading, Table, read_ledger
from tests.documents import build
from tests.documents.ledgers import bodies, cellwise, exports, groups, heads, shapes, wordings
from tests.documents.ledgers.case import Case

CASES: list[Case] = [
    case
    for part in (heads, wordings, bodies, cellwise, shapes, exports, groups)
    for case in getattr(part, "CASES", ())
]

HEAD: list[object] = ["序号", "存在问题", "责任单位", "情况一", "整改时限"]
ROWS: list[list[object]] = [
    [1, "护栏锈蚀", "市公路中心", "已刷漆两遍", "2025年6月"],
    [2, "路灯不亮", "市照明中心", "等待配件", "2025年7月"],
]


def read(path: Path, *known: Layout) -> Reading:
    return read_ledger(path, known={layout.fingerprint: layout for layout in known})


def table_of(path: Path, *rows: list[object]) -> Table:
    return read(build.xlsx(path, rows)).tables[0]


def test_a_column_is_corrected_and_the_correction_comes_with_every_later_round(tmp_path):
    first = build.xlsx(tmp_path / "a.xlsx", [["2025年3月台账"], HEAD, *ROWS])
    table = read(first).tables[0]
    assert [(column.column, column.field) for column in table.columns][3] == ("D", "")
    corrected = replace(table.layout, fields={**table.layout.fields, "D": "progress"})

    again = read(first, corrected)
    assert [item.progress for item in again.items] == ["已刷漆两遍", "等待配件"]
    assert {column.reason for column in again.tables[0].columns} == {"remembered"}
    assert {column.confidence for column in again.tables[0].columns} == {1.0}

    kept = Layout.from_json(json.loads(json.dumps(corrected.as_json())))
    later: list[list[object]] = [
        ["2025年4月台账"],
        ["填报时间：2025年4月5日"],
        [None, *HEAD],
        *([None, *row] for row in ROWS * 3),
    ]
    found = read(build.xlsx(tmp_path / "b.xlsx", later), kept)
    assert [item.progress for item in found.items] == ["已刷漆两遍", "等待配件"] * 3
    assert [item.place.cells["progress"] for item in found.items[:1] if item.place] == ["E4"]
    assert found.tables[0].fingerprint == table.fingerprint


def test_header_rows_and_the_first_row_of_data_are_corrected(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            HEAD,
            [None, "（要点）", "（全称）", None, "（年月）"],
            ["甲", "填写要求在此", "某局", "无", "无"],
            *ROWS,
        ],
    )
    layout = read(path).tables[0].layout
    found = read(path, replace(layout, header_rows=(1, 2), first_row=4))
    assert [item.problem for item in found.items] == ["护栏锈蚀", "路灯不亮"]
    assert (found.tables[0].header_rows, found.tables[0].first_row) == ((1, 2), 4)
    assert found.tables[0].fingerprint == layout.fingerprint


def test_a_table_that_was_taken_for_a_ledger_by_its_columns_alone_can_be_told_otherwise(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [HEAD, *ROWS])
    layout = read(path).tables[0].layout
    swapped = replace(layout, fields={"B": "measures", "D": "problem"})
    assert [(i.problem, i.measures) for i in read(path, swapped).items] == [
        ("已刷漆两遍", ("护栏锈蚀",)),
        ("等待配件", ("路灯不亮",)),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["另一个标题"], HEAD, *ROWS * 5],
        [["序 号", "存在\n问题", "责任单位：", "情况一", "整改时限 "], *ROWS],
        [[], [], [None, *HEAD], [None, *ROWS[0]]],
    ],
)
def test_a_fingerprint_knows_its_header_whatever_stands_around_it(tmp_path, rows):
    assert (
        table_of(tmp_path / "b.xlsx", *rows).fingerprint == table_of(tmp_path / "a.xlsx", HEAD, *ROWS).fingerprint
    )


@pytest.mark.parametrize(
    "head",
    [
        ["序号", "存在问题", "责任单位", "整改时限"],
        ["序号", "责任单位", "存在问题", "情况一", "整改时限"],
        ["序号", "存在问题", "责任单位", "情况二三", "整改时限"],
    ],
)
def test_another_header_has_another_fingerprint(tmp_path, head):
    other = table_of(tmp_path / "b.xlsx", head, *ROWS)
    assert other.fingerprint != table_of(tmp_path / "a.xlsx", HEAD, *ROWS).fingerprint


def test_figures_in_a_header_change_from_round_to_round_and_do_not_count(tmp_path):
    march = table_of(tmp_path / "a.xlsx", ["序号", "问题", "截至2025年3月5日进展情况", "责任单位"], ROWS[0])
    april = table_of(tmp_path / "b.xlsx", ["序号", "问题", "截至2025年4月15日进展情况", "责任单位"], ROWS[0])
    assert march.fingerprint == april.fingerprint


def test_a_table_tells_its_rows_and_each_item_the_rows_it_takes_up(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["台账"],
            ["序号", "问题", "整改措施", "责任单位"],
            ["一、道路"],
            [1, "护栏锈蚀", "除锈", "市公路中心"],
            [None, None, "刷漆", None],
            [2, "路面坑槽", "填补", "市政处"],
            ["合计", "2项"],
            ["注：每月报送。"],
        ],
        merges=["A4:A5", "B4:B5", "A3:D3"],
    )
    reading = read(path)
    table = reading.tables[0]
    assert (table.first_row, table.last_row, table.anchor) == (4, 6, "A2")
    assert [(aside.row, aside.kind) for aside in table.asides] == [(3, "heading"), (7, "aside"), (8, "aside")]
    places = [item.place for item in reading.items]
    assert [(place.first_row, place.last_row, place.table) for place in places if place] == [(4, 5, 0), (6, 6, 0)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_remembered_as_it_was_read_changes_nothing(case: Case, tmp_path: Path) -> None:
    path = case.make(tmp_path)
    before = read(path)
    after = read(path, *(table.layout for table in before.tables))
    assert after.items == before.items
    assert after.faults == before.faults


def test_year_month_and_day_in_columns_of_their_own_stay_one_deadline(tmp_path):
    head = [["序号", "存在问题", "要求", "责任单位", "整改时限", "", ""], ["", "", "", "", "年", "月", "日"]]
    rows = [["1", "护栏锈蚀严重", "重新刷漆", "市公路中心", "2026", "10", "31"]]
    path = build.xlsx(tmp_path / "a.xlsx", [*head, *rows], merges=["E1:G1"])
    layout = read(path).tables[0].layout
    again = read(path, replace(layout, fields={**layout.fields, "C": "measures"}))
    assert [item.deadline_raw for item in again.items] == ["2026年10月31日"]
