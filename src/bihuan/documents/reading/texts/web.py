"""A web page → blocks: its main text, lists and tables; navigation, scripts and forms are left out.

Nothing is fetched and no entity is expanded. Which text is the main one is told by how much of it stands
outside links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.delimited import decode
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.cleaning import block_of, table_of

_LEFT_OUT = re.findall(
    r"\w+", "script style noscript nav footer aside form button select svg head iframe template"
)
_BLOCKS = re.findall(
    r"\w+",
    "p div section article main h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre center header body html "
    "tr td th table tbody thead figure",
)
_CHARSET = re.compile(rb"charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_-]{2,20})", re.I)
_BLANKS = re.compile(r"[ \t\r\n\xa0]+")
_HIDDEN = re.compile(r"display\s{0,4}:\s{0,4}none", re.I)
_MAIN_NAMES = re.compile(r"article|content|zoom|detail|main|正文", re.I)


def blocks_of_web(data: bytes, limits: Limits) -> list[Block]:
    """The blocks of a page; Unreadable when it cannot be taken apart."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(_decoded(data).lstrip("\ufeff"), parser=parser)
        _leave_out(root)
        return list(_blocks(_main(root)))
    except (etree.LxmlError, ValueError, AssertionError, RecursionError) as error:
        raise Unreadable(say("网页已损坏，无法读取。请在浏览器中打开后复制正文，粘贴上传。")) from error


def _leave_out(root: html.HtmlElement) -> None:
    for one in list(root.iter(*_LEFT_OUT)):
        if isinstance(one, html.HtmlElement):
            one.drop_tree()


def _decoded(data: bytes) -> str:
    """The page as text; its own word on the encoding is taken where it holds, the bytes decide otherwise."""
    if found := _CHARSET.search(data[:4096]):
        name = found[1].decode("ascii").lower()
        try:
            return _undeclared(data.decode("gb18030" if name in ("gb2312", "gbk") else name))
        except (LookupError, UnicodeDecodeError):
            pass
    return _undeclared(decode(data))


def _undeclared(text: str) -> str:
    """A text without its XML declaration, which the parser refuses in text already decoded."""
    return re.sub(r"^\s{0,40}<\?xml[^>]{0,200}\?>", "", text)


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """The smallest part named as main text that holds most of it, or the whole body."""
    body = root.find(".//body")
    whole = body if body is not None else root
    length = _weight(whole)
    named = [one for one in whole.iter("article", "main", "div", "td", "section") if _is_named_main(one)]
    heavy = [one for one in named if _weight(one) * 10 >= length * 6]
    return min(heavy, key=_weight, default=whole)


def _is_named_main(one: html.HtmlElement) -> bool:
    return one.tag in ("article", "main") or bool(
        _MAIN_NAMES.search(f"{one.get('id', '')} {one.get('class', '')}")
    )


def _weight(one: html.HtmlElement) -> int:
    """Characters outside links."""
    linked = sum(len(link.text_content()) for link in one.iter("a"))
    return len(one.text_content()) - linked


class _Line:
    """Gathers the inline text of one block until the next begins."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.number = ""

    def add(self, text: str | None) -> None:
        if text:
            self._parts.append(_BLANKS.sub(" ", text))

    def add_break(self) -> None:
        self._parts.append("\n")

    def taken(self) -> Iterator[Block]:
        text, self._parts = "".join(self._parts), []
        for line in text.split("\n"):
            if bare := line.strip(" \u3000"):
                yield block_of(bare, number=self.number)
                self.number = ""


def _blocks(root: html.HtmlElement) -> Iterator[Block]:
    line = _Line()
    for event, one in etree.iterwalk(root, events=("start", "end")):
        if _is_inside_table(one, root) or _is_hidden(one):
            continue
        if event == "start":
            yield from _opened(one, line)
        else:
            if one.tag in _BLOCKS:
                yield from line.taken()
            if one is not root:
                line.add(one.tail)
    yield from line.taken()


def _opened(one: html.HtmlElement, line: _Line) -> Iterator[Block]:
    if one.tag == "table" and _is_data(one):
        yield from line.taken()
        yield _table(one)
        return
    if one.tag in _BLOCKS:
        yield from line.taken()
    if one.tag == "li":
        line.number = _item_number(one)
    if one.tag == "br":
        line.add_break()
    line.add(one.text)


def _is_inside_table(one: html.HtmlElement, root: html.HtmlElement) -> bool:
    return any(above.tag == "table" and _is_data(above) for above in _above(one, root))


def _is_hidden(one: html.HtmlElement) -> bool:
    return bool(_HIDDEN.search(one.get("style", "")))


def _above(one: html.HtmlElement, root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    for above in one.iterancestors():
        yield above
        if above is root:
            return


def _is_data(table: html.HtmlElement) -> bool:
    """A table of cells, not a frame that lays out the page: no table inside, two rows of two cells at least."""
    if table.get("data-frame") is None:
        rows = list(table.iter("tr"))
        inner = any(one is not table for one in table.iter("table"))
        wide = sum(1 for row in rows[:50] if len(row.findall("td")) + len(row.findall("th")) >= 2)
        table.set("data-frame", "no" if wide >= 2 and not inner else "yes")
    return bool(table.get("data-frame") == "no")


def _table(table: html.HtmlElement) -> Block:
    rows: list[list[str]] = []
    covered: dict[tuple[int, int], str] = {}
    for at, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while (at, len(cells)) in covered:
                cells.append(covered[at, len(cells)])
            _place_cell(cell, at, cells, covered)
        while (at, len(cells)) in covered:
            cells.append(covered[at, len(cells)])
        rows.append(cells)
    return table_of(tuple(tuple(row) for row in rows if any(row)))


def _place_cell(cell: html.HtmlElement, row: int, cells: list[str], covered: dict[tuple[int, int], str]) -> None:
    """Put a cell down and keep free the cells it is merged over; what is merged down is said in each row."""
    across, down = _count(cell.get("colspan")), _count(cell.get("rowspan"))
    text = _cell_text(cell)
    start = len(cells)
    cells.extend([text, *[""] * (across - 1)])
    for below in range(row + 1, row + down):
        for place in range(start, start + across):
            covered[below, place] = text if place == start else ""


def _count(text: str | None) -> int:
    return min(int(text), 100) if text and text.isdecimal() and len(text) <= 3 and int(text) else 1


def _cell_text(cell: html.HtmlElement) -> str:
    return "\n".join(block.number + block.original for block in _flat(cell))


def _flat(cell: html.HtmlElement) -> Iterator[Block]:
    line = _Line()
    for event, one in etree.iterwalk(cell, events=("start", "end")):
        if event == "start":
            if one.tag in ("p", "div", "li", "br"):
                line.add_break()
            line.add(one.text)
        elif one is not cell:
            line.add(one.tail)
    yield from line.taken()


def _item_number(item: html.HtmlElement) -> str:
    """The number a browser shows before an item of a numbered list."""
    above = item.getparent()
    if above is None or above.tag != "ol":
        return ""
    start = above.get("start", "1")
    before = sum(1 for one in item.itersiblings("li", preceding=True))
    return f"{(int(start) if start.isdecimal() and len(start) <= 4 else 1) + before}."
