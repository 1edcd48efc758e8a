"""Faults go back in the sender's own file: coloured cells, comments, a list in front; the rest is as it was."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bihuan.documents.reading import read_ledger
from bihuan.documents.writing.marked_copy import Mark, MarkedWords, place_of, write_marked_copy
from bihuan.documents.writing.own_layout import OwnCopy
from tests.documents import build
from tests.documents.writing.offices import again, check_sound, full, sheet_of, told

COLOUR = "FFFFC7CE"


def marked(path: Path, *marks: Mark) -> OwnCopy:
    copy = write_marked_copy(path.read_bytes(), path.name, marks)
    check_sound(copy.data)
    return copy


def test_the_cell_is_coloured_and_says_what_to_mend(tmp_path):
    path = full(tmp_path / "office.xlsm")
    copy = marked(
        path,
        Mark("台账", "G6", "日期不存在，请改正。"),
        Mark("台账", "G6", "早于发现日期。"),
        Mark("台账", "C6", "请写全"),
    )
    assert copy.name == "office.xlsm"
    sheet, old = sheet_of(copy, "台账"), openpyxl.load_workbook(path)["台账"]
    assert sheet["G6"].fill.fgColor.rgb == COLOUR
    assert sheet["G6"].comment is not None
    assert sheet["G6"].comment.text == "日期不存在，请改正。\n早于发现日期。"
    assert (sheet["G6"].value, sheet["G6"].number_format) == (old["G6"].value, old["G6"].number_format)
    assert (sheet["G6"].font.name, sheet["G6"].border.left.style) == ("仿宋", "thin")
    assert sheet["C6"].comment is not None
    assert sheet["C6"].comment.text == "请核对点位\n请写全"
    assert sheet["A11"].comment is not None
    assert sheet["H6"].fill.fgColor.rgb != COLOUR


def test_the_first_sheet_lists_every_fault_with_a_link(tmp_path):
    path = full(tmp_path / "office.xlsm")
    words = MarkedWords(sheet="To mend", title="Please mend", place="Where", text="How", author="bihuan")
    marks = [Mark("台账", "G6", "No such date"), Mark(None, "", "=The whole file")]
    copy = write_marked_copy(path.read_bytes(), path.name, marks, words)
    book = openpyxl.load_workbook(io.BytesIO(copy.data), keep_vba=True)
    assert book.sheetnames == ["To mend", "台账", "汇总"]
    assert book.active is not None
    assert book.active.title == "To mend"
    first = book["To mend"]
    assert [[cell.value for cell in row] for row in first["A2:B4"]] == [
        ["Where", "How"],
        ["台账!G6", "No such date"],
        ["—", "=The whole file"],
    ]
    assert first["A3"].hyperlink is not None
    assert first["A3"].hyperlink.location == "'台账'!G6"
    assert first["B4"].data_type == "s"
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets] == [True, None, None]
    assert book["台账"].print_title_rows == "$3:$4"
    assert book["台账"].auto_filter.ref == "A4:J9"


def test_everything_else_is_as_it_was(tmp_path):
    path = full(tmp_path / "office.xlsm")
    copy = marked(path, Mark("台账", "J5", "请填备注"))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(copy.data)) as new:
        same = [name for name in old.namelist() if old.read(name) == new.read(name)]
        assert {
            "xl/vbaProject.bin",
            "xl/media/image1.png",
            "xl/charts/chart1.xml",
            "xl/drawings/drawing1.xml",
        } <= set(same)
        rows = [re.findall(rb"<row .*?</row>", one.read("xl/worksheets/sheet1.xml")) for one in (old, new)]
    assert [n for n, pair in enumerate(zip(*rows, strict=True)) if pair[0] != pair[1]] == [4]


@pytest.mark.parametrize("name", ["office.xlsm", "台账.csv", "台账.xls", "台账.ods"])
def test_the_list_is_no_ledger_when_the_file_comes_back(tmp_path, name):
    rows = [
        ["序号", "问题", "责任单位", "整改时限"],
        ["1", "路灯不亮", "市城管局", "2026年2月30日"],
        ["2", "站牌破损", "市交通局", "长期"],
    ]
    path = tmp_path / name
    makers = {
        "xlsm": lambda: full(path),
        "csv": lambda: build.text(path, rows, "gb18030"),
        "xls": lambda: build.xls(path, rows),
        "ods": lambda: build.ods(path, build.ods_table(rows)),
    }
    makers[path.suffix[1:]]()
    reading = read_ledger(path)
    faults = [fault.place for fault in reading.faults] or ["台账!G5"]
    marks = [Mark(*place_of(place), "日期不存在，请改正。") for place in faults]
    copy = marked(path, *marks * 30)
    assert [told(item) for item in again(tmp_path, copy).items] == [told(item) for item in reading.items]
    sheet = openpyxl.load_workbook(io.BytesIO(copy.data)).worksheets[1]
    cell = sheet[marks[0].cell]
    assert cell.fill.fgColor.rgb == COLOUR
    assert cell.comment is not None


def test_a_file_that_was_marked_before_gets_a_new_list_in_place_of_the_old(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["序号", "问题", "责任单位"], [1, "路灯不亮", "市城管局"]])
    path.write_bytes(marked(path, Mark("台账", "B2", "请写全"), Mark("台账", "C2", "没有这个单位")).data)
    copy = marked(path, Mark("台账", "B2", "请写明地点"))
    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert book.sheetnames == ["需要修改的地方", "台账"]
    assert [cell.value for cell in book.worksheets[0]["B"]][2:] == ["请写明地点"]
    assert book["台账"]["B2"].comment is not None
    assert book["台账"]["B2"].comment.text == "请写明地点"


def test_a_sheet_of_the_sender_by_the_same_name_stays(tmp_path):
    rows: build.Rows = [["序号", "问题", "责任单位"], [1, "路灯不亮", "市城管局"]]
    path = build.sheets(tmp_path / "a.xlsx", {"需要修改的地方": rows, "台账": rows})
    copy = marked(path, Mark("台账", "B2", "请写全"))
    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    assert book.sheetnames == ["需要修改的地方 2", "需要修改的地方", "台账"]
    assert book["需要修改的地方"]["B2"].value == "路灯不亮"


def test_cells_outside_the_table_can_be_marked(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["序号", "问题"], [1, "路灯不亮"]])
    sheet = sheet_of(marked(path, Mark("台账", "D9", "这里缺一列")), "台账")
    assert sheet["D9"].comment is not None
    assert sheet["D9"].fill.fgColor.rgb == COLOUR


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("台账!E5", ("台账", "E5")),
        ("E5", (None, "E5")),
        (None, (None, "")),
        ("第5行", (None, "")),
        ("a!b!C3", ("a!b", "C3")),
    ],
)
def test_places_as_faults_name_them(place, expected):
    assert place_of(place) == expected
