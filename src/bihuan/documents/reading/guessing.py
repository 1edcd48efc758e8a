"""Tables whose headings say nothing known, or that have none: found by what their columns look like alone.

Only asked where no header was recognised in the whole file, since looks can be had by many a table that is no
ledger; such a table needs prose and at least two columns of units, dates, statuses or persons beside it.
"""

from __future__ import annotations

import itertools

from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import assign
from bihuan.documents.reading.headers import Header, header_of
from bihuan.documents.reading.looks import look_at
from bihuan.documents.reading.words import DEADLINE, LEAD, PERSON, PROBLEM, STATUS

_SEARCHED = 20
_LONGEST_LABEL = 12
_FEWEST_LABELS = 3
_FEWEST_ROWS_WITHOUT = 2


def guess_header(cells: Cells) -> Header | None:
    """The header of what looks like a ledger, without rows where the table has none; None for anything else."""
    filled = (row for row in range(cells.height) if len(cells.filled(row)) >= _FEWEST_LABELS)
    rows = list(itertools.islice(filled, _SEARCHED))
    for row in rows:
        header = header_of(cells, (row + 1,), row + 2)
        if _are_labels(cells, row) and _is_convincing(cells, header):
            return header
    for row in rows[:1]:
        header = header_of(cells, (), row + 1)
        if len(rows) >= _FEWEST_ROWS_WITHOUT and _is_convincing(cells, header):
            return header
    return None


def _are_labels(cells: Cells, row: int) -> bool:
    """Short texts, all different, none of which is a value such as a date, a number or a status."""
    texts = [text for _, text in cells.filled(row)]
    if len(set(texts)) < len(texts) or any(len(text) > _LONGEST_LABEL for text in texts):
        return False
    look = look_at([(cells.value(row, column), text) for column, text in cells.filled(row)])
    return look.terms + look.statuses + look.numbers + look.marks < 0.3


def _is_convincing(cells: Cells, header: Header) -> bool:
    found = assign(cells, header).fields
    return PROBLEM in found and sum(name in found for name in (LEAD, DEADLINE, STATUS, PERSON)) >= 2
