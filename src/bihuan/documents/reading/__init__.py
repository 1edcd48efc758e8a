"""Read a ledger or a text into plain items; start at `ledger.read_ledger` and `documents.read_document`."""

from bihuan.documents.messages import Fault, Unreadable
from bihuan.documents.reading.documents import (
    DocumentReading,
    is_document,
    read_document,
    read_documents,
    read_pasted,
    read_text,
)
from bihuan.documents.reading.items import Aside, Item, Place, Reading, Table, TableColumn
from bihuan.documents.reading.layouts import Layout
from bihuan.documents.reading.ledger import read_ledger
from bihuan.documents.reading.limits import Limits

__all__ = [
    "Aside",
    "DocumentReading",
    "Fault",
    "Item",
    "Layout",
    "Limits",
    "Place",
    "Reading",
    "Table",
    "TableColumn",
    "Unreadable",
    "is_document",
    "read_document",
    "read_documents",
    "read_ledger",
    "read_pasted",
    "read_text",
]
