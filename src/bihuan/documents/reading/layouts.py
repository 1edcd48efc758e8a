"""A layout: which rows of a table are its header and which column is which field, as a person may correct it.

Ledgers of one office come again and again in the same layout. Its fingerprint is made of the header's words
alone, so it is the same whatever the title, the number of rows or the place of the table in its sheet. What is
remembered for a fingerprint, and for whom, is the caller's business.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bihuan.documents.reading.facts import cell_of, letters

_SIZE = 8
_FIGURES = re.compile(r"\d+")
_TRIFLES = re.compile(r"[\s:：*★※.。、,，]+")


@dataclass(frozen=True)
class Layout:
    """How to read the tables of one fingerprint.

    `anchor` is the header's first cell in the file the layout was made on (C5); the rows and columns named here
    move with it. `header_rows` are 1-based and may be empty, `first_row` is the first row of data. `fields`
    names the field of a column by its letter; '' is none of ours, and a column not named is that too. In a
    table on its side rows count columns and columns are named by row numbers, as in `TableColumn`.
    """

    fingerprint: str
    anchor: str
    header_rows: tuple[int, ...]
    first_row: int
    fields: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_table(
        cls, fingerprint: str, anchor: str, header_rows: Sequence[int], first_item: int, fields: Mapping[str, str]
    ) -> Layout:
        """How a table was read whose first item stands in row `first_item`: data begins right below the header."""
        header = tuple(header_rows)
        return cls(fingerprint, anchor, header, (header[-1] if header else first_item - 1) + 1, fields)

    def as_json(self) -> dict[str, object]:
        """Plain values, to be kept."""
        return {
            "fingerprint": self.fingerprint,
            "anchor": self.anchor,
            "header_rows": list(self.header_rows),
            "first_row": self.first_row,
            "fields": dict(self.fields),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Layout:
        """What `as_json` gave; raises ValueError or KeyError for anything else."""
        rows, fields = kept["header_rows"], kept["fields"]
        if not isinstance(rows, Sequence) or not isinstance(fields, Mapping):
            raise ValueError("header_rows must be a list and fields an object")
        return cls(
            str(kept["fingerprint"]),
            str(kept["anchor"]),
            tuple(int(row) for row in rows),
            int(str(kept["first_row"])),
            {str(column): str(name) for column, name in fields.items()},
        )

    def moved_to(self, anchor: str) -> Layout:
        """The same layout for a table whose header begins in another cell; ValueError where it cannot be moved."""
        here, there = cell_of(self.anchor), cell_of(anchor)
        if here is None or there is None:
            raise ValueError(anchor)
        sideways = any(column.isdigit() for column in self.fields)
        down, across = there[0] - here[0], there[1] - here[1]
        if sideways:
            down, across = across, down
        return replace(
            self,
            anchor=anchor,
            header_rows=tuple(row + down for row in self.header_rows),
            first_row=self.first_row + down,
            fields={_shifted(column, across): name for column, name in self.fields.items()},
        )


def _shifted(column: str, by: int) -> str:
    if column.isdigit():
        return str(int(column) + by)
    found = cell_of(f"{column}1")
    if found is None or found[1] + by < 0:
        raise ValueError(column)
    return letters(found[1] + by)


def fingerprint(paths: Sequence[tuple[str, ...]], *, sideways: bool = False) -> str:
    """The fingerprint of a header, from the words above each column (`sideways`: before each row).

    Blanks, widths, punctuation and figures (截至6月30日进展) do not count, nor do unlabelled columns at the ends.
    Tables without a header are known by their width.
    """
    labels = ["/".join(_plain(part) for part in path) for path in paths]
    filled = [place for place, label in enumerate(labels) if label] or [0, len(labels) - 1]
    told = "|".join(labels[filled[0] : filled[-1] + 1])
    if sideways:
        told = f"sideways|{told}"
    return hashlib.blake2b(told.encode(), digest_size=_SIZE).hexdigest()


def _plain(part: str) -> str:
    folded = unicodedata.normalize("NFKC", part).lower()
    return _FIGURES.sub("0", _TRIFLES.sub("", folded))
