"""The Word files of an office: what was said comes back, on A4, whatever characters people typed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.documents.writing.official import ACROSS, UPRIGHT, Layout, Official, writable


def opened(paper: Official) -> Any:
    """The file as Word would open it."""
    file = io.BytesIO()
    paper.save(file)
    return Document(file)


@settings(max_examples=15)
@given(st.text(st.characters(), max_size=40))
def test_whatever_was_typed_the_file_opens_and_says_it(text: str) -> None:
    paper = Official()
    paper.title(f"题{text}")
    paper.table(["甲", "乙"], [[text, "\x00二\ud800"]], widths=(30, 40))
    found = opened(paper)
    assert found.paragraphs[0].text == f"题{writable(text)}"
    assert [cell.text for cell in found.tables[0].rows[1].cells] == [writable(text), "二\ufffd"]


@pytest.mark.parametrize(("layout", "size"), [(UPRIGHT, (210, 297)), (ACROSS, (297, 210))])
def test_the_paper_is_a4_and_the_head_of_a_table_is_repeated(layout: Layout, size: tuple[int, int]) -> None:
    paper = Official(layout)
    paper.fact("编号：", "云汀-1")
    paper.prose("一段\n\n 又一段")
    paper.table(["甲"], [["1"]])
    found = opened(paper)
    section = found.sections[0]
    assert [round(section.page_width / Mm(1)), round(section.page_height / Mm(1))] == list(size)
    assert [paragraph.text for paragraph in found.paragraphs] == ["编号：云汀-1", "一段", "又一段"]
    assert "w:tblHeader" in found.tables[0].rows[0]._tr.xml
