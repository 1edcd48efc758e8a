"""Cell styles of an Excel file: a style like another with one thing changed. Existing styles are never altered."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from bihuan.documents.writing.excel.package import Package, local

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATES = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
_FIRST_OWN_FORMAT = 164
_ISO = "yyyy-mm-dd"
_LINK = "FF0B5CAD"
_APPLIED = {"numFmtId": "applyNumberFormat", "fillId": "applyFill", "fontId": "applyFont"}


@dataclass(frozen=True)
class Change:
    """What is to differ: text that begins like a formula is quoted; dates are shown; the cell is filled."""

    quoted: bool = False
    dated: bool = False
    fill: str = ""
    link: bool = False
    wrapped: bool = False


class Styles:
    """The style part of one file; a style is named as cells name it, by its number as text (None: the first)."""

    def __init__(self, package: Package, part: str) -> None:
        self._package = package
        self._part = part
        self._root = package.tree(part)
        self._made: dict[tuple[str | None, Change], str] = {}
        self._fills: dict[str, str] = {}
        self._codes = {one.get("numFmtId"): one.get("formatCode", "") for one in self._root.iter("{*}numFmt")}

    def shows_date(self, style: str | None) -> bool:
        """Whether a style shows numbers as dates."""
        number = self._formats(style).get("numFmtId", "0")
        code = _LITERAL.sub("", self._codes.get(number, "").split(";")[0]).lower()
        return (number.isdecimal() and int(number) in _DATES) or bool(re.search("[yd]", code))

    def changed(self, style: str | None, change: Change) -> str | None:
        """The style that differs from another by `change` alone."""
        if change == Change():
            return style
        key = (style, change)
        if key not in self._made:
            self._made[key] = self._make(style, change)
        return self._made[key]

    def save(self) -> None:
        """Put the part back if a style was made."""
        if self._made:
            self._package.put_tree(self._part, self._root)

    def _make(self, style: str | None, change: Change) -> str:
        new = deepcopy(self._formats(style))
        if change.quoted:
            new.set("quotePrefix", "1")
        if change.dated:
            self._set(new, "numFmtId", self._iso())
        if change.fill:
            self._set(new, "fillId", self._fill(change.fill))
        if change.link:
            self._set(new, "fontId", self._link_font())
        if change.wrapped:
            self._wrap(new)
        formats = self._list("cellXfs")
        formats.append(new)
        formats.set("count", str(len(formats)))
        return str(len(formats) - 1)

    def _set(self, new: etree._Element, name: str, value: str) -> None:
        new.set(name, value)
        new.set(_APPLIED[name], "1")

    def _wrap(self, new: etree._Element) -> None:
        found = new.find("{*}alignment")
        if found is None:
            found = etree.Element(self._tag("alignment"))
            new.insert(0, found)
        found.set("wrapText", "1")
        found.set("vertical", "top")
        new.set("applyAlignment", "1")

    def _formats(self, style: str | None) -> etree._Element:
        formats = self._list("cellXfs")
        number = int(style) if style and style.isdecimal() else 0
        if not len(formats):
            etree.SubElement(formats, self._tag("xf"))
        return formats[number if number < len(formats) else 0]

    def _iso(self) -> str:
        known = next((number for number, code in self._codes.items() if code == _ISO and number), None)
        if known is not None:
            return known
        used = [int(number) for number in self._codes if number and number.isdecimal()]
        number = str(max([_FIRST_OWN_FORMAT - 1, *used]) + 1)
        formats = self._root.find("{*}numFmts")
        if formats is None:
            formats = etree.Element(self._tag("numFmts"))
            self._root.insert(0, formats)
        etree.SubElement(formats, self._tag("numFmt"), {"numFmtId": number, "formatCode": _ISO})
        formats.set("count", str(len(formats)))
        self._codes[number] = _ISO
        return number

    def _fill(self, colour: str) -> str:
        if colour not in self._fills:
            fills = self._list("fills")
            pattern = etree.SubElement(
                etree.SubElement(fills, self._tag("fill")), self._tag("patternFill"), {"patternType": "solid"}
            )
            etree.SubElement(pattern, self._tag("fgColor"), {"rgb": f"FF{colour}"})
            etree.SubElement(pattern, self._tag("bgColor"), {"indexed": "64"})
            fills.set("count", str(len(fills)))
            self._fills[colour] = str(len(fills) - 1)
        return self._fills[colour]

    def _link_font(self) -> str:
        fonts = self._list("fonts")
        new = deepcopy(fonts[0]) if len(fonts) else etree.Element(self._tag("font"))
        for one in [one for one in new if local(one) in ("u", "color")]:
            new.remove(one)
        for name in ("color", "u"):
            element = etree.Element(self._tag(name), {"rgb": _LINK} if name == "color" else {})
            new.insert(_font_place(new, name), element)
        fonts.append(new)
        fonts.set("count", str(len(fonts)))
        return str(len(fonts) - 1)

    def _list(self, name: str) -> etree._Element:
        found = self._root.find(f"{{*}}{name}")
        if found is None:
            found = etree.Element(self._tag(name))
            before = _BEFORE[name]
            place = sum(1 for one in self._root if local(one) in before)
            self._root.insert(place, found)
        return found

    def _tag(self, name: str) -> str:
        return f"{{{etree.QName(self._root).namespace or ''}}}{name}"


_BEFORE = {
    "fonts": ("numFmts",),
    "fills": ("numFmts", "fonts"),
    "cellXfs": ("numFmts", "fonts", "fills", "borders", "cellStyleXfs"),
}
_FONT_ORDER = (
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
)


def _font_place(font: etree._Element, name: str) -> int:
    """Where an element of a font belongs by the order Excel itself writes."""
    rank = _FONT_ORDER.index(name)
    return sum(1 for one in font if local(one) in _FONT_ORDER[:rank])
