"""Problems as they are now, in the words of the reader: what goes in when a ledger goes back out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bihuan.documents.reading.items import Place


@dataclass(frozen=True)
class ProblemRow:
    """One problem as it is now; a field that is None stays as the file has it.

    `origin` is the place the reader gave this problem in the file, None for one that is not in it; `table` is then
    the place of the table in `Reading.tables` it goes to (None: the one with most problems). The fields are those
    of `Item`. A `deadline` is a day, or a text written as it is. A `status` is one of the reading contract (done,
    mostly, stage, ongoing, not_started) and written in the column's own words, or a text written as it is.
    """

    origin: Place | None = None
    table: int | None = None
    no: str | None = None
    category: str | None = None
    source: str | None = None
    title: str | None = None
    problem: str | None = None
    goal: str | None = None
    measures: tuple[str, ...] | None = None
    lead_units: tuple[str, ...] | None = None
    support_units: tuple[str, ...] | None = None
    person: str | None = None
    deadline: date | str | None = None
    progress: str | None = None
    status: str | None = None
    remark: str | None = None
