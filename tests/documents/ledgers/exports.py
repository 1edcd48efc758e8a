"""What systems export: hotlines with dozens of columns, text and web pages under the name of a workbook."""

from __future__ import annotations

from tests.documents.ledgers.case import Case, line, raw, text, want

CASES = (
    Case(
        "a hotline's export with three levels of classes and many dates",
        text(
            [
                line(
                    "工单号|受理时间|来电人|联系电话|一级分类|二级分类|三级分类|标题|诉求内容|所属区域|主办单位"
                    "|协办单位|派单时间|办理时限|办结时间|工单状态|答复内容|满意度|是否超期"
                ),
                line(
                    "YT2503010007|2025-03-01 08:11:20|周女士|0000-1111111|城市管理|市容环境|垃圾清运|垃圾未清"
                    "|柳湾花园垃圾桶三天未清，味道很大。|云东区|云东区城管局|柳湾街道|2025-03-01 08:30:00"
                    "|2025-03-04 18:00:00|2025-03-03 10:00:00|已办结|已清运|满意|否"
                ),
                line(
                    "YT2503010011|2025-03-01 09:02:45|顾先生|0000-2222222|交通出行|公共交通|公交线路|公交绕行"
                    "|12路公交擅自绕行，老人就医不便。|云西区|市公交集团||2025-03-01 09:10:00"
                    "|2025-03-08 18:00:00||办理中|||否"
                ),
            ],
            "gb18030",
        ),
        (
            want(
                "柳湾花园垃圾桶三天未清，味道很大",
                no="YT2503010007",
                category="城市管理",
                lead="云东区城管局",
                support="柳湾街道",
                due=("2025-03-04 18:00:00", "date", "2025-03-04"),
                status="done",
                title="垃圾未清",
            ),
            want(
                "12路公交擅自绕行，老人就医不便",
                no="YT2503010011",
                category="交通出行",
                lead="市公交集团",
                due=("2025-03-08 18:00:00", "date", "2025-03-08"),
                status="ongoing",
                title="公交绕行",
            ),
        ),
    ),
    Case(
        "a table exported as text but called a workbook",
        raw(
            "编号\t问题描述\t责任单位\t整改时限\t状态\r\nT-1\t扶手电梯梳齿板断裂\t市商务局\t2025-03-20\t整改中\r\n"
            "T-2\t卸货平台无护栏\t市商务局\t2025-03-25\t已完成\r\n",
            "gbk",
            "a.xls",
        ),
        (
            want(
                "扶手电梯梳齿板断裂",
                no="T-1",
                lead="市商务局",
                due=("2025-03-20", "date", "2025-03-20"),
                status="ongoing",
            ),
            want(
                "卸货平台无护栏",
                no="T-2",
                lead="市商务局",
                due=("2025-03-25", "date", "2025-03-25"),
                status="done",
            ),
        ),
    ),
    Case(
        "a web page called a workbook",
        raw(
            '<html><head><meta charset="utf-8"><style>td{color:red}</style></head><body><table border=1>'
            "<tr><th colspan=5>问题台账</th></tr><tr><th>类别<th>问题描述<th>责任单位<th>整改时限<th>状态</tr>"
            "<tr><td rowspan=2>商贸</td><td>冷库制冷剂泄漏<br>报警器未启用</td><td>市商务局</td>"
            "<td>2025-03-20</td><td>整改中</td></tr><tr><td>叉车无检验标志</td><td>市市监局</td><td>2025-03-25</td><td>已完成</td></tr>"
            "</table></body></html>",
            "utf-8",
            "a.xls",
        ),
        (
            want(
                "冷库制冷剂泄漏\n报警器未启用",
                category="商贸",
                lead="市商务局",
                due=("2025-03-20", "date", "2025-03-20"),
                status="ongoing",
            ),
            want(
                "叉车无检验标志",
                category="商贸",
                lead="市市监局",
                due=("2025-03-25", "date", "2025-03-25"),
                status="done",
            ),
        ),
    ),
    Case(
        "columns parted by single blanks",
        raw(
            "序号 存在问题 责任单位 整改时限\n"
            "1 公交站台积水 市交通局 2025年6月底\n2 站牌倒伏 市城管局 2025年5月底\n",
            "gbk",
            "a.txt",
        ),
        (
            want("公交站台积水", no=1, lead="市交通局", due=("2025年6月底", "date", "2025-06-30")),
            want("站牌倒伏", no=2, lead="市城管局", due=("2025年5月底", "date", "2025-05-31")),
        ),
    ),
    Case(
        "a frame of dashes and plus signs",
        raw(
            "+----+----+\n|序号|存在问题|责任单位|整改时限|\n+----+----+\n|1|公交站台积水|市交通局|2025年6月底|\n",
            "utf-8",
            "a.txt",
        ),
        (want("公交站台积水", no=1, lead="市交通局", due=("2025年6月底", "date", "2025-06-30")),),
    ),
    Case(
        "UTF-8 taken for GBK, which lost bytes on the way",
        raw(
            "序号,存在问题,责任单位,整改时限\n1,公交站台积水,市交通局,立行立改\n2,站牌倒伏,市城管局,长期坚持\n".encode().decode(
                "gb18030", "replace"
            ),
            "utf-8",
            "a.csv",
        ),
        (
            want("公交站台积水", no=1, lead="市交通局", due=("立行立改", "immediate")),
            want("站牌倒伏", no=2, lead="市城管局", due=("长期坚持", "longterm")),
        ),
    ),
)
