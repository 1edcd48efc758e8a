"""Ledgers whose trap lies in their cells and columns: dates, formats, matrices, notes among the rows."""

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


def test_dates_as_offices_type_them(tmp_path):
    path = build.xlsx(
        tmp_path / "2025年台账.xlsx",
        [
            ["序号", "问题", "完成时限"],
            [1, "第一个问题在这里", datetime(2025, 6, 1)],
            [2, "第二个问题在这里", 45838],
            [3, "第三个问题在这里", "20250630日"],
            [4, "第四个问题在这里", 20250630],
            [5, "第五个问题在这里", "2025年6月3\ufffd日"],
            [6, "第六个问题在这里", "2025年2月30日"],
            [7, "第七个问题在这里", datetime(2025, 6, 30, 18, 0)],
        ],
        formats={"C2": 'yyyy"年"m"月"', "C8": "yyyy-mm-dd hh:mm"},
    )
    reading = read(path)
    found = [(item.deadline_raw, item.deadline_date) for item in reading.items]
    end = date(2025, 6, 30)
    assert found == [
        ("2025年6月", end),
        ("45838", end),
        ("20250630日", end),
        ("20250630", end),
        ("2025年6月3\ufffd日", None),
        ("2025年2月30日", None),
        ("2025-06-30T18:00:00", end),
    ]
    assert all(item.deadline_kind == "date" for item in reading.items)
    (fault,) = reading.faults
    assert fault.place == "台账!C7"
    assert "2025年2月30日" in str(fault)
    assert reading.items[4].doubts[0].place == "台账!C6"


def test_numbers_look_as_their_format_shows_them(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["编号", "问题", "责任单位", "整改进度"],
            [7, "围墙开裂", "市教育局", 0.85],
            [8, "球场积水", "市体育局", 1],
        ],
        formats={"A2": "0000", "A3": "0000", "D2": "0%", "D3": "0%"},
    )
    first, second = read(path).items
    assert (first.no, second.no) == ("0007", "0008")
    assert (first.status_raw, first.status) == ("85%", "ongoing")
    assert (second.status_raw, second.status) == ("100%", "done")


def test_hidden_rows_are_read_and_marked_formulas_without_value_reported(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            HEAD,
            ["=ROW()-1", "楼道堆物", "市消防支队", "2025年6月", "整改中"],
            [2, "电线私拉", "市消防支队", "2025年6月", "整改中"],
        ],
    )
    xml = build.part_of(path, "xl/worksheets/sheet1.xml").replace('<row r="3"', '<row r="3" hidden="1"')
    build.replace_part(path, "xl/worksheets/sheet1.xml", xml.encode())
    first, second = read(path).items
    assert second.place is not None
    assert second.place.hidden
    assert [doubt.place for doubt in first.doubts] == ["台账!A2"]


def test_a_matrix_of_units(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位（●牵头 ○配合）", None, None, "时限"],
            [None, None, "市水利局", "市住建局", "市财政局", None],
            [1, "闸门启闭不灵", "●", "○", None, "2025年汛期前"],
            [2, "泵站电缆老化", None, "●", "○", "2025年5月底前"],
        ],
        merges=["A1:A2", "B1:B2", "C1:E1", "F1:F2"],
    )
    first, second = read(path).items
    assert (first.lead_units, first.support_units) == (("市水利局",), ("市住建局",))
    assert (second.lead_units, second.support_units) == (("市住建局",), ("市财政局",))
    assert (first.deadline_kind, first.deadline_date) == ("date", None)


def test_sample_row_column_numbers_and_ready_numbered_blanks_are_no_items(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            HEAD,
            [1, 2, 3, 4, 5],
            ["示例", "某路口红绿灯故障", "市交警支队", "2025年6月底前", "整改中"],
            [1, "图书馆闭馆时间未公示", "市文旅局", "2025年6月底前", "整改中"],
            [2, None, None, None, None],
            [3, None, None, None, None],
        ],
    )
    assert problems(read(path)) == ["图书馆闭馆时间未公示"]


def test_no_number_column_and_the_problem_first(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["隐患内容", "隐患地点", "整改责任部门", "整改责任人", "整改完成期限", "是否整改到位"],
            ["1.灭火器过期", "三号楼", "后勤处", "陶然", "2025.4.30前", "√"],
            ["2.应急灯损坏12处", "地下车库", "保卫处", "副处长方圆", "2025.5.30前", "×"],
            ["合计", None, None, None, None, "2处"],
        ],
    )
    first, second = read(path).items
    assert (first.problem, first.other["隐患地点"]) == ("灭火器过期", "三号楼")
    assert (first.status, second.status) == ("done", "ongoing")
    assert second.person == "方圆"
    assert second.problem == "应急灯损坏12处"


def test_words_that_look_like_headers_do_not_end_the_table(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "整改措施", "责任单位", "整改时限", "完成情况"],
            [1, "饮水安全问题", "整改措施", "责任单位不明", "限期整改", "整改情况"],
            [2, "责任落实问题", "建立责任清单", "市住建局", "限期整改", "完成情况待报"],
        ],
    )
    assert problems(read(path)) == ["饮水安全问题", "责任落实问题"]


def test_category_only_in_the_first_row_of_its_group(tmp_path):
    path = build.text(
        tmp_path / "a.csv",
        [
            ["类别", "序号", "问题", "主办单位", "协办单位", "办理时限"],
            ["出行", "1", "公交站无座椅", "市公交公司", "无", "收到后5个工作日内"],
            ["", "2", "盲道被占", "市城管局", "/", "一周内"],
            ["住房", "3", "电梯常停", "市住建局", "市市场监管局/物业公司", "2025年内"],
        ],
        "gb18030",
    )
    reading = read(path)
    assert [item.category for item in reading.items] == ["出行", "出行", "住房"]
    assert [item.deadline_relative for item in reading.items] == [True, True, False]
    assert [item.support_units for item in reading.items] == [(), (), ("市市场监管局", "物业公司")]


def test_text_in_status_column_that_tells_the_whole_story(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "整改情况"],
            [1, "账目不清", "已完成整改。清理往来款3笔，补记资产12项。"],
            [2, "租金未收", "追回租金4万元，剩余部分正在诉讼。基本完成整改"],
            [3, "合同缺失", "正在补签合同，预计年底前完成。"],
        ],
    )
    reading = read(path)
    assert [item.status for item in reading.items[:2]] == ["done", "mostly"]
    assert reading.items[0].progress.startswith("已完成整改")


def test_units_and_persons_in_one_column(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "问题", "责任单位及责任人", "时限"],
            [1, "台阶破损", "市园林中心 顾小满", "2025年5月"],
            [2, "喷泉漏电", "市城管局（牵头）\n市园林中心\n方圆", "2025年5月"],
        ],
    )
    first, second = read(path).items
    assert (first.lead_units, first.person) == (("市园林中心",), "顾小满")
    assert (second.lead_units, second.support_units, second.person) == (("市城管局",), ("市园林中心",), "方圆")


def test_an_english_ledger(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["No.", "Problem", "Lead unit", "Supporting units", "Person in charge", "Due date", "Status"],
            [
                1,
                "Handrail loose at the north stairs",
                "City Works",
                None,
                "A. Reed",
                datetime(2025, 6, 30),
                "Closed",
            ],
        ],
        formats={"F2": "yyyy-mm-dd"},
    )
    item = only(read(path))
    assert item.lead_units == ("City Works",)
    assert (item.deadline_date, item.status) == (date(2025, 6, 30), "done")


def test_an_empty_ledger_has_no_items_and_no_error(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx", [["青禾县台账"], HEAD, [], ["填表人：", None, "审核人："]], merges=["A1:E1"]
    )
    reading = read(path)
    assert reading.items == ()
    assert reading.faults == ()
    assert len(reading.tables) == 1


def test_goals_without_problems_are_items_too(tmp_path):
    path = build.xlsx(
        tmp_path / "a.xlsx",
        [
            ["序号", "年度目标", "牵头领导", "牵头责任单位", "协同责任单位"],
            [1, "新建口袋公园8个", "乔安", "市园林中心", "市财政局等，各区政府"],
        ],
    )
    item = only(read(path))
    assert (item.goal, item.problem, item.person) == ("新建口袋公园8个", "", "乔安")
    assert item.support_units == ("市财政局", "各区政府")
