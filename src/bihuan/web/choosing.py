"""The choices of the ledger's filter bar, written as HTML directly: some hundreds of them on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bihuan.domain.case import Horizon, Stage
from bihuan.insight.counts import COLOUR_ORDER
from bihuan.ledger import choices
from bihuan.ledger.queries import own_ledgers
from bihuan.organisations.access import Actor
from bihuan.web.columns import COLUMNS, ListColumn
from bihuan.web.filters import DUE, TAKEN, TURNS, LedgerFilter
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Source


def filter_options(actor: Actor, asked: LedgerFilter, known: Iterable[Source]) -> dict[str, SafeString]:
    """For each choice of the filter bar its options, those asked for selected; `known` are the sources in use."""
    ledgers = [(ledger.pk, ledger.name) for ledger in own_ledgers(actor)]
    return {
        "stage": options(((stage.value, shown.stage(stage.value)) for stage in Stage), asked.stages),
        "colour": options(((c.value, capfirst(shown.colour_name(c.value))) for c in COLOUR_ORDER), asked.colours),
        "unit": options(choices.unit_choices(actor), [asked.unit]),
        "due": options(_named(DUE), [asked.due]),
        "source": options(((s.pk, shown.source_name(s)) for s in known), [asked.source]),
        "horizon": options(((h.value, shown.horizon(h.value)) for h in Horizon), [asked.horizon]),
        "turns": options(_named(TURNS), [asked.turns]),
        "taken": options(_named(TAKEN), [asked.taken]),
        "ledger": options(ledgers if len(ledgers) > 1 else [], [asked.ledger]),
    }


def column_boxes(shown: Iterable[ListColumn]) -> SafeString:
    """A box to tick for every column a list can have, those `shown` ticked."""
    codes = {column.code for column in shown}
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
        selected = " selected" if str(value) in marked else ""
        parts.append(f'<option value="{escape(str(value))}"{selected}>{escape(name)}</option>')
    return mark_safe("".join(parts))  # noqa: S308  values and names are escaped
