"""What the project wall shows of a filter: the address it stands in, the rows with their time lines, the figures.

Reads a query string and nothing else, so that any wall can be bookmarked and sent; unknown values are dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bihuan.domain.colours import Colour
from bihuan.domain.refusals import say
from bihuan.domain.route import STANDING_NAMES, State, pace_on, rate
from bihuan.insight.counts import COLOUR_ORDER
from bihuan.insight.wall import SHOWN, SORTS, Figures, WallFilter
from bihuan.ledger.choices import unit_named
from bihuan.ledger.routes import Project, Route, problems_of, routes_of
from bihuan.web.amounts import amount_text, rate_text
from bihuan.web.templatetags import bihuan as shown
from bihuan.web.timelines import Window, line, month_after, month_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from bihuan.ledger.models import Milestone, Problem, Quantity
    from bihuan.organisations.access import Actor

PERIODS: Mapping[int, str] = {3: say("3个月"), 6: say("6个月"), 12: say("1年"), 24: say("2年")}
"""How many months a wall may show, as they are called."""
PERIOD = 6
QUANTITIES_IN_ROW = 3
"""Money among them where there is any: a row of the wall is two lines on paper."""
SHOWN_NAMES: Mapping[str, str] = {
    "behind": say("落后于计划的"),
    "month": say("30天内有节点到期的"),
    "money": say("有资金计划的"),
}


@dataclass(frozen=True)
class Asked:
    """A wall's address: the filter, how many months it shows, and from which month on (None: around today)."""

    filter: WallFilter
    months: int = PERIOD
    begins: date | None = None

    @staticmethod
    def from_query(query: QueryDict) -> Asked:
        """Read it from an address."""
        colour, show, sort = query.get("colour", ""), query.get("show", ""), query.get("sort", "")
        asked = WallFilter(
            unit=_number(query.get("unit")),
            campaign=_number(query.get("campaign")),
            colour=colour if colour in set(Colour) else "",
            show=show if show in SHOWN else "",
            everything=query.get("scope") == "all",
            sort=sort if sort in SORTS else SORTS[0],
        )
        months = _number(query.get("months")) or PERIOD
        return Asked(asked, months if months in PERIODS else PERIOD, _month(query.get("from")))

    def window(self, today: date) -> Window:
        """The days shown: a third of them before this month, unless another beginning is asked for."""
        first = self.begins or month_after(today.replace(day=1), -(self.months // 3))
        return Window(first, month_after(first, self.months))

    def address(self, **changes: Any) -> str:
        """The address with some of it changed (None: taken out)."""
        asked = self.filter
        parts: dict[str, Any] = {
            "unit": asked.unit,
            "campaign": asked.campaign,
            "colour": asked.colour,
            "show": asked.show,
            "scope": "all" if asked.everything else "",
            "sort": asked.sort if asked.sort != SORTS[0] else "",
            "months": self.months if self.months != PERIOD else "",
            "from": self.begins.strftime("%Y-%m") if self.begins else "",
        } | changes
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    def shifted(self, today: date, months: int) -> str:
        """The address of the same wall some months earlier or later."""
        return self.address(**{"from": month_after(self.window(today).first, months).strftime("%Y-%m")})


def window_told(window: Window) -> str:
    """The months that a wall shows, in words."""
    last = month_after(window.end, -1)
    return f"{month_name(window.first, with_year=True)} – {month_name(last, with_year=True)}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _month(text: str | None) -> date | None:
    try:
        year, month = (text or "").split("-")
        return date(int(year), int(month), 1) if 2000 <= int(year) <= 2099 else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Amount:
    """A quantity as a row shows it: 改造道路 2.25/6.5公里 34.6%; `width` of its bar in per cent."""

    name: str
    actual: str
    target: str
    word: str
    rate: str
    width: int
    is_money: bool
    full: bool


def amount_told(row: Quantity) -> Amount:
    """A quantity in the words of the page."""
    tenths = rate(row.actual, row.target)
    return Amount(
        name=row.name,
        actual=amount_text(row.actual),
        target=amount_text(row.target),
        word=_("万元") if row.is_money else row.unit_word,
        rate=rate_text(tenths),
        width=min(100, (tenths or 0) // 10),
        is_money=row.is_money,
        full=tenths is not None and tenths >= 1000,
    )


@dataclass(frozen=True)
class Line:
    """A row of the wall."""

    number: int
    project: Project
    problem: Problem
    svg: SafeString
    reached: int
    milestones: int
    planned_percent: int
    reached_percent: int
    standing: str
    next: Milestone | None
    """The first milestone that is not reached yet."""
    amounts: Sequence[Amount]
    more_amounts: int

    @property
    def behind(self) -> bool:
        return self.project.standing is State.BEHIND


def lines(rows: Sequence[Project], window: Window, today: date, *, first: int = 1) -> list[Line]:
    """The rows of the wall for these projects, numbered from `first` on."""
    ids = [row.id for row in rows]
    problems, routes = problems_of(ids), routes_of(ids)
    return [
        _line(number, row, problems[row.id], routes[row.id], window, today)
        for number, row in enumerate(rows, start=first)
        if row.id in problems
    ]


def _line(number: int, row: Project, problem: Problem, route: Route, window: Window, today: date) -> Line:
    pace = pace_on(route.marks, today)
    still_open = [step for step in route.milestones if step.done_on is None]
    return Line(
        number=number,
        project=row,
        problem=problem,
        svg=line(route.milestones, window, today, problem.due),
        reached=pace.reached,
        milestones=pace.milestones,
        planned_percent=pace.planned_percent,
        reached_percent=pace.reached_percent,
        standing=standing_told(row.standing, row.behind),
        next=min(still_open, key=lambda step: (step.planned_on, step.place), default=None),
        amounts=[amount_told(quantity) for quantity in _foremost(route.quantities)],
        more_amounts=max(0, len(route.quantities) - QUANTITIES_IN_ROW),
    )


def _foremost(quantities: Sequence[Quantity]) -> list[Quantity]:
    """What a row has room for: the first quantities, then money."""
    money = [row for row in quantities if row.is_money][:1]
    others = [row for row in quantities if row not in money]
    return [*others[: QUANTITIES_IN_ROW - len(money)], *money]


def standing_told(standing: State, behind: int) -> str:
    """How a route stands, in words: 落后2个节点, 按计划推进."""
    if standing is State.BEHIND:
        return _("落后%(count)s个节点") % {"count": behind}
    return _(STANDING_NAMES[standing])


@dataclass(frozen=True)
class Tile:
    """A figure at the top and the address of the rows that it counts."""

    code: str
    name: str
    value: str
    note: str
    address: str
    alarm: bool = False


def tiles(figures: Figures, asked: Asked) -> list[Tile]:
    """The figures over a filter, each opening to its rows."""
    rated = _("完成%(rate)s") % {"rate": rate_text(figures.tenths)}
    coming = _("涉及%(count)s个项目") % {"count": figures.with_coming}
    return [
        Tile("", _("项目"), f"{figures.projects:,}", "", asked.address(show=None)),
        Tile(
            "behind",
            _("落后于计划"),
            f"{figures.behind:,}",
            _("占%(rate)s") % {"rate": rate_text(rate(figures.behind, figures.projects))},
            asked.address(show="behind"),
            alarm=figures.behind > 0,
        ),
        Tile("month", _("30天内到期节点"), f"{figures.coming:,}", coming, asked.address(show="month")),
        Tile(
            "money",
            _("资金：已用／计划（万元）"),
            f"{amount_text(figures.spent)} / {amount_text(figures.planned)}",
            rated,
            asked.address(show="money"),
        ),
    ]


def said(actor: Actor, asked: Asked, campaigns: Mapping[int, str]) -> list[tuple[str, str]]:
    """What the wall is filtered by, in words, each with the address without it."""
    wanted, found = asked.filter, []
    if wanted.unit:
        unit = unit_named(actor, wanted.unit)
        found.append((unit.short if unit else _("看不到的单位"), asked.address(unit=None)))
    if wanted.campaign:
        found.append((campaigns.get(wanted.campaign, _("看不到的专项")), asked.address(campaign=None)))
    if wanted.colour:
        name = shown.colour_name(wanted.colour)
        found.append((_("颜色：%(name)s") % {"name": name}, asked.address(colour=None)))
    if wanted.show:
        found.append((_(SHOWN_NAMES[wanted.show]), asked.address(show=None)))
    if wanted.everything:
        found.append((_("含已验收、已销号的"), asked.address(scope=None)))
    return found


def colours() -> list[tuple[str, str]]:
    """The colours to choose from, with their names."""
    return [(colour.value, capfirst(shown.colour_name(colour.value))) for colour in COLOUR_ORDER]


def periods(asked: Asked) -> list[tuple[str, str, bool]]:
    """The periods to choose from: name, address, chosen?"""
    return [
        (_(name), asked.address(months="" if months == PERIOD else months), months == asked.months)
        for months, name in PERIODS.items()
    ]
