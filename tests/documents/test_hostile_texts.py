"""Documents made to do harm, or broken: each ends in a reason within ten seconds; long texts are read quickly."""

from __future__ import annotations

import io
import random
import time
import zipfile
from contextlib import suppress

import docx
import pytest

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading import Limits, read_document, read_pasted
from tests.documents.printing import Page, pdf

SECONDS = 10.0
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("问题：路沿石缺失")
    document.add_paragraph("责任单位：市市政处")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(name: str, change: bytes) -> bytes:
    """A Word document with one part replaced; {body} stands for what it said."""
    old, out = zipfile.ZipFile(io.BytesIO(word())), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change.replace(b"{body}", data) if info.filename == name else data)
    return out.getvalue()


def nested(depth: int) -> bytes:
    opened = b"<w:sdt><w:sdtContent>" * depth
    closed = b"</w:sdtContent></w:sdt>" * depth
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return b"<w:document " + space + b"><w:body>" + opened + closed + b"</w:body></w:document>"


HOSTILE = {
    "billion laughs": with_part("word/document.xml", BOMB.encode() + b"<x>&b;</x>"),
    "outside entity": with_part("word/document.xml", OUTSIDE.encode() + b"<x>&a;</x>"),
    "entity in the numbers": with_part("word/styles.xml", BOMB.encode() + b"<x/>"),
    "nested deeply": with_part("word/document.xml", nested(5_000)),
    "bomb": with_part("word/media/x.bin", b"") and with_part("word/document.xml", b" " * 60_000_000),
    "broken part": with_part("word/document.xml", b"<w:document"),
    "no document": with_part("word/document.xml", b"<x/>"),
    "cut in half": word()[: len(word()) // 2],
    "pdf cut in half": pdf([Page()])[:200],
    "pdf of nonsense": b"%PDF-1.7\n" + b"\x00\xff" * 5_000,
    "pdf in itself": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>",
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "rtf": b"{\\rtf1 text}",
    "empty": b" \n ",
    "zeros": b"a" + b"\x00" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_harm_ends_in_a_reason(name):
    began = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read_document(HOSTILE[name], "文件")
    assert len(str(caught.value)) > 8
    assert time.monotonic() - began < SECONDS


def test_a_page_that_never_ends_is_stopped():
    page = Page(["q Q "] * 2_000_000)
    began = time.monotonic()
    with pytest.raises(Unreadable, match="秒"):
        read_document(pdf([page]), "慢.pdf", Limits(seconds=1.5))
    assert time.monotonic() - began < SECONDS


def test_too_many_pages_and_too_long_a_text_are_refused():
    with pytest.raises(Unreadable, match="页"):
        read_document(pdf([Page(), Page(), Page()]), "多.pdf", Limits(pages=2))
    with pytest.raises(Unreadable, match="太长"):
        read_document("问题很多。".encode() * 200_000, "长.txt")


@pytest.mark.parametrize("page", [b"<html>" + b"<div>" * 50_000, b"<html><body>" + b"<table><tr><td>" * 3_000])
def test_deeply_nested_pages_do_no_harm(page):
    began = time.monotonic()
    with suppress(Unreadable):
        assert read_document(page, "深.html").items == ()
    assert time.monotonic() - began < SECONDS


def test_a_page_fetches_nothing_and_expands_nothing():
    page = (
        BOMB.replace("x [", "html [")
        + "<html><body><p>问题：&b;路沿石缺失</p><img src='http://192.0.2.1/x'></body></html>"
    )
    assert "aaaa" not in str(read_document(page.encode(), "x.html").blocks)


SLOW = {
    "records": "".join(
        f"{n}.问题：第{n}处路灯不亮；责任单位：市住建局；整改时限：2025年6月底前。\n" for n in range(1, 900)
    ),
    "one line": "检查发现路灯不亮，责任单位市住建局，限3日内整改。" * 1_500,
    "labels": "责任单位：" * 7_000,
    "numbers": "1.1、（1）①" * 5_000,
    "brackets": "（（（“““【【" * 5_000,
    "commas": "，、；" * 12_000,
    "digits": "1,1.1%" * 6_000,
    "han digits": "一二十百" * 9_000,
    "dates": "2025年6月底前" * 4_000,
    "bars": "|a" * 17_000,
    "mojibake": "æ•´æ”¹鏁存敼" * 4_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_hundred_kilobytes_are_read_within_a_second(name):
    text = SLOW[name]
    seconds = []
    for _ in range(2):
        began = time.process_time()
        read_pasted(text)
        seconds.append(time.process_time() - began)
    assert min(seconds) < len(text.encode()) / 100_000 * 1.0 + 0.2


def test_mutated_documents_end_in_a_reading_or_a_reason():
    random.seed(20250601)
    samples = [
        word(),
        "<html><body><p>问题：路沿石缺失</p></body></html>".encode(),
        "问题：路沿石缺失\n责任单位：市市政处".encode(),
    ]
    for _ in range(120):
        data = bytearray(random.choice(samples))
        for _ in range(random.randint(1, 30)):
            data[random.randrange(len(data))] = random.randrange(256)
        with suppress(Unreadable):
            read_document(bytes(data), "变.bin")
