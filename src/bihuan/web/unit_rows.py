"""The rows of the table by unit, written as HTML directly.

Sixty units by a dozen figures, or five hundred, are nearly all that the page holds; the template engine needs ten
times as long for them. Every name is escaped here; what a row says and opens is decided by `unit_table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.web.unit_table import ALARMS, Asked, Row, columns

Write = Callable[[int, str], str]
"""Writes the cell of a count; the text that comes with it ends the address of the list that the count opens."""

_MARK = '<span class="alarm-mark" aria-hidden="true">▲</span>'


def body_rows(rows: Iterable[Row], asked: Asked) -> SafeString:
    """The `<tr>` elements between head and total, the unit's own problems first."""
    columns_ = _columns()
    remind = _reminder() if asked.day == clock.today() else ""
    parts = []
    for number, row in enumerate(rows):
        opening = "<tr>" if number else '<tr class="own">'
        label = escape(row.label)
        name = f'<a href="{escape(row.address)}">{label}</a>' if row.address else label
        if remind and row.pressing:
            name += remind % {"unit": row.line.unit.unit_id, "name": label}
        parts.append(f"{opening}{_cells(row, name, columns_, asked)}</tr>\n")
    return mark_safe("".join(parts))  # noqa: S308  every name above is escaped, the rest are numbers


def total_row(row: Row, asked: Asked) -> SafeString:
    """The `<tr>` element of the total."""
    return mark_safe(f"<tr>{_cells(row, escape(row.label), _columns(), asked)}</tr>")  # noqa: S308  the label is escaped


def _cells(row: Row, name: str, columns_: list[tuple[str, Write]], asked: Asked) -> str:
    rest, figures = escape(row.list_query(asked.day)), row.line.figures
    parts = [f'<th class="unit" scope="row">{name}</th>']
    parts += [write(figures[code], rest) for code, write in columns_]
    nought = "" if row.line.tenths is not None else " nought"
    return f'{"".join(parts)}<td class="num fig-rate{nought}">{row.rate}</td>'


def _columns() -> list[tuple[str, Write]]:
    """The figures in order, each with how its cell is written."""
    to_list = reverse("ledger")
    return [(figure.code, _writer(figure.code, f"{to_list}?figure={figure.code}")) for figure in columns()]


def _writer(code: str, address: str) -> Write:
    nought = f'<td class="num fig-{code} nought">0</td>'
    kind, mark = (" alarm", _MARK) if code in ALARMS else ("", "")
    opening = f'<td class="num fig-{code}{kind}"><a href="{address}'
    return lambda count, rest: f'{opening}{rest}">{mark}{count}</a></td>' if count else nought


def _reminder() -> str:
    """The link to the words that remind a unit, with places for its `unit` id and its `name`."""
    link, verb = reverse("reminders"), escape(_("催办")).replace("%", "%%")
    name = '<span class="visually-hidden">%(name)s</span>'
    return f'<a class="remind no-print" href="{link}?of=%(unit)s">{verb}{name}</a>'
