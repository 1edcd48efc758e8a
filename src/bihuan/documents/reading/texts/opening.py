"""The bytes of a document → blocks; what a file claims to be by name counts only where its bytes do not tell.

Sizes are checked here and while a format is taken apart; nothing a file says is fetched, run or expanded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import Archive
from bihuan.documents.reading.compound import MAGIC
from bihuan.documents.reading.delimited import decode
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.pasted import blocks_of

_HTML = re.compile(
    rb"^\s{0,400}(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!--.{0,400}?-->\s{0,20})?<(?:!doctype\s+html|html|head|body|div|p|table|meta)\b",
    re.I | re.S,
)
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_LEDGERS = (".csv", ".tsv", ".tab", ".prn", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et", ".ett")
_SAMPLE = 1 << 16
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


def is_document(data: bytes, name: str = "") -> bool:
    """Whether bytes are a text to read (Word, PDF, a web page, prose) and no table of rows and columns.

    `name` tells a csv from prose with commas, and a workbook saved as a web page from a page. What is neither is
    left to whoever reads tables, who can say why it is none.
    """
    if name.lower().endswith(_LEDGERS):
        return False
    if data.startswith(b"PK\x03\x04"):
        return b"word/document.xml" in data
    if b"%PDF-" in data[:1024] or _HTML.search(data[:2000]):
        return True
    return not data.startswith((MAGIC, *_IMAGES, *_PACKED)) and not _is_tabular(decode(data[:_SAMPLE]))


def _is_tabular(text: str) -> bool:
    """Whether most lines are cut alike by tabs, bars or commas, and hardly any is a sentence."""
    lines = [line for line in text.splitlines() if line.strip()][:200]
    for mark in ("\t", ",", "|", ";", "，"):
        counts = Counter(line.count(mark) for line in lines)
        counts.pop(0, None)
        most, times = max(counts.items(), key=lambda pair: pair[1], default=(0, 0))
        enough = 2 if mark in "\t|," else 4
        if (
            most >= enough
            and times * 5 >= len(lines) * 3
            and not (mark == "|" and lines[0].lstrip().startswith("|"))
        ):
            return True
    return False


def blocks_in(source: Path | bytes, name: str, limits: Limits) -> Sequence[Block]:
    """The blocks of a file; Unreadable with a reason when there is nothing to read or it must not be read."""
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > limits.file_size:
        raise Unreadable(
            say("文件有 %(size)s MB，超过 %(limit)s MB 的上限，请分成几个文件上传。"),
            size=round(size / 1024 / 1024, 1),
            limit=round(limits.file_size / 1024 / 1024),
        )
    data = source.read_bytes() if isinstance(source, Path) else source
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable(say("文件是空的，没有任何内容。"))
    blocks = _opened(data, limits)
    _check(blocks, limits)
    return blocks


def _opened(data: bytes, limits: Limits) -> Sequence[Block]:
    _refuse_others(data)
    if data.startswith(b"PK\x03\x04"):
        from bihuan.documents.reading.texts.word import blocks_of_word

        return blocks_of_word(data, Archive(data, limits), limits)
    if b"%PDF-" in data[:1024]:
        from bihuan.documents.reading.texts.pages import blocks_of_pages

        return blocks_of_pages(data, limits)
    if len(data) > limits.characters * 8:
        raise too_long(limits)
    if _HTML.search(data[:2000]):
        from bihuan.documents.reading.texts.web import blocks_of_web

        return blocks_of_web(data, limits)
    text = decode(data)
    if text[:4000].count("\x00") > 8:
        raise Unreadable(say("这不是文本文件，无法读取。请上传 Word（docx）、PDF、网页或文本文件。"))
    if len(text) > limits.characters:
        raise too_long(limits)
    return blocks_of(text)


def _refuse_others(data: bytes) -> None:
    """Name what a file is when it is of a kind that holds no text for us."""
    if data.startswith(MAGIC):
        raise Unreadable(say("这是旧版 Word 文档（doc）或其他旧格式，请用 Word 或 WPS 另存为 docx 再上传。"))
    if data.startswith(b"{\\rtf"):
        raise Unreadable(say("这是 RTF 文档，请用 Word 或 WPS 另存为 docx 再上传。"))
    if data.startswith(_IMAGES) or b"<svg" in data[:400].lower():
        raise Unreadable(say("这是图片，里面没有可读的文字。请上传 Word（docx）、PDF、网页或文本文件。"))
    if data.startswith(_PACKED):
        raise Unreadable(say("这是压缩包，请解压后上传里面的文档。"))


def _check(blocks: Sequence[Block], limits: Limits) -> None:
    if not blocks:
        raise Unreadable(say("文件里没有文字。"))
    length = sum(len(block.text) + sum(len(cell) for row in block.rows for cell in row) for block in blocks)
    if len(blocks) > limits.paragraphs or length > limits.characters:
        raise too_long(limits)


def too_long(limits: Limits) -> Unreadable:
    """The refusal of a text that is longer than any plan or notice."""
    return Unreadable(
        say("文字太长（上限约 %(limit)s 万字），请分成几个文件上传。"), limit=limits.characters // 10_000
    )
