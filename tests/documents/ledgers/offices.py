"""Ledgers as particular offices keep them: auditors, inspectors, group companies."""

from __future__ import annotations

from tests.documents.ledgers.case import Case, line, want, xlsx

CASES = (
    Case(
        "auditors: amounts, suggestions, kinds of mending and results",
        xlsx(
            [
                ["附件1"],
                ["云汀市2024年度预算执行审计查出问题整改台账"],
                [None, None, None, None, None, None, None, None, "单位：万元"],
                [
                    "序号",
                    "审计项目",
                    "审计发现问题",
                    "问题金额",
                    "审计建议",
                    "整改责任单位",
                    "整改类型",
                    "整改期限",
                    "整改结果",
                    "已整改金额",
                ],
                [
                    1,
                    "部门预算",
                    "三公经费超预算列支",
                    12.5,
                    "严控预算",
                    "市档案馆",
                    "立行立改",
                    "2025年3月底",
                    "已完成",
                    12.5,
                ],
                [
                    2,
                    "专项资金",
                    "补助资金滞留未拨",
                    860,
                    "加快拨付进度",
                    "市农业农村局",
                    "分阶段整改",
                    "2025年9月底",
                    "正在整改",
                    300,
                ],
                ["合计", None, None, 872.5, None, None, None, None, None, 312.5],
            ],
            "A2:J2 A7:C7",
        ),
        (
            want(
                "三公经费超预算列支",
                no=1,
                lead="市档案馆",
                measures="严控预算",
                due=("2025年3月底", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "补助资金滞留未拨",
                no=2,
                lead="市农业农村局",
                measures="加快拨付进度",
                due=("2025年9月底", "date", "2025-09-30"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "safety: who was inspected, photographs, grades and no numbers",
        xlsx(
            [
                line(
                    "检查时间|检查单位|受检单位|隐患描述|隐患等级|整改措施|整改资金|整改责任人|整改期限"
                    "|整改前照片|整改后照片|验收人|整改状态"
                ),
                line(
                    "2025-02-01|市应急局|云汀造纸厂|压滤机防护罩缺失|一般|加装防护罩|0.3|沈舟|2025-02-10|||黎明|已销号"
                ),
                line(
                    "2025-02-01|市应急局|青禾粮库|粉尘浓度报警器失灵|重大|更换并检定|2|宁远|2025-03-01||||整改中"
                ),
            ]
        ),
        (
            want(
                "压滤机防护罩缺失",
                lead="云汀造纸厂",
                measures="加装防护罩",
                person="沈舟",
                due=("2025-02-10", "date", "2025-02-10"),
                status="done",
            ),
            want(
                "粉尘浓度报警器失灵",
                lead="青禾粮库",
                measures="更换并检定",
                person="宁远",
                due=("2025-03-01", "date", "2025-03-01"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "headings in two cells: a Chinese numeral and a name",
        xlsx(
            [
                ["序号", "问题", "整改措施", "责任单位", "整改时限"],
                ["一", "基层治理方面"],
                [1, "网格员补贴发放不及时", "按月发放", "市委社会工作部", "2025年4月底"],
                [2, "社区牌子过多", "清理挂牌", "市民政局", "2025年5月底"],
                ["二", "干部作风方面"],
                [3, "信访件回复超期", "建立预警", "市信访局", "立行立改"],
            ]
        ),
        (
            want(
                "网格员补贴发放不及时",
                no=1,
                category="基层治理方面",
                measures="按月发放",
                lead="市委社会工作部",
                due=("2025年4月底", "date", "2025-04-30"),
            ),
            want(
                "社区牌子过多",
                no=2,
                category="基层治理方面",
                measures="清理挂牌",
                lead="市民政局",
                due=("2025年5月底", "date", "2025-05-31"),
            ),
            want(
                "信访件回复超期",
                no=3,
                category="干部作风方面",
                measures="建立预警",
                lead="市信访局",
                due=("立行立改", "immediate"),
            ),
        ),
    ),
    Case(
        "the same number and problem written again for each measure",
        xlsx(
            [
                ["序号", "问题", "整改措施", "责任单位", "整改时限", "完成情况"],
                [1, "养老机构消防验收缺项", "补建消防水池", "市民政局", "2025年6月底", "正在推进"],
                [1, "养老机构消防验收缺项", "加装喷淋", "市消防支队", "2025年8月底", "未启动"],
                [2, "护理员持证率低", "分批培训", "市民政局", "2025年12月底", "正在推进"],
                [2, None, "组织考证", "市人社局", "2025年12月底", "正在推进"],
            ]
        ),
        (
            want(
                "养老机构消防验收缺项",
                no=1,
                measures="补建消防水池|加装喷淋",
                lead="市民政局|市消防支队",
                due=("2025年6月底；2025年8月底", "stage", "2025-08-31"),
                status="ongoing",
            ),
            want(
                "护理员持证率低",
                no=2,
                measures="分批培训|组织考证",
                lead="市民政局|市人社局",
                due=("2025年12月底", "date", "2025-12-31"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "the same problem of different units is not one problem",
        xlsx(
            [
                ["单位", "问题", "整改时限"],
                ["云东区", "未按月报送台账", "2025年4月底"],
                ["云西区", "未按月报送台账", "2025年4月底"],
                ["云西区", "未按月报送台账", "2025年5月底"],
            ]
        ),
        (
            want("未按月报送台账", lead="云东区", due=("2025年4月底", "date", "2025-04-30")),
            want("未按月报送台账", lead="云西区", due=("2025年4月底", "date", "2025-04-30")),
            want("未按月报送台账", lead="云西区", due=("2025年5月底", "date", "2025-05-31")),
        ),
    ),
    Case(
        "measures in columns of their own, each with unit and date",
        xlsx(
            [
                ["序号", "问题", "整改措施1", "责任单位1", "完成时限1", "整改措施2", "责任单位2", "完成时限2"],
                [
                    1,
                    "冷链车温控缺失",
                    "加装记录仪",
                    "市商务局",
                    "2025年3月底",
                    "联网监管",
                    "市市监局",
                    "2025年6月底",
                ],
                [2, "屠宰场污水外排", "停产整治", "市农业农村局", "立行立改", None, None, None],
            ]
        ),
        (
            want(
                "冷链车温控缺失",
                no=1,
                measures="加装记录仪|联网监管",
                lead="市商务局|市市监局",
                due=("2025年3月底；2025年6月底", "stage", "2025-06-30"),
            ),
            want("屠宰场污水外排", no=2, measures="停产整治", lead="市农业农村局", due=("立行立改", "immediate")),
        ),
    ),
    Case(
        "groups by leading unit, named with a label and a count",
        xlsx(
            [
                ["序号", "存在问题", "整改举措", "完成时间", "进展"],
                ["牵头单位：市教育局（共1项）"],
                [1, "校园欺凌线索台账不全", "补录线索", "2025年3月", "已完成"],
                ["牵头单位：市公安局（共1项）"],
                [2, "护学岗缺岗", "调整勤务", "立即整改", "已完成"],
            ],
            "A2:E2 A4:E4",
        ),
        (
            want(
                "校园欺凌线索台账不全",
                no=1,
                measures="补录线索",
                lead="市教育局",
                due=("2025年3月", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "护学岗缺岗",
                no=2,
                measures="调整勤务",
                lead="市公安局",
                due=("立即整改", "immediate"),
                status="done",
            ),
        ),
    ),
    Case(
        "a two-row header printed again on the second page, with its merges",
        xlsx(
            [
                ["序号", "问题", "整改责任", None, "整改情况", None],
                [None, None, "单位", "责任人", "时限", "状态"],
                [1, "档案库房漏水", "市档案馆", "黎明", "2025年3月底", "已完成"],
                ["序号", "问题", "整改责任", None, "整改情况", None],
                [None, None, "单位", "责任人", "时限", "状态"],
                [2, "密集架变形", "市档案馆", "方舟", "2025年4月底", "整改中"],
            ],
            "A1:A2 B1:B2 C1:D1 E1:F1 A4:A5 B4:B5 C4:D4 E4:F4",
        ),
        (
            want(
                "档案库房漏水",
                no=1,
                lead="市档案馆",
                person="黎明",
                due=("2025年3月底", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "密集架变形",
                no=2,
                lead="市档案馆",
                person="方舟",
                due=("2025年4月底", "date", "2025-04-30"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "units counted and parted in unusual ways",
        xlsx(
            [
                ["序号", "问题", "责任单位", "整改时限"],
                [1, "古桥风化", "①市文旅局②市住建局", "2025年3月"],
                [2, "古树枯萎", "1.市林业局\n2.云东区人民政府", "2025年3月"],
                [3, "古井填埋", "市文旅局 市水利局", "2025年3月"],
                [4, "城墙杂草", "市文旅局（牵头）；市城管局（配合）", "2025年3月"],
                [5, "牌坊倾斜", "市文旅局等部门", "2025年3月"],
            ]
        ),
        tuple(
            want(problem, no=no, lead=lead, support=support, due=("2025年3月", "date", "2025-03-31"))
            for no, (problem, lead, support) in enumerate(
                (
                    ("古桥风化", "市文旅局|市住建局", ""),
                    ("古树枯萎", "市林业局|云东区人民政府", ""),
                    ("古井填埋", "市文旅局|市水利局", ""),
                    ("城墙杂草", "市文旅局", "市城管局"),
                    ("牌坊倾斜", "市文旅局", ""),
                ),
                start=1,
            )
        ),
    ),
    Case(
        "statuses given as figures that the heading explains",
        xlsx(
            [
                ["序号", "问题", "责任单位", "整改状态（1已完成 2整改中 3未启动）"],
                [1, "渡口救生衣不足", "市交通局", 1],
                [2, "船舶超载", "市交通局", 2],
                [3, "码头无灯", "市交通局", 3],
            ]
        ),
        (
            want("渡口救生衣不足", no=1, lead="市交通局", status="done"),
            want("船舶超载", no=2, lead="市交通局", status="ongoing"),
            want("码头无灯", no=3, lead="市交通局", status="not_started"),
        ),
    ),
)
