"""A copy of an Excel workbook with edits in it; macros, pictures, shapes, rules and set-up stay as they are.

The file is never opened by a spreadsheet program, so no formula is worked out: cached results stay until Excel or
WPS opens the copy, which is asked to work everything out anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.archive import damaged
from bihuan.documents.writing.edits import SheetEdits
from bihuan.documents.writing.excel import moving
from bihuan.documents.writing.excel.package import Package, local
from bihuan.documents.writing.excel.sheetcopy import SheetCopy
from bihuan.documents.writing.excel.styles import Styles

_EMPTY_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font/></fonts>'
    b'<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>'
)
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_AFTER_CALCULATION = (
    *("oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing"),
    *("fileRecoveryPr", "webPublishObjects", "extLst"),
)


class ExcelCopy:
    """A workbook being edited; raises Unreadable on opening when it is broken or hostile."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        found = self.package.related("", ("officeDocument",))
        self.workbook = found[0] if found else "xl/workbook.xml"
        self.root = self.package.tree(self.workbook)
        self.styles = self._styles()
        self.sheets = self._sheets()

    @property
    def from_1904(self) -> bool:
        """Whether the file counts its days from 1904."""
        settings = self.root.find("{*}workbookPr")
        return settings is not None and settings.get("date1904") in ("1", "true")

    def _sheets(self) -> dict[str, str]:
        """Names of worksheets and the part of each."""
        parts = {one.id: one.target for one in self.package.relations(self.workbook) if one.kind == "worksheet"}
        found: dict[str, str] = {}
        for sheet in self.root.iter("{*}sheet"):
            link = next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")
            if link in parts:
                found[sheet.get("name", "")] = parts[link]
        return found

    def _styles(self) -> Styles:
        found = self.package.related(self.workbook, ("styles",))
        if not found:
            found = ["xl/styles.xml"]
            self.package.put(found[0], _EMPTY_STYLES)
            self.package.declare(found[0], _STYLES_TYPE)
            self.package.relate(self.workbook, "styles", found[0])
        return Styles(self.package, found[0])

    def apply(self, edits: Mapping[str, SheetEdits]) -> None:
        """Make the edits of each sheet named."""
        for name, one in edits.items():
            if one.is_empty:
                continue
            if name not in self.sheets:
                raise damaged()
            part = self.sheets[name]
            copy = SheetCopy(self.package.read(part), name, self.styles, self.from_1904)
            rows = copy.apply(one)
            self.package.put(part, copy.sheet.content())
            if rows.count:
                moving.move_parts(self.package, part, name, rows)
                moving.move_elsewhere(self.package, self.root, part, name, rows)

    def notes(self) -> tuple[Fault, ...]:
        """What the copy cannot keep, for a person to know."""
        if any(name.startswith("_xmlsignatures/") for name in self.package.names):
            note = say("原文件带有数字签名，改动后签名已失效，需要的话请重新签名。")
            return (Fault(note),)
        return ()

    def save(self) -> bytes:
        """The file as it is now, to be worked out anew when it is opened."""
        self._recalculate()
        self.package.put_tree(self.workbook, self.root)
        self.styles.save()
        return self.package.save()

    def _recalculate(self) -> None:
        for chain in self.package.related(self.workbook, ("calcChain",)):
            self.package.drop(chain)
            self.package.unrelate(self.workbook, chain)
        settings = self.root.find("{*}calcPr")
        if settings is None:
            settings = etree.Element(f"{{{etree.QName(self.root).namespace or ''}}}calcPr")
            after = (n for n, one in enumerate(self.root) if local(one) in _AFTER_CALCULATION)
            self.root.insert(next(after, len(self.root)), settings)
        settings.set("fullCalcOnLoad", "1")
