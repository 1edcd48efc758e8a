"""Formulas that cells share: written out cell by cell, so that one of them can go and others can move."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from bihuan.documents.reading.facts import Cell
from bihuan.documents.writing.excel.formulas import copied_formula
from bihuan.documents.writing.excel.sheetrows import CellText, SheetRows, attributes_of

FORMULA = re.compile(rb"<((?:[\w.-]+:)?f)((?:\s[^>]*?)?)(?:/>|>([^<]*)</\1>)")


def formula_in(text: bytes) -> str | None:
    """The formula of a cell, None when it has none of its own or one that is no plain one."""
    found = FORMULA.search(text)
    if found is None or not found[3] or attributes_of(found[2]).get("t", "normal") != "normal":
        return None
    return html.unescape(found[3].decode())


def write_out(sheet: SheetRows) -> None:
    """Give every cell that shares a formula its own."""
    masters: dict[str, tuple[str, Cell]] = {}
    for place, text in enumerate(sheet.texts):
        if b'"shared"' in text or b"'shared'" in text:
            row = sheet.numbers[place] - 1
            sheet.texts[place] = _each_cell(sheet, text, _unshared(row, masters))


def _each_cell(sheet: SheetRows, text: bytes, change: Callable[[CellText, bytes], bytes]) -> bytes:
    pieces, at = [], 0
    for cell in sheet.cells(text):
        pieces += [text[at : cell.start], change(cell, text[cell.start : cell.end])]
        at = cell.end
    return b"".join([*pieces, text[at:]])


def _unshared(row: int, masters: dict[str, tuple[str, Cell]]) -> Callable[[CellText, bytes], bytes]:
    def change(cell: CellText, text: bytes) -> bytes:
        found = FORMULA.search(text)
        attributes = attributes_of(found[2]) if found else {}
        if found is None or attributes.get("t") != "shared":
            return text
        number = attributes.get("si", "")
        if found[3]:
            masters[number] = (html.unescape(found[3].decode()), (row, cell.column))
        if number not in masters:
            return text
        formula, (top, left) = masters[number]
        new = html.escape(copied_formula(formula, row - top, cell.column - left), quote=False).encode()
        return text[: found.start()] + b"<" + found[1] + b">" + new + b"</" + found[1] + b">" + text[found.end() :]

    return change
