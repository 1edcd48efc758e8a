"""Traps in single cells: dates, units, persons, ticks, lost and odd characters, formulas."""

from __future__ import annotations

from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet

from tests.documents.ledgers.case import Case, raw, text, want, worked, xlsx

HEAD = ["序号", "存在问题", "责任单位", "整改时限", "整改状态"]


def _hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True


DATES = (
    ("45838", "2025-06-30"),
    ("20250630日", "2025-06-30"),
    ("２０２５年６月３０日", "2025-06-30"),
    ("二〇二五年六月三十日", "2025-06-30"),
    ("2025-06-30 00:00:00", "2025-06-30"),
    ("2025.06.30", "2025-06-30"),
    ("2025年6月30号前", "2025-06-30"),
    ("2025年上半年", "2025-06-30"),
    ("2025年二季度末", "2025-06-30"),
    ("25年6月底", "2025-06-30"),
    ("2025年6月下旬", "2025-06-30"),
    ("2025 年 6 月 30 日", "2025-06-30"),
)

CASES = (
    Case(
        "dates as text in every writing",
        xlsx([["序号", "问题", "整改时限"], *([n, f"第{n}处路面沉陷", d] for n, (d, _) in enumerate(DATES, 1))]),
        tuple(want(f"第{n}处路面沉陷", no=n, due=(d, "date", day)) for n, (d, day) in enumerate(DATES, 1)),
    ),
    Case(
        "characters lost on the way",
        text(
            [
                HEAD,
                ["1", "老街\ufffd檐脱落", "市文\ufffd局", "2025年\ufffd月底前", "整改中"],
                ["2", "戏台地板腐朽", "市文旅局", "2025年6月底前", "已完\ufffd"],
            ]
        ),
        (
            want(
                "老街\ufffd檐脱落", no=1, lead="市文\ufffd局", due=("2025年\ufffd月底前", "date"), status="ongoing"
            ),
            want("戏台地板腐朽", no=2, lead="市文旅局", due=("2025年6月底前", "date", "2025-06-30")),
        ),
        doubted=("B2", "C2", "D2", "E3"),
    ),
    Case(
        "question marks for lost characters",
        text([HEAD, ["1", "护城河??段垃圾堆积", "市城管局", "2025年?月底", "整改中"]], "gb18030"),
        (want("护城河??段垃圾堆积", no=1, lead="市城管局", due=("2025年?月底", "date"), status="ongoing"),),
        doubted=("B2", "D2"),
    ),
    Case(
        "GBK taken for Latin on the way",
        raw(
            "\n".join(
                [
                    ",".join(HEAD),
                    "1,桥头堡墙面渗水,市住建局,2025年6月底,整改中",
                    "2,电缆井无盖,供电公司,2025年5月底,已完成",
                ]
            )
            .encode("gbk")
            .decode("latin-1"),
            "utf-8",
            "a.csv",
        ),
        (
            want(
                "桥头堡墙面渗水",
                no=1,
                lead="市住建局",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
            want("电缆井无盖", no=2, lead="供电公司", due=("2025年5月底", "date", "2025-05-31"), status="done"),
        ),
    ),
    Case(
        "UTF-8 taken for Latin in some cells of a workbook",
        xlsx(
            [
                HEAD,
                [1, "桥面伸缩缝异响".encode().decode("latin-1"), "市公路中心", "2025年6月底", "整改中"],
                [2, "隧道照明不足", "市公路中心".encode().decode("latin-1"), "2025年6月底", "整改中"],
            ]
        ),
        (
            want(
                "桥面伸缩缝异响",
                no=1,
                lead="市公路中心",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "隧道照明不足",
                no=2,
                lead="市公路中心",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
        ),
        doubted=("台账!B2", "台账!C3"),
    ),
    Case(
        "units and persons in one cell",
        xlsx(
            [
                ["序号", "问题", "责任单位及责任人", "整改时限"],
                [1, "泵房无人值守", "市水务局（沈舟）", "2025年3月底"],
                [2, "阀门渗漏", "市水务集团 宁远", "2025年3月底"],
                [3, "水表倒转", "市水务集团/黎明", "2025年3月底"],
                [4, "水压不足", "市水务局：方舟\n云东区人民政府：许诺", "2025年3月底"],
                [5, "管道爆裂", "宁远（市水务集团）", "2025年3月底"],
            ]
        ),
        tuple(
            want(problem, no=no, lead=lead, person=person, due=("2025年3月底", "date", "2025-03-31"))
            for no, (problem, lead, person) in enumerate(
                (
                    ("泵房无人值守", "市水务局", "沈舟"),
                    ("阀门渗漏", "市水务集团", "宁远"),
                    ("水表倒转", "市水务集团", "黎明"),
                    ("水压不足", "市水务局|云东区人民政府", "方舟、许诺"),
                    ("管道爆裂", "市水务集团", "宁远"),
                ),
                start=1,
            )
        ),
    ),
    Case(
        "leading and supporting units in one cell",
        xlsx(
            [
                ["序号", "问题", "责任单位", "整改时限"],
                [
                    1,
                    "秸秆焚烧",
                    "牵头单位：市农业农村局\n配合单位：市生态环境局、各县（市、区）人民政府",
                    "2025年6月",
                ],
                [2, "噪声扰民", "牵头：市公安局；配合：市城管局，市生态环境局", "2025年6月"],
                [3, "油烟直排", "市城管局（牵头）、市生态环境局、云东区人民政府", "2025年6月"],
                [4, "渣土外溢", "市城管局牵头，市交警支队、市交通局配合", "2025年6月"],
            ]
        ),
        tuple(
            want(problem, no=no, lead=lead, support=support, due=("2025年6月", "date", "2025-06-30"))
            for no, (problem, lead, support) in enumerate(
                (
                    ("秸秆焚烧", "市农业农村局", "市生态环境局|各县（市、区）人民政府"),
                    ("噪声扰民", "市公安局", "市城管局|市生态环境局"),
                    ("油烟直排", "市城管局", "市生态环境局|云东区人民政府"),
                    ("渣土外溢", "市城管局", "市交警支队|市交通局"),
                ),
                start=1,
            )
        ),
    ),
    Case(
        "status columns holding boxes, yes and no, one and nought",
        xlsx(
            [
                ["序号", "问题", "责任单位", "已完成", "整改中", "未启动"],
                [1, "一号泵停机", "市水务局", "☑", "□", "□"],
                [2, "二号泵异响", "市水务局", "□", "☑", "□"],
                [3, "三号泵漏油", "市水务局", "否", "否", "是"],
                [4, "四号泵过热", "市水务局", 0, 1, 0],
            ]
        ),
        (
            want("一号泵停机", no=1, lead="市水务局", status="done"),
            want("二号泵异响", no=2, lead="市水务局", status="ongoing"),
            want("三号泵漏油", no=3, lead="市水务局", status="not_started"),
            want("四号泵过热", no=4, lead="市水务局", status="ongoing"),
        ),
    ),
    Case(
        "shares done instead of a status",
        xlsx(
            [
                ["序号", "问题", "责任单位", "整改时限", "完成率"],
                [1, "老旧路灯更换", "市照明中心", datetime(2025, 6, 30), 1],
                [2, "地下管网普查", "市住建局", datetime(2025, 9, 30), 0.45],
                [3, "智能井盖安装", "市市政处", datetime(2025, 12, 31), 0],
            ],
            formats={"D2": "yyyy/m/d", "D3": "yyyy/m/d", "D4": "yyyy/m/d", "E2": "0%", "E3": "0%", "E4": "0%"},
        ),
        (
            want("老旧路灯更换", no=1, lead="市照明中心", due=("2025-06-30", "date", "2025-06-30"), status="done"),
            want(
                "地下管网普查", no=2, lead="市住建局", due=("2025-09-30", "date", "2025-09-30"), status="ongoing"
            ),
            want(
                "智能井盖安装",
                no=3,
                lead="市市政处",
                due=("2025-12-31", "date", "2025-12-31"),
                status="not_started",
            ),
        ),
    ),
    Case(
        "hidden rows and columns",
        worked(
            xlsx(
                [
                    HEAD,
                    [1, "阅览室空调损坏", "市图书馆", "2025年6月底", "整改中"],
                    [2, "检索机卡顿", "市图书馆", "2025年7月底", "已完成"],
                ]
            ),
            _hide,
        ),
        (
            want(
                "阅览室空调损坏",
                no=1,
                lead="市图书馆",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
            want("检索机卡顿", no=2, lead="市图书馆", due=("2025年7月底", "date", "2025-07-31"), status="done"),
        ),
    ),
    Case(
        "formulas that were never worked out",
        xlsx(
            [
                HEAD,
                ["=ROW()-1", "扶梯急停失灵", "市地铁公司", "=DATE(2025,6,30)", "整改中"],
                ["=A2+1", "站台屏蔽门夹人", "=C2", "=D2+31", "=E2"],
                ["=ROW()-1", '="闸机"&"吞卡"', "=VLOOKUP(A4,F:G,2,0)", "2025年8月底", "整改中"],
            ],
            formats={"D2": "yyyy-mm-dd", "D3": "yyyy-mm-dd"},
        ),
        (
            want(
                "扶梯急停失灵", no=1, lead="市地铁公司", due=("2025-06-30", "date", "2025-06-30"), status="ongoing"
            ),
            want(
                "站台屏蔽门夹人",
                no=2,
                lead="市地铁公司",
                due=("2025-07-31", "date", "2025-07-31"),
                status="ongoing",
            ),
            want("闸机吞卡", no=3, due=("2025年8月底", "date", "2025-08-31"), status="ongoing"),
        ),
        doubted=("台账!A2", "台账!D2", "台账!C4"),
    ),
    Case(
        "dates that do not exist",
        xlsx(
            [
                HEAD,
                [1, "缆车钢绳磨损", "市文旅局", "2025年2月30日", "整改中"],
                [2, "观景台栏杆松动", "市文旅局", "2025年13月底", "整改中"],
            ]
        ),
        (
            want("缆车钢绳磨损", no=1, lead="市文旅局", due=("2025年2月30日", "date"), status="ongoing"),
            want("观景台栏杆松动", no=2, lead="市文旅局", due=("2025年13月底", "date"), status="ongoing"),
        ),
        faulty=("台账!D2", "台账!D3"),
    ),
    Case(
        "year, month and day in columns of their own",
        xlsx(
            [
                ["序号", "问题", "责任单位", "整改时限", None, None, "整改状态"],
                [None, None, None, "年", "月", "日", None],
                [1, "栈道木板腐朽", "市林业局", 2025, 6, 30, "整改中"],
                [2, "瞭望塔避雷失效", "市林业局", 2025, 9, None, "未启动"],
            ],
            ["A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:G2"],
        ),
        (
            want(
                "栈道木板腐朽",
                no=1,
                lead="市林业局",
                due=("2025年6月30日", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "瞭望塔避雷失效",
                no=2,
                lead="市林业局",
                due=("2025年9月", "date", "2025-09-30"),
                status="not_started",
            ),
        ),
    ),
)
