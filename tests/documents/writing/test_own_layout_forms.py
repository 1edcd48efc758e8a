"""Ticks, days, repeated and carried words, headings: each is written as the table writes it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bihuan.documents.reading import read_ledger
from bihuan.documents.writing.own_layout import ProblemRow, write_own_layout
from tests.documents import build
from tests.documents.writing.offices import again, exported, row_of, sheet_of


def test_a_tick_moves_to_a_column_nobody_has_ticked_yet(tmp_path):
    rows: build.Rows = [["序号", "问题", "已完成", "整改中", "未启动"], [1, "路灯不亮", "√", None, None]]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    copy = exported(path, replace(row_of(path, 0), status="not_started"))
    assert [sheet_of(copy).cell(2, column).value for column in (3, 4, 5)] == [None, None, "√"]


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


@pytest.mark.parametrize(
    ("day", "written"), [(date(2026, 5, 1), "2026年5月1日前"), (date(2026, 5, 31), datetime(2026, 5, 31))]
)
def test_a_day_is_told_where_cells_show_the_month_alone(tmp_path, day, written):
    rows: build.Rows = [["序号", "问题", "整改时限"], [1, "路灯不亮", date(2026, 3, 1)]]
    path = build.xlsx(tmp_path / "a.xlsx", rows, formats={"C2": 'yyyy"年"m"月"'})
    copy = exported(path, replace(row_of(path, 0), deadline=day))
    assert sheet_of(copy)["C2"].value == written
    assert again(tmp_path, copy).items[0].deadline_date == day


def test_a_day_is_cut_into_the_columns_of_year_month_and_day(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "整改时限", None, None],
        [None, None, "年", "月", "日"],
        [1, "栈道木板腐朽", 2026, 6, 30],
        [2, "瞭望塔避雷失效", 2026, 9, None],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows, ["A1:A2", "B1:B2", "C1:E1"])
    new = ProblemRow(no="3", problem="站牌破损", deadline=date(2027, 3, 4))
    copy = exported(path, replace(row_of(path, 1), deadline=date(2026, 12, 5)), new)
    assert [[sheet_of(copy).cell(row, column).value for column in (3, 4, 5)] for row in (3, 4, 5)] == [
        [2026, 6, 30],
        [2026, 12, 5],
        [2027, 3, 4],
    ]
    assert [item.deadline_date for item in again(tmp_path, copy).items][1:] == [
        date(2026, 12, 5),
        date(2027, 3, 4),
    ]


def test_a_problem_repeated_in_each_of_its_rows_is_changed_in_all(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "整改措施", "责任单位", "整改时限"],
        ["1", "路灯不亮", "现场勘查", "市城管局", "2026年3月底前"],
        ["1", "路灯不亮", "更换灯具", "市城管局", "2026年3月底前"],
        ["2", "站牌破损", "重新制作", "市交通局", "2026年6月底前"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    assert len(read_ledger(path).items) == 2
    row = replace(
        row_of(path, 0), no="7", problem="路灯全灭", lead_units=("市水务局",), deadline=date(2026, 4, 30)
    )
    copy = exported(path, row)
    found = [[sheet_of(copy).cell(line, column).value for column in range(1, 6)] for line in (2, 3)]
    assert found == [
        ["7", "路灯全灭", "现场勘查", "市水务局", "2026年4月底前"],
        ["7", "路灯全灭", "更换灯具", "市水务局", "2026年4月底前"],
    ]


def test_a_file_that_counts_its_days_from_1904(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (["序号", "问题", "整改时限"], [1, "路灯不亮", date(2026, 3, 1)]):
        book.worksheets[0].append(row)
    path = tmp_path / "a.xlsx"
    book.save(path)
    copy = exported(path, replace(row_of(path, 0), deadline=date(2026, 4, 2)))
    assert sheet_of(copy)["C2"].value == datetime(2026, 4, 2)
    assert again(tmp_path, copy).items[0].deadline_date == date(2026, 4, 2)


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


def test_a_formula_above_does_not_speak_for_a_new_problem(tmp_path):
    rows: build.Rows = [
        ["序号", "问题", "责任单位", "备注", "天数"],
        ["=ROW()-1", "路灯不亮", "市城管局", '="见"&"附件"', "=A2*2"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    sheet = sheet_of(exported(path, ProblemRow(problem="站牌破损")))
    assert [sheet.cell(3, column).value for column in range(1, 6)] == ["=ROW()-1", "站牌破损", None, None, "=A3*2"]


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


def test_cells_merged_across_stay_so_in_new_rows(tmp_path):
    rows: build.Rows = [
        ["类别", None, "序号", "问题", None, "责任单位"],
        ["水环境", None, 1, "雨污混接", None, "市住建局"],
        [None, None, 2, "河道淤积", None, "市水务局"],
        ["大气", None, 3, "渣土车遗撒", None, "市城管局"],
    ]
    merges = ["A1:B1", "D1:E1", "A2:B3", "A4:B4", *(f"D{row}:E{row}" for row in (2, 3, 4))]
    path = build.xlsx(tmp_path / "a.xlsx", rows, merges)
    copy = exported(
        path,
        *(
            ProblemRow(no=no, category=kind, problem=f"井盖{no}松动")
            for no, kind in (("4", "大气"), ("5", "水环境"))
        ),
    )
    found = {str(one) for one in sheet_of(copy).merged_cells.ranges}
    assert {"A2:B4", "A5:B6", "D4:E4", "D6:E6"} <= found
    assert [(item.no, item.category) for item in again(tmp_path, copy).items] == [
        ("1", "水环境"),
        ("2", "水环境"),
        ("5", "水环境"),
        ("3", "大气"),
        ("4", "大气"),
    ]
