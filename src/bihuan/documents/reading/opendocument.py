"""Scan an OpenDocument spreadsheet before its values are read: limits, repeats, merges, hidden parts.

The format repeats rows, cells and spaces by a number, so a small file may ask for any amount of memory;
this scan does the sum beforehand.
"""

from __future__ import annotations

import re
from functools import partial

from bihuan.documents.reading.archive import Archive, bomb, damaged, encrypted
from bihuan.documents.reading.facts import Merge, SheetFacts
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.markup import Attributes, Closed, Opened, Walker

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_SPACES = 1_000_000
_MEASURED = {"table-column-properties": "style:column-width", "table-row-properties": "style:row-height"}
_LENGTH = re.compile(r"(\d{1,5}(?:\.\d+)?)(cm|mm|in|pt)")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0}
_POINTS_A_SIGN = 5.5  # about the width of a digit in the usual font


def is_opendocument(archive: Archive) -> bool:
    """Whether a zip holds an OpenDocument file."""
    return _CONTENT in archive.names and _MANIFEST in archive.names


def scan_opendocument(archive: Archive, limits: Limits) -> dict[str, SheetFacts]:
    """Check the parts that are read later and return the facts of each table by its name.

    Raises Unreadable for a password, anything over the limits, a DOCTYPE or broken XML.
    """
    walker = Walker(archive, limits)
    walker.walk(_MANIFEST, {"encryption-data": _refuse_encrypted})
    for part in ("styles.xml", "meta.xml", "settings.xml"):
        if part in archive.names:
            walker.walk(part)
    scan = _TableScan(limits)
    walker.walk(_CONTENT, scan.opened, scan.closed)
    return scan.tables


def _refuse_encrypted(_: Attributes) -> None:
    raise encrypted()


class _TableScan:
    """Handlers for content.xml; keeps a cursor and moves it by the stated repeats."""

    def __init__(self, limits: Limits) -> None:
        self.tables: dict[str, SheetFacts] = {}
        self._limits = limits
        self._sheet = ""
        self._facts = SheetFacts()
        self._row = self._column = self._declared = 0
        self._repeats = 1
        self._cell: Attributes = {}
        self._spaces = 0
        self._style = ""
        self._points: dict[str, float] = {}

    @property
    def opened(self) -> Opened:
        """What to do where a tag begins."""
        return {
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "p": self._paragraph,
            "s": self._space,
            "table-row": self._begin_row,
            "table-column": self._declare,
            "table": self._begin_table,
            "style": self._begin_style,
            **{tag: partial(self._measure, name) for tag, name in _MEASURED.items()},
        }

    @property
    def closed(self) -> Closed:
        """What to do where a tag ends."""
        return {
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "table-row": self._end_row,
            "table": self._end_table,
        }

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        if "office:value-type" in attributes:
            self._filled()

    def _paragraph(self, _: Attributes) -> None:
        if self._cell:
            self._filled()

    def _end_cell(self) -> None:
        self._merge()
        self._column += _times(self._cell, "table:number-columns-repeated")
        self._cell = {}

    def _end_row(self) -> None:
        self._row += self._repeats

    def _end_table(self) -> None:
        self._facts.settle(self._limits, self._sheet)

    def _begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("style:name", "")

    def _measure(self, name: str, attributes: Attributes) -> None:
        """Note the width or height a style gives (2.5cm, 0.8in, 12pt), in points."""
        found = _LENGTH.fullmatch(attributes.get(name, ""))
        if found is not None and self._style:
            self._points[self._style] = float(found[1]) * _POINTS[found[2]]

    def _begin_table(self, attributes: Attributes) -> None:
        self._sheet = attributes.get("table:name", "")
        self._facts = self.tables[self._sheet] = SheetFacts()
        self._row = self._column = self._declared = 0

    def _begin_row(self, attributes: Attributes) -> None:
        self._repeats = _times(attributes, "table:number-rows-repeated")
        self._column = 0
        height = self._points.get(attributes.get("table:style-name", ""))
        if height is not None and self._repeats == 1:
            self._facts.heights[self._row] = height
        if attributes.get("table:visibility") in ("collapse", "filter"):
            last = min(self._row + self._repeats, self._limits.rows)
            self._facts.hidden_rows.update(range(self._row, last))

    def _declare(self, attributes: Attributes) -> None:
        last = self._declared + _times(attributes, "table:number-columns-repeated")
        width = self._points.get(attributes.get("table:style-name", ""))
        if width is not None:
            shown = range(self._declared, min(last, self._limits.columns))
            self._facts.widths.update(dict.fromkeys(shown, width / _POINTS_A_SIGN))
        if attributes.get("table:visibility") in ("collapse", "filter"):
            self._facts.hidden_columns.update(range(self._declared, min(last, self._limits.columns)))
        self._declared = last

    def _filled(self) -> None:
        across = _times(self._cell, "table:number-columns-repeated")
        row, column = self._row + self._repeats - 1, self._column + across - 1
        self._facts.reach(row, column, self._limits, self._sheet)
        if self._cell.get("office:value-type") == "percentage":
            self._facts.formats[(self._row, self._column)] = "percent"

    def _merge(self) -> None:
        down = _times(self._cell, "table:number-rows-spanned")
        across = _times(self._cell, "table:number-columns-spanned")
        if down > 1 or across > 1:
            merge = Merge(self._row, self._column, self._row + down - 1, self._column + across - 1)
            self._facts.merges.append(merge)
            if len(self._facts.merges) > self._limits.merges:
                raise bomb()

    def _space(self, attributes: Attributes) -> None:
        self._spaces += _times(attributes, "text:c")
        if self._spaces > _SPACES:
            raise bomb()


def _times(attributes: Attributes, name: str) -> int:
    try:
        return max(1, int(attributes.get(name, "1")))
    except ValueError as error:
        raise damaged() from error
