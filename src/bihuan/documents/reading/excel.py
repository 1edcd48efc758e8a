"""Scan an xlsx or xlsm before its values are read: limits, merges, hidden rows and columns, formats.

It reads no values; python-calamine does that afterwards, from parts this scan has found harmless.
"""

from __future__ import annotations

import posixpath

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import Archive, bomb, damaged
from bihuan.documents.reading.facts import SheetFacts, cell_of, letters, merge_of
from bihuan.documents.reading.formats import format_kind
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.markup import Attributes, Closed, Opened, Walker, strip

_WORKBOOK = "xl/workbook.xml"
_UNREAD = ("customXml/", "docProps/", "xl/charts/", "xl/drawings/", "xl/media/", "xl/theme/", "xl/diagrams/")


def is_excel(archive: Archive) -> bool:
    """Whether a zip holds an Excel workbook in XML."""
    return _WORKBOOK in archive.names


def scan_excel(archive: Archive, limits: Limits) -> dict[str, SheetFacts]:
    """Check every part that is read later and return the facts of each worksheet by its name.

    Raises Unreadable for anything over the limits, a DOCTYPE or broken XML.
    """
    walker = Walker(archive, limits)
    sheets = _sheets(walker, archive)
    formats = _formats(walker) if "xl/styles.xml" in archive.names else {}
    by_part = {part: name for name, part in sheets.items()}
    facts: dict[str, SheetFacts] = {}
    for part in archive.names:
        if part in by_part:
            scan = _SheetScan(by_part[part], formats, limits)
            walker.walk(part, scan.opened, scan.closed, scan.said)
            scan.facts.settle(limits, scan.sheet)
            facts[by_part[part]] = scan.facts
        elif part.lower().endswith((".xml", ".rels")) and not part.startswith(_UNREAD):
            walker.walk(part)
    return facts


def _sheets(walker: Walker, archive: Archive) -> dict[str, str]:
    """Sheet names and the part each stands in; chart sheets are left out."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(attributes: Attributes) -> None:
        link = next((v for k, v in attributes.items() if ":" in k and strip(k) == "id"), "")
        ids[attributes.get("name", "")] = link

    def relation(attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            targets[attributes.get("Id", "")] = path

    walker.walk(_WORKBOOK, {"sheet": sheet})
    if "xl/_rels/workbook.xml.rels" not in archive.names:
        raise damaged()
    walker.walk("xl/_rels/workbook.xml.rels", {"Relationship": relation})
    found = {name: targets[link] for name, link in ids.items() if link in targets}
    if any(part not in archive.names for part in found.values()):
        raise damaged()
    return found


def _formats(walker: Walker) -> dict[str, str]:
    """Cell style number (as the attribute is written) → kind of number format."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = [False]

    def named(attributes: Attributes) -> None:
        codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")

    def style(attributes: Attributes) -> None:
        if inside[0]:
            styles.append(_number(attributes.get("numFmtId")))

    def begun(_: Attributes) -> None:
        inside[0] = True

    def ended() -> None:
        inside[0] = False

    walker.walk("xl/styles.xml", {"numFmt": named, "cellXfs": begun, "xf": style}, {"cellXfs": ended})
    kinds = {str(place): format_kind(style, codes.get(style)) for place, style in enumerate(styles)}
    return {place: kind for place, kind in kinds.items() if kind}


_COLUMNS = {letters(column): column for column in range(1024)}


class _SheetScan:
    """Handlers for one worksheet; counts rows and cells as the readers do where they carry no address."""

    def __init__(self, sheet: str, formats: dict[str, str], limits: Limits) -> None:
        self.sheet = sheet
        self.facts = SheetFacts()
        self._formats = formats
        self._limits = limits
        self._row = -1
        self._row_name = "0"
        self._column = -1
        self._style: str | None = None
        self._text = False
        self._error = False
        self._formula = False
        self._filled = False
        self._in_value = False
        self._in_formula = False
        self._left = 2 * limits.cells
        self._told: list[str] = []

    @property
    def opened(self) -> Opened:
        """What to do where a tag begins."""
        return {
            "c": self._cell,
            "v": self._value,
            "is": self._value,
            "f": self._begin_formula,
            "row": self._begin_row,
            "mergeCell": self._merge,
            "col": self._hide_columns,
        }

    @property
    def closed(self) -> Closed:
        """What to do where a tag ends."""
        return {"c": self._end_cell, "v": self._end_text, "is": self._end_text, "f": self._end_text}

    def _begin_formula(self, _: Attributes) -> None:
        self._formula = self._in_formula = True
        self.facts.reach(self._row, self._column, self._limits, self.sheet)

    def _hide_columns(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes.get("min")), _number(attributes.get("max"))
            self.facts.hidden_columns.update(range(first - 1, min(last, self._limits.columns)))

    def said(self, text: str) -> None:
        if self._in_value:
            self._filled = True
        elif self._in_formula:
            self._told.append(text)

    def _end_text(self) -> None:
        self._in_value = self._in_formula = False

    def _end_cell(self) -> None:
        if self._error or (self._formula and not self._filled and not self._text):
            formula = "" if self._error else "".join(self._told)
            self.facts.uncounted[(self._row, self._column)] = formula

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = _number(attributes["r"]) - 1 if "r" in attributes else self._row + 1
        self._column = -1
        self._row_name = str(self._row + 1)
        if attributes.get("hidden") in ("1", "true") and self._row < self._limits.rows:
            self.facts.hidden_rows.add(self._row)

    def _count(self) -> None:
        """Cells and values without end, empty ones too, only cost time."""
        self._left -= 1
        if self._left < 0:
            raise bomb()

    def _cell(self, attributes: Attributes) -> None:
        self._count()
        self._formula = self._filled = False
        if self._told:
            self._told = []
        self._text = attributes.get("t") == "str"
        self._error = attributes.get("t") == "e"
        self._style = attributes.get("s")
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
            return
        column = _COLUMNS.get(reference.removesuffix(self._row_name))
        if column is not None:
            self._column = column
            return
        place = cell_of(reference)
        if place is None:
            raise damaged()
        self._row, self._column = place

    def _value(self, _: Attributes) -> None:
        self._count()
        self._in_value = True
        self.facts.reach(self._row, self._column, self._limits, self.sheet)
        if self._style in self._formats:
            self.facts.formats[(self._row, self._column)] = self._formats[self._style]

    def _merge(self, attributes: Attributes) -> None:
        merge = merge_of(attributes.get("ref", ""))
        if merge is not None:
            self.facts.merges.append(merge)
        if len(self.facts.merges) > self._limits.merges:
            raise bomb()


def _number(text: str | None) -> int:
    try:
        return int(text or "0")
    except ValueError as error:
        raise damaged() from error


def refuse_binary(archive: Archive) -> None:
    """Refuse the binary workbook (xlsb), which cannot be checked before it is read."""
    if "xl/workbook.bin" in archive.names:
        raise Unreadable(say("这是二进制工作簿（xlsb），请在 Excel 或 WPS 中另存为 xlsx 再上传。"))
