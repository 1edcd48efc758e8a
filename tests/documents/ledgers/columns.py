"""Traps of columns that look alike: several numbers, a problem cut in two, ticks for a status, blank headings."""

from __future__ import annotations

from tests.documents.ledgers.case import Case, line, want, xlsx

CASES = (
    Case(
        "groups and problems each with a number of their own",
        xlsx(
            [
                line("序号|主要问题|序号|具体问题|整改措施|责任单位"),
                line("1|学习不深入|1|学习计划缺失|制定计划|办公室"),
                line("||2|笔记抄袭|每月抽查|机关党委"),
                line("2|担当不够|3|督办件超期|建立台账|督查室"),
            ],
            "A2:A3 B2:B3",
        ),
        (
            want("学习计划缺失", no=1, category="学习不深入", measures="制定计划", lead="办公室"),
            want("笔记抄袭", no=2, category="学习不深入", measures="每月抽查", lead="机关党委"),
            want("督办件超期", no=3, category="担当不够", measures="建立台账", lead="督查室"),
        ),
    ),
    Case(
        "a heading that says the first unit leads, ticks for the status",
        xlsx(
            [
                line("序号|问题|责任单位（第一个为牵头单位）|时限|状态"),
                line("1|人防工程渗水|市人防办、市住建局|2025年6月|√"),
                line("2|警报器失灵|市人防办|2025年7月|×"),
            ]
        ),
        (
            want(
                "人防工程渗水",
                no=1,
                lead="市人防办",
                support="市住建局",
                due=("2025年6月", "date", "2025-06-30"),
                status="done",
            ),
            want("警报器失灵", no=2, lead="市人防办", due=("2025年7月", "date", "2025-07-31"), status="ongoing"),
        ),
    ),
    Case(
        "several points in one problem, and a column without a heading",
        xlsx(
            [
                line("序号|问题||责任单位|时限"),
                ["1", "1.采样不规范；\n2.记录不完整", "现场核实过", "市检验所", "2025年6月"],
                ["2", "1.仪器超期未检", None, "市检验所", "2025年6月"],
            ]
        ),
        (
            want(
                "1.采样不规范；\n2.记录不完整",
                no=1,
                lead="市检验所",
                due=("2025年6月", "date", "2025-06-30"),
                other={"C": "现场核实过"},
            ),
            want("仪器超期未检", no=2, lead="市检验所", due=("2025年6月", "date", "2025-06-30")),
        ),
    ),
    Case(
        "measures with a leader and a status each, headings of an inspectorate",
        xlsx(
            [
                line("序号|反馈问题|整改目标|整改措施|责任单位|配合单位|责任领导|完成时限|整改进展|是否销号"),
                line("一|污水直排|消除直排|1.封堵排口|市住建局|市水务局|沈舟|2025年3月底|已封堵|是"),
                line("|||2.建设泵站|市水务局|市财政局|宁远|2025年12月底|完成70%|否"),
                line("二|黑臭反弹|长制久清|3.清淤|市水利局||黎明|长期坚持|持续推进|否"),
            ],
            "A2:A3 B2:B3 C2:C3",
        ),
        (
            want(
                "污水直排",
                no="一",
                goal="消除直排",
                measures="封堵排口|建设泵站",
                lead="市住建局|市水务局",
                support="市财政局",
                person="沈舟、宁远",
                due=("2025年3月底；2025年12月底", "stage", "2025-12-31"),
                status="ongoing",
            ),
            want(
                "黑臭反弹",
                no="二",
                goal="长制久清",
                measures="清淤",
                lead="市水利局",
                person="黎明",
                due=("长期坚持", "longterm"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "a number without a heading, and rows of a form that await their problem",
        xlsx(
            [
                line("|问题|责任单位|时限|状态"),
                [1, "路面坑槽", "市政处", "2025年6月", "已完成"],
                [2, "路灯不亮", "照明中心", "2025年6月", "整改中"],
                [3, None, None, None, "未启动"],
                [4, None, None, None, "未启动"],
            ]
        ),
        (
            want("路面坑槽", no=1, lead="市政处", due=("2025年6月", "date", "2025-06-30"), status="done"),
            want("路灯不亮", no=2, lead="照明中心", due=("2025年6月", "date", "2025-06-30"), status="ongoing"),
        ),
    ),
)
