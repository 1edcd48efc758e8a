"""A ledger list as Excel: the same rows, columns and order as on screen, with the short root it rests on.

Every export is itself an entry on the office's chain of exports: who took what away, and how many rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.ledgers import Column, Kind, write_ledger
from bihuan.domain.colours import COLOUR_NAMES, Colour
from bihuan.domain.refusals import insist
from bihuan.insight.keyset import Cursor, Sort, page
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.choices import name_supports
from bihuan.organisations.access import Actor, may_see_problems
from bihuan.web.columns import ListColumn, heading, with_claims
from bihuan.web.filters import LedgerFilter
from bihuan.web.rows import ListRow, bringing
from bihuan.web.templatetags import bihuan as shown

CHUNK = 2000


def export_ledger(actor: Actor, asked: LedgerFilter, columns: Sequence[ListColumn]) -> IO[bytes]:
    """Write the list to a temporary Excel file and return it, read from the start.

    Where problems in it were taken over, what their files claimed stands in columns of its own.
    Raises `Refused` where the actor may not see problems at all.
    """
    insist(may_see_problems(actor))
    if asked.apply(actor, clock.today()).filter(taken_over_on__isnull=False).exists():
        columns = with_claims(columns)
    with transaction.atomic():
        file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
        count = [0]
        write_ledger(
            file,
            title=_("问题整改台账"),
            columns=[Column(heading(column), column.width, _kind(column)) for column in columns],
            rows=_rows(actor, asked, columns, count),
            note=_note(),
        )
        codes = [column.code for column in columns]
        record_export(actor=actor, details={"filter": _plain(asked), "columns": codes, "rows": count[0]})
    file.seek(0)
    return file


def _note() -> str:
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    return _("统计时间：%(made)s　校验根：%(root)s") % {"made": made, "root": latest_root() or "—"}


def _kind(column: ListColumn) -> Kind:
    kinds: dict[str, Kind] = {"day": "date", "number": "number"}
    return kinds.get(column.kind, "wrapped" if column.width >= 30 else "text")


def _rows(
    actor: Actor, asked: LedgerFilter, columns: Sequence[ListColumn], count: list[int]
) -> Iterator[list[Any]]:
    today = clock.today()
    rows = asked.listed(actor, today, bringing(columns, asked.order))
    with_supports = any(column.code == "support" for column in columns)
    sort, cursor = asked.order, None
    while True:
        found = page(rows, Sort(sort.column, sort.descending), cursor, CHUNK)
        if with_supports:
            name_supports(found.rows)
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
