"""Traps in the header: where it stands, how deep it is, what it calls things."""

from __future__ import annotations

from tests.documents.ledgers.case import Case, want, xlsx

CASES = (
    Case(
        "three header rows, group titles unmerged, ticks in the middle group",
        xlsx(
            [
                ["云汀市2025年营商环境专项整治台账"],
                ["序号", "问题情况", None, "责任分工", None, None, "完成时限", "推进状态", None, None, "备注"],
                [None, "类别", "具体表现", "牵头", None, "配合单位", None, "打√", None, None, None],
                [None, None, None, "单位", "责任人", None, None, "已完成", "推进中", "未启动", None],
                [
                    1,
                    "政务服务",
                    "窗口排队超过一小时",
                    "市政务中心",
                    "黎明",
                    "市人社局",
                    "3月底前",
                    "√",
                    None,
                    None,
                ],
                [2, None, "材料重复提交", "市数据局", "方舟", None, "2025年9月底", None, "√", None, "已调研"],
                [3, "招标投标", "保证金退还不及时", "市公管局", "许诺", "市财政局", "长期坚持", None, None, "√"],
            ],
            "A1:K1 A2:A4 B2:C2 B3:B4 C3:C4 D2:F2 D3:E3 F3:F4 G2:G4 H2:J2 H3:J3 K2:K4 B5:B6",
        ),
        (
            want(
                "窗口排队超过一小时",
                no=1,
                category="政务服务",
                lead="市政务中心",
                support="市人社局",
                person="黎明",
                due=("3月底前", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "材料重复提交",
                no=2,
                category="政务服务",
                lead="市数据局",
                person="方舟",
                due=("2025年9月底", "date", "2025-09-30"),
                status="ongoing",
            ),
            want(
                "保证金退还不及时",
                no=3,
                category="招标投标",
                lead="市公管局",
                support="市财政局",
                person="许诺",
                due=("长期坚持", "longterm"),
                status="not_started",
            ),
        ),
    ),
    Case(
        "words of a header broken over two rows by hand",
        xlsx(
            [
                ["序", "存在", "整改", "责任", "整改", "完成"],
                ["号", "问题", "措施", "单位", "时限", "状态"],
                [1, "护坡塌陷约3米", "砌石加固", "市水利局", "2025年4月底", "已完成"],
                [2, "闸门锈蚀", "除锈刷漆", "市水利局", "2025年5月底", "整改中"],
            ]
        ),
        (
            want(
                "护坡塌陷约3米",
                no=1,
                measures="砌石加固",
                lead="市水利局",
                due=("2025年4月底", "date", "2025-04-30"),
                status="done",
            ),
            want(
                "闸门锈蚀",
                no=2,
                measures="除锈刷漆",
                lead="市水利局",
                due=("2025年5月底", "date", "2025-05-31"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "headings in two languages, with stars and instructions in brackets",
        xlsx(
            [
                [
                    "序号 No.",
                    "*问题描述 Problem\n（不超过50字）",
                    "责任单位 Responsible unit\n（写全称）",
                    "整改时限 Deadline\n（具体到年月日）",
                    "是否完成 Done?\n（是/否）",
                ],
                [1, "配电箱无锁", "市机关事务中心", "2025年3月31日", "是"],
                [2, "值班记录空白", "市应急局", "2025/4/30", "否"],
            ]
        ),
        (
            want(
                "配电箱无锁",
                no=1,
                lead="市机关事务中心",
                due=("2025年3月31日", "date", "2025-03-31"),
                status="done",
            ),
            want("值班记录空白", no=2, lead="市应急局", due=("2025/4/30", "date", "2025-04-30"), status="ongoing"),
        ),
    ),
    Case(
        "headings in traditional characters",
        xlsx(
            [
                ["序號", "存在問題", "整改措施", "責任單位", "責任人", "整改時限", "完成狀態"],
                [1, "樓道照明損壞", "更換燈具", "市住建局", "陳曉", "2025年6月底前", "整改中"],
                [2, "電梯年檢過期", "聯繫檢測", "市市監局", "葉青", "長期堅持", "未啟動"],
            ]
        ),
        (
            want(
                "樓道照明損壞",
                no=1,
                measures="更換燈具",
                lead="市住建局",
                person="陳曉",
                due=("2025年6月底前", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "電梯年檢過期",
                no=2,
                measures="聯繫檢測",
                lead="市市監局",
                person="葉青",
                due=("長期堅持", "longterm"),
                status="not_started",
            ),
        ),
    ),
    Case(
        "a row of hints and a numbered sample below the header",
        xlsx(
            [
                ["序号", "问题描述", "责任单位", "整改时限", "整改状态"],
                ["自动编号", "一句话写清问题", "填写全称", "格式：2025年6月30日", "从下拉框选择"],
                ["例1", "某某路路灯不亮", "某某局", "2025年6月30日", "整改中"],
                [1, "河堤栏杆缺失5米", "市水利局", "2025年7月31日", "整改中"],
            ]
        ),
        (
            want(
                "河堤栏杆缺失5米",
                no=1,
                lead="市水利局",
                due=("2025年7月31日", "date", "2025-07-31"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "the table begins far below and far to the right",
        xlsx(
            [
                *([] for _ in range(150)),
                [*(None for _ in range(60)), "编号", "隐患描述", "整改责任部门", "整改期限"],
                [*(None for _ in range(60)), "YH-1", "燃气管道无标识", "城燃公司", "2025年8月15日"],
            ]
        ),
        (want("燃气管道无标识", no="YH-1", lead="城燃公司", due=("2025年8月15日", "date", "2025-08-15")),),
    ),
    Case(
        "cells of the body merged across columns",
        xlsx(
            [
                ["序号", "问题", None, None, "整改措施", None, "责任单位", "时限"],
                [1, "雨棚漏水", None, None, "更换面板", None, "市交通局", "2025年5月"],
                [2, "座椅松动", None, None, "紧固螺栓", None, "市交通局", "2025年5月"],
            ],
            ["B1:D1", "B2:D2", "B3:D3", "E1:F1", "E2:F2", "E3:F3"],
        ),
        (
            want("雨棚漏水", no=1, measures="更换面板", lead="市交通局", due=("2025年5月", "date", "2025-05-31")),
            want("座椅松动", no=2, measures="紧固螺栓", lead="市交通局", due=("2025年5月", "date", "2025-05-31")),
        ),
    ),
    Case(
        "the unit first, merged down over its problems, and no numbers",
        xlsx(
            [
                ["单位", "存在的主要问题", "下一步整改措施", "拟完成时间", "分管领导", "目前进展"],
                ["市体育局", "健身路径器材锈蚀", "更换12件", "2025年4月底", "副局长沈舟", "正在采购"],
                [None, "游泳馆水质公示不及时", "每日公示", "立行立改", "副局长沈舟", "已完成"],
                ["市文旅局", "旅游厕所夜间关门", "延长开放", "2025年5月底", "宁远", "已完成"],
            ],
            ["A2:A3"],
        ),
        (
            want(
                "健身路径器材锈蚀",
                measures="更换12件",
                lead="市体育局",
                person="沈舟",
                due=("2025年4月底", "date", "2025-04-30"),
                status="ongoing",
            ),
            want(
                "游泳馆水质公示不及时",
                measures="每日公示",
                lead="市体育局",
                person="沈舟",
                due=("立行立改", "immediate"),
                status="done",
            ),
            want(
                "旅游厕所夜间关门",
                measures="延长开放",
                lead="市文旅局",
                person="宁远",
                due=("2025年5月底", "date", "2025-05-31"),
                status="done",
            ),
        ),
    ),
)
