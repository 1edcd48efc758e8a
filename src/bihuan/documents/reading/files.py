"""Read any file a person hands over: a ledger as a ledger, a text as a text, a .jsonl one text a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bihuan.documents.reading.documents import is_document, read_document, read_documents
from bihuan.documents.reading.ledger import read_ledger
from bihuan.documents.reading.limits import Limits


def read_file(path: Path, limits: Limits | None = None) -> Iterator[dict[str, object]]:
    """What is read from a file, by the reading contract; one object a file, or one a line of a .jsonl.

    Raises Unreadable with a reason, OSError when the file cannot be opened.
    """
    if path.suffix.lower() == ".jsonl":
        yield from read_documents(path)
        return
    with path.open("rb") as file:
        head = file.read(1 << 20)
    if is_document(head, path.name):
        yield read_document(path, limits=limits).as_json()
    else:
        yield read_ledger(path, limits=limits).as_json()
