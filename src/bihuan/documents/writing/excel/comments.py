"""Comments on cells of an Excel sheet: new ones beside those that are there, never in place of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from bihuan.documents.reading.facts import Cell, address
from bihuan.documents.writing.excel.cellxml import plain_text
from bihuan.documents.writing.excel.package import Package, local

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_EMPTY = f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'.encode()
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="1"/></o:shapelayout>%s</xml>'
)
_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s%(number)d" type="#_x0000_t202"'
    ' style="position:absolute;width:220pt;height:%(height)dpt;z-index:%(number)d;visibility:hidden"'
    ' fillcolor="#FFF2CC" o:insetmode="auto"><v:fill color2="#FFF2CC"/><v:shadow on="t" color="black"'
    ' obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>%(left)d, 15, %(top)d, 2, %(right)d, 31, %(bottom)d, 1</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>%(row)d</x:Row><x:Column>%(column)d</x:Column></x:ClientData></v:shape>"
)
_CLOSE = re.compile(rb"</(?:\w+:)?xml\s*>\s*$")
_AFTER = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts"),
    *("AlternateContent", "extLst"),  # the former holds controls, for programs of different age
)
_SHAPES = re.compile(rb"_x0000_s(\d{1,9})")
_FIRST_SHAPE = 9001
_LINE, _MARGIN, _SIGNS = 15, 20, 34


def add_comments(
    package: Package, part: str, frame: etree._Element, texts: Mapping[Cell, str], author: str
) -> None:
    """Put comments on cells (0-based) of the sheet `part`, whose `frame` is being edited.

    A cell that has a comment keeps it, with the new text below; one by the same author is replaced.
    """
    left = _add_texts(package, part, texts, author)
    if left:
        _add_shapes(package, part, frame, left)


def _add_texts(package: Package, part: str, texts: Mapping[Cell, str], author: str) -> dict[Cell, str]:
    """Write the texts; returns those that need a box to be shown in."""
    names = package.related(part, ("comments",))
    name = names[0] if names else package.free_name("xl/comments{}.xml")
    root = package.tree(name) if names else etree.fromstring(_EMPTY)
    space = etree.QName(root).namespace or _MAIN
    number = _author(root, space, author)
    listed = root.find(f"{{{space}}}commentList")
    if listed is None:
        listed = etree.SubElement(root, f"{{{space}}}commentList")
    known = {one.get("ref"): one for one in listed}
    left: dict[Cell, str] = {}
    for cell, text in texts.items():
        old = known.get(address(*cell))
        if old is not None:
            if old.get("authorId") == number:
                _clear(old, space)
            _append(old, space, text if old.get("authorId") == number else f"\n{text}")
            continue
        new = etree.SubElement(listed, f"{{{space}}}comment", {"ref": address(*cell), "authorId": number})
        etree.SubElement(new, f"{{{space}}}text")
        _append(new, space, text)
        left[cell] = text
    package.put_tree(name, root)
    if not names:
        package.declare(name, _COMMENTS)
        package.relate(part, "comments", name)
    return left


def _author(root: etree._Element, space: str, author: str) -> str:
    authors = root.find(f"{{{space}}}authors")
    if authors is None:
        authors = etree.Element(f"{{{space}}}authors")
        root.insert(0, authors)
    known = [one.text for one in authors]
    if author not in known:
        etree.SubElement(authors, f"{{{space}}}author").text = author
        known.append(author)
    return str(known.index(author))


def _clear(comment: etree._Element, space: str) -> None:
    for told in comment.findall(f"{{{space}}}text"):
        comment.remove(told)
    etree.SubElement(comment, f"{{{space}}}text")


def _append(comment: etree._Element, space: str, text: str) -> None:
    body = comment.find(f"{{{space}}}text")
    if body is None:
        body = etree.SubElement(comment, f"{{{space}}}text")
    plain = body.find(f"{{{space}}}t")
    if plain is not None:  # a plain text cannot stand beside a run
        body.remove(plain)
        run = etree.SubElement(body, f"{{{space}}}r")
        run.append(plain)
    run = etree.SubElement(body, f"{{{space}}}r")
    told = etree.SubElement(run, f"{{{space}}}t")
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    told.text = plain_text(text)


def _add_shapes(package: Package, part: str, frame: etree._Element, texts: Mapping[Cell, str]) -> None:
    names = package.related(part, ("vmlDrawing",))
    linked = frame.find("{*}legacyDrawing")
    old = package.read(names[0]) if names and linked is not None else None
    shapes = [_TYPE] if old is None or b"_x0000_t202" not in old else []
    first = max([_FIRST_SHAPE, *(int(number) + 1 for number in _SHAPES.findall(old or b""))])
    shapes += [_shape(first + place, cell, text) for place, (cell, text) in enumerate(texts.items())]
    told = "".join(shapes)
    close = _CLOSE.search(old) if old is not None else None
    if old is not None and close is not None:
        package.put(names[0], old[: close.start()] + told.encode() + old[close.start() :])
        return
    name = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.put(name, (_DRAWING % told).encode())
    package.declare_ending("vml", _VML)
    _link(frame, package.links, package.relate(part, "vmlDrawing", name))


def _link(frame: etree._Element, links: str, number: str) -> None:
    linked = frame.find("{*}legacyDrawing")
    if linked is None:
        linked = etree.Element(f"{{{etree.QName(frame).namespace or _MAIN}}}legacyDrawing")
        place = next((n for n, one in enumerate(frame) if local(one) in _AFTER), len(frame))
        frame.insert(place, linked)
    linked.set(f"{{{links}}}id", number)


def _shape(number: int, cell: Cell, text: str) -> str:
    row, column = cell
    lines = sum(1 + len(line) // (_SIGNS // 2) for line in text.split("\n"))
    return _SHAPE % {
        "number": number,
        "height": _MARGIN + _LINE * lines,
        "left": column + 1,
        "top": max(row - 1, 0),
        "right": column + 4,
        "bottom": max(row - 1, 0) + 1 + lines,
        "row": row,
        "column": column,
    }
