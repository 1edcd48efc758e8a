"""Edits put into one worksheet of an Excel file: cells, then new rows, then everything that moves with them.

A row that is neither edited nor moved leaves byte for byte as it came, a cell that is not edited too.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from lxml import etree

from bihuan.documents.reading.facts import Cell, Merge, address, merge_of
from bihuan.documents.writing.edits import NewRow, SheetEdits, Write
from bihuan.documents.writing.excel import sharedformulas
from bihuan.documents.writing.excel.cellxml import CellWriter
from bihuan.documents.writing.excel.formulas import Touched, copied_formula, moved_formula
from bihuan.documents.writing.excel.moving import move_tree, moved_texts
from bihuan.documents.writing.excel.package import local
from bihuan.documents.writing.excel.rowmap import RowMap
from bihuan.documents.writing.excel.sheetrows import SheetRows, attributes_of, renumbered
from bihuan.documents.writing.excel.styles import Styles

_HEIGHT = re.compile(rb"""\sht\s*=\s*["'][^"']*["']""")
_KEPT = ("s", "customFormat", "ht", "customHeight", "thickTop", "thickBot")
_BEFORE_MERGES = frozenset(
    (
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
        *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
        "customSheetViews",
    )
)


class SheetCopy:
    """One worksheet being edited; `name` is what formulas call it."""

    def __init__(self, content: bytes, name: str, styles: Styles, from_1904: bool) -> None:
        self.sheet = SheetRows(content)
        self.name = name
        self._cells = CellWriter(self.sheet, styles, from_1904)

    def apply(self, edits: SheetEdits) -> RowMap:
        """Make all edits; returns where the rows stand now."""
        counts: dict[int, int] = {}
        for new in edits.rows:
            counts[new.before + 1] = counts.get(new.before + 1, 0) + 1
        rows = RowMap(counts)
        if rows.count or self._shares_in(edits.cells):
            sharedformulas.write_out(self.sheet)
        self._hold(edits, rows)
        self._edit_cells(edits)
        self._merge(edits, rows)
        if rows.count:
            self._insert(edits.rows, rows)
            move_tree(self.sheet.frame, rows, self.name)
        return rows

    def _shares_in(self, cells: Iterable[Cell]) -> bool:
        texts = (self.sheet.text(row + 1) for row in {row for row, _ in cells})
        return any(b"shared" in text for text in texts)

    def _hold(self, edits: SheetEdits, rows: RowMap) -> None:
        """Values of problems that do not change stay, though a formula makes them of cells that do."""
        if edits.held is None:
            return
        marks = Touched(frozenset(edits.cells), rows.first, self.name)
        for number, text in zip(self.sheet.numbers, self.sheet.texts, strict=True):
            if b"<" + self.sheet.prefix + b"f" not in text:
                continue
            for cell in self.sheet.cells(text):
                place = (number - 1, cell.column)
                formula = sharedformulas.formula_in(text[cell.start : cell.end])
                if formula is not None and place not in edits.cells and marks.changes(formula, number):
                    held = edits.held(place)
                    if held is not None:
                        edits.cells[place] = held

    def _edit_cells(self, edits: SheetEdits) -> None:
        for row, group in groupby(sorted(edits.cells), key=lambda cell: cell[0]):
            new = {column: self._edited(row, column, edits.cells[row, column]) for _, column in group}
            self.sheet.with_cells(row + 1, new)
            self._free_height(row + 1)

    def _edited(self, row: int, column: int, write: Write) -> bytes:
        style = self._cells.style_of((row, column))
        if style is None and write.like:
            style = self._cells.style_of(write.like)
        return self._cells.made(row, column, write, style)

    def _free_height(self, number: int) -> None:
        """A height nobody set is worked out anew when the file is opened, so that new text is seen."""
        text = self.sheet.text(number)
        opening = text[: text.index(b">") + 1]
        if b"customHeight" not in opening:
            self.sheet.put(number, _HEIGHT.sub(b"", opening) + text[len(opening) :])

    def _merge(self, edits: SheetEdits, rows: RowMap) -> None:
        listed = self.sheet.frame.find("{*}mergeCells")
        joins = _joins(edits.rows)
        if listed is None and not any(joins.values()):
            return
        known = [merge_of(one.get("ref", "")) for one in listed] if listed is not None else []
        ranges: list[str] = []
        for merge in known:
            if merge is not None:
                pieces = _pieces(merge, edits.splits.get(merge, set()))
                ranges += [_range(piece, rows, joins) for piece in pieces if _is_several(piece, joins)]
        for (bottom, column), count in joins.items():
            if count:
                alone = Merge(bottom, column, bottom, column)
                ranges.append(_range(alone, rows, joins))
        flat = [merge for merge in known if merge is not None and merge.top == merge.bottom]
        self._list_merges(listed, [*ranges, *_repeated(flat, edits.rows, rows)])

    def _list_merges(self, listed: etree._Element | None, ranges: list[str]) -> None:
        frame, space = self.sheet.frame, self.sheet.namespace
        if listed is None:
            listed = etree.Element(f"{{{space}}}mergeCells")
            frame.insert(sum(1 for one in frame if local(one) in _BEFORE_MERGES), listed)
        for one in list(listed):
            listed.remove(one)
        for told in ranges:
            etree.SubElement(listed, f"{{{space}}}mergeCell", {"ref": told})
        listed.set("count", str(len(ranges)))
        if not ranges:
            frame.remove(listed)

    def _insert(self, new: list[NewRow], rows: RowMap) -> None:
        """Put in the new rows and renumber those below, in one pass."""
        made = [(number, self._new_row(one, number, rows)) for one, number in _numbered(new, rows)]
        numbers, texts = self.sheet.numbers, self.sheet.texts
        old = [(rows.moved(n), self._moved_row(n, text, rows)) for n, text in zip(numbers, texts, strict=True)]
        merged = sorted([*old, *made], key=lambda one: one[0])
        self.sheet.numbers, self.sheet.texts = [n for n, _ in merged], [text for _, text in merged]

    def _moved_row(self, number: int, text: bytes, rows: RowMap) -> bytes:
        if b"<" + self.sheet.prefix + b"f" in text:
            text = moved_texts(text, rows, self.name, here=True, row=number)
        return renumbered(text, rows.moved(number)) if number >= rows.first else text

    def _new_row(self, new: NewRow, number: int, rows: RowMap) -> bytes:
        above = self.sheet.text(new.like + 1)
        text = self.sheet.empty_row(number, _attributes(above))
        cells: dict[int, bytes] = {}
        for cell in self.sheet.cells(above):
            style = cell.attributes.get("s")
            if cell.column in new.cells:
                cells[cell.column] = self._cells.made(number - 1, cell.column, new.cells[cell.column], style)
            else:
                inside = (
                    b""
                    if cell.column in new.joined
                    else self._formula(above[cell.start : cell.end], new, number, rows)
                )
                cells[cell.column] = self.sheet.cell(number, cell.column, style, None, inside)
        for column, write in new.cells.items():
            if column not in cells:
                cells[column] = self._cells.made(number - 1, column, write, None)
        opened = text.index(b">") + 1
        return text[:opened] + b"".join(cells[column] for column in sorted(cells)) + text[opened:]

    def _formula(self, cell: bytes, new: NewRow, number: int, rows: RowMap) -> bytes:
        """The formula of the row above, copied down."""
        formula = sharedformulas.formula_in(cell)
        if formula is None:
            return b""
        like = new.like + 1
        moved = moved_formula(formula, rows, sheet=self.name, here=True, row=like)
        name = self.sheet.prefix + b"f"
        told = html.escape(copied_formula(moved, number - rows.moved(like)), quote=False).encode()
        return b"<" + name + b">" + told + b"</" + name + b">"


def _attributes(above: bytes) -> bytes:
    """What a new row takes from the row above: a set height, a style; not that it is hidden."""
    if not above:
        return b""
    found = attributes_of(above[: above.index(b">")])
    if "customHeight" not in found:
        found.pop("ht", None)
    return b"".join(f' {name}="{found[name]}"'.encode() for name in _KEPT if name in found)


def _joins(new: list[NewRow]) -> dict[Cell, int]:
    """(last row above, column) → how many new rows become part of the merged cell that ends there."""
    joins: dict[Cell, int] = {}
    for one in new:
        for column in one.joined:
            place = (one.before - 1, column)
            joins[place] = joins.get(place, 0) + 1
    return joins


def _repeated(flat: list[Merge], new: list[NewRow], rows: RowMap) -> Iterator[str]:
    """Cells merged across the row above are so in a new row."""
    by_row: dict[int, list[Merge]] = {}
    for merge in flat:
        by_row.setdefault(merge.top, []).append(merge)
    for one, number in _numbered(new, rows):
        for merge in by_row.get(one.like, ()):
            if merge.left in one.joined:
                continue
            yield f"{address(number - 1, merge.left)}:{address(number - 1, merge.right)}"


def _numbered(new: list[NewRow], rows: RowMap) -> Iterator[tuple[NewRow, int]]:
    """The new rows with their numbers."""
    for before, group in groupby(sorted(new, key=lambda one: one.before), key=lambda one: one.before):
        same = list(group)
        first = rows.moved(before + 1) - len(same)
        yield from ((one, first + place) for place, one in enumerate(same))


def _pieces(merge: Merge, cuts: set[int]) -> list[Merge]:
    tops = [merge.top, *sorted(cut for cut in cuts if merge.top < cut <= merge.bottom)]
    bottoms = [top - 1 for top in tops[1:]] + [merge.bottom]
    return [Merge(top, merge.left, bottom, merge.right) for top, bottom in zip(tops, bottoms, strict=True)]


def _is_several(piece: Merge, joins: dict[Cell, int]) -> bool:
    """Whether a piece is still more than one cell."""
    joined = joins.get((piece.bottom, piece.left), 0)
    return piece.bottom > piece.top or piece.right > piece.left or bool(joined)


def _range(piece: Merge, rows: RowMap, joins: dict[Cell, int]) -> str:
    """The reference of a merged range where it stands now; what joined it is used up."""
    top, bottom = rows.span(piece.top + 1, piece.bottom + 1, grow=False)
    bottom += joins.get((piece.bottom, piece.left), 0)
    if (piece.bottom, piece.left) in joins:
        joins[piece.bottom, piece.left] = 0
    return f"{address(top - 1, piece.left)}:{address(bottom - 1, piece.right)}"
