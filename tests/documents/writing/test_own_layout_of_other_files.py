"""Old, OpenDocument and disguised workbooks come back as xlsx, with what is known of their look."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import openpyxl
import pytest

from bihuan.documents.writing.own_layout import ProblemRow
from tests.documents import build
from tests.documents.writing.offices import again, exported, row_of, sheet_of


def test_an_old_workbook_comes_back_as_xlsx_and_says_so(tmp_path):
    rows: build.Rows = [
        ["问题台账", "", ""],
        ["序号", "问题", "责任单位"],
        [1, "路灯不亮", "市城管局"],
        [2, "站牌破损", "市交通局"],
    ]
    path = build.xls(tmp_path / "旧.xls", rows, merges=[(0, 0, 0, 2)], hidden_rows=[3])
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.name == "旧.xlsx"
    assert "xlsx" in str(copy.notes[0])
    sheet = sheet_of(copy)
    assert "A1:C1" in {str(one) for one in sheet.merged_cells.ranges}
    assert sheet.row_dimensions[4].hidden
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯全灭", "站牌破损"]


def test_widths_and_heights_of_old_workbooks_stay(tmp_path):
    columns = struct.pack("<HHHHHHHH", 0x007D, 12, 1, 2, 30 * 256, 0, 0, 0)
    height = struct.pack("<HHHHHHHHHH", 0x0208, 16, 1, 0, 8, 48 * 20, 0, 0, 0x40, 0)
    path = build.xls(
        tmp_path / "旧.xls", [["序号", "问题", "责任单位"], [1, "路灯不亮", "市城管局"]], extra=columns + height
    )
    sheet = sheet_of(exported(path, ProblemRow(no="2", problem="站牌破损")))
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)
    assert sheet.row_dimensions[2].height == 48


def test_widths_and_heights_of_opendocument_stay(tmp_path):
    table = build.ods_table([["序号", "问题"], ["1", "路灯不亮"]])
    table = table.replace('name="台账">', 'name="台账"><table:table-column table:style-name="wide"/>')
    table = table.replace("<table:table-row>", '<table:table-row table:style-name="high">', 1)
    path = build.ods(tmp_path / "开放.ods", table)
    styles = (
        '<office:automatic-styles xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
        '<style:style style:name="wide" style:family="table-column">'
        '<style:table-column-properties style:column-width="6cm"/></style:style>'
        '<style:style style:name="high" style:family="table-row">'
        '<style:table-row-properties style:row-height="40pt"/></style:style>'
        "</office:automatic-styles><office:body>"
    )
    build.replace_part(
        path, "content.xml", build.part_of(path, "content.xml").replace("<office:body>", styles).encode()
    )
    sheet = sheet_of(exported(path, ProblemRow(no="2", problem="站牌破损")))
    assert sheet.column_dimensions["A"].width == pytest.approx(31, abs=1)
    assert sheet.row_dimensions[1].height == pytest.approx(40, abs=0.5)


def test_a_web_page_under_a_workbooks_name_comes_back_as_a_workbook(tmp_path):
    path = tmp_path / "导出.xls"
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (("序号", "问题"), ("1", "路灯不亮"))
    )
    path.write_text(f"<html><body><table>{rows}</table></body></html>", encoding="utf-8")
    copy = exported(path, replace(row_of(path, 0), problem="路灯全灭"))
    assert copy.name == "导出.xlsx"
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯全灭"]


def test_an_opendocument_sheet_comes_back_as_xlsx(tmp_path):
    rows: build.Rows = [["序号", "问题", "责任单位"], ["1", "路灯不亮", "市城管局"]]
    path = build.ods(tmp_path / "开放.ods", build.ods_table(rows))
    copy = exported(path, ProblemRow(no="2", problem="站牌破损", lead_units=("市交通局",)))
    assert copy.name == "开放.xlsx"
    assert [item.problem for item in again(tmp_path, copy).items] == ["路灯不亮", "站牌破损"]
    assert openpyxl.load_workbook(io.BytesIO(copy.data)).sheetnames == ["台账"]
