"""The choices of the ledger's filter bar, written as HTML directly: some hundreds of them on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.domain.classes import IMPACT_NAMES, ORIGIN_NAMES
from bihuan.domain.flows import FILING_NAMES, GRADE_NAMES
from bihuan.insight.counts import COLOUR_ORDER
from bihuan.ledger.choices import Named, Offered
from bihuan.web.columns import COLUMNS, ListColumn
from bihuan.web.filters import DUE, LISTED, NO_SOURCE, TAKEN, TURNS, LedgerFilter
from bihuan.web.templatetags import bihuan as shown

_WORDED: Mapping[str, Callable[[], Iterable[tuple[str, str]]]] = {
    "stage": lambda: ((stage.value, shown.stage(stage.value)) for stage in Stage),
    "colour": lambda: ((c.value, capfirst(shown.colour_name(c.value))) for c in COLOUR_ORDER),
    "due": lambda: _named(DUE),
    "horizon": lambda: ((h.value, shown.horizon(h.value)) for h in Horizon),
    "turns": lambda: _named(TURNS),
    "taken": lambda: _named(TAKEN),
    "listed": lambda: _named(LISTED),
    "grade": lambda: _named({grade.value: name for grade, name in GRADE_NAMES.items()}),
    "filing": lambda: _named(FILING_NAMES),
    "urgency": lambda: ((u.value, shown.urgency(u.value)) for u in Urgency),
    "impact": lambda: _named(IMPACT_NAMES),
    "origin": lambda: _named(ORIGIN_NAMES),
}
"""The choices that are the same for everybody, in the reader's language."""


def filter_options(asked: LedgerFilter, offered: Offered) -> dict[str, SafeString]:
    """For each choice of the filter bar its options, those asked for selected."""
    chosen = {
        "stage": asked.stages,
        "colour": asked.colours,
        "due": (asked.due,),
        "horizon": (asked.horizon,),
        "turns": (asked.turns,),
        "taken": (asked.taken,),
        "listed": (asked.supervised,),
        "grade": (asked.grade,),
        "filing": (asked.filing,),
        "urgency": (asked.urgency,),
        "impact": (asked.impact,),
        "origin": (asked.origin,),
    }
    language = get_language()
    ledgers = [(UUID(ledger.id), ledger.name) for ledger in offered.ledgers]
    return {kind: _worded(kind, values, language) for kind, values in chosen.items()} | {
        "unit": options(((unit.id, moved_in(unit)) for unit in offered.units), [asked.unit]),
        "source": options(_sources(offered), [NO_SOURCE if asked.unsourced else asked.source]),
        "ledger": options(ledgers if len(ledgers) > 1 else [], [asked.ledger]),
    }


def _sources(offered: Offered) -> Iterable[tuple[str, str]]:
    yield from ((source.id, shown.named(source.name, source.more)) for source in offered.sources)
    yield NO_SOURCE, _("没有写明来源")


def moved_in(unit: Named) -> str:
    """A unit's name, moved in by its depth in the tree."""
    return "\u3000" * (unit.more.count("/") - 2) + unit.name


@lru_cache(500)
def _worded(kind: str, chosen: tuple[str, ...], language: str) -> SafeString:
    """The options of a choice in `_WORDED`, kept for each language (the present one) and what is chosen."""
    return options(_WORDED[kind](), chosen)


def column_boxes(shown: Iterable[ListColumn]) -> SafeString:
    """A box to tick for every column a list can have, those `shown` ticked."""
    return _boxes(frozenset(column.code for column in shown), get_language())


@lru_cache(100)
def _boxes(codes: frozenset[str], language: str) -> SafeString:
    parts = []
    for code, column in COLUMNS.items():
        ticked = " checked" if code in codes else ""
        box = f'<input type="checkbox" name="cols" value="{code}"{ticked}>'
        parts.append(f'<label class="menu-item">{box} {escape(_(column.heading))}</label>')
    return mark_safe("".join(parts))  # noqa: S308  codes are ours, headings are escaped


def _named(names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((code, _(name)) for code, name in names.items())


def options(choices: Iterable[tuple[Any, str]], chosen: Iterable[Any] = ()) -> SafeString:
    """The `<option>` elements of a choice: values with their names, those `chosen` selected."""
    marked = {str(value) for value in chosen}
    parts = []
    for value, name in choices:
        code = str(value)
        selected = " selected" if code in marked else ""
        parts.append(f'<option value="{escape(code)}"{selected}>{escape(name)}</option>')
    return mark_safe("".join(parts))  # noqa: S308  values and names are escaped
