"""Ledgers as offices build them: each test is one layout with its own trap, read whole and right."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from bihuan.documents.reading.items import Item, Reading
from bihuan.documents.reading.ledger import read_ledger
from tests.documents import build

HEAD = ["序号", "存在问题", "责任单位", "整改时限", "整改状态"]


def read(path: Path) -> Reading:
    return read_ledger(path)


def problems(reading: Reading) -> list[str]:
    return [item.problem for item in reading.items]


def only(reading: Reading) -> Item:
    assert len(reading.items) == 1
    return reading.items[0]


def test_title_filler_line_three_row_header_and_signature(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["云汀市城市管理问题整改清单"],
            ["填报单位：市整改办", None, None, None, "填报时间：2025年3月4日"],
            ["序号", "问题情况", None, "整改责任", None, None, "整改时限", "完成情况"],
            [None, "类别", "问题描述", "责任单位", None, "责任人", None, None],
            [None, None, None, "牵头", "配合", None, None, None],
            [
                1,
                "市容",
                "北河路人行道砖破损约30米",
                "市城管局",
                "市住建局、云东区人民政府",
                "顾明",
                "5月底前",
                "已完成",
            ],
            [2, "市容", "滨江公园夜间照明不亮", "市园林中心", None, "林芳", "长期坚持", "正在推进"],
            ["审核人：", None, None, "填表人：丁一", None, None, "电话：0000-1234567"],
        ],
        merges=["A1:H1", "A3:A5", "B3:C3", "D3:F3", "D4:E4", "G3:G5", "H3:H5", "B4:B5", "C4:C5", "F4:F5"],
    )
    reading = read(path)
    assert reading.tables[0].header_rows == (3, 4, 5)
    first, second = reading.items
    assert first.category == "市容"
    assert first.lead_units == ("市城管局",)
    assert first.support_units == ("市住建局", "云东区人民政府")
    assert first.person == "顾明"
    assert (first.deadline_raw, first.deadline_date) == ("5月底前", date(2025, 5, 31))
    assert any("年份" in str(doubt) for doubt in first.doubts)
    assert first.place is not None
    assert first.place.first_row == 6
    assert first.place.cells["problem"] == "C6"
    assert (first.status, second.status, second.deadline_kind) == ("done", "ongoing", "longterm")


def test_one_problem_over_several_measure_rows_merged_down(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "整改措施", "责任单位", "完成时限", "进展情况"],
            [1, "小学校门口无减速带", "完成现场勘查", "云东区教育局", "2025年3月底前", "已勘查"],
            [None, None, "安装减速带两处", "市交警支队", "2025年6月底前", "正在采购"],
            [2, "农贸市场污水外溢", "疏通管道；更换井盖", "云东区市场监管局", "2025年4月15日", "已疏通"],
        ],
        merges=["A2:A3", "B2:B3"],
    )
    first, second = read(path).items
    assert first.measures == ("完成现场勘查", "安装减速带两处")
    assert first.lead_units == ("云东区教育局", "市交警支队")
    assert (first.deadline_kind, first.deadline_date) == ("stage", date(2025, 6, 30))
    assert first.progress == "已勘查\n正在采购"
    assert second.measures == ("疏通管道", "更换井盖")
    assert second.deadline_kind == "date"


def test_one_problem_over_several_rows_without_merging(tmp_path):
    path = build.text(
        tmp_path / "a.csv",
        [
            ["序号", "问题", "整改措施", "责任单位", "完成时限"],
            ["1", "小学校门口无减速带", "完成现场勘查", "云东区教育局", "2025年3月底前"],
            ["", "", "安装减速带两处", "", ""],
            ["2", "农贸市场污水外溢", "疏通管道", "云东区市场监管局", "2025年4月15日"],
        ],
        "utf-8-sig",
    )
    first, second = read(path).items
    assert first.measures == ("完成现场勘查", "安装减速带两处")
    assert first.lead_units == ("云东区教育局",)
    assert second.problem == "农贸市场污水外溢"


def test_headings_between_rows_become_the_category_and_subtotals_vanish(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            HEAD,
            ["一、道路交通方面（2个）"],
            [1, "学府路信号灯配时不合理", "市交警支队", "2025-05-20", "整改中"],
            [2, "环城路标线不清", "市公路中心", "2025-06-20", "已整改"],
            ["小计", "2个", None, None, None],
            ["二、养老服务方面"],
            [3, "敬老院消防通道堆物", "市民政局", "立行立改", "未启动"],
            ["总计：3个问题"],
        ],
        merges=["A2:E2", "A6:E6", "A8:E8"],
    )
    reading = read(path)
    assert [item.category for item in reading.items] == ["道路交通方面", "道路交通方面", "养老服务方面"]
    assert [item.status for item in reading.items] == ["ongoing", "done", "not_started"]


def test_header_printed_again_on_every_page(tmp_path):
    rows: list[list[object]] = [["问题台账"], [*HEAD]]
    for number in range(1, 7):
        rows.append([number, f"第{number}号井盖缺失，行人易绊倒", "市市政处", "2025年7月底", "整改中"])
        if number % 2 == 0:
            rows += [[f"第{number // 2}页"], [*HEAD]]
    path = build.xlsx(tmp_path / "a.xlsx", rows)
    reading = read(path)
    assert [item.no for item in reading.items] == ["1", "2", "3", "4", "5", "6"]
    assert len(reading.tables) == 1


def test_two_different_tables_below_each_other(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["表一 市级问题"],
            HEAD,
            [1, "公厕指示牌缺失", "市城管局", "2025年7月底", "已整改"],
            [],
            ["表二 县级问题"],
            ["编号", "责任单位", "问题描述", "办结时限", "办理进度"],
            ["X-01", "青禾县水利局", "渠道淤积影响灌溉", "2025年8月底", "办理中"],
        ],
    )
    reading = read(path)
    assert len(reading.tables) == 2
    assert [(i.no, i.lead_units, i.status) for i in reading.items] == [
        ("1", ("市城管局",), "done"),
        ("X-01", ("青禾县水利局",), "ongoing"),
    ]


def test_ticked_columns_for_status_and_horizon_without_merging(tmp_path):
    path = build.text(
        tmp_path / "a.txt",
        [
            ["序号", "问题", "整改时限", "", "", "进展情况（打√）", "", "", "责任单位"],
            ["", "", "立行立改", "限期整改", "长期坚持", "已完成", "正在推进", "未启动", ""],
            ["1", "窗口叫号机失灵", "√", "", "", "√", "", "", "市政务服务中心"],
            ["2", "办事指南过期", "", "2025年9月30日", "", "", "✓", "", "市政务服务中心"],
            ["3", "午间无人值守", "", "", "√", "", "", "√", "市人社局"],
        ],
        "utf-16",
        delimiter="\t",
    )
    first, second, third = read(path).items
    assert (first.deadline_kind, first.status) == ("immediate", "done")
    assert (second.deadline_kind, second.deadline_date, second.status) == ("date", date(2025, 9, 30), "ongoing")
    assert (third.deadline_kind, third.status) == ("longterm", "not_started")


def test_boxes_printed_in_the_cell(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            HEAD,
            [1, "宣传栏内容陈旧", "市文旅局", "2025/10", "☑已完成 □整改中 □未启动"],
            [2, "停车位被占", "市公安局", "2025.11", "□已完成 ☑整改中"],
        ],
    )
    assert [item.status for item in read(path).items] == ["done", "ongoing"]


def test_a_coarse_and_a_fine_problem_column(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "反馈问题", "具体问题", "整改措施", "牵头单位", "整改时限"],
            [1, "作风不实", "会议记录补写", "开展自查", "市档案馆", "立行立改"],
            [2, None, "走访流于形式", "建立走访清单", "市信访局", "2025年底"],
            [3, "制度不全", "采购没有比价", "修订采购办法", "市财政局", "2025年三季度"],
        ],
        merges=["B2:B3"],
    )
    reading = read(path)
    assert problems(reading) == ["会议记录补写", "走访流于形式", "采购没有比价"]
    assert [item.category for item in reading.items] == ["作风不实", "作风不实", "制度不全"]


def test_responsible_beside_leading_supports_but_leads_where_no_leader_is_named(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "牵头单位", "责任单位", "督导单位", "整改时限"],
            [1, "农村公厕冬季结冰", "市农业农村局", "各县（市、区）人民政府", "市纪委监委", "2025年12月"],
            [2, "自来水压力不足", None, "青禾县水利局", "市人大办", "2025年12月"],
        ],
    )
    first, second = read(path).items
    assert (first.lead_units, first.support_units) == (("市农业农村局",), ("各县（市、区）人民政府",))
    assert (second.lead_units, second.support_units) == (("青禾县水利局",), ())


def test_a_note_says_the_first_unit_leads(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位", "整改时限"],
            [1, "河岸私搭鸭棚", "市水利局、青禾县人民政府、市农业农村局", "2025年8月底"],
            ["注：责任单位中排在第一位的为牵头单位。"],
        ],
    )
    item = only(read(path))
    assert item.lead_units == ("市水利局",)
    assert item.support_units == ("青禾县人民政府", "市农业农村局")


def test_only_sheets_with_problems_are_ledgers(tmp_path):
    path = build.sheets(
        tmp_path / "a.xlsx",
        {
            "填报说明": [["填报说明"], ["序号", "按顺序填写"], ["问题", "一句话写清"], ["责任单位", "写全称"]],
            "汇总表": [["单位", "问题数", "已完成数", "整改率"], ["市城管局", 3, 2, 0.67], ["市水利局", 4, 4, 1]],
            "市级": [HEAD, [1, "路牌错字", "市民政局", "2025年5月底", "已整改"]],
            "县级": [HEAD, [1, "路灯不亮", "青禾县住建局", "2025年6月底", "整改中"]],
            "选项": [
                ["问题类别", "责任单位", "整改状态"],
                ["道路", "市城管局", "已整改"],
                ["照明", "市水利局", "整改中"],
            ],
            "旧版": [HEAD, [9, "旧问题", "市城管局", "2024年5月底", "已整改"]],
        },
        hidden=["选项", "旧版"],
    )
    reading = read(path)
    assert [table.sheet for table in reading.tables] == ["市级", "县级"]
    assert problems(reading) == ["路牌错字", "路灯不亮"]
    assert [fault.place for fault in reading.faults] == ["旧版"]


def test_a_table_lying_on_its_side(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["整改任务卡"],
            ["序号", 1, 2],
            ["问题描述", "档案柜未上锁", "机房无备用电源"],
            ["责任单位", "市档案馆", "市大数据中心"],
            ["整改时限", datetime(2025, 5, 1), "2025年底"],
            ["完成情况", "已完成", "未完成"],
        ],
        formats={"B5": "yyyy-mm-dd"},
    )
    reading = read(path)
    first, second = reading.items
    assert first.problem == "档案柜未上锁"
    assert (first.deadline_date, second.deadline_date) == (date(2025, 5, 1), date(2025, 12, 31))
    assert first.place is not None
    assert first.place.cells["lead_units"] == "B4"
    assert (first.status, second.status) == ("done", "ongoing")
