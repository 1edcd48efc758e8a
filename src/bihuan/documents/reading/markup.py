"""Walk the XML of an untrusted part: no document types, no entities, a ceiling on elements.

Both workbook scanners build on this; it knows nothing of spreadsheets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar
from xml.parsers import expat

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import Archive, bomb, damaged
from bihuan.documents.reading.limits import Limits

Attributes = dict[str, str]
Opened = Mapping[str, Callable[[Attributes], None]]
Closed = Mapping[str, Callable[[], None]]
Said = Callable[[str], None]
Handler = TypeVar("Handler")
_MOST_TAGS = 1_000  # names kept for looking up; what has more is looked up each time


class Walker:
    """Reads parts of one archive; the element ceiling counts over all of them together."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._left = limits.elements

    def walk(
        self, name: str, opened: Opened | None = None, closed: Closed | None = None, said: Said | None = None
    ) -> None:
        """Call `opened[tag](attributes)`, `closed[tag]()` and `said(text)`; tags are without their prefix.

        Raises Unreadable for a DOCTYPE, broken XML or too many elements.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        if opened is not None:
            parser.StartElementHandler = _opening(opened)
        if closed is not None:
            parser.EndElementHandler = _closing(closed)
        if said is not None:
            parser.CharacterDataHandler = said
        try:
            for chunk in self._archive.chunks(name):
                self._left -= chunk.count(b"<") - chunk.count(b"</")
                if self._left < 0:
                    raise bomb()
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise damaged() from error


class _ByTag(dict[str, Handler | None], Generic[Handler]):
    """Handlers by the tag as it is written, prefix and all; found once for each, None for those not asked for."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        super().__init__(handlers)
        self._handlers = handlers

    def __missing__(self, tag: str) -> Handler | None:
        handler = self._handlers.get(strip(tag))
        if len(self) < _MOST_TAGS:
            self[tag] = handler
        return handler


def _opening(handlers: Opened) -> Callable[[str, Attributes], None]:
    table = _ByTag(handlers)

    def opened(tag: str, attributes: Attributes) -> None:
        handler = table[tag]
        if handler is not None:
            handler(attributes)

    return opened


def _closing(handlers: Closed) -> Callable[[str], None]:
    table = _ByTag(handlers)

    def closed(tag: str) -> None:
        handler = table[tag]
        if handler is not None:
            handler()

    return closed


def strip(tag: str) -> str:
    """A tag or attribute name without its namespace prefix."""
    return tag.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(say("文件里含有外部实体声明（DOCTYPE），正常的文件不会有，为安全起见已拒绝读取。"))
