"""A Word document (docx) → blocks: paragraphs with the numbers Word counts itself, tables in their place.

Deleted text, fallbacks for old programs and field codes are no text. The parts are checked for document types
and size before python-docx opens them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from zipfile import BadZipFile

import docx
from docx.document import Document
from docx.opc.exceptions import OpcError
from lxml import etree

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import Archive, damaged
from bihuan.documents.reading.facts import Merge
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.markup import Walker
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.cleaning import block_of, table_of
from bihuan.documents.reading.texts.lists import Lists

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}txbxContent", f"{_MC}Fallback", f"{_W}rPr"}
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
_INSIDE = (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml", f"{_W}smartTag")
_MOST_ELEMENTS = 1_500_000
_DEEPEST = 40


def blocks_of_word(data: bytes, archive: Archive, limits: Limits) -> list[Block]:
    """The blocks of a docx; Unreadable when it is no such document, damaged, hostile or too large."""
    if "word/document.xml" not in archive.names:
        raise Unreadable(
            say("这不是 Word 文档（docx）。请上传 Word（docx）、PDF、网页或文本文件；台账请上传表格。")
        )
    walker = Walker(archive, replace(limits, elements=_MOST_ELEMENTS))
    for name in archive.names:
        if name.endswith((".xml", ".rels")):
            walker.walk(name)
    try:
        document = docx.Document(io.BytesIO(data))
        return list(_Reader(document).blocks())
    except (OpcError, BadZipFile, etree.LxmlError, KeyError, ValueError, AttributeError, RecursionError) as error:
        raise damaged() from error


class _Reader:
    def __init__(self, document: Document) -> None:
        self._body = document.element.body
        self._lists = Lists.of(_numbering(document))
        self._styles = _styled_lists(document)

    def blocks(self) -> Iterator[Block]:
        yield from self._blocks(self._body, 0)

    def _blocks(self, holder: etree._Element, depth: int) -> Iterator[Block]:
        if depth > _DEEPEST:
            raise damaged()
        for one in holder:
            if one.tag == f"{_W}p":
                yield from self._paragraph(one)
            elif one.tag == f"{_W}tbl":
                yield self._table(one, depth)
            elif one.tag in _INSIDE:
                yield from self._blocks(one, depth + 1)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        text = _text(paragraph)
        if text.strip():
            yield block_of(text, number=self._number(paragraph))
        for box in paragraph.iter(f"{_W}txbxContent"):
            if not any(above.tag == f"{_MC}Fallback" for above in box.iterancestors()):
                yield from (block_of(inner) for one in box.iter(f"{_W}p") if (inner := _text(one)).strip())

    def _number(self, paragraph: etree._Element) -> str:
        numbered = paragraph.find(f"{_W}pPr/{_W}numPr")
        list_id, level = _list_of(numbered)
        if not list_id:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            list_id, styled = self._styles.get(style.get(f"{_W}val", "") if style is not None else "", ("", 0))
            level = level or styled
        return self._lists.next_number(list_id, level) if list_id not in ("", "0") else ""

    def _table(self, table: etree._Element, depth: int) -> Block:
        rows: list[tuple[str, ...]] = []
        merges: list[Merge] = []
        open_down: dict[int, int] = {}
        for row, line in enumerate(_rows(table)):
            cells: list[str] = []
            for cell in _cells(line):
                at, span = len(cells), _span(cell)
                if _goes_on(cell) and at in open_down:
                    merges = _longer(merges, open_down[at], at, row)
                    cells += [""] * span
                    continue
                cells += [self._cell(cell, depth), *[""] * (span - 1)]
                open_down[at] = row
                merges += [Merge(row, at, row, at + span - 1)] if span > 1 or _begins(cell) else []
            rows.append(tuple(cells))
        return replace(
            table_of(tuple(rows)), merges=tuple(m for m in merges if (m.top, m.left) != (m.bottom, m.right))
        )

    def _cell(self, cell: etree._Element, depth: int) -> str:
        parts = []
        for block in self._blocks(cell, depth + 1):
            inner = "\n".join("\t".join(row) for row in block.rows) if block.rows else block.original
            parts.append(block.number + inner)
        return "\n".join(parts).strip()


def _numbering(document: Document) -> etree._Element | None:
    part = document.part
    for relation in part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            element: etree._Element = etree.fromstring(relation.target_part.blob, _parser())
            return element
    return None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _styled_lists(document: Document) -> dict[str, tuple[str, int]]:
    """Paragraph styles that carry a list of their own."""
    found: dict[str, tuple[str, int]] = {}
    for style in document.styles.element.iter(f"{_W}style"):
        list_id, level = _list_of(style.find(f"{_W}pPr/{_W}numPr"))
        if list_id:
            found[style.get(f"{_W}styleId", "")] = (list_id, level)
    return found


def _list_of(numbered: etree._Element | None) -> tuple[str, int]:
    if numbered is None:
        return "", 0
    list_id, level = numbered.find(f"{_W}numId"), numbered.find(f"{_W}ilvl")
    depth = level.get(f"{_W}val", "0") if level is not None else "0"
    name = list_id.get(f"{_W}val", "") if list_id is not None else ""
    return name, int(depth) if depth.isdecimal() and len(depth) == 1 else 0


def _text(paragraph: etree._Element) -> str:
    """The words of a paragraph as they stand after all changes are taken on."""
    parts: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        one = waiting.pop()
        if one.tag == f"{_W}t":
            parts.append(one.text or "")
        elif one.tag in _BREAKS:
            parts.append(_BREAKS[one.tag])
        elif one.tag not in _SKIPPED and one.tag != f"{_W}pPr":
            waiting.extend(reversed(one))
    return "".join(parts).replace("\x07", "")


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for one in table:
        if one.tag == f"{_W}tr":
            yield one
        elif one.tag in _INSIDE:
            yield from _rows(one)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for one in row:
        if one.tag == f"{_W}tc":
            yield one
        elif one.tag in _INSIDE:
            yield from _cells(one)


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    text = span.get(f"{_W}val", "1") if span is not None else "1"
    return min(int(text), 64) if text.isdecimal() and len(text) <= 3 and int(text) else 1


def _goes_on(cell: etree._Element) -> bool:
    """Whether a cell is the lower part of one merged down."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _begins(cell: etree._Element) -> bool:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val") == "restart"


def _longer(merges: list[Merge], top: int, left: int, bottom: int) -> list[Merge]:
    """The merges with the one that begins at a cell drawn down to a row."""
    return [replace(m, bottom=bottom) if (m.top, m.left) == (top, left) else m for m in merges]
