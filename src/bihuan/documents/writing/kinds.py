"""What kind of file bytes are, for writing them back: changed in place, as text, or as a new workbook."""

from __future__ import annotations

from enum import Enum

from bihuan.documents.reading import compound, delimited
from bihuan.documents.reading.archive import Archive
from bihuan.documents.reading.excel import is_excel
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.webtables import is_web_page

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class Kind(Enum):
    """The kinds of ledger files."""

    EXCEL = "excel"
    OTHER_WORKBOOK = "other workbook"
    TEXT = "text"


def kind_of(data: bytes) -> Kind:
    """What the bytes are, whatever the file's name; raises Unreadable for a broken zip."""
    if data.startswith(_ZIP):
        return Kind.EXCEL if is_excel(Archive(data, Limits())) else Kind.OTHER_WORKBOOK
    if data.startswith(compound.MAGIC) or is_web_page(delimited.decode(data)):
        return Kind.OTHER_WORKBOOK
    return Kind.TEXT


def renamed(name: str) -> str:
    """The name of a file that comes back as xlsx."""
    stem = name.rpartition(".")[0] or name
    return f"{stem}.xlsx"
