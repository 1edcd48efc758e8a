"""Any table that can be written is read back: headers in any order and wording, merged or not, in every format."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.documents.reading import Item, read_ledger
from bihuan.documents.reading.facts import letters
from bihuan.documents.reading.numbering import strip_number
from tests.documents import build

WORDINGS: Mapping[str, Sequence[str]] = {
    "no": ("序号", "编号", "问题编号", "序 号", "项目编号"),
    "category": ("问题类别", "类别", "所属领域", "一级分类"),
    "problem": ("问题", "存在问题", "问题描述", "具体问题", "反馈问题", "隐患描述", "发现的主要问题", "问题清单"),
    "goal": ("整改目标", "目标", "预期目标"),
    "measures": ("整改措施", "措施", "整改举措", "具体措施"),
    "lead_units": ("牵头单位", "主办单位", "责任单位", "整改责任单位", "承办部门"),
    "support_units": ("配合单位", "协办单位", "参与部门"),
    "person": ("责任人", "负责人", "整改责任人", "包案领导"),
    "deadline_raw": ("整改时限", "完成时限", "整改期限", "计划完成时间", "办理期限"),
    "status": ("整改状态", "完成状态", "办理状态", "状态"),
}
STATUSES = {"已完成": "done", "基本完成": "mostly", "正在整改": "ongoing", "未启动": "not_started"}
SIGNS = "路灯桥渠闸站楼梯扶栏井盖栅标牌漆斑裂缝渗堆棚瓦砾草坪树枝噪扬尘污泥"
prose = st.text(SIGNS, min_size=6, max_size=40).filter(lambda text: strip_number(text) == text)
unit = st.builds(
    "{}{}".format,
    st.sampled_from(["市", "云东区", "青禾县", "柳湾镇"]),
    st.sampled_from(["住建局", "水务局", "城管局"]),
)
DUE = ("2025年6月底前", "2025-09-30", "2025/12/31", "立行立改", "长期坚持", "2025年三季度末", "20250831")


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[str], list[str], list[dict[str, Any]]]:
    """Fields in an order, the heading of each, and rows as items say them."""
    others = draw(
        st.lists(st.sampled_from([name for name in WORDINGS if name != "problem"]), min_size=2, unique=True)
    )
    assume({"lead_units", "deadline_raw", "status", "measures", "no"} & set(others))
    fields = draw(st.permutations(["problem", *others]))
    heads = [draw(st.sampled_from(WORDINGS[name])) for name in fields]
    count = draw(st.integers(1, 6))
    rows = [_row(draw, fields, number) for number in range(1, count + 1)]
    return list(fields), heads, rows


def _row(draw: st.DrawFn, fields: Sequence[str], number: int) -> dict[str, Any]:
    made = {
        "no": lambda: str(number),
        "category": lambda: draw(st.sampled_from(["道路", "照明", "排水"])),
        "problem": lambda: draw(prose),
        "goal": lambda: draw(prose),
        "measures": lambda: draw(st.lists(prose, min_size=1, max_size=3, unique=True)),
        "lead_units": lambda: draw(st.lists(unit, min_size=1, max_size=2, unique=True)),
        "support_units": lambda: ["市财政局"],
        "person": lambda: draw(st.sampled_from(["周明", "李小海", "欧阳晓月"])),
        "deadline_raw": lambda: draw(st.sampled_from(DUE)),
        "status": lambda: draw(st.sampled_from(list(STATUSES))),
    }
    return {name: made[name]() for name in fields}


def _cell(name: str, value: Any) -> str:
    if name == "measures":
        return "\n".join(f"{place}.{text}" for place, text in enumerate(value, start=1))
    return "、".join(value) if isinstance(value, list) else str(value)


def _wanted(row: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(row)
    if "status" in wanted:
        wanted["status_raw"] = wanted["status"]
        wanted["status"] = STATUSES[wanted["status"]]
    return wanted


def _as_read(item: Item, row: Mapping[str, Any]) -> dict[str, Any]:
    found = item.as_json()
    return {name: found.get(name) for name in _wanted(row)}


def _table(fields: Sequence[str], heads: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [list(heads), *([_cell(name, row[name]) for name in fields] for row in rows)]


def _check(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    items = read_ledger(path).items
    assert [_as_read(item, row) for item, row in zip(items, rows, strict=True)] == [_wanted(row) for row in rows]


SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(ledgers(), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from([",", "\t", ";"]))
@SETTINGS
def test_a_table_as_text_in_any_encoding(tmp_path, ledger, encoding, delimiter):
    fields, heads, rows = ledger
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(_table(fields, heads, rows))
    path = tmp_path / ("a.tsv" if delimiter == "\t" else "a.csv")
    path.write_bytes(out.getvalue().encode(encoding))
    _check(path, rows)


@given(ledgers(), st.integers(0, 4), st.integers(0, 3), st.booleans(), st.booleans(), st.booleans())
@SETTINGS
def test_a_workbook_with_titles_notes_and_a_table_anywhere(tmp_path, ledger, down, right, titled, noted, grouped):
    fields, heads, rows = ledger
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    top, width = down + 1, len(fields)
    if titled:
        sheet.cell(top, right + 1, "云汀市问题整改台账")
        sheet.merge_cells(start_row=top, end_row=top, start_column=right + 1, end_column=right + width)
        top += 1
    if grouped:
        top = _group(sheet, heads, top, right)
    for line, row in enumerate(_table(fields, heads, rows)):
        for column, text in enumerate(row):
            if not (grouped and line == 0):
                sheet.cell(top + line, right + column + 1, text)
    if noted:
        sheet.cell(top + len(rows) + 1, right + 1, "注：每月25日前报送。")
    path = tmp_path / "a.xlsx"
    book.save(path)
    _check(path, rows)


def _group(sheet: Worksheet, heads: Sequence[str], top: int, right: int) -> int:
    """The header in two rows: its last two columns under one heading, the others merged down."""
    last = right + len(heads)
    for column, text in enumerate(heads, start=right + 1):
        if column < last - 1:
            sheet.cell(top, column, text)
            sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
        else:
            sheet.cell(top + 1, column, text)
    sheet.cell(top, last - 1, "有关情况")
    sheet.merge_cells(start_row=top, end_row=top, start_column=last - 1, end_column=last)
    return top + 1


@given(ledgers())
@SETTINGS
def test_a_table_on_its_side(tmp_path, ledger):
    fields, heads, rows = ledger
    assume(len(rows) > 1 and len(fields) > len(rows))
    upright = _table(fields, heads, rows)
    turned = [list(line) for line in zip(*upright, strict=True)]
    _check(build.xlsx(tmp_path / "a.xlsx", turned), rows)


@given(ledgers(), ledgers())
@SETTINGS
def test_every_field_names_its_cell_and_every_item_its_rows(tmp_path, first, second):
    tables = [_table(*first), [], _table(*second)]
    rows = [*tables[0], [], [], *tables[2]]
    assume(first[1] != second[1])
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    reading = read_ledger(path)
    assert len(reading.items) == len(first[2]) + len(second[2])
    for item in reading.items:
        assert item.place is not None
        for name, address in item.place.cells.items():
            column = next(c for c in range(40) if address == f"{letters(c)}{item.place.first_row}")
            text = str(rows[item.place.first_row - 1][column])
            value = item.as_json()[name]
            parts = value if isinstance(value, list) else [item.status_raw if name == "status" else value]
            assert all(str(part) in text for part in parts)
