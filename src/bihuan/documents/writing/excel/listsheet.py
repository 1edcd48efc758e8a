"""A sheet put in front of all others: a title, a list of texts, each with a link to a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from bihuan.documents.writing.excel.cellxml import escaped, plain_text
from bihuan.documents.writing.excel.package import Package
from bihuan.documents.writing.excel.styles import Change, Styles

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SELECTED = re.compile(rb"""\stabSelected\s*=\s*["'][^"']*["']""")
_SHEETS = ("worksheet", "chartsheet", "dialogsheet")


@dataclass(frozen=True)
class ListLine:
    """One line: what it is about, what is said of it, and the cell it leads to ('' for none)."""

    subject: str
    text: str
    target: str = ""


def put_first(
    package: Package,
    workbook: str,
    root: etree._Element,
    styles: Styles,
    *,
    name: str,
    title: str,
    heads: tuple[str, str],
    lines: Sequence[ListLine],
    earlier: str = "",
) -> None:
    """Add the sheet; `root` is the tree of the `workbook` part, which is being edited. Only it is selected.

    `earlier` is the part of a list that was put in before and is replaced where it stands; '' for none.
    """
    space = etree.QName(root).namespace or ""
    _deselect(package, workbook)
    part = earlier or package.free_name("xl/worksheets/sheet{}.xml")
    package.put(part, _content(space, styles, title, heads, lines))
    if not earlier:
        _enlist(package, workbook, root, part, name)
    for view in root.iter(f"{{{space}}}workbookView"):
        view.attrib.pop("firstSheet", "")
        view.attrib.pop("activeTab", "")


def _enlist(package: Package, workbook: str, root: etree._Element, part: str, name: str) -> None:
    """Make a part the first sheet of the workbook."""
    space = etree.QName(root).namespace or ""
    package.declare(part, _SHEET)
    link = package.relate(workbook, "worksheet", part)
    listed = root.find(f"{{{space}}}sheets")
    assert listed is not None
    used = [int(one.get("sheetId", "0")) for one in listed]
    entry = etree.Element(f"{{{space}}}sheet", {"name": _free(name, [one.get("name", "") for one in listed])})
    entry.set("sheetId", str(max(used, default=0) + 1))
    entry.set(f"{{{package.links}}}id", link)
    listed.insert(0, entry)
    for one in root.iter(f"{{{space}}}definedName"):
        if one.get("localSheetId"):
            one.set("localSheetId", str(int(one.get("localSheetId", "0")) + 1))


def _free(name: str, used: Sequence[str]) -> str:
    """A name no other sheet has, at most 31 signs."""
    taken = {one.lower() for one in used}
    names = (name[:31] if number == 1 else f"{name[:27]} {number}" for number in range(1, len(used) + 2))
    return next(one for one in names if one.lower() not in taken)


def _deselect(package: Package, workbook: str) -> None:
    """Sheets that are selected together are edited together, so none of the others may stay so."""
    for part in package.related(workbook, _SHEETS):
        content = package.read(part)
        end = content.find(b"sheetData")
        head = content if end < 0 else content[:end]
        if _SELECTED.search(head):
            package.put(part, _SELECTED.sub(b"", head) + content[len(head) :])


def _content(space: str, styles: Styles, title: str, heads: tuple[str, str], lines: Sequence[ListLine]) -> bytes:
    plain = styles.changed(None, Change(wrapped=True))
    linked = styles.changed(None, Change(wrapped=True, link=True))
    strong = styles.changed(None, Change(wrapped=True, fill="EDEFF2"))
    quoted = styles.changed(None, Change(wrapped=True, quoted=True))
    rows = [_row(1, [("A", title, None)]), _row(2, [("A", heads[0], strong), ("B", heads[1], strong)])]
    rows += [
        _row(number, [("A", line.subject, linked if line.target else plain), ("B", line.text, quoted)])
        for number, line in enumerate(lines, start=3)
    ]
    links = [
        f'<hyperlink ref="A{number}" location="{_attribute(line.target)}" display="{_attribute(line.subject)}"/>'
        for number, line in enumerate(lines, start=3)
        if line.target
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{space}">'
        '<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="2" topLeftCell="A3"'
        ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>'
        '<col min="1" max="1" width="28" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + "</worksheet>"
    ).encode()


def _row(number: int, cells: Sequence[tuple[str, str, str | None]]) -> str:
    told = "".join(
        f'<c r="{column}{number}"{_style(style)} t="inlineStr"><is><t xml:space="preserve">'
        f"{escaped(text).decode()}</t></is></c>"
        for column, text, style in cells
    )
    return f'<row r="{number}">{told}</row>'


def _style(style: str | None) -> str:
    return f' s="{style}"' if style is not None else ""


def _attribute(text: str) -> str:
    return escaped(plain_text(text)).decode().replace('"', "&quot;").replace("\n", " ")
