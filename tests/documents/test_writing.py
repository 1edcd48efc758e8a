"""Ledgers written by us: safe to open, fit to print, and read back as they were."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.ledger import read_ledger
from bihuan.documents.reading.numbering import strip_number
from bihuan.documents.reading.statuses import read_status
from bihuan.documents.writing.ledgers import STANDARD, Column, standard_row, write_ledger
from tests.documents.build import part_of

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "safe\n=1+1",
    '=HYPERLINK("http://127.0.0.1/?"&A1,"x")',
    "=cmd|'/c calc'!A0",
    "http://example.invalid/",
    "mailto:a@example.invalid",
    "12345678901234567890",
    "1e5",
    "{=1+1}",
]


def sheet_of(path: Path) -> str:
    return part_of(path, "xl/worksheets/sheet1.xml")


def test_nothing_typed_becomes_a_formula_a_link_or_a_number(tmp_path):
    path = tmp_path / "a.xlsx"
    count = write_ledger(
        path, title="=台账", columns=[Column("=编号"), Column("问题")], rows=[(text, text) for text in DANGEROUS]
    )
    assert count == len(DANGEROUS)
    xml = sheet_of(path)
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    cells = openpyxl.load_workbook(path).worksheets[0]
    for row, text in enumerate(DANGEROUS, start=3):
        cell = cells.cell(row, 2)
        assert cell.data_type == "s"
        assert str(cell.value).replace("_x000D_", "\r") == text
    assert cells.cell(3, 2).quotePrefix


def test_dates_numbers_and_lists_keep_their_nature(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [
        Column("日期", 12, "date"),
        Column("时间"),
        Column("数"),
        Column("措施", 30, "steps"),
        Column("单位", 20, "units"),
    ]
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    rows = [
        (date(2026, 11, 22), moment, 12.5, ("一步", "两步"), ("甲局", "乙局")),
        (date(1800, 1, 1), None, True, (), []),
    ]
    write_ledger(path, title="", columns=columns, rows=rows)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(2, n).value for n in range(1, 6)] == [
        datetime(2026, 11, 22),
        datetime(2026, 11, 22, 8, 30),
        12.5,
        "1.一步\n2.两步",
        "甲局、乙局",
    ]
    assert sheet.cell(2, 1).number_format == "yyyy-mm-dd"
    assert sheet.cell(3, 1).value == "1800-01-01"


def test_header_stays_and_the_print_fits(tmp_path):
    path = tmp_path / "a.xlsx"
    write_ledger(path, title="云汀市问题整改台账", columns=STANDARD, rows=[], note="注：导出于2026年11月22日")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.title == "云汀市问题整改台账"
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:M2"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize or 0)) == ("landscape", 9)
    assert sheet.cell(3, 1).value == "注：导出于2026年11月22日"
    assert read_ledger(path).items == ()


def test_it_writes_to_a_stream_and_takes_rows_one_by_one():
    out = io.BytesIO()
    rows = ((f"{number}", "楼梯扶手松动") for number in range(3))
    assert write_ledger(out, title="台账", columns=[Column("编号"), Column("问题")], rows=rows) == 3
    assert zipfile.is_zipfile(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize("title", ["a/b:c*[d]?", "'引号'", "x" * 60, "History", "\ud800"])
def test_any_title_makes_a_legal_sheet(tmp_path, title):
    path = tmp_path / "a.xlsx"
    write_ledger(path, title=title, columns=[Column("编号")], rows=[])
    name = openpyxl.load_workbook(path).sheetnames[0]
    assert 0 < len(name) <= 31


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path, text):
    path = tmp_path / "a.xlsx"
    write_ledger(path, title="台账", columns=[Column("编号"), Column("问题")], rows=[("1", text)])
    (item,) = read_ledger(path).items
    assert item.problem.endswith("此处截断）")
    assert len(item.problem.encode("utf-16-le")) // 2 <= 32_767


def test_control_characters_survive_and_broken_ones_are_replaced(tmp_path):
    path = tmp_path / "a.xlsx"
    write_ledger(
        path, title="台账", columns=[Column("编号"), Column("问题")], rows=[("1", "a\x01b_x000D_c\ud800d\uffff")]
    )
    (item,) = read_ledger(path).items
    assert item.problem == "a\x01b_x000D_c\ufffdd\ufffd"


def test_too_many_cells_in_a_row_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="2 cells for 1"):
        write_ledger(tmp_path / "a.xlsx", title="台账", columns=[Column("编号")], rows=[("1", "2")])


SIGNS = "路灯桥渠闸泵站楼梯扶栏井盖栅栏标牌漆斑裂缝渗水堆土垃圾棚屋瓦砾草坪树枝噪扬尘"
SIGNS += "abcXYZ0123456789=+-@“”（）％#&<>'\""
words = st.text(SIGNS, min_size=2, max_size=30)
texts = st.one_of(words, st.builds("{}\n{}".format, words, words)).filter(lambda text: strip_number(text) == text)
steps = words.filter(lambda text: strip_number(text) == text)
units = st.one_of(
    st.builds(
        "{}{}".format,
        st.text("云汀青禾柳湾石桥", min_size=1, max_size=4),
        st.sampled_from(["局", "镇", "有限公司", "街道办事处"]),
    ),
    st.just("各县（市、区）人民政府"),
)
persons = st.lists(st.sampled_from(["周明", "李小海", "欧阳晓月", "顾小满"]), unique=True, max_size=2).map(
    "、".join
)
deadlines = st.one_of(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 1, 1)).map(str),
    st.sampled_from(
        [
            "",
            "立行立改",
            "长期坚持",
            "2025年6月底前，并长期坚持",
            "接单后3个工作日内",
            "2024年底开工，2025年底完工",
        ]
    ),
)
statuses = st.sampled_from(["", "已完成", "基本完成", "正在整改", "未启动", "取得阶段性成效"])


@st.composite
def items(draw):
    raw = draw(deadlines)
    due = read_deadline(raw)
    status_raw = draw(statuses)
    lead = draw(st.lists(units, unique=True, max_size=3))
    return Item(
        no=draw(st.text("YT0123456789", min_size=3, max_size=8).map(lambda text: f"A-{text}")),
        category=draw(st.one_of(st.just(""), words.filter(lambda text: "合计" not in text))),
        source=draw(st.one_of(st.just(""), words)),
        problem=draw(texts),
        goal=draw(st.one_of(st.just(""), steps)),
        measures=tuple(draw(st.lists(steps, unique=True, max_size=4))),
        lead_units=tuple(lead),
        support_units=tuple(unit for unit in draw(st.lists(units, unique=True, max_size=3)) if unit not in lead),
        person=draw(persons),
        deadline_raw=raw,
        deadline_kind=due.kind if due else "",
        deadline_date=due.day if due else None,
        deadline_longterm=bool(due and due.longterm),
        deadline_relative=bool(due and due.relative),
        progress=draw(st.one_of(st.just(""), words)),
        status=read_status(status_raw) or "",
        status_raw=status_raw,
        remark=draw(st.one_of(st.just(""), words)),
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(written=st.lists(items(), max_size=8), note=st.sampled_from(["", "注：导出时间2026年11月22日"]))
def test_what_is_written_is_read_back(tmp_path, written, note):
    assume(all(item.goal == "" or item.problem for item in written))
    path = tmp_path / "a.xlsx"
    write_ledger(path, title="问题整改台账", columns=STANDARD, rows=map(standard_row, written), note=note)
    found = read_ledger(path)
    told = [{k: v for k, v in item.as_json().items() if k not in ("place", "doubts")} for item in found.items]
    assert told == [item.as_json() for item in written]
    assert found.faults == ()
