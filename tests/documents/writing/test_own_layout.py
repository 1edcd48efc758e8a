"""A ledger goes back out as the office made it: only what changed is different, and nothing around it is lost."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl.utils.escape import unescape

from bihuan.documents.reading import Place, read_ledger
from bihuan.documents.writing.own_layout import OwnCopy, ProblemRow
from tests.documents import build
from tests.documents.writing.offices import MACROS, again, exported, full, row_of, sheet_of, told

NEW = ProblemRow(
    no="4",
    category="水环境",
    problem="公厕下水堵塞",
    measures=("疏通管道", "换装地漏"),
    lead_units=("市城管局", "市水务局"),
    person="宁远",
    deadline=date(2026, 12, 31),
    status="not_started",
)


@pytest.fixture
def office(tmp_path) -> Path:
    return full(tmp_path / "office.xlsm")


def parts(copy: OwnCopy | Path) -> dict[str, bytes]:
    data = copy.read_bytes() if isinstance(copy, Path) else copy.data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_of_text(copy: OwnCopy) -> str:
    return parts(copy)["xl/worksheets/sheet1.xml"].decode()


def rows_of(data: bytes) -> list[bytes]:
    return re.findall(rb"<row .*?</row>", data)


def test_nothing_changed_gives_the_same_file(office):
    copy = exported(office, *(ProblemRow(item.place) for item in read_ledger(office).items))
    assert copy.data == office.read_bytes()
    assert copy.name == "office.xlsm"
    assert copy.notes == ()


def test_what_is_the_same_already_is_not_written(office):
    rows = [
        ProblemRow(
            item.place,
            no=item.no,
            category=item.category,
            problem=item.problem + "。",
            measures=item.measures,
            lead_units=item.lead_units,
            support_units=item.support_units,
            person=item.person,
            deadline=item.deadline_date,
            status=item.status,
            remark=item.remark,
        )
        for item in read_ledger(office).items
    ]
    assert exported(office, *rows).data == office.read_bytes()


def test_one_change_leaves_every_other_cell_and_part_byte_for_byte(office):
    copy = exported(office, replace(row_of(office, 0), status="done"))
    before, after = parts(office), parts(copy)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml"}
    assert after["xl/vbaProject.bin"] == MACROS
    old, new = (rows_of(one["xl/worksheets/sheet1.xml"]) for one in (before, after))
    assert [place for place, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]] == [4]
    cells = [re.findall(rb"<c .*?(?:/>|</c>)", one[4]) for one in (old, new)]
    assert [place for place, pair in enumerate(zip(*cells, strict=True)) if pair[0] != pair[1]] == [7]


def test_changes_are_written_as_the_cells_write_theirs(office, tmp_path):
    row = replace(
        row_of(office, 0),
        problem="护城河西段岸坡堆放垃圾",
        measures=("清运垃圾", "加装围挡", "每日巡查"),
        deadline=date(2026, 5, 31),
        lead_units=("市水务局",),
        support_units=("市城管局",),
    )
    copy = exported(office, row)
    sheet = sheet_of(copy)
    assert sheet["D5"].value == "1.清运垃圾；2.加装围挡；3.每日巡查。"
    assert sheet["G5"].value == datetime(2026, 5, 31)
    assert sheet["G5"].number_format == sheet["G6"].number_format
    found = again(tmp_path, copy).items[0]
    assert (found.lead_units, found.support_units) == (("市水务局",), ("市城管局",))
    assert found.problem == "护城河西段岸坡堆放垃圾"


def test_a_new_problem_goes_into_its_group_and_everything_below_moves(office, tmp_path):
    copy = exported(office, NEW)
    sheet = sheet_of(copy)
    assert [sheet.cell(7, column).value for column in (1, 3, 5)] == [4, "公厕下水堵塞", "市城管局、市水务局"]
    assert sheet["G7"].value == datetime(2026, 12, 31)
    assert sheet["G7"].number_format == sheet["G6"].number_format
    assert sheet["C7"]._style == sheet["C6"]._style
    assert sheet.row_dimensions[7].height == 48
    merges = {str(one) for one in sheet.merged_cells.ranges}
    assert {"B5:B7", "B8:B10", "C8:C10", "A11:H11", "A12:J12"} <= merges
    assert sheet["I11"].value == "=SUM(I5:I10)"
    assert sheet["J11"].value == '=COUNTIF(H5:H10,"已完成")&"/"&COUNTA(C5:C10)'
    assert sheet["A12"].value == "注：以上点位数由各单位自报。"
    assert sheet["A12"].comment is not None
    assert sheet["C6"].comment is not None
    assert sheet.column_dimensions["F"].hidden
    assert sheet.column_dimensions["C"].width == pytest.approx(34.2, abs=1)
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:J10"
    assert sheet.print_area == "'台账'!$A$1:$J$12"
    assert sheet.print_title_rows == "$3:$4"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "H5:H10"
    [rule] = sheet.conditional_formatting
    assert str(rule.sqref) == "A5:J10"
    assert rule.rules[0].formula == ["$I5>$I$11/2"]
    found = again(tmp_path, copy).items
    assert [item.no for item in found] == ["1", "2", "4", "3"]
    assert told(found[2]) == {
        "no": "4",
        "category": "水环境",
        "problem": "公厕下水堵塞",
        "measures": ["疏通管道", "换装地漏"],
        "lead_units": ["市城管局", "市水务局"],
        "person": "宁远",
        "deadline_raw": "2026-12-31",
        "deadline_kind": "date",
        "deadline_date": "2026-12-31",
        "status": "not_started",
        "status_raw": "未启动",
    }


def test_other_sheets_names_charts_and_pictures_follow(office):
    copy = exported(office, NEW)
    assert sheet_of(copy, "汇总")["A1"].value == "=SUM(台账!I5:I10)"
    assert sheet_of(copy, "汇总")["A2"].value == "=台账!I11"
    found = parts(copy)
    assert "台账!$I$5:$I$10" in found["xl/workbook.xml"].decode()
    assert "台账!$I$5:$I$10" in found["xl/charts/chart1.xml"].decode()
    rows = re.findall(rb"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>", found["xl/drawings/drawing1.xml"])
    assert rows == [b"13"] * 3
    assert found["xl/media/image1.png"] == parts(office)["xl/media/image1.png"]
    assert "（公章）" in found["xl/drawings/drawing1.xml"].decode()
    vml = found["xl/drawings/vmlDrawing1.vml"]
    assert re.findall(rb"<x:Row>(\d+)</x:Row>", vml) == [b"5", b"11"]
    assert b"fullCalcOnLoad" in found["xl/workbook.xml"]


def test_a_problem_over_several_rows_keeps_that_form(office, tmp_path):
    row = replace(
        row_of(office, 2), measures=("加装篷布", "联合执法每月一次", "定期通报", "公开电话"), status="done"
    )
    copy = exported(office, row)
    sheet = sheet_of(copy)
    assert [sheet.cell(line, 4).value for line in range(7, 11)] == [
        "加装篷布",
        "联合执法每月一次",
        "定期通报",
        "公开电话",
    ]
    merges = {str(one) for one in sheet.merged_cells.ranges}
    assert {f"{column}7:{column}10" for column in "ABCEFGHIJ"} <= merges
    assert "D7:D10" not in merges
    assert sheet["H7"].value == "已完成"
    assert sheet["I11"].value == "=SUM(I5:I10)"
    found = again(tmp_path, copy).items
    assert [len(item.measures) for item in found] == [2, 1, 4]


def test_a_measure_put_first_stands_in_the_first_row(office, tmp_path):
    measures = ("约谈企业", "加装篷布", "联合执法", "定期通报")
    copy = exported(office, replace(row_of(office, 2), measures=measures))
    assert [sheet_of(copy).cell(line, 4).value for line in range(7, 11)] == list(measures)
    assert again(tmp_path, copy).items[2].measures == measures


def test_a_measure_that_is_gone_leaves_its_cell_empty(office, tmp_path):
    copy = exported(office, replace(row_of(office, 2), measures=("加装篷布", "定期通报")))
    sheet = sheet_of(copy)
    assert [sheet.cell(line, 4).value for line in range(7, 10)] == ["加装篷布", None, "定期通报"]
    assert again(tmp_path, copy).items[2].measures == ("加装篷布", "定期通报")


def test_a_shared_cell_is_cut_where_its_problems_no_longer_agree(office, tmp_path):
    copy = exported(office, replace(row_of(office, 1), category="市容环境"))
    sheet = sheet_of(copy)
    assert (sheet["B5"].value, sheet["B6"].value) == ("水环境", "市容环境")
    assert "B5:B6" not in {str(one) for one in sheet.merged_cells.ranges}
    assert [item.category for item in again(tmp_path, copy).items] == ["水环境", "市容环境", "大气"]


def test_a_shared_cell_stays_whole_where_all_its_problems_change_alike(office):
    rows = [replace(row_of(office, number), category="水体") for number in (0, 1)]
    sheet = sheet_of(exported(office, *rows))
    assert sheet["B5"].value == "水体"
    assert "B5:B6" in {str(one) for one in sheet.merged_cells.ranges}


def test_a_new_category_stands_at_the_end_above_the_total(office, tmp_path):
    copy = exported(office, replace(NEW, category="噪声"))
    sheet = sheet_of(copy)
    assert [sheet.cell(line, 2).value for line in (7, 10, 11)] == ["大气", "噪声", None]
    assert sheet["A11"].value == "合计"
    assert [item.category for item in again(tmp_path, copy).items] == ["水环境", "水环境", "大气", "噪声"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+8", "-3处", "@SUM(1)", "＝1", '=HYPERLINK("http://127.0.0.1","x")', "a\n=1"]
)
def test_nothing_typed_becomes_a_formula(office, tmp_path, text):
    copy = exported(office, replace(row_of(office, 0), remark=text), replace(NEW, problem=text))
    sheet = sheet_of(copy)
    for cell in (sheet["J5"], sheet["C7"]):
        assert cell.data_type == "s"
        assert cell.value == text
        assert cell.quotePrefix
    assert sheet["J8"].quotePrefix is False


def test_control_characters_and_long_texts_keep_the_file_whole(office, tmp_path):
    text = "甲\x00\x0b乙\ud800丙_x0041_ <&> " + "长" * 40_000
    copy = exported(office, replace(row_of(office, 0), remark=text))
    found = sheet_of(copy)["J5"].value
    assert isinstance(found, str)
    assert unescape(found).startswith("甲\x00\x0b乙\ufffd丙_x0041_ <&> 长")
    assert len(unescape(found)) <= 32_767
    assert again(tmp_path, copy).items[1].problem == "雨水井盖缺失"


def test_a_row_that_became_several_problems_is_changed_where_they_agree(office):
    row = row_of(office, 0)
    both = [
        replace(row, problem="东岸堆放垃圾", status="done"),
        replace(row, problem="西岸堆放垃圾", status="done"),
    ]
    copy = exported(office, *both)
    sheet = sheet_of(copy)
    assert (sheet["C5"].value, sheet["H5"].value) == ("护城河东段岸坡堆放垃圾", "已完成")
    assert [str(note) for note in copy.notes] == ["原表第5行已分成几个问题，它们各自的改动没有写出，请手工核对。"]


def test_a_broken_drawing_does_not_keep_a_ledger_from_going_out(office):
    build.replace_part(office, "xl/drawings/drawing1.xml", b"<!DOCTYPE a><broken")
    copy = exported(office, NEW)
    assert parts(copy)["xl/drawings/drawing1.xml"] == b"<!DOCTYPE a><broken"
    assert sheet_of_text(copy).count("公厕下水堵塞") == 1


def test_a_place_of_another_file_is_refused(office):
    with pytest.raises(ValueError, match="row 99"):
        exported(office, ProblemRow(Place("台账", 99), problem="别处的问题"))
