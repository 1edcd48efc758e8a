"""Traps of grouped and damaged headings, of cards of measures, and of sheets that belong together."""

from __future__ import annotations

from pathlib import Path

from tests.documents import build
from tests.documents.ledgers.case import Case, line, text, want, xlsx


def _counties(folder: Path) -> Path:
    head = line("序号|问题|责任单位|整改时限|整改状态")
    return build.sheets(
        folder / "a.xlsx",
        {
            "汇总": [
                line("县区|问题数|已完成|完成率"),
                ["云东区", 2, 1, 0.5],
                ["云西区", 1, 0, 0],
                ["合计", 3, 1, 0.33],
            ],
            "云东区": [["云东区问题台账"], head, line("1|田间废膜堆积|云东区农业农村局|2025年4月|已完成")],
            "云西区": [["云西区问题台账"], [], head, line("1|河岸菜地侵占|云西区水利局|2025年5月|整改中")],
            "青禾县": [["青禾县问题台账"], head, ["填表人：", None, "审核人："]],
            "字典": [["整改状态"], ["已完成"], ["整改中"], ["未启动"]],
        },
    )


CASES = (
    Case(
        "units and persons under the headings of their part",
        xlsx(
            [
                line("序号|问题|牵头单位|||配合单位|||整改时限"),
                line("||单位名称|责任人|联系电话|单位名称|责任人|联系电话|"),
                line("1|灌区渠系渗漏|市水利局|沈舟|0000-1|市财政局|宁远|0000-2|2025年6月底"),
                line("2|高标准农田机井报废|市农业农村局|黎明|0000-3|||| 2025年9月底"),
            ],
            "A1:A2 B1:B2 C1:E1 F1:H1 I1:I2",
        ),
        (
            want(
                "灌区渠系渗漏",
                no=1,
                lead="市水利局",
                support="市财政局",
                person="沈舟、宁远",
                due=("2025年6月底", "date", "2025-06-30"),
            ),
            want(
                "高标准农田机井报废",
                no=2,
                lead="市农业农村局",
                person="黎明",
                due=("2025年9月底", "date", "2025-09-30"),
            ),
        ),
    ),
    Case(
        "characters lost in the headings",
        text(
            [
                line("序号|存在问\ufffd|责任单\ufffd|整改时\ufffd|整改状\ufffd"),
                line("1|排水泵站备用电源缺失|市水务局|2025年6月底|整改中"),
                line("2|雨水箅子被水泥封堵|云东区住建局|2025年5月底|已完成"),
            ],
            "utf-8",
        ),
        (
            want(
                "排水泵站备用电源缺失",
                no=1,
                lead="市水务局",
                due=("2025年6月底", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "雨水箅子被水泥封堵",
                no=2,
                lead="云东区住建局",
                due=("2025年5月底", "date", "2025-05-31"),
                status="done",
            ),
        ),
    ),
    Case(
        "problem with its cause in one column, measures with their dates in another",
        xlsx(
            [
                line("序号|存在问题及原因分析|整改措施及完成时限|责任单位|责任人"),
                line("1|接种点冷链断电未报警，系设备老化|1.更换冰箱；2.加装报警器|市卫健委|方舟"),
                line("2|村卫生室无人值守，系人员不足|统筹派驻医生|青禾县卫健局|许诺"),
            ]
        ),
        (
            want(
                "接种点冷链断电未报警，系设备老化",
                no=1,
                measures="更换冰箱|加装报警器",
                lead="市卫健委",
                person="方舟",
            ),
            want(
                "村卫生室无人值守，系人员不足",
                no=2,
                measures="统筹派驻医生",
                lead="青禾县卫健局",
                person="许诺",
            ),
        ),
    ),
    Case(
        "a sheet for each county, a sheet of figures and a dictionary",
        _counties,
        (
            want(
                "田间废膜堆积",
                no=1,
                lead="云东区农业农村局",
                due=("2025年4月", "date", "2025-04-30"),
                status="done",
            ),
            want(
                "河岸菜地侵占",
                no=1,
                lead="云西区水利局",
                due=("2025年5月", "date", "2025-05-31"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "ticks and dates merged over the measures of a problem",
        xlsx(
            [
                line("序号|问题|整改措施|完成时限|已完成|整改中|未启动|备注"),
                ["1", "农贸市场无消防通道", "拆除雨棚", "2025年5月底", None, "√", None, None],
                [None, None, "清理摊位", None, None, None, None, None],
                [None, None, "施划标线", None, None, None, None, "等雨季后"],
                ["2", "商铺住人", "逐户清退", "立行立改", "√", None, None, None],
            ],
            "A2:A4 B2:B4 D2:D4 E2:E4 F2:F4 G2:G4",
        ),
        (
            want(
                "农贸市场无消防通道",
                no=1,
                measures="拆除雨棚|清理摊位|施划标线",
                due=("2025年5月底", "date", "2025-05-31"),
                status="ongoing",
            ),
            want("商铺住人", no=2, measures="逐户清退", due=("立行立改", "immediate"), status="done"),
        ),
    ),
    Case(
        "on its side with a title, several measures to a problem and a signature",
        xlsx(
            [
                ["整改推进表（2025年）"],
                line("序号|1|2|3"),
                line("存在问题|博物馆闭馆检修未公告|图书漂流点无人管理|文化站长期锁门"),
                ["整改措施", "1.补发公告\n2.设置提示牌", "定人定岗", "公示开放时间"],
                line("责任单位|市文旅局|市图书馆|青禾县文旅局"),
                line("整改时限|3月底前|立行立改|4月底前"),
                line("完成情况|已完成|已完成|正在推进"),
                ["填表人：沈舟"],
            ],
            "A1:D1 A8:D8",
        ),
        (
            want(
                "博物馆闭馆检修未公告",
                no=1,
                measures="补发公告|设置提示牌",
                lead="市文旅局",
                due=("3月底前", "date", "2025-03-31"),
                status="done",
            ),
            want(
                "图书漂流点无人管理",
                no=2,
                measures="定人定岗",
                lead="市图书馆",
                due=("立行立改", "immediate"),
                status="done",
            ),
            want(
                "文化站长期锁门",
                no=3,
                measures="公示开放时间",
                lead="青禾县文旅局",
                due=("4月底前", "date", "2025-04-30"),
                status="ongoing",
            ),
        ),
    ),
    Case(
        "a category beside the number, stated once a group, and its subtotal in the same column",
        text(
            [
                line("问题领域|编号|具体问题|主责单位|整改期限|当前状态"),
                line("乡村振兴|X01|帮扶车间停工|青禾县乡村振兴局|2025/6/30|整改中"),
                line("|X02|小额信贷逾期|青禾县农商行|2025/7/31|整改中"),
                line("乡村振兴小计|2||||"),
                line("粮食安全|L01|储备粮轮换超期|市粮储局|2025/8/31|已完成"),
                line("粮食安全小计|1||||"),
                line("总计|3||||"),
            ],
            "utf-16",
            "\t",
            "a.txt",
        ),
        (
            want(
                "帮扶车间停工",
                no="X01",
                category="乡村振兴",
                lead="青禾县乡村振兴局",
                due=("2025/6/30", "date", "2025-06-30"),
                status="ongoing",
            ),
            want(
                "小额信贷逾期",
                no="X02",
                category="乡村振兴",
                lead="青禾县农商行",
                due=("2025/7/31", "date", "2025-07-31"),
                status="ongoing",
            ),
            want(
                "储备粮轮换超期",
                no="L01",
                category="粮食安全",
                lead="市粮储局",
                due=("2025/8/31", "date", "2025-08-31"),
                status="done",
            ),
        ),
    ),
    Case(
        "units stated once a group, in front of their problems and without merging",
        text(
            [
                line("责任单位|序号|问题|起止时间|1月进展|2月进展"),
                line("市住建局|1|塔吊超期未检|2025年1月-2025年3月|已排查|正在送检"),
                line("|2|脚手架松动|2025年1月-2025年6月|已排查|"),
                line("市水利局|3|堤防裂缝|2025.2-2025.5||正在灌浆"),
            ],
            "gbk",
        ),
        (
            want(
                "塔吊超期未检",
                no=1,
                lead="市住建局",
                due=("2025年1月-2025年3月", "date", "2025-03-31"),
                progress="已排查\n正在送检",
                status="ongoing",
            ),
            want(
                "脚手架松动",
                no=2,
                lead="市住建局",
                due=("2025年1月-2025年6月", "date", "2025-06-30"),
                progress="已排查",
            ),
            want(
                "堤防裂缝",
                no=3,
                lead="市水利局",
                due=("2025.2-2025.5", "date", "2025-05-31"),
                progress="正在灌浆",
                status="ongoing",
            ),
        ),
    ),
    Case(
        "a header of four rows",
        xlsx(
            [
                line("序号|基本情况||整改情况||"),
                line("|问题||责任||"),
                line("|类别|内容|单位||人"),
                line("|||牵头|配合|"),
                line("1|道路|路面坑槽连片|市政处|交警支队|周明"),
                line("2|照明|隧道灯具损坏|照明中心||李小海"),
            ],
            "A1:A4 B1:C1 D1:F1 B2:C2 D2:F2 B3:B4 C3:C4 D3:E3 F3:F4",
        ),
        (
            want("路面坑槽连片", no=1, category="道路", lead="市政处", support="交警支队", person="周明"),
            want("隧道灯具损坏", no=2, category="照明", lead="照明中心", person="李小海"),
        ),
    ),
)
