"""Write rows to a csv file in the columns of an Excel ledger: UTF-8 with a mark, so that Excel sees Chinese.

Lists, days and numbers are told as in `ledgers`; nothing a person typed can become a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import BinaryIO

from bihuan.documents.writing.delimitedtext import cell_text
from bihuan.documents.writing.ledgers import Column, Kind, as_text

_MARK = b"\xef\xbb\xbf"


def write_csv_ledger(target: BinaryIO, *, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
    """Write a header and all rows, and return how many rows there are.

    `rows` is consumed one by one and never held. Raises ValueError when a row has more cells than columns.
    """
    target.write(_MARK + _line([column.header for column in columns]))
    count = 0
    for count, row in enumerate(rows, start=1):
        if len(row) > len(columns):
            raise ValueError(f"row {count} has {len(row)} cells for {len(columns)} columns")
        target.write(_line([_told(value, column.kind) for value, column in zip(row, columns, strict=False)]))
    return count


def _line(texts: Sequence[str]) -> bytes:
    line = ",".join(cell_text(text, ",") for text in texts)
    return f"{line}\r\n".encode("utf-8", "replace")


def _told(value: object, kind: Kind) -> str:
    if value is None or value in ("", (), []):
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else as_text(value, kind)
