"""Excel files by any program, and files that are out to do harm: changed in place, or refused with a reason."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading import read_ledger
from bihuan.documents.writing.excel.formulas import Touched, copied_formula, moved_formula
from bihuan.documents.writing.excel.package import Package
from bihuan.documents.writing.excel.rowmap import RowMap
from bihuan.documents.writing.excel.sheetrows import SheetRows
from bihuan.documents.writing.marked_copy import Mark, write_marked_copy
from bihuan.documents.writing.own_layout import ProblemRow
from tests.documents import build
from tests.documents.writing.offices import again, exported, row_of, sheet_of, told

PART = "xl/worksheets/sheet1.xml"
ROWS: build.Rows = [
    ["序号", "问题", "责任单位"],
    [1, "路灯不亮", "市城管局"],
    [2, "站牌破损", "市交通局"],
    ["合计", "=COUNTA(B2:B3)", None],
]


def prefixed(xml: str) -> str:
    """The same sheet with a prefix before every name, as some programs write it."""
    named = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", xml.partition("?>")[2] or xml)
    return named.replace("xmlns=", "xmlns:x=")


def without_addresses(xml: str) -> str:
    return re.sub(r'(<(?:row|c)) r="\w+"', r"\1", xml)


def commented(xml: str) -> str:
    return xml.replace("<sheetData>", "<!-- <row r='9'> --><sheetData>").replace("<c ", "<!-- cell --><c ")


def single_quoted(xml: str) -> str:
    return xml.replace('"', "'")


def spread(xml: str) -> str:
    return xml.replace("><", ">\r\n  <").replace("/>", " />")


@pytest.mark.parametrize(
    "dressed", [prefixed, without_addresses, commented, single_quoted, spread], ids=lambda f: f.__name__
)
def test_any_way_to_write_the_xml_is_understood(tmp_path, dressed):
    path = build.xlsx(tmp_path / "a.xlsx", ROWS)
    build.replace_part(path, PART, dressed(build.part_of(path, PART)).encode())
    copy = exported(path, replace(row_of(path, 1), problem="站牌已旧"), ProblemRow(no="3", problem="护栏松动"))
    sheet = sheet_of(copy)
    assert [[str(sheet.cell(r, c).value).strip() for c in (1, 2)] for r in range(2, 6)] == [
        ["1", "路灯不亮"],
        ["2", "站牌已旧"],
        ["3", "护栏松动"],
        ["合计", "=COUNTA(B2:B4)"],
    ]
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯不亮", "站牌已旧", "护栏松动"]
    marked = write_marked_copy(path.read_bytes(), path.name, [Mark("台账", "B3", "请改")])
    assert sheet_of(marked, "台账")["B3"].comment is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_part_in_another_encoding_is_understood(encoding):
    rows = '<sheetData><row><c t="str"><v><![CDATA[路灯]]></v></c></row></sheetData>'
    sheet = SheetRows(f'<?xml version="1.0" encoding="{encoding}"?><a>{rows}</a>'.encode(encoding))
    assert sheet.numbers == [1]
    assert "<v>路灯</v>" in sheet.content().decode()


def test_a_document_type_is_refused():
    bad = b'<!DOCTYPE a [<!ENTITY x "y">]><worksheet><sheetData/></worksheet>'
    with pytest.raises(Unreadable):
        SheetRows(bad)


@pytest.mark.parametrize(
    "content", [b"", b"<worksheet/>", b"<worksheet><sheetData><row r='1'><c", b"<a><sheetData></b>"]
)
def test_a_broken_sheet_is_refused(content):
    with pytest.raises(Unreadable):
        SheetRows(content)


def test_what_is_no_zip_is_refused():
    with pytest.raises(Unreadable):
        Package(b"PK\x03\x04 no zip")


@pytest.mark.parametrize(
    ("formula", "row", "moved"),
    [
        ("SUM(E5:E20)", 21, "SUM(E5:E22)"),
        ("SUM(E$5:E20)", 20, "SUM(E$5:E20)"),
        ("E7/SUM(E$5:E$20)", 7, "E7/SUM(E$5:E$22)"),
        ("SUM(F20:H20)", 20, "SUM(F20:H20)"),
        ("SUM(A21:A30)", 2, "SUM(A23:A32)"),
        ('COUNTIF($H$5:$H$20,"A20")&"A21"', 30, 'COUNTIF($H$5:$H$22,"A20")&"A21"'),
        ("'台 账'!A25+别表!A25", 1, "'台 账'!A27+别表!A25"),
        ("SUM(21:22)+SUM(A:A)", 1, "SUM(23:24)+SUM(A:A)"),
        ("LOG10(A22)+Table1[数]", 1, "LOG10(A24)+Table1[数]"),
        ("SUM(A5:A1048576)", 1, "SUM(A5:A1048576)"),
        ('IF(A1="', 1, 'IF(A1="'),
    ],
)
def test_references_move_and_totals_grow(formula, row, moved):
    rows = RowMap({21: 2})
    assert moved_formula(formula, rows, sheet="台 账", here=True, row=row) == moved


def test_formulas_of_other_sheets_move_only_where_they_name_this_one():
    rows = RowMap({21: 2})
    assert moved_formula("A25+台账!A25", rows, sheet="台账", here=False) == "A25+台账!A27"


def test_a_formula_copied_down_names_the_next_row():
    assert copied_formula("$A5+B$1*C5:D6&MAX(3:3)", 2, 1) == "$A7+C$1*D7:E8&MAX(5:5)"
    assert copied_formula("A1", -1) == "#REF!"


def test_what_a_change_touches_is_seen():
    touched = Touched(frozenset({(4, 2)}), 9, "台账")
    assert touched.changes("C5+1", 6)
    assert touched.changes("SUM(A1:D9)", 6)
    assert touched.changes("台账!$C$5", 6)
    assert touched.changes("ROW()-2", 9)
    assert not touched.changes("ROW()-2", 8)
    assert not touched.changes("别表!C5+C6+SUM(D1:D9)", 6)


def test_rows_put_in_at_several_places(tmp_path):
    rows = RowMap({5: 1, 9: 3})
    assert [rows.moved(row) for row in (4, 5, 8, 9)] == [4, 6, 9, 13]
    assert rows.span(5, 8, grow=True) == (6, 12)
    assert rows.span(5, 8, grow=False) == (6, 9)


def test_a_table_on_its_side_is_written_and_continued(tmp_path):
    sideways: build.Rows = [
        ["序号", 1, 2],
        ["存在问题", "路灯不亮", "站牌破损"],
        ["责任单位", "市城管局", "市交通局"],
        ["整改时限", "2026年3月底前", "2026年6月底前"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", sideways)
    assert read_ledger(path).tables[0].sideways
    new = ProblemRow(no="3", problem="护栏松动", lead_units=("市住建局",))
    copy = exported(path, replace(row_of(path, 1), problem="站牌已旧"), new)
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯不亮", "站牌已旧", "护栏松动"]
    assert again(tmp_path, copy).items[2].lead_units == ("市住建局",)


def test_tables_side_by_side_leave_each_other_alone(tmp_path):
    head = ["序号", "存在问题", "责任单位"]
    rows: build.Rows = [
        [*head, None, *head],
        [1, "路灯不亮", "市城管局", None, 1, "站牌破损", "市交通局"],
        [2, "井盖松动", "市城管局", None, 2, "护栏锈蚀", "市交通局"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    reading = read_ledger(path)
    assert len(reading.tables) == 2
    copy = exported(path, ProblemRow(table=1, no="3", problem="标牌倾倒", lead_units=("市住建局",)))
    found = again(tmp_path, copy)
    assert [item.problem for item in found.items if item.place and item.place.table == 1] == [
        "站牌破损",
        "护栏锈蚀",
        "标牌倾倒",
    ]
    assert [told(item) for item in found.items][:2] == [told(item) for item in reading.items][:2]


def test_no_room_behind_a_table_on_its_side_is_told(tmp_path):
    sideways: build.Rows = [
        ["序号", 1, "备注一"],
        ["存在问题", "路灯不亮", "说明"],
        ["责任单位", "市城管局", "联系人"],
        ["整改时限", "2026年3月底前", "电话"],
    ]
    path: Path = build.xlsx(tmp_path / "a.xlsx", sideways)
    reading = read_ledger(path)
    copy = exported(path, ProblemRow(problem="护栏松动", table=0))
    assert copy.notes or len(again(tmp_path, copy).items) == len(reading.items) + 1
