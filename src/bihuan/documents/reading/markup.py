"""Walk the XML of an untrusted part: no document types, no entities, a ceiling on elements.

Both workbook scanners build on this; it knows nothing of spreadsheets.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import Archive, bomb, damaged
from bihuan.documents.reading.limits import Limits

Attributes = dict[str, str]
Opened = Callable[[str, Attributes], None]
Closed = Callable[[str], None]
Said = Callable[[str], None]


class Walker:
    """Reads parts of one archive; the element ceiling counts over all of them together."""

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self._archive = archive
        self._left = limits.elements
        self._local: dict[str, str] = {}

    def walk(
        self, name: str, opened: Opened | None = None, closed: Closed | None = None, said: Said | None = None
    ) -> None:
        """Call `opened(tag, attributes)`, `closed(tag)` and `said(text)`; tags come without their prefix.

        Raises Unreadable for a DOCTYPE, broken XML or too many elements.
        """
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._opening(opened)
        if closed is not None:
            parser.EndElementHandler = self._closing(closed)
        if said is not None:
            parser.CharacterDataHandler = said
        try:
            for chunk in self._archive.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise damaged() from error

    def _opening(self, opened: Opened | None) -> Opened:
        local = self._local

        def count(tag: str, attributes: Attributes) -> None:
            self._left -= 1
            if self._left < 0:
                raise bomb()
            if opened is not None:
                opened(local.get(tag) or local.setdefault(tag, strip(tag)), attributes)

        return count

    def _closing(self, closed: Closed) -> Closed:
        local = self._local
        return lambda tag: closed(local.get(tag) or local.setdefault(tag, strip(tag)))


def strip(tag: str) -> str:
    """A tag or attribute name without its namespace prefix."""
    return tag.rpartition(":")[2]


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(say("文件里含有外部实体声明（DOCTYPE），正常的文件不会有，为安全起见已拒绝读取。"))
