"""A ledger list as Excel: the same rows, columns and order as on screen, with the short root it rests on; a past
day's ledger also as csv.

Every export is itself an entry on the office's chain of exports: who took what away, and how many rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.csv_ledgers import write_csv_ledger
from bihuan.documents.writing.ledgers import Column, Kind, write_ledger
from bihuan.domain.colours import COLOUR_NAMES, Colour
from bihuan.domain.refusals import insist
from bihuan.insight.keyset import Cursor, Plain, Rows, Sort, page
from bihuan.insight.past import bringing_then, registered_by
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.choices import name_supports
from bihuan.organisations.access import Actor, may_see_problems
from bihuan.web.columns import ListColumn, heading, needed, with_claims
from bihuan.web.filters import LedgerFilter
from bihuan.web.rows import ListRow, bringing
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Ledger

CHUNK = 2000


def export_ledger(actor: Actor, asked: LedgerFilter, columns: Sequence[ListColumn]) -> IO[bytes]:
    """Write the list to a temporary Excel file and return it, read from the start.

    Where problems in it were taken over, what their files claimed stands in columns of its own.
    Raises `Refused` where the actor may not see problems at all.
    """
    insist(may_see_problems(actor))
    if asked.apply(actor, clock.today()).filter(taken_over_on__isnull=False).exists():
        columns = with_claims(columns)
    rows = asked.listed(actor, clock.today(), bringing(columns, asked.order))
    return _written(actor, rows, asked.order, columns, title=_("问题整改台账"), details={"filter": _plain(asked)})


def export_then(
    actor: Actor, ledger: Ledger, day: date, columns: Sequence[ListColumn], *, plain: bool = False
) -> IO[bytes]:
    """A ledger as it stood at the end of `day`, as a temporary Excel file (`plain`: csv), read from the start.

    Raises `Refused` where the actor may not see problems at all.
    """
    insist(may_see_problems(actor))
    rows = Plain(registered_by(actor, ledger.id, day), bringing_then(day, needed(columns)))
    title = _("%(ledger)s（%(day)s）") % {"ledger": ledger.name, "day": shown.longday(day)}
    details = {"ledger": str(ledger.id), "on": day.isoformat()}
    if plain:
        details["as"] = "csv"
    return _written(actor, rows, Sort("number"), columns, title="" if plain else title, details=details)


def _written(
    actor: Actor, rows: Rows, order: Sort, columns: Sequence[ListColumn], *, title: str, details: dict[str, Any]
) -> IO[bytes]:
    """An Excel file under `title`; csv, which has no room for one, where there is none."""
    with transaction.atomic():
        file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
        count = [0]
        heads = [Column(heading(column), column.width, _kind(column)) for column in columns]
        values = _rows(rows, order, columns, count)
        if title:
            write_ledger(file, title=title, columns=heads, rows=values, note=_note())
        else:
            write_csv_ledger(file, columns=heads, rows=values)
        codes = [column.code for column in columns]
        record_export(actor=actor, details=details | {"columns": codes, "rows": count[0]})
    file.seek(0)
    return file


def _note() -> str:
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    return _("统计时间：%(made)s　校验根：%(root)s") % {"made": made, "root": latest_root() or "—"}


def _kind(column: ListColumn) -> Kind:
    kinds: dict[str, Kind] = {"day": "date", "number": "number"}
    return kinds.get(column.kind, "wrapped" if column.width >= 30 else "text")


def _rows(rows: Rows, order: Sort, columns: Sequence[ListColumn], count: list[int]) -> Iterator[list[Any]]:
    with_supports = any(column.code == "support" for column in columns)
    cursor = None
    while True:
        found = page(rows, order, cursor, CHUNK)
        if with_supports:
            name_supports(row for row in found.rows if not hasattr(row, "support_names"))
        for row in found.rows:
            count[0] += 1
            yield [_value(column, row) for column in columns]
        if found.following is None:
            return
        cursor = Cursor(found.following.value, found.following.id)


def _value(column: ListColumn, row: ListRow) -> Any:
    value = column.cell(row)
    if column.kind == "colour":
        return _(COLOUR_NAMES[Colour(value)])
    if column.kind == "stage":
        return shown.stage(value)
    return clock.local(value).strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value


def _plain(asked: LedgerFilter) -> dict[str, Any]:
    def text(value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else str(value)

    return {name: text(value) for name, value in vars(asked).items() if value}
