"""Traps of the whole sheet and of formats: several tables, tables on their side, encodings, old formats."""

from __future__ import annotations

from pathlib import Path

from tests.documents import build
from tests.documents.ledgers.case import Case, Rows, raw, text, want, xlsx

HEAD = ["序号", "存在问题", "责任单位", "整改时限", "整改状态"]
FIRST = want("检票口拥堵", no=1, lead="市交通局", due=("2025年3月底", "date", "2025-03-31"), status="done")
SECOND = want("候车厅漏雨", no=2, lead="市交通局", due=("2025年4月底", "date", "2025-04-30"), status="ongoing")
THIRD = want("母婴室上锁", no=1, lead="市卫健委", due=("2025年5月底", "date", "2025-05-31"), status="ongoing")
ONE = [1, "检票口拥堵", "市交通局", "2025年3月底", "已完成"]
TWO = [2, "候车厅漏雨", "市交通局", "2025年4月底", "整改中"]
THREE = [1, "母婴室上锁", "市卫健委", "2025年5月底", "整改中"]
ROWS: Rows = [HEAD, ONE, TWO]


def _sheets(folder: Path) -> Path:
    other = ["编号", "责任单位", "问题描述", "完成时限", "完成情况"]
    return build.sheets(
        folder / "a.xlsx",
        {
            "封面": [["云汀市整改台账汇编"], ["2025年3月"]],
            "交通": [["交通类"], *ROWS],
            "卫生": [other, ["", *[None] * 4], [1, "市卫健委", "母婴室上锁", "2025年5月底", "整改中"]],
            "竖排": [
                ["序号", 1, 2],
                ["存在问题", "检票口拥堵", "候车厅漏雨"],
                ["责任单位", "市交通局", "市交通局"],
                ["整改时限", "2025年3月底", "2025年4月底"],
                ["整改状态", "已完成", "整改中"],
            ],
            "统计": [["单位", "问题数", "已完成", "完成率"], ["市交通局", 2, 1, 0.5], ["市卫健委", 1, 0, 0]],
        },
    )


def _macro(folder: Path) -> Path:
    path = build.xlsx(folder / "a.xlsm", ROWS)
    types = build.part_of(path, "[Content_Types].xml")
    types = types.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    build.replace_part(path, "[Content_Types].xml", types.encode())
    return build.replace_part(path, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"\0" * 4096)


def _xls(folder: Path) -> Path:
    rows: Rows = [
        ["交通类问题台账"],
        HEAD,
        ["一、客运站"],
        ONE,
        [2, "候车厅漏雨", "市交通局", 45777, "整改中"],
        ["合计", "2项"],
    ]
    return build.xls(folder / "a.xls", rows, merges=[(0, 0, 0, 4), (2, 0, 2, 4)])


def _ods(folder: Path) -> Path:
    table = build.ods_table([["交通类问题台账"], HEAD, ONE])
    row = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="2"><text:p>2</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><office:annotation>'
        "<text:p>核实过</text:p></office:annotation><text:p>候车厅</text:p><text:p>漏雨</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>市交通局</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2025-04-30"><text:p>25/4/30</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>整改中</text:p>'
        "</table:table-cell>"
        '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="1005"/></table:table-row>'
    )
    return build.ods(folder / "a.ods", table.replace("</table:table>", row + "</table:table>"))


CASES = (
    Case("several sheets, one on its side, one of figures", _sheets, (FIRST, SECOND, THIRD, FIRST, SECOND)),
    Case(
        "two tables side by side, one longer than the other",
        xlsx(
            [
                ["表一 交通", None, None, None, None, None, "表二 卫生"],
                [*HEAD, None, *HEAD],
                [*ONE, None, *THREE],
                [*TWO, None],
            ],
            ["A1:E1", "G1:K1"],
        ),
        (FIRST, SECOND, THIRD),
    ),
    Case(
        "two tables side by side without a gap",
        xlsx([[*HEAD, *HEAD], [*ONE, *THREE], [*TWO]]),
        (FIRST, SECOND, THIRD),
    ),
    Case(
        "tables below each other with the same header, each with title and total",
        xlsx(
            [
                ["表一 交通（2025年）"],
                HEAD,
                ONE,
                TWO,
                ["合计", "2项"],
                [],
                ["表二 卫生（2025年）"],
                HEAD,
                THREE,
                ["合计", "1项"],
            ],
            ["A1:E1", "A7:E7"],
        ),
        (FIRST | {"category": ""}, SECOND, THIRD),
    ),
    Case(
        "on its side with groups of labels in two columns",
        xlsx(
            [
                ["整改任务表"],
                ["基本情况", "序号", 1, 2],
                [None, "问题描述", "检票口拥堵", "候车厅漏雨"],
                ["整改落实", "责任单位", "市交通局", "市交通局"],
                [None, "整改时限", "2025年3月底", "2025年4月底"],
                [None, "整改状态", "已完成", "整改中"],
            ],
            ["A1:D1", "A2:A3", "A4:A6"],
        ),
        (FIRST, SECOND),
    ),
    Case(
        "a blank column and a blank row inside the table",
        xlsx(
            [
                ["序号", "存在问题", None, "责任单位", "整改时限", "整改状态"],
                [],
                [1, "检票口拥堵", None, "市交通局", "2025年3月底", "已完成"],
                [],
                [2, "候车厅漏雨", None, "市交通局", "2025年4月底", "整改中"],
            ]
        ),
        (FIRST, SECOND),
    ),
    Case("a workbook with macros", _macro, (FIRST, SECOND)),
    Case(
        "an old binary workbook with a heading and a serial date",
        _xls,
        (
            FIRST | {"category": "客运站"},
            SECOND | {"category": "客运站", "deadline_raw": "45777", "deadline_date": "2025-04-30"},
        ),
    ),
    Case(
        "OpenDocument with notes in cells and a million empty rows",
        _ods,
        (FIRST, SECOND | {"problem": "候车厅\n漏雨", "deadline_raw": "2025-04-30"}),
    ),
    Case("UTF-16 without a mark", text(ROWS, "utf-16-le", "\t", "a.txt"), (FIRST, SECOND)),
    Case(
        "UTF-16, high byte first",
        text([["\ufeff序号", *HEAD[1:]], ONE, TWO], "utf-16-be", "\t", "a.tsv"),
        (FIRST, SECOND),
    ),
    Case(
        "GB18030 with rare characters",
        text([HEAD, [1, "㙍塘镇𬇙河断流", "市水利局", "2025年3月底", "已完成"], TWO], "gb18030"),
        (
            want(
                "㙍塘镇𬇙河断流", no=1, lead="市水利局", due=("2025年3月底", "date", "2025-03-31"), status="done"
            ),
            SECOND,
        ),
    ),
    Case(
        "columns parted by several blanks",
        raw(
            "序号    存在问题        责任单位      整改时限        整改状态\n"
            "1       检票口拥堵      市交通局      2025年3月底     已完成\n"
            "2       候车厅漏雨      市交通局      2025年4月底     整改中\n",
            "gbk",
            "a.txt",
        ),
        (FIRST, SECOND),
    ),
    Case(
        "columns parted by upright bars, with a ruled line as in Markdown",
        raw(
            "| 序号 | 存在问题 | 责任单位 | 整改时限 | 整改状态 |\n| --- | :--- | --- | --- | --- |\n"
            "| 1 | 检票口拥堵 | 市交通局 | 2025年3月底 | 已完成 |\n"
            "| 2 | 候车厅漏雨 | 市交通局 | 2025年4月底 | 整改中 |\n",
            "utf-8",
            "a.txt",
        ),
        (FIRST, SECOND),
    ),
    Case(
        "csv with lines before the header, quotes, line breaks and protected numbers",
        raw(
            '云汀市交通局整改台账,,,,\r\n"填报单位：市交通局",,,,2025年\r\n序号,存在问题,责任单位,整改时限,整改状态\r\n'
            '="001","检票口""早高峰""拥堵，\n排队超过百米",市交通局,3月底前,已完成\r\n'
            "\t002,候车厅漏雨,市交通局,2025年4月底,整改中\r\n",
            "gb18030",
            "a.csv",
        ),
        (
            want(
                '检票口"早高峰"拥堵，\n排队超过百米',
                no="001",
                lead="市交通局",
                due=("3月底前", "date", "2025-03-31"),
                status="done",
            ),
            SECOND | {"no": "002"},
        ),
    ),
    Case(
        "a very wide and sparse sheet",
        xlsx(
            [
                [*HEAD, *[None] * 300, "辅助列"],
                [*ONE, *[None] * 300, "x"],
                TWO,
                *([] for _ in range(300)),
                [None] * 200 + ["y"],
            ]
        ),
        (FIRST, SECOND),
    ),
)
