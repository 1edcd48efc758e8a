"""Plans and notices in plain text: numbered problems with labels, tables drawn with bars, and what is none."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.documents import read_documents, read_text


def test_numbered_problems_with_labels_on_lines():
    first, second = read_text(
        """云汀市问题整改方案
一、城市供水漏损率偏高，老旧管网占三成。
责任单位：市水务局、各区人民政府牵头，市财政局配合
责任人：顾明
验收单位：市发改委
整改时限：2025年底前完成，并长期坚持
整改目标：漏损率降到9%以内。
整改措施：
1.2025年6月底前完成管网普查。
2.分片更换老旧管网。牵头单位：市住建局。
二、部分公交线路间隔过长。
责任单位：市交通局
整改时限：立行立改
整改措施：（1）增加早高峰班次；（2）公布到站时刻。"""
    )
    assert first.problem == "城市供水漏损率偏高，老旧管网占三成"
    assert (first.lead_units, first.support_units) == (("市水务局", "各区人民政府"), ("市财政局",))
    assert (first.person, first.goal) == ("顾明", "漏损率降到9%以内")
    assert (first.deadline_date, first.deadline_longterm) == (date(2025, 12, 31), True)
    assert first.measures[0] == "2025年6月底前完成管网普查"
    assert len(first.measures) == 2
    assert (second.deadline_kind, second.measures) == ("immediate", ("增加早高峰班次", "公布到站时刻"))


def test_labels_in_brackets_behind_the_problem():
    (item,) = read_text(
        "1.社区食堂用油不明。逐户签订承诺书。（责任单位：市市场监管局、各街道办事处；完成时限：2025年上半年）"
    )
    assert (item.problem, item.measures) == ("社区食堂用油不明", ("逐户签订承诺书",))
    assert item.lead_units == ("市市场监管局", "各街道办事处")
    assert item.deadline_date == date(2025, 6, 30)


def test_quoted_problems_and_how_far_they_came():
    done, mostly = read_text(
        "（一）关于“会议费超标准”问题。整改完成情况：已完成。退回超支费用1.2万元。\n"
        "（二）关于“档案室未分区”的问题。重新划分区域。目前基本完成整改，预计2025年9月底全部完成。"
    )
    assert (done.problem, done.status, done.status_raw) == ("会议费超标准", "done", "已完成")
    assert done.measures == ("退回超支费用1.2万元",)
    assert (mostly.status, mostly.deadline_date) == ("mostly", date(2025, 9, 30))


def test_labels_over_several_lines():
    (item,) = read_text(
        """存在问题：东堤闸门启闭不灵
责任单位：
青禾县水利局
石桥镇人民政府（配合）
整改期限：
2025年5月中旬
措施：
更换启闭机
检修电路"""
    )
    assert (item.lead_units, item.support_units) == (("青禾县水利局",), ("石桥镇人民政府",))
    assert (item.deadline_date, item.measures) == (date(2025, 5, 20), ("更换启闭机", "检修电路"))


def test_all_in_one_paragraph():
    items = read_text(
        "1.问题：路面积水；责任单位：市市政处；整改时限：2025年8月底前；整改措施：加密雨水口。"
        "2.问题：路灯昏暗；责任单位：市照明中心；整改时限：长期坚持；整改措施：更换灯具。"
    )
    assert [item.problem for item in items] == ["路面积水", "路灯昏暗"]
    assert [item.deadline_kind for item in items] == ["date", "longterm"]


def test_a_table_drawn_with_bars():
    (item,) = read_text(
        "一览表\n| 序号 | 存在问题 | 责任单位 | 完成情况 |\n"
        "|---|---|---|---|\n| 1 | 候车亭漏雨 | 市公交公司 | 已完成 |"
    )
    assert (item.problem, item.lead_units, item.status) == ("候车亭漏雨", ("市公交公司",), "done")


def test_tasks_are_goals():
    (item,) = read_text("1. 新增普惠托位600个。\n牵头领导：乔安。\n牵头单位：市卫健委。", "年度重点工作责任分解")
    assert (item.goal, item.problem, item.person) == ("新增普惠托位600个", "", "乔安")


@pytest.mark.parametrize(
    "text",
    [
        "会议强调，要压实责任，做到问题不查清不放过、整改不到位不放过。",
        "全市排查出隐患186处，已整改171处，整改率91.9%。联系电话：0000-1234567。",
        "关于放假安排的通知：10月1日至7日放假调休，共7天。",
        "一、总体要求。坚持问题导向。\n二、工作安排。各单位于每月5日前报送进展。",
        "",
    ],
)
def test_speech_news_and_notices_hold_no_items(text):
    assert read_text(text) == ()


def test_documents_come_back_one_by_one_with_their_id(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [{"id": "d1", "title": "", "text": "问题：站台破损\n责任单位：市公交公司"}, {"id": "d2", "text": "无"}]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    found: list[Any] = list(read_documents(path))
    first, second = found
    assert (first["id"], second["id"]) == ("d1", "d2")
    (item,) = first["items"]
    spans = item.pop("passage")["spans"]
    assert item == {"problem": "站台破损", "lead_units": ["市公交公司"]}
    assert spans["problem"] == [{"paragraph": 1, "start": 3, "end": 7}]
    assert second == {"id": "d2", "items": [], "stats": []}


@pytest.mark.parametrize("line", ["[1]", "{", '{"id": 1}', '"text"'])
def test_a_line_that_is_no_document_is_named(tmp_path, line):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "text": "x"}\n' + line, encoding="utf-8")
    with pytest.raises(Unreadable, match="第 2 行"):
        list(read_documents(path))
