"""The rows of the ledger list, on screen and on paper, written as HTML directly.

Fifty rows of cells are most of what the page holds, and the template engine needs as long for them as for all
the rest; words that are the same in every row are looked up once. Every value is escaped here, nothing else
decides what is shown: `columns` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.case import RUNNING_STAGES, Stage
from bihuan.domain.colours import Colour
from bihuan.insight.keyset import Bringing, Sort
from bihuan.ledger.asof import colour_on
from bihuan.web.columns import ListColumn, needed
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem


class ListRow(SimpleNamespace):
    """A problem as a list shows it: what its columns need (`columns.needed`), under the names of the query."""


Write = Callable[[ListRow, Any], str]


@dataclass(frozen=True)
class Words:
    """What stands in many rows, in the reader's language, escaped."""

    select: str
    peek: str
    extended: str
    proposed: str
    original: str
    colours: dict[str, str]
    stages: dict[str, str]

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
            stages={stage.value: escape(shown.stage(stage.value)) for stage in Stage},
        )


def bringing(columns: Sequence[ListColumn], order: Sort) -> Bringing:
    """What a row of a list is read with: what its cells need and the names in it, no more."""
    names = list(dict.fromkeys([*needed(columns), order.column]))

    def read(rows: QuerySet[Problem]) -> Iterable[ListRow]:
        found = rows.annotate(colour_today=colour_on(clock.today())).values_list(*names)
        return (ListRow(**dict(zip(names, values, strict=True))) for values in found)

    return read


def table_rows(
    rows: Iterable[ListRow], columns: Sequence[ListColumn], *, today: date, selectable: bool
) -> SafeString:
    """The `<tr>` elements of a list; `selectable` ones begin with a box to tick."""
    words = Words.now()
    cells = _cells(columns, _plain(words) | _linked(words, today), labelled=True)
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


def table_head(columns: Sequence[ListColumn], *, sort: str, query: QueryDict, selectable: bool) -> SafeString:
    """The headings above `table_rows`; those that sort lead to the same list (of `query`) in their order.

    `sort` is how the list is sorted, as the address says it (`-number`: the last ones first).
    """
    box = f'<th class="check"><span class="visually-hidden">{escape(_("选择"))}</span></th>' if selectable else ""
    parts = [box]
    for column in columns:
        name, mark, state, other = escape(_(column.heading)), "", "", column.sort
        if column.sort and sort == column.sort:
            mark, state, other = " ↑", ' aria-sort="ascending"', f"-{sort}"
        elif column.sort and sort == f"-{column.sort}":
            mark, state = " ↓", ' aria-sort="descending"'
        if column.sort:
            name = f'<a href="{escape(shown.addressed(query, sort=other))}">{name}{mark}</a>'
        parts.append(f'<th class="{cell_class(column)}"{state}>{name}</th>')
    return mark_safe("".join(parts))  # noqa: S308  headings and addresses are escaped


def paper_rows(rows: Iterable[ListRow], columns: Sequence[ListColumn]) -> SafeString:
    """The `<tr>` elements of a list on paper: numbered, and nothing in them to click."""
    cells = _cells(columns, _plain(Words.now()), labelled=False)
    parts: list[str] = []
    for number, row in enumerate(rows, 1):
        parts.append(f'<tr><td class="num">{number}</td>')
        for opening, cell, write in cells:
            parts.append(f"{opening}{write(row, cell(row))}</td>")
        parts.append("</tr>\n")
    return mark_safe("".join(parts))  # noqa: S308  every value above is escaped


Cell = tuple[str, Callable[[ListRow], Any], Write]
"""How a cell begins, what its value is, and how that is written."""


def _cells(columns: Sequence[ListColumn], writers: Mapping[str, Write], *, labelled: bool) -> list[Cell]:
    """The cells of a row; `labelled` with their heading, for narrow screens. Writers go by code, else by kind."""
    found = []
    for column in columns:
        label = f' data-label="{escape(_(column.heading))}"' if labelled else ""
        write = writers.get(column.code) or writers[column.kind]
        found.append((f'<td class="{cell_class(column)}"{label}>', column.cell, write))
    return found


def cell_class(column: ListColumn) -> str:
    """The class of a column's cells and of its heading."""
    return f"col-{column.code} num" if column.kind == "number" else f"col-{column.code}"


def _plain(words: Words) -> dict[str, Write]:
    """How values are written wherever they stand."""
    return {
        "progress": lambda row, value: f"{value}%",
        "colour": lambda row, value: words.colours[value],
        "stage": lambda row, value: words.stages[value],
        "day": lambda row, value: f'<span class="day">{shown.day(value)}</span>',
        "moment": lambda row, value: f'<span class="day">{shown.moment(value)}</span>',
        "number": lambda row, value: escape(str(value)) if value else "—",
        "text": lambda row, value: escape(str(value)) if value else "—",
    }


def _linked(words: Words, today: date) -> dict[str, Write]:
    """What on screen says more than its value: the title is a link, a due day tells its past."""

    def title(row: ListRow, value: Any) -> str:
        link = f"/problems/{row.id}/"
        peek = f'data-drawer hx-get="{link}drawer/" hx-target="#drawer" tabindex="-1" aria-label="{words.peek}"'
        return f'<a class="row-title" href="{link}">{escape(value)}</a><a class="peek" href="{link}" {peek}>›</a>'

    def due(row: ListRow, value: Any) -> str:
        past = " past" if _is_past(row, today) else ""
        found = f'<span class="day{past}">{shown.day(value)}</span>'
        if row.due and row.due != row.due_original:
            hint = words.original % {"day": shown.day(row.due_original)}
            found += f'<span class="moved" title="{hint}">{words.extended}</span>'
        if not row.due and value:
            found += f'<span class="muted small proposed">{words.proposed}</span>'
        return found

    return {"title": title, "due": due}


def _is_past(row: ListRow, today: date) -> bool:
    runs = row.stage in RUNNING_STAGES and not row.asked_on and not row.suspended_on
    return bool(runs and row.due and row.due < today)
