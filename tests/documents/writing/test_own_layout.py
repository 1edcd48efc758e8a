"""A ledger goes back out as the office made it: only what changed is different, and nothing around it is lost."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from bihuan.documents.reading import Place, read_ledger
from bihuan.documents.writing.own_layout import OwnCopy, ProblemRow, write_own_layout
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


def test_a_tick_moves_to_a_column_nobody_has_ticked_yet(tmp_path):
    rows: build.Rows = [["序号", "问题", "已完成", "整改中", "未启动"], [1, "路灯不亮", "√", None, None]]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    copy = exported(path, replace(row_of(path, 0), status="not_started"))
    assert [sheet_of(copy).cell(2, column).value for column in (3, 4, 5)] == [None, None, "√"]


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


def test_a_tick_moves(tmp_path):
    head: list[list[object]] = [
        ["序号", "问题", "责任单位", "时限", "进展（打“√”）", None, None],
        [None] * 4 + ["已完成", "正在推进", "未启动"],
    ]
    rows: build.Rows = [
        [1, "路灯不亮", "市城管局", "2026年3月底前", None, "√", None],
        [2, "站牌破损", "市交通局", "2026年6月底前", "√"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", [*head, *rows], ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:G1"])
    copy = exported(
        path, replace(row_of(path, 0), status="done"), ProblemRow(problem="护栏松动", status="not_started")
    )
    sheet = sheet_of(copy)
    assert [[sheet.cell(line, column).value for column in (5, 6, 7)] for line in (3, 4, 5)] == [
        ["√", None, None],
        ["√", None, None],
        [None, None, "√"],
    ]
    assert [item.status for item in again(tmp_path, copy).items] == ["done", "done", "not_started"]


@pytest.mark.parametrize(
    ("written", "day", "expected"),
    [
        ("2026年3月底前", date(2026, 4, 30), "2026年4月底前"),
        ("2026年3月底前", date(2026, 4, 15), "2026年4月15日前"),
        ("2026-03-05", date(2026, 11, 30), "2026-11-30"),
        ("2026-12-31", date(2026, 1, 2), "2026-01-02"),
        ("2026/3/5", date(2026, 11, 3), "2026/11/3"),
        ("2026.03.05", date(2026, 11, 3), "2026.11.03"),
        ("2026年3月5日前，并长期坚持", date(2027, 1, 9), "2027年1月9日前，并长期坚持"),
        ("20260305", date(2027, 1, 9), "20270109"),
        ("立行立改", date(2027, 1, 9), "2027年1月9日前"),
    ],
)
def test_a_changed_day_is_written_in_the_form_of_its_cell(tmp_path, written, day, expected):
    path = build.xlsx(
        tmp_path / "a.xlsx", [["序号", "问题", "整改时限"], [1, "路灯不亮", written], [2, "站牌破损", written]]
    )
    copy = exported(path, replace(row_of(path, 0), deadline=day))
    sheet = sheet_of(copy)
    assert (sheet["C2"].value, sheet["C3"].value) == (expected, written)
    assert again(tmp_path, copy).items[0].deadline_date == day


def test_a_day_in_a_column_of_real_dates_is_a_real_date(tmp_path):
    rows: build.Rows = [["序号", "问题", "整改时限"], [1, "路灯不亮", date(2026, 3, 5)], [2, "站牌破损", None]]
    path = build.xlsx(tmp_path / "a.xlsx", rows, formats={"C2": "yyyy/m/d"})
    sheet = sheet_of(exported(path, replace(row_of(path, 1), deadline=date(2026, 4, 1))))
    assert sheet["C3"].value == datetime(2026, 4, 1)
    assert sheet["C3"].number_format == "yyyy/m/d"


def test_the_same_as_above_is_written_out_when_what_stands_above_changes(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "责任单位"],
        [1, "路灯不亮", "市城管局"],
        [2, "站牌破损", "同上"],
        [3, "护栏松动", "同上"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    copy = exported(path, replace(row_of(path, 0), lead_units=("市交通局",)))
    assert [item.lead_units for item in again(tmp_path, copy).items] == [
        ("市交通局",),
        ("市城管局",),
        ("市城管局",),
    ]


def test_a_formula_does_not_change_another_problem(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "责任单位"],
        [1, "路灯不亮", "市城管局"],
        ["=A2+1", "站牌破损", "=C2"],
        ["=A3+1", "护栏松动", "市住建局"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    copy = exported(path, replace(row_of(path, 0), no="7", lead_units=("市交通局",)))
    found = again(tmp_path, copy).items
    assert [(item.no, item.lead_units) for item in found] == [
        ("7", ("市交通局",)),
        ("2", ("市城管局",)),
        ("3", ("市住建局",)),
    ]
    assert sheet_of(copy)["A4"].value == "=A3+1"


def test_shared_formulas_survive_rows_put_in(tmp_path):
    rows: build.Rows = [
        ["序号", "类别", "问题", "点位"],
        *([n, "甲" if n < 3 else "乙", f"第{n}处井盖松动", n] for n in range(1, 5)),
    ]
    path = build.xlsx(tmp_path / "a.xlsx", [*rows, ["合计", None, None, None]])
    part = "xl/worksheets/sheet1.xml"
    xml = build.part_of(path, part)
    for row in range(2, 6):
        formula = '<f t="shared" ref="D2:D5" si="0">A2*10</f>' if row == 2 else '<f t="shared" si="0"/>'
        xml = re.sub(rf'(<c r="D{row}"[^>]*>)<v>', rf"\g<1>{formula}<v>", xml)
    build.replace_part(path, part, xml.encode())
    sheet = sheet_of(exported(path, ProblemRow(no="9", problem="新井盖松动")))
    assert [sheet.cell(row, 4).value for row in range(2, 7)] == [f"=A{row}*10" for row in range(2, 7)]


def test_headings_of_categories(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "责任单位"],
        ["一、水环境", None, None],
        [1, "雨污混接", "市住建局"],
        ["二、大气", None, None],
        [2, "渣土车遗撒", "市城管局"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows, ["A2:C2", "A4:C4"])
    copy = exported(path, ProblemRow(no="3", category="水环境", problem="河道淤积"))
    sheet = sheet_of(copy)
    assert [sheet.cell(row, 1).value for row in range(2, 7)] == ["一、水环境", 1, 3, "二、大气", 2]
    assert {"A2:C2", "A5:C5"} <= {str(one) for one in sheet.merged_cells.ranges}
    assert [item.category for item in again(tmp_path, copy).items] == ["水环境", "水环境", "大气"]


def test_an_empty_ledger_is_filled(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["问题台账"], ["序号", "存在问题", "责任单位", "整改时限"]], ["A1:D1"])
    rows = [
        ProblemRow(no=str(n), problem=f"第{n}处", lead_units=("市城管局",), deadline=date(2026, 3, n))
        for n in (1, 2)
    ]
    copy = write_own_layout(path.read_bytes(), read_ledger(path), rows)
    found = again(tmp_path, copy).items
    assert [(item.no, item.problem, item.deadline_date) for item in found] == [
        ("1", "第1处", date(2026, 3, 1)),
        ("2", "第2处", date(2026, 3, 2)),
    ]


def test_what_has_no_column_is_told_once(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["序号", "问题"], [1, "路灯不亮"], [2, "站牌破损"]])
    copy = exported(path, *(replace(row_of(path, number), person="方舟") for number in (0, 1)))
    assert [str(note) for note in copy.notes] == ["原表没有“责任人”一列，没有写出。"]
    assert copy.data == path.read_bytes()


def test_a_place_of_another_file_is_refused(office):
    with pytest.raises(ValueError, match="row 99"):
        exported(office, ProblemRow(Place("台账", 99), problem="别处的问题"))


def test_each_sheet_gets_its_own_problems(tmp_path):
    head = ["序号", "问题", "责任单位"]
    path = build.sheets(
        tmp_path / "a.xlsx",
        {
            "一季度": [head, [1, "路灯不亮", "市城管局"]],
            "二季度": [head, [1, "站牌破损", "市交通局"], [2, "护栏松动", "市住建局"]],
        },
    )
    reading = read_ledger(path)
    rows = [
        replace(ProblemRow(reading.items[1].place), problem="站牌已旧"),
        ProblemRow(table=0, no="2", problem="井盖松动"),
    ]
    copy = write_own_layout(path.read_bytes(), reading, rows)
    found = again(tmp_path, copy).items
    assert [(item.place.sheet if item.place else "", item.problem) for item in found] == [
        ("一季度", "路灯不亮"),
        ("一季度", "井盖松动"),
        ("二季度", "站牌已旧"),
        ("二季度", "护栏松动"),
    ]


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
