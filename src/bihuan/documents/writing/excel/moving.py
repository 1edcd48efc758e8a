"""After rows were put into a sheet: everything in the file that names its cells names the right ones again.

Ranges, rules, links, notes, pictures, print areas, names, tables, charts and the formulas of other sheets. The
rows themselves are not handled here, and merged ranges of the sheet neither.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import suppress

from lxml import etree

from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.facts import cell_of, letters
from bihuan.documents.writing.excel.formulas import moved_formula
from bihuan.documents.writing.excel.package import Package, local
from bihuan.documents.writing.excel.rowmap import RowMap

_FORMULA = re.compile(rb"<((?:[\w.-]+:)?(?:f|formula[12]?))(\s[^>]*)?>([^<]+)</\1>")
_FORMULA_REF = re.compile(rb"""(\sref\s*=\s*["'])([^"']+)""")
_VML_ROW = re.compile(rb"(<x:Row>\s*)(\d+)")
_VML_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]+)")
_STILL = ("mergeCell", "hyperlink", "selection", "sheetView", "pane", "comment", "threadedComment", "location")
_REFERENCES = ("ref", "sqref", "activeCell", "topLeftCell")


def moved_ranges(text: str, rows: RowMap, grow: bool) -> str:
    """Ranges as attributes name them (A1:C5 E7) after rows were put in."""
    return " ".join(_moved_range(one, rows, grow) for one in text.split())


def _moved_range(text: str, rows: RowMap, grow: bool) -> str:
    first, _, last = text.partition(":")
    start, end = cell_of(first), cell_of(last or first)
    if start is None or end is None:
        return text
    top, bottom = rows.span(start[0] + 1, end[0] + 1, grow)
    name = f"{letters(start[1])}{top}"
    return f"{name}:{letters(end[1])}{bottom}" if last or bottom > top else name


def moved_texts(content: bytes, rows: RowMap, sheet: str, here: bool, row: int | None = None) -> bytes:
    """Every formula in a stretch of XML after rows were put into `sheet` (`here`: it is of that sheet)."""

    def shift(found: re.Match[bytes]) -> bytes:
        formula = html.unescape(found[3].decode())
        new = moved_formula(formula, rows, sheet=sheet, here=here, row=row)
        attributes = found[2] or b""
        if here and attributes:
            attributes = _FORMULA_REF.sub(lambda one: one[1] + _moved(one[2], rows), attributes)
        text = found[3] if new == formula else html.escape(new, quote=False).encode()
        return b"<" + found[1] + attributes + b">" + text + b"</" + found[1] + b">"

    return _FORMULA.sub(shift, content)


def _moved(reference: bytes, rows: RowMap) -> bytes:
    return moved_ranges(reference.decode(), rows, grow=False).encode()


def move_tree(root: etree._Element, rows: RowMap, sheet: str) -> None:
    """Ranges, formulas and anchors in a tree of the sheet's own, merged ranges excepted."""
    for element in root.iter(etree.Element):
        name = local(element)
        if name != "mergeCell":
            _move_attributes(element, name, rows)
        if element.text and name in _TEXTS:
            element.text = _TEXTS[name](element.text, rows, sheet)


def _move_attributes(element: etree._Element, name: str, rows: RowMap) -> None:
    for attribute in _REFERENCES:
        if value := element.get(attribute):
            element.set(attribute, moved_ranges(value, rows, name not in _STILL))
    if name == "brk" and local(element.getparent()) == "rowBreaks":  # type: ignore[arg-type]
        element.set("id", str(rows.moved(int(element.get("id", "0")))))


def _formula(text: str, rows: RowMap, sheet: str) -> str:
    return moved_formula(text, rows, sheet=sheet, here=True)


def _anchor(text: str, rows: RowMap, _: str) -> str:
    return str(rows.moved(int(text) + 1) - 1) if text.strip().isdecimal() else text


_TEXTS: dict[str, Callable[[str, RowMap, str], str]] = {
    **dict.fromkeys(("f", "formula", "formula1", "formula2", "calculatedColumnFormula"), _formula),
    "sqref": lambda text, rows, _: moved_ranges(text, rows, True),
    "row": _anchor,
}


def move_parts(package: Package, part: str, sheet: str, rows: RowMap) -> None:
    """The parts that belong to the sheet: notes, tables, pictures, charts; a broken part stays as it is."""
    for name in package.related(part, ("comments", "threadedComment", "table", "drawing", "pivotTable")):
        with suppress(Unreadable):
            root = package.tree(name)
            move_tree(root, rows, sheet)
            package.put_tree(name, root)
    for name in package.related(part, ("vmlDrawing",)):
        package.put(name, _moved_vml(package.read(name), rows))


def _moved_vml(content: bytes, rows: RowMap) -> bytes:
    def row(found: re.Match[bytes]) -> bytes:
        return found[1] + b"%d" % (rows.moved(int(found[2]) + 1) - 1)

    def anchor(found: re.Match[bytes]) -> bytes:
        parts = found[2].split(b",")
        for place in (2, 6):
            if len(parts) == 8 and parts[place].strip().isdigit():
                parts[place] = b" %d" % (rows.moved(int(parts[place]) + 1) - 1)
        return found[1] + b",".join(parts)

    return _VML_ANCHOR.sub(anchor, _VML_ROW.sub(row, content))


def move_elsewhere(package: Package, workbook: etree._Element, part: str, sheet: str, rows: RowMap) -> None:
    """Names (in the tree of the workbook), charts, pivot tables and the formulas of other sheets."""
    for name in workbook.iter("{*}definedName"):
        if name.text:
            name.text = moved_formula(name.text, rows, sheet=sheet, here=False)
    for other in package.names:
        if other == part or not other.startswith(("xl/worksheets/sheet", "xl/charts/", "xl/pivotCache/")):
            continue
        content = package.read(other) if other.endswith(".xml") else b""
        if other.startswith("xl/pivotCache/"):
            _move_source(package, other, content, sheet, rows)
        elif _FORMULA.search(content):
            package.put(other, moved_texts(content, rows, sheet, here=False))


def _move_source(package: Package, name: str, content: bytes, sheet: str, rows: RowMap) -> None:
    if b"worksheetSource" not in content:
        return
    root = package.tree(name)
    for source in root.iter("{*}worksheetSource"):
        if source.get("sheet") == sheet and source.get("ref"):
            source.set("ref", moved_ranges(source.get("ref", ""), rows, grow=True))
            package.put_tree(name, root)
