"""Read plans, notices, replies, appeals and news, whatever their format, into problems and figures.

This is the door of the text reader: bytes become blocks (`opening`), blocks become items and figures (`texts`).
It writes nothing and matches nothing to any organisation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bihuan.documents.messages import Fault, Unreadable, say
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.doubting import faults_of
from bihuan.documents.reading.texts.figures import Figure, figures_of
from bihuan.documents.reading.texts.opening import blocks_in, is_document
from bihuan.documents.reading.texts.pasted import blocks_of
from bihuan.documents.reading.texts.pipeline import read_blocks

__all__ = ["DocumentReading", "is_document", "read_document", "read_documents", "read_pasted", "read_text"]


@dataclass(frozen=True)
class DocumentReading:
    """All that was read from one document. `faults` must be mended or looked at; doubts stand with their item.

    `blocks` are the paragraphs and tables in reading order; spans of items and figures point into them.
    """

    file: str
    items: tuple[Item, ...]
    stats: tuple[Figure, ...]
    faults: tuple[Fault, ...]
    blocks: tuple[Block, ...]

    def as_json(self) -> dict[str, object]:
        """The reading as one JSON object by the reading contract."""
        return {
            "file": self.file,
            "items": [item.as_json() for item in self.items],
            "stats": [figure.as_json() for figure in self.stats],
            "faults": [fault.as_json() for fault in self.faults],
        }


def read_document(
    source: Path | bytes, name: str | None = None, limits: Limits | None = None, *, title: str = ""
) -> DocumentReading:
    """Read a document (docx, pdf with text, html, txt) from a file or from its bytes.

    `name` is the file's name as the sender gave it; its bytes decide what it is. `title` helps where the text has
    none of its own. Raises Unreadable with a reason when it is another kind of file, damaged, encrypted, too
    large, hostile, or a scan without text.
    """
    shown = name or (source.name if isinstance(source, Path) else "")
    blocks = blocks_in(source, shown, limits or Limits())
    return _read(blocks, shown, title)


def read_pasted(text: str, title: str = "") -> DocumentReading:
    """Read a text as typed or pasted."""
    return _read(blocks_of(text), "", title)


def read_text(text: str, title: str = "") -> tuple[Item, ...]:
    """The problems of one text, in order; empty when it states none."""
    return read_blocks(blocks_of(text), title)


def read_documents(path: Path) -> Iterator[dict[str, object]]:
    """Read a .jsonl of documents {id, title, text}; yields {id, items, stats} a document, in order.

    Raises Unreadable with the line number when a line is no JSON object.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                document = json.loads(line)
                text, title = str(document["text"]), str(document.get("title", ""))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise Unreadable(
                    say("第 %(line)s 行不是一份文档（应为含 text 的 JSON 对象）。"), line=number
                ) from error
            found = read_pasted(text, title).as_json()
            yield {"id": document.get("id", number), "items": found["items"], "stats": found["stats"]}


def _read(blocks: Sequence[Block], name: str, title: str) -> DocumentReading:
    items = read_blocks(blocks, title)
    return DocumentReading(name, items, figures_of(blocks), faults_of(items, blocks), tuple(blocks))
