"""Word, PDF, web pages and text files: the same plan in each of them gives the same problems, with their place."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading import DocumentReading, is_document, read_document, read_ledger
from bihuan.documents.reading.files import read_file
from tests.documents.printing import Page, pdf

LINES = [
    "云汀市督察反馈问题整改方案",
    "一、问题：桃源河沿岸三处排口雨后溢流，河面漂浮垃圾长期无人打捞，附近居民多次反映异味",
    "责任单位：市水务局、北岸街道办事处",
    "整改时限：2025年9月底前",
    "整改措施：1.改造三处排口；2.每日巡河保洁。",
    "二、问题：长堤路道板破损",
    "责任单位：市市政处",
    "整改时限：立行立改",
]
ROWS = [
    ["序号", "存在问题", "责任单位", "整改时限"],
    ["1", "候车亭漏雨", "市公交公司", "2025年6月"],
    ["2", "站牌文字模糊", "市交通局", "立行立改"],
]


def word(lines: list[str], rows: list[list[str]] | None = None) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        fill(document, rows)
    return saved(document)


def fill(document: Document, rows: list[list[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(place, column).text = cell


def saved(document: Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def web(lines: list[str], rows: list[list[str]] | None = None) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    if rows:
        body += (
            "<table>"
            + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
            + "</table>"
        )
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode()


def printed(lines: list[str], rows: list[list[str]] | None = None) -> bytes:
    page = Page()
    for line in lines:
        page.paragraph(line)
    if rows:
        page.table(rows)
    return pdf([page])


def plain(lines: list[str], rows: list[list[str]] | None = None) -> bytes:
    drawn = ["|".join(["", *row, ""]) for row in rows or []]
    return "\n".join([*lines, *drawn]).encode("gb18030")


FORMATS = {"docx": word, "html": web, "pdf": printed, "txt": plain}


def told(reading: DocumentReading) -> list[tuple[object, ...]]:
    return [
        (i.problem, i.lead_units, i.deadline_raw, i.deadline_kind, i.deadline_date, i.measures)
        for i in reading.items
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_problems(name):
    first, second, third, fourth = told(read_document(FORMATS[name](LINES, ROWS), f"方案.{name}"))
    assert first[0] == "桃源河沿岸三处排口雨后溢流，河面漂浮垃圾长期无人打捞，附近居民多次反映异味"
    assert first[1:3] == (("市水务局", "北岸街道办事处"), "2025年9月底前")
    assert first[4:] == (date(2025, 9, 30), ("改造三处排口", "每日巡河保洁"))
    assert second[:4] == ("长堤路道板破损", ("市市政处",), "立行立改", "immediate")
    assert third[:3] == ("候车亭漏雨", ("市公交公司",), "2025年6月")
    assert fourth[:2] == ("站牌文字模糊", ("市交通局",))


@pytest.mark.parametrize("name", FORMATS)
def test_every_field_stands_where_its_place_says(name):
    reading = read_document(FORMATS[name](LINES, ROWS), f"方案.{name}")
    for item in reading.items:
        assert item.passage is not None
        values = {"problem": item.problem, "deadline_raw": item.deadline_raw, "lead_units": item.lead_units[0]}
        for field, value in values.items():
            span = item.passage.spans[field][0]
            block = reading.blocks[span.paragraph - 1]
            if span.row is None or span.column is None:
                assert block.original[span.start : span.end] == value
            else:
                assert block.rows[span.row - 1][span.column - 1] == value


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_a_document_is_told_by_its_bytes(name, tmp_path):
    path = tmp_path / "没有后缀"
    path.write_bytes(FORMATS[name](LINES))
    assert is_document(path.read_bytes())
    (found,) = read_file(path)
    assert "长堤路道板破损" in str(found["items"])


def test_a_ledger_is_no_document(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("\n".join(",".join(row) for row in ROWS), encoding="utf-8")
    (found,) = read_file(path)
    assert found["items"] == [item.as_json() for item in read_ledger(path).items]
    assert not is_document(path.read_bytes())


def numbered(document: Document, texts: list[str], form: str, pattern: str) -> None:
    """Paragraphs of a list that Word numbers by itself."""
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", pattern)):
        one = OxmlElement(tag)
        one.set(qn("w:val"), value)
        level.append(one)
    abstract.append(level)
    numbering.insert(0, abstract)
    num = OxmlElement("w:num")
    num.set(qn("w:numId"), "77")
    reference = OxmlElement("w:abstractNumId")
    reference.set(qn("w:val"), "77")
    num.append(reference)
    numbering.append(num)
    for text in texts:
        number, reference = OxmlElement("w:numPr"), OxmlElement("w:numId")
        reference.set(qn("w:val"), "77")
        number.append(reference)
        document.add_paragraph(text)._p.get_or_add_pPr().append(number)
        document.add_paragraph("责任单位：市住建局")


@pytest.mark.parametrize(
    ("form", "pattern", "numbers"),
    [
        ("chineseCounting", "（%1）", ["（一）", "（二）"]),
        ("decimal", "%1.", ["1.", "2."]),
        ("decimalEnclosedCircle", "%1", ["①", "②"]),
    ],
)
def test_numbers_that_word_counts_itself_are_read(form, pattern, numbers):
    document = docx.Document()
    numbered(document, ["路沿石缺失。", "井盖松动。"], form, pattern)
    reading = read_document(saved(document))
    assert [item.problem for item in reading.items] == ["路沿石缺失", "井盖松动"]
    assert [block.number for block in reading.blocks if block.number] == numbers


def test_deleted_text_is_gone_and_inserted_text_is_there():
    document = docx.Document()
    paragraph = document.add_paragraph("问题：")._p
    for tag, inner, text in (("w:del", "w:delText", "旧的说法"), ("w:ins", "w:t", "天桥扶手锈蚀")):
        change, run, words = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        words.text = text
        run.append(words)
        change.append(run)
        paragraph.append(change)
    document.add_paragraph("责任单位：市市政处")
    assert [item.problem for item in read_document(saved(document)).items] == ["天桥扶手锈蚀"]


def test_a_form_of_labels_and_answers_in_a_word_table():
    rows = [["整改事项", "渡口护栏缺失", "责任单位", "县交通局"], ["整改时限", "2025年5月底前", "责任人", "顾明"]]
    (item,) = read_document(word(["登记表"], rows)).items
    assert (item.problem, item.lead_units, item.person) == ("渡口护栏缺失", ("县交通局",), "顾明")
    assert item.deadline_date == date(2025, 5, 31)


def test_cells_merged_down_in_word_hold_for_all_their_rows():
    document = docx.Document()
    fill(document, [*ROWS[:2], ["2", "站台积水", "", "2025年7月"]])
    table = document.tables[0]
    table.cell(1, 2).merge(table.cell(2, 2))
    assert [item.lead_units for item in read_document(saved(document)).items] == [("市公交公司",)] * 2


def test_pages_lose_their_heads_feet_and_line_breaks():
    pages = []
    for number in range(1, 5):
        page = Page()
        page.furniture("云汀市整改办文件", number)
        page.paragraph(
            f"{number}.问题：第{number}座桥的伸缩缝损坏，重型车辆通过时震动明显，沿线住户夜间休息受到影响"
        )
        page.paragraph("责任单位：市交通局")
        pages.append(page)
    reading = read_document(pdf(pages), "方案.pdf")
    assert [block.page for block in reading.blocks] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert len(reading.items) == 4
    assert reading.items[3].problem == "第4座桥的伸缩缝损坏，重型车辆通过时震动明显，沿线住户夜间休息受到影响"


def test_a_table_cut_by_a_page_is_one_table():
    above, below = Page(), Page()
    above.table(ROWS)
    below.table([["3", "候车座椅松动", "市公交公司", "2025年8月"]])
    reading = read_document(pdf([above, below]), "表.pdf")
    assert [item.problem for item in reading.items] == ["候车亭漏雨", "站牌文字模糊", "候车座椅松动"]


def test_a_scan_is_named_as_one():
    with pytest.raises(Unreadable, match="扫描件"):
        read_document(pdf([Page()]), "扫描.pdf")


def test_the_main_text_of_a_page_is_read_and_its_frame_is_not():
    page = (
        "<html><head><title>公示</title><script>var 问题 = '一、问题：脚本'</script></head><body>"
        "<div class='nav'><a href='/'>首页</a> <a href='/x'>一、问题：导航</a></div>"
        "<table><tr><td><div id='zoom'>" + "".join(f"<p>{line}</p>" for line in LINES) + "</div></td></tr></table>"
        "<ol><li>版权所有</li></ol></body></html>"
    )
    reading = read_document(page.encode("gb18030"))
    assert [item.problem for item in reading.items][1] == "长堤路道板破损"
    assert len(reading.items) == 2
    assert not any("导航" in block.text or "脚本" in block.text for block in reading.blocks)


def test_numbered_items_of_a_page_have_their_numbers():
    reading = read_document(
        "<html><body><ol start=3><li>问题：甲桥限高杆变形<br>责任单位：市交通局</li></ol></body></html>".encode()
    )
    assert [(item.no, item.problem) for item in reading.items] == [("3", "甲桥限高杆变形")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_files_in_all_encodings(encoding):
    assert len(read_document("\r\n".join(LINES).encode(encoding), "a.txt").items) == 2
