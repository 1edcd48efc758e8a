"""More ledgers with traps: where a table stands, what is no item, and columns that share a meaning."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.items import Item, Reading
from bihuan.documents.reading.ledger import read_ledger
from bihuan.documents.writing.ledgers import STANDARD, standard_row, write_ledger
from tests.documents import build


def read(path: Path) -> Reading:
    return read_ledger(path)


def test_a_table_away_from_the_corner_with_spaced_labels(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            [],
            [None, None, "某科室台账"],
            [None, None, "序  号", "存 在\n问 题", "责 任\n单 位", "整 改\n时 限", "备　注"],
            [None, None, "1", "护栏锈蚀", "市公路中心", "2025.6", "无"],
        ],
    )
    reading = read(path)
    (item,) = reading.items
    assert reading.tables[0].header_rows == (3,)
    assert (item.problem, item.deadline_date, item.remark) == ("护栏锈蚀", date(2025, 6, 30), "")
    assert item.place is not None
    assert item.place.cells["lead_units"] == "E4"


def test_headings_in_the_problem_column_and_with_counts(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "时限"],
            [None, "一、照明方面"],
            [1, "路灯坏", "市照明中心", "2025.6"],
            ["二、道路方面", None, "共1项"],
            [2, "坑槽", "市市政处", "2025.8"],
        ],
    )
    assert [(item.no, item.category) for item in read(path).items] == [("1", "照明方面"), ("2", "道路方面")]


def test_yes_and_no_columns(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "是否完成", None, "备注"],
            [None, None, None, "是", "否", None],
            [1, "路灯坏", "市照明中心", "√", None, None],
            [2, "灯光暗", "市照明中心", None, "√", "等配件"],
        ],
        merges=["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"],
    )
    assert [item.status for item in read(path).items] == ["done", "ongoing"]


def test_status_columns_without_a_group_above(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [["序号", "问题", "责任单位", "已完成", "整改中", "未整改"], [1, "路灯坏", "市照明中心", None, None, "√"]],
    )
    (item,) = read(path).items
    assert (item.status, item.status_raw) == ("not_started", "未整改")


def test_two_ticks_in_a_row_are_doubted(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [["序号", "问题", "已完成", "整改中"], [1, "路灯坏", "√", "√"], [2, "灯光暗", "√", None]],
    )
    first, second = read(path).items
    assert any("几个状态" in str(doubt) for doubt in first.doubts)
    assert second.doubts == ()


def test_units_and_dates_merged_over_several_problems_belong_to_each(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "时限"],
            [1, "一号楼漏雨", "市教育局", "2025.6"],
            [2, "二号楼漏雨", None, None],
            [3, "三号楼漏雨", "同上", "〃"],
        ],
        merges=["C2:C3", "D2:D3"],
    )
    assert [item.lead_units for item in read(path).items] == [("市教育局",)] * 3
    assert [item.deadline_date for item in read(path).items] == [date(2025, 6, 30)] * 3


def test_what_is_no_field_is_kept_under_its_label(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            [
                "序号",
                "检查单位",
                "被检查单位",
                "发现问题",
                "问题原因",
                "整改要求",
                "整改期限",
                "实际完成时间",
                "复查情况",
            ],
            [
                1,
                "市督查组",
                "青禾县医院",
                "消防栓无水",
                "阀门锈死",
                "立即维修",
                "3日内",
                "2025-05-02",
                "已整改到位",
            ],
        ],
    )
    (item,) = read(path).items
    assert (item.problem, item.lead_units, item.measures) == ("消防栓无水", ("青禾县医院",), ("立即维修",))
    assert (item.deadline_relative, item.status) == (True, "done")
    assert dict(item.other) == {"检查单位": "市督查组", "问题原因": "阀门锈死", "实际完成时间": "2025-05-02"}


def test_leaders_and_persons_both_count_in_the_order_of_their_columns(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "责任领导", "责任人", "联系电话", "时限"],
            [1, "漏水点未修", "市水务集团", "副总经理林深", "周明", "13800000000", "2025年6月"],
        ],
    )
    (item,) = read(path).items
    assert item.person == "林深、周明"


def test_a_unit_column_of_short_names_holds_units_not_persons(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位"],
            [1, "景区厕所少", "文旅、卫健、商务"],
            [2, "林区防火通道窄", "林业"],
            [3, "假种子", "农业"],
        ],
    )
    assert [item.lead_units for item in read(path).items] == [("文旅", "卫健", "商务"), ("林业",), ("农业",)]


def test_a_row_without_a_problem_is_doubted_not_dropped(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "时限"],
            [1, None, "市教育局", "2025.6"],
            [2, "窗户破损", "市教育局", "2025.6"],
        ],
    )
    first, _ = read(path).items
    assert first.problem == ""
    assert [doubt.place for doubt in first.doubts] == ["台账!B2"]


def test_an_unknown_status_is_doubted(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx", [["序号", "问题", "整改状态"], [1, "窗户破损", "重复件"], [2, "门锁坏", "已完成"]]
    )
    first, second = read(path).items
    assert (first.status, first.status_raw) == ("", "重复件")
    assert len(first.doubts) == 1
    assert second.doubts == ()


def test_columns_hidden_in_the_file_are_read_and_marked(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["序号", "问题", "责任单位"], [1, "窗户破损", "市教育局"]])
    xml = build.part_of(path, "xl/worksheets/sheet1.xml")
    hidden = '<cols><col min="3" max="3" width="9" hidden="1"/></cols><sheetData>'
    build.replace_part(path, "xl/worksheets/sheet1.xml", xml.replace("<sheetData>", hidden).encode())
    reading = read(path)
    assert reading.items[0].lead_units == ("市教育局",)
    assert [column.hidden for column in reading.tables[0].columns] == [False, False, True]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["问题整改登记表"],
            ["问题编号", "YT-001", "问题来源", "巡察"],
            ["问题描述", "路灯不亮"],
            ["责任单位", "市城管局", "时限", "6月"],
        ],
        [["单位", "问题数", "已完成数", "整改率"], ["市城管局", 3, 2, 0.67]],
        [["问题类别", "责任单位", "整改状态"], ["道路", "市城管局", "已整改"]],
        [["姓名", "电话"], ["周明", "0000-1234567"]],
        [["标题", "来源", "发布日期"], ["我市召开推进会议", "云汀日报", "2025-03-01"]],
        [["日期", "值班领导", "值班人员", "电话"], ["2025-01-01", "沈舟", "黎明", "0000-1"]],
        [["物品名称", "规格型号", "数量", "存放地点"], ["多功能一体打印复印机", "M100", 2, "二楼办公室"]],
    ],
)
def test_cards_statistics_lists_of_choices_and_address_books_are_no_ledgers(tmp_path, rows):
    with pytest.raises(Unreadable):
        read(build.xlsx(tmp_path / "a.xlsx", rows))


def test_old_binary_workbooks(tmp_path):
    path = build.xls(
        tmp_path / "a.xls",
        [
            ["整改台账"],
            ["序号", "问题", "整改措施", "责任单位", "整改时限"],
            [1, "护栏松动", "加固", "市住建局", 45838],
            [None, None, "刷漆", None, None],
            [2, "台阶破损", "修补", "市园林中心", "2025年6月底"],
        ],
        merges=[(0, 0, 0, 4), (2, 0, 3, 0), (2, 1, 3, 1)],
        hidden_rows=[4],
    )
    first, second = read(path).items
    assert first.measures == ("加固", "刷漆")
    assert first.deadline_date == second.deadline_date == date(2025, 6, 30)
    assert second.place is not None
    assert second.place.hidden


def test_opendocument_with_merges_and_repeats(tmp_path):
    table = (
        '<table:table table:name="台账"><table:table-row>'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{label}</text:p></table:table-cell>'
            for label in ("类别", "问题", "责任单位", "整改时限")
        )
        + '</table:table-row><table:table-row><table:table-cell office:value-type="string"'
        ' table:number-rows-spanned="2"><text:p>水务</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>管网漏损</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>市水务局</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2025-06-30"><text:p>6月30日</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row table:visibility="collapse"><table:covered-table-cell/>'
        '<table:table-cell office:value-type="string"><text:p>水表不准</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>市水务局</text:p></table:table-cell>'
        "<table:table-cell/></table:table-row></table:table>"
    )
    first, second = read(build.ods(tmp_path / "a.ods", table)).items
    assert (first.category, second.category) == ("水务", "水务")
    assert first.deadline_date == date(2025, 6, 30)
    assert second.place is not None
    assert second.place.hidden


def test_ten_thousand_rows_are_read_in_time(tmp_path):
    path = tmp_path / "a.xlsx"
    items = (
        Item(
            no=f"YT-{number:05d}",
            category=f"类别{number % 9}",
            problem=f"第{number}处路面坑槽，长约{number % 40}米，雨天积水影响通行",
            measures=("现场勘查", "铣刨重铺", "验收"),
            lead_units=("市市政处", "云东区人民政府"),
            person="周明",
            deadline_raw=f"2025-{number % 12 + 1:02d}-15",
            status_raw="正在整改",
        )
        for number in range(10_000)
    )
    write_ledger(path, title="台账", columns=STANDARD, rows=map(standard_row, items))
    began = time.process_time()
    reading = read(path)
    assert time.process_time() - began < 5
    assert len(reading.items) == 10_000
    assert reading.items[-1].no == "YT-09999"


def test_a_csv_of_two_thousand_rows_is_read_in_time(tmp_path):
    head: list[object] = ["编号", "类别", "问题", "整改措施", "责任单位", "整改时限", "整改状态"]
    rows: list[list[object]] = [
        [
            n,
            f"类别{n % 9}",
            f"第{n}处路面坑槽，雨天积水",
            "1.勘查\n2.重铺",
            "市市政处",
            f"2025-{n % 12 + 1}-15",
            "整改中",
        ]
        for n in range(2_000)
    ]
    path = build.text(tmp_path / "a.csv", [head, *rows], "gb18030")
    began = time.process_time()
    reading = read(path)
    assert time.process_time() - began < 1.5
    assert len(reading.items) == 2_000
