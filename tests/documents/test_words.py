"""Statuses, numbered lists and column labels: the small words a ledger is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.documents.reading.marks import chosen, is_tick
from bihuan.documents.reading.numbering import chinese_number, ordinal, split_steps, strip_number
from bihuan.documents.reading.statuses import read_status, status_in_prose
from bihuan.documents.reading.words import claims_of


@pytest.mark.parametrize(
    ("status", "texts"),
    [
        (
            "done",
            "已完成 完成 已整改 整改到位 已销号 办结 已办结 已完成并长期坚持 完成整改 同意销号 整改完毕 已整改完成"
            " 全部完成 已解决 100% 已关闭 验收合格 按期完成",
        ),
        ("mostly", "基本完成 基本完成整改 基本整改到位 已基本完成"),
        ("stage", "阶段性完成 阶段性办结 取得阶段性成效 取得阶段性进展"),
        (
            "ongoing",
            "正在整改 整改中 正在推进 推进中 办理中 在办 持续整改 持续推进 长期坚持 达到序时进度 按序时推进"
            " 未完成 未办结 尚未完成整改 正在整改并持续推进"
            " 待验收 申请销号 部分完成 60% 已启动 逾期 整改不彻底 仍需持续推进",
        ),
        ("not_started", "未启动 未整改 问题未整改 尚未启动 未开展 尚未开工 待办理 0%"),
        (None, "重复件 不属实 第三季度 市住建局 见附件"),
    ],
)
def test_statuses(status, texts):
    assert {text: read_status(text) for text in texts.split()} == dict.fromkeys(texts.split(), status)


def test_yes_and_no_answer_only_a_question():
    assert (read_status("是", True), read_status("否", True), read_status("√", True)) == (
        "done",
        "ongoing",
        "done",
    )
    assert read_status("是") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("已完成。追回质保金并谈话提醒", ("done", "已完成")),
        ("清理往来款3笔，目前基本完成整改，剩余1处诉讼中", ("mostly", "目前基本完成整改")),
        ("已完成排查1126个", None),
        ("完成用地预审", None),
        ("", None),
    ],
)
def test_a_status_stated_in_prose(text, expected):
    assert status_in_prose(text) == expected


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1.完成排查；\n2.分三批改造；\n3.逐一溯源。", ("完成排查", "分三批改造", "逐一溯源")),
        ("1.完成排查；2.分三批改造", ("完成排查", "分三批改造")),
        ("（1）停产；建棚；（2）安装喷淋", ("停产；建棚", "安装喷淋")),
        ("①制定计划②建立制度", ("制定计划", "建立制度")),
        ("一是逐井排查；二是落实经费；三是推行制度", ("逐井排查", "落实经费", "推行制度")),
        ("第一，逐井排查。第二，落实经费。", ("逐井排查", "落实经费")),
        ("导渗处理\n补充砂石", ("导渗处理", "补充砂石")),
        ("开展“清四乱；零容忍”行动；落实巡河", ("开展“清四乱；零容忍”行动", "落实巡河")),
        ("改造2.5公里；新建3处", ("改造2.5公里", "新建3处")),
        ("1.2025年6月底前完成排查\n2.分批改造", ("2025年6月底前完成排查", "分批改造")),
        ("1.更换水泵，\n扬程不低于12米；\n2.清淤", ("更换水泵，扬程不低于12米", "清淤")),
        ("1.12处井盖更换\n2.3处护栏修复", ("12处井盖更换", "3处护栏修复")),
        ("压实责任，加强巡查", ("压实责任，加强巡查",)),
        ("", ()),
    ],
)
def test_steps(text, steps):
    assert split_steps(text) == steps


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("1.窗口无人值守。", "窗口无人值守"),
        ("（三）账目不清；", "账目不清"),
        ("十二、路面破损", "路面破损"),
        ("1.1 食堂价格偏高", "食堂价格偏高"),
        ("3家企业未落实措施", "3家企业未落实措施"),
        ("12公里管网未改造", "12公里管网未改造"),
        ("1路公交末班过早", "1路公交末班过早"),
        ("2.5米围墙倒塌", "2.5米围墙倒塌"),
        ("一是认识不到位", "一是认识不到位"),
        ("2024年台账缺页", "2024年台账缺页"),
    ],
)
def test_only_a_number_is_taken_for_a_number(text, bare):
    assert strip_number(text) == bare


def test_chinese_numbers_and_signs():
    assert [chinese_number(text) for text in ("一", "十", "十二", "二十", "二十一", "一百零三", "甲")] == [
        1,
        10,
        12,
        20,
        21,
        103,
        None,
    ]
    assert [ordinal(text) for text in ("3", "③", "⑶", "三")] == [3, 3, 3, 3]


def test_ticks_and_boxes():
    assert all(map(is_tick, ("√", "✔", "（√）", "☑", "●")))
    assert not any(map(is_tick, ("×", "已完成", "", "2025.6")))
    assert chosen("☑已完成 □未完成") == "已完成"
    assert chosen("□已完成\n■正在整改") == "正在整改"
    assert chosen("□已完成 □未完成") is None
    assert chosen("已完成") is None


@pytest.mark.parametrize(
    ("field", "labels"),
    [
        ("no", "序号 编号 问题编号 工单编号 No."),
        ("category", "问题类别 类别 问题类型 所属领域 一级分类"),
        ("problem", "问题 存在问题 反馈问题 问题描述 具体问题 隐患内容 诉求内容 任务（问题） 问题（隐患）描述"),
        ("goal", "整改目标 目标要求 预期成效"),
        ("measures", "整改措施 工作举措 采取措施"),
        (
            "lead_units",
            "责任单位 牵头单位 责任部门 整改主体 承办单位 主办单位 责任科室 责任单位（排名第一的为牵头单位）",
        ),
        ("support_units", "配合单位 协办单位 协同责任单位 参与单位 监管单位"),
        ("person", "责任人 整改责任人 责任领导 牵头领导 负责人 责任人及联系电话"),
        ("deadline", "整改时限 完成时限 整改期限 完成时间 计划完成时间 截止日期 时间节点 办理时限（年月日）"),
        ("progress", "进展情况 整改情况 目前进展 办理结果 整改成效"),
        ("status", "完成状态 整改状态 是否完成 是否销号 办理状态"),
        ("remark", "备注 说明"),
        ("source", "问题来源 来源 线索来源"),
        ("title", "标题 诉求标题 主题"),
    ],
)
def test_labels_of_columns(field, labels):
    best = {
        label: max(claims_of(label), key=lambda name: claims_of(label)[name], default="")
        for label in labels.split()
    }
    assert best == dict.fromkeys(labels.split(), field)


def test_labels_of_the_standard_layout_in_english():
    labels = ["No.", "Category", "Source", "Problem", "Goal", "Measures", "Lead units", "Supporting units"]
    labels += ["Person in charge", "Due", "Progress", "Status", "Remarks"]
    assert [next(iter(claims_of(label))) for label in labels] == [
        *("no", "category", "source", "problem", "goal", "measures", "lead_units", "support_units"),
        *("person", "deadline", "progress", "status", "remark"),
    ]


@pytest.mark.parametrize(
    "label",
    [
        "问题数",
        "问题总数",
        "整改率",
        "验收单位",
        "督导单位",
        "填报单位",
        "填表人",
        "联系电话",
        "交办时间",
        "来电时间",
        "实际完成时间",
        "是否属实",
        "满意度",
        "隐患等级",
        "检查人员",
        "销号时间",
    ],
)
def test_labels_that_are_no_field(label):
    assert not claims_of(label)


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers(text):
    claims_of(text)
    read_status(text)
    status_in_prose(text)
    assert all(step.strip() for step in split_steps(text))
