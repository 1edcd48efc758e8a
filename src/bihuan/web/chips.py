"""Filter chips: each says one thing the list is filtered by, and links to the list without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.classes import IMPACT_NAMES, ORIGIN_NAMES, Quarter
from bihuan.domain.flows import FILING_NAMES, GRADE_NAMES
from bihuan.domain.indicators import FIGURES
from bihuan.insight.waiting import WAITING
from bihuan.ledger.campaigns import item_named
from bihuan.ledger.choices import campaign_named, ledger_named, office_named, source_named, unit_named
from bihuan.organisations.access import Actor
from bihuan.web.filters import DUE, LISTED, TAKEN, TURNS, LedgerFilter
from bihuan.web.templatetags import bihuan as shown

BESIDE: Mapping[str, tuple[str, ...]] = {"figure": ("on", "alone"), "office": ("alone",), "campaign": ("item",)}
"""Parameters that mean nothing without another one."""


@dataclass(frozen=True)
class Chip:
    """What is filtered by, and the address without it."""

    label: str
    without: str


def chips(actor: Actor, asked: LedgerFilter, query: QueryDict) -> list[Chip]:
    """The chips of a filter, in the order of its fields."""
    said = [*_standing(asked), *_said(actor, asked)]
    return [Chip(label, _without(query, key, value)) for key, value, label in said]


def _without(query: QueryDict, key: str, value: str) -> str:
    rest = query.copy()
    for paging in ("after", "before"):
        rest.pop(paging, None)
    for beside in BESIDE.get(key, ()):
        rest.pop(beside, None)
    rest.setlist(key, [other for other in rest.getlist(key) if value and other != value])
    return "?" + rest.urlencode()


def figure_said(asked: LedgerFilter, today: date) -> str:
    """The figure that the list opens, with its day: 截至2026-09-30 · 超原时限."""
    day, name = asked.on or today, _(FIGURES[asked.figure].name)
    if day > today:
        return _("预计到%(day)s · %(figure)s") % {"day": day, "figure": name}
    return _("截至%(day)s · %(figure)s") % {"day": day, "figure": name}


def _standing(asked: LedgerFilter) -> Iterator[tuple[str, str, str]]:
    if asked.figure:
        yield "figure", "", figure_said(asked, clock.today())


def _said(actor: Actor, asked: LedgerFilter) -> Iterator[tuple[str, str, str]]:
    for stage in asked.stages:
        yield "stage", stage, shown.stage(stage)
    for colour in asked.colours:
        yield "colour", colour, _("颜色：%(name)s") % {"name": shown.colour_name(colour)}
    yield from _named(actor, asked)
    for key, code, names in (
        ("due", asked.due, DUE),
        ("turns", asked.turns, TURNS),
        ("taken", asked.taken, TAKEN),
        ("listed", asked.supervised, LISTED),
        ("grade", asked.grade, {grade.value: name for grade, name in GRADE_NAMES.items()}),
        ("filing", asked.filing, FILING_NAMES),
        ("waiting", asked.waiting, {code: row.name for code, row in WAITING.items()}),
    ):
        if code:
            yield key, "", _(names[code])
    for key, day, text in (
        ("due_from", asked.due_from, _("时限不早于%(day)s")),
        ("due_to", asked.due_to, _("时限不晚于%(day)s")),
    ):
        if isinstance(day, date):
            yield key, "", text % {"day": day}
    yield from _kept(actor, asked)
    yield from _classed(asked)
    if asked.text:
        yield "q", "", _("含“%(text)s”") % {"text": asked.text}


def _kept(actor: Actor, asked: LedgerFilter) -> Iterator[tuple[str, str, str]]:
    """On whose ledgers, and in which campaign."""
    if asked.office:
        office = office_named(actor, asked.office)
        told = _("%(unit)s自己的台账") if asked.alone else _("%(unit)s及下级的台账")
        yield "office", "", told % {"unit": office.short if office else _("看不到的单位")}
    if asked.enlisted:
        yield "campaign", "", _("列入专项的")
    elif asked.campaign:
        campaign = campaign_named(actor, asked.campaign)
        yield "campaign", "", campaign or _("看不到的专项")
        if campaign and asked.item is not None:
            yield "item", "", item_named(asked.campaign, asked.item) or _("未分事项")


def _classed(asked: LedgerFilter) -> Iterator[tuple[str, str, str]]:
    for key, asks, text in (
        ("source", asked.unsourced, _("没有写明来源")),
        ("nature", asked.nature, _("性质：%(name)s") % {"name": asked.nature}),
        ("category", asked.category, _("类别：%(name)s") % {"name": asked.category}),
        ("impact", asked.impact, _(IMPACT_NAMES[asked.impact]) if asked.impact else ""),
        ("urgency", asked.urgency, shown.urgency(asked.urgency) if asked.urgency else ""),
        ("origin", asked.origin, _(ORIGIN_NAMES[asked.origin]) if asked.origin else ""),
    ):
        if asks:
            yield key, "", text
    for key, quarter, text in (
        ("registered", asked.registered, _("%(quarter)s登记的")),
        ("earlier", asked.earlier, _("%(quarter)s以前登记的")),
    ):
        if quarter:
            yield key, "", text % {"quarter": quarter_said(quarter)}


def quarter_said(quarter: Quarter) -> str:
    """A quarter in words: 2026年第3季度."""
    return _("%(year)s年第%(number)s季度") % {"year": quarter.year, "number": quarter.number}


def _named(actor: Actor, asked: LedgerFilter) -> Iterator[tuple[str, str, str]]:
    unit, source = unit_named(actor, asked.unit), source_named(asked.source)
    ledger = ledger_named(actor, asked.ledger)
    if asked.unit:
        name = unit.short if unit else _("看不到的单位")
        yield "unit", "", _("%(unit)s本级") % {"unit": name} if asked.alone and asked.figure else name
    if source:
        yield "source", "", shown.source_name(source)
    if asked.ledger:
        yield "ledger", "", ledger.name if ledger else _("看不到的台账")
    if asked.horizon:
        yield "horizon", "", shown.horizon(asked.horizon)
    if asked.reading:
        yield "reading", "", _("本次导入")
    if asked.dispatch:
        yield "dispatch", "", _("同一次交办")
