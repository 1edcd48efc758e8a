"""Traps in what the columns are called: words never seen, none at all, several that could mean the same."""

from __future__ import annotations

from tests.documents.ledgers.case import Case, text, want, xlsx

CASES = (
    Case(
        "wording never seen: columns told by their cells",
        xlsx(
            [
                ["号", "病灶", "谁来改", "改到哪天", "改得怎样了", "盯办人"],
                [1, "停车场出口坡道过陡，雨天车辆打滑", "市城管局", "2025年6月底", "整改中", "黎明"],
                [2, "老旧小区外墙瓷砖脱落伤及行人", "市住建局、云东区人民政府", "2025年9月底", "已完成", "方舟"],
                [3, "菜市场地面湿滑无防滑垫", "市商务局", "立行立改", "已完成", "许诺"],
            ]
        ),
        (
            want(
                "停车场出口坡道过陡，雨天车辆打滑",
                no=1,
                lead="市城管局",
                person="黎明",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "老旧小区外墙瓷砖脱落伤及行人",
                no=2,
                lead="市住建局|云东区人民政府",
                person="方舟",
                due=("2025年9月底", "date", "2025-09-30"),
                status="done",
            ),
            want(
                "菜市场地面湿滑无防滑垫",
                no=3,
                lead="市商务局",
                person="许诺",
                due=("立行立改", "immediate"),
                status="done",
            ),
        ),
    ),
    Case(
        "no header at all in an export",
        text(
            [
                ["1", "公交站牌线路信息未更新", "市交通局", "2025-03-31", "已完成"],
                ["2", "自行车道被摊位占用", "市城管局", "2025-04-30", "整改中"],
                ["3", "隧道内排风机停转", "市公路中心", "2025-05-31", "未启动"],
            ]
        ),
        (
            want(
                "公交站牌线路信息未更新",
                no=1,
                lead="市交通局",
                due=("2025-03-31", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "自行车道被摊位占用",
                no=2,
                lead="市城管局",
                due=("2025-04-30", "date", "2025-04-30"),
                status="ongoing",
            ),
            want(
                "隧道内排风机停转",
                no=3,
                lead="市公路中心",
                due=("2025-05-31", "date", "2025-05-31"),
                status="not_started",
            ),
        ),
    ),
    Case(
        "several headings that could all be the problem",
        xlsx(
            [
                [
                    "问题编号",
                    "问题类别",
                    "问题来源",
                    "问题名称",
                    "问题具体描述",
                    "问题原因",
                    "问题责任单位",
                    "问题整改时限",
                ],
                [
                    "W-1",
                    "工程",
                    "审计",
                    "超概算",
                    "泵站项目超概算12%未报批",
                    "变更多",
                    "市水利局",
                    "2025年6月底前",
                ],
                [
                    "W-2",
                    "采购",
                    "巡察",
                    "拆分采购",
                    "办公桌椅分三次采购规避招标",
                    "制度缺失",
                    "市档案馆",
                    "2025年4月",
                ],
            ]
        ),
        (
            want(
                "泵站项目超概算12%未报批",
                no="W-1",
                category="工程",
                lead="市水利局",
                due=("2025年6月底前", "date", "2025-06-30"),
                source="审计",
                title="超概算",
            ),
            want(
                "办公桌椅分三次采购规避招标",
                no="W-2",
                category="采购",
                lead="市档案馆",
                due=("2025年4月", "date", "2025-04-30"),
                source="巡察",
                title="拆分采购",
            ),
        ),
    ),
    Case(
        "inspection items beside what was found",
        xlsx(
            [
                ["序号", "检查项目", "检查内容", "发现问题", "整改要求", "责任科室", "整改完成时间", "复查结果"],
                [1, "消防", "灭火器配置", "二楼灭火器压力不足", "更换", "办公室", "2025年3月15日前", "已整改到位"],
                [
                    2,
                    "用电",
                    "线路敷设",
                    "服务器机房私接插座",
                    "拆除并整理线路",
                    "信息科",
                    "2025年3月20日前",
                    "正在整改",
                ],
            ]
        ),
        (
            want(
                "二楼灭火器压力不足",
                no=1,
                measures="更换",
                lead="办公室",
                due=("2025年3月15日前", "date", "2025-03-15"),
                status="done",
            ),
            want(
                "服务器机房私接插座",
                no=2,
                measures="拆除并整理线路",
                lead="信息科",
                due=("2025年3月20日前", "date", "2025-03-20"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "planned, original and real dates beside each other",
        xlsx(
            [
                ["序号", "交办日期", "问题", "责任单位", "计划完成时间", "实际完成时间", "销号时间", "整改状态"],
                [
                    1,
                    "2025-01-05",
                    "排水沟堵塞",
                    "云东区住建局",
                    "2025-03-01",
                    "2025-02-20",
                    "2025-03-10",
                    "已销号",
                ],
                [2, "2025-01-06", "围挡破损", "云西区住建局", "2025-04-01", None, None, "整改中"],
            ]
        ),
        (
            want(
                "排水沟堵塞",
                no=1,
                lead="云东区住建局",
                due=("2025-03-01", "date", "2025-03-01"),
                status="done",
            ),
            want(
                "围挡破损",
                no=2,
                lead="云西区住建局",
                due=("2025-04-01", "date", "2025-04-01"),
                status="ongoing",
            ),
        ),
    ),
)
