"""The rows of the ledger list, written as HTML directly.

Fifty rows of cells are most of what the page holds, and the template engine needs as long for them as for all
the rest; words that are the same in every row are looked up once. Every value is escaped here, nothing else
decides what is shown: `columns` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.case import RUNNING_STAGES
from bihuan.domain.colours import Colour
from bihuan.insight.keyset import Sort
from bihuan.ledger.asof import colour_on
from bihuan.web.columns import ListColumn, needed
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

Write = Callable[["Problem", Any], str]


@dataclass(frozen=True)
class Words:
    """What stands in many rows, in the reader's language, escaped."""

    select: str
    peek: str
    extended: str
    proposed: str
    original: str
    colours: dict[str, str]

    @staticmethod
    def now() -> Words:
        """In the language of the page."""
        return Words(
            select=escape(_("选中%(number)s")),
            peek=escape(_("在右侧打开")),
            extended=escape(_("延")),
            proposed=escape(_("拟定")),
            original=escape(_("原时限%(day)s")),
            colours={colour.value: str(shown.colour(colour.value)) for colour in Colour},
        )


def bringing(columns: Sequence[ListColumn], order: Sort) -> Callable[[QuerySet[Problem]], QuerySet[Problem]]:
    """What a row of a list is read with: what its cells need, no more; units and sources are named later."""
    names = [*needed(columns), order.column]
    return lambda rows: rows.only(*names).annotate(colour_today=colour_on(clock.today()))


def table_rows(
    rows: Iterable[Problem], columns: Sequence[ListColumn], *, today: date, selectable: bool
) -> SafeString:
    """The `<tr>` elements of a list; `selectable` ones begin with a box to tick."""
    words = Words.now()
    writers = _writers(words, today)
    cells = [
        (_opening(column), column.cell, writers.get(column.code) or writers[column.kind]) for column in columns
    ]
    parts: list[str] = []
    for row in rows:
        parts.append(f'<tr data-id="{row.id}">')
        if selectable:
            label = words.select % {"number": escape(row.number)}
            box = f'<input type="checkbox" name="ids" value="{row.id.hex}:{row.version}" aria-label="{label}">'
            parts.append(f'<td class="check">{box}</td>')
        for opening, cell, write in cells:
            parts.append(f"{opening}{write(row, cell(row))}</td>")
        parts.append("</tr>\n")
    return mark_safe("".join(parts))  # noqa: S308  every value above is escaped


def _opening(column: ListColumn) -> str:
    kind = " num" if column.kind == "number" else ""
    return f'<td class="col-{column.code}{kind}" data-label="{escape(_(column.heading))}">'


def _writers(words: Words, today: date) -> dict[str, Write]:
    """How a cell is written: by the column's code, else by its kind."""

    def title(row: Problem, value: Any) -> str:
        link = f"/problems/{row.id}/"
        peek = f'data-drawer hx-get="{link}drawer/" hx-target="#drawer" tabindex="-1" aria-label="{words.peek}"'
        return f'<a class="row-title" href="{link}">{escape(value)}</a><a class="peek" href="{link}" {peek}>›</a>'

    def due(row: Problem, value: Any) -> str:
        past = " past" if _is_past(row, today) else ""
        found = f'<span class="day{past}">{shown.day(value)}</span>'
        if row.due and row.due != row.due_original:
            hint = words.original % {"day": shown.day(row.due_original)}
            found += f'<span class="moved" title="{hint}">{words.extended}</span>'
        if not row.due and value:
            found += f'<span class="muted small proposed">{words.proposed}</span>'
        return found

    return {
        "title": title,
        "due": due,
        "progress": lambda row, value: f"{value}%",
        "colour": lambda row, value: words.colours[value],
        "day": lambda row, value: f'<span class="day">{shown.day(value)}</span>',
        "moment": lambda row, value: f'<span class="day">{shown.moment(value)}</span>',
        "number": lambda row, value: escape(str(value)) if value else "—",
        "text": lambda row, value: escape(str(value)) if value else "—",
    }


def _is_past(row: Problem, today: date) -> bool:
    runs = row.stage in RUNNING_STAGES and not row.asked_on and not row.suspended_on
    return bool(runs and row.due and row.due < today)
