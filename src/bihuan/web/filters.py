"""The ledger's filter: what stands in the address decides which rows are shown, counted and exported.

Reads a query string and nothing else, so that any list can be bookmarked and sent. Unknown or tampered values
are dropped, never trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import QueryDict

from bihuan.book import clock
from bihuan.book.keys import id_from
from bihuan.domain.case import OPEN_STAGES, RUNNING_STAGES, Horizon, Stage, Urgency
from bihuan.domain.classes import IMPACT_NAMES, ORIGIN_NAMES, Quarter
from bihuan.domain.colours import Colour
from bihuan.domain.flows import FILING_NAMES, Grade
from bihuan.domain.indicators import FIGURES
from bihuan.domain.refusals import say
from bihuan.insight.counts import better_walked_stages, by_colour, in_sight
from bihuan.insight.keyset import PAGE, Bringing, Plain, Rows, Sort
from bihuan.insight.stretches import Stretches
from bihuan.insight.turning import turns_between
from bihuan.insight.units_then import leading
from bihuan.insight.waiting import WAITING
from bihuan.ledger.asof import colour_is, standing_on
from bihuan.ledger.choices import few_of, is_below, keeping, led_below, within
from bihuan.ledger.queries import among_visible, visible_to
from bihuan.ledger.search import Finds, Search
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

SORTS: Mapping[str, str] = {
    "due": "due",
    "due_original": "due_original",
    "dispatched": "dispatched_on",
    "changed": "changed_at",
    "number": "number",
    "unit": "lead_unit_id",
}
DEFAULT_SORT = DUE_DAY = "due"

DUE: Mapping[str, str] = {
    "overdue": say("已过现时限"),
    "overdue_original": say("已过原时限"),
    "today": say("今天到期"),
    "week": say("7天内到期"),
    "month": say("30天内到期"),
    "none": say("没有时限"),
}
TURNS: Mapping[str, str] = {"week": say("7天内变黄或变红"), "month": say("30天内变黄或变红")}
TAKEN: Mapping[str, str] = {"yes": say("接续办理的")}
LISTED: Mapping[str, str] = {"yes": say("挂牌督办的")}
ANY = "any"
"""In place of a campaign's id: the problems in one of them."""
NO_SOURCE = "none"
"""In place of a source's id: the problems without one."""
DAYS: Mapping[str, int] = {"today": 0, "week": 7, "month": 30}
ALARMING = (Colour.YELLOW, Colour.RED)


@dataclass(frozen=True)
class LedgerFilter:
    """What is asked for; empty fields ask for nothing."""

    stages: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    unit: int | None = None
    source: int | None = None
    horizon: str = ""
    due: str = ""
    due_from: date | None = None
    due_to: date | None = None
    turns: str = ""
    waiting: str = ""
    taken: str = ""
    supervised: str = ""
    grade: str = ""
    filing: str = ""
    text: str = ""
    reading: UUID | None = None
    dispatch: UUID | None = None
    ledger: UUID | None = None
    office: int | None = None
    """A unit: the problems on its ledgers and on those of the units below it."""
    campaign: int | None = None
    item: int | None = None
    """An item of the campaign; 0 for what is enlisted under none."""
    enlisted: bool = False
    """In any campaign."""
    unsourced: bool = False
    nature: str = ""
    category: str = ""
    impact: str = ""
    urgency: str = ""
    origin: str = ""
    registered: Quarter | None = None
    earlier: Quarter | None = None
    """Registered in this quarter; before this quarter began."""
    figure: str = ""
    """A code of `indicators.FIGURES`: the problems that it counts at the end of the day `on` (None: today)."""
    on: date | None = None
    alone: bool = False
    """With a figure or an office: of the unit itself, without those below it."""
    scope: str = ""
    """Empty: what is still open, unless stages are named; "all": closed problems too."""
    sort: str = DEFAULT_SORT

    @staticmethod
    def from_query(query: QueryDict) -> LedgerFilter:
        """Read a filter from an address."""
        return LedgerFilter(
            stages=_known(query.getlist("stage"), Stage),
            colours=_known(query.getlist("colour"), Colour),
            unit=_number(query.get("unit")),
            source=_number(query.get("source")),
            horizon=next(iter(_known(query.getlist("horizon"), Horizon)), ""),
            due=next(iter(_known([query.get("due", "")], DUE)), ""),
            due_from=_day(query.get("due_from")),
            due_to=_day(query.get("due_to")),
            turns=next(iter(_known([query.get("turns", "")], TURNS)), ""),
            waiting=next(iter(_known([query.get("waiting", "")], WAITING)), ""),
            taken=next(iter(_known([query.get("taken", "")], TAKEN)), ""),
            supervised=next(iter(_known([query.get("listed", "")], LISTED)), ""),
            grade=next(iter(_known([query.get("grade", "")], Grade)), ""),
            filing=next(iter(_known([query.get("filing", "")], FILING_NAMES)), ""),
            text=_words(query.get("q"), 100),
            reading=_uuid(query.get("reading")),
            dispatch=_uuid(query.get("dispatch")),
            ledger=_uuid(query.get("ledger")),
            office=_number(query.get("office")),
            campaign=_number(query.get("campaign")),
            item=_number(query.get("item")),
            enlisted=query.get("campaign") == ANY,
            unsourced=query.get("source") == NO_SOURCE,
            nature=_words(query.get("nature"), 40),
            category=_words(query.get("category"), 60),
            impact=next(iter(_known([query.get("impact", "")], IMPACT_NAMES)), ""),
            urgency=next(iter(_known([query.get("urgency", "")], Urgency)), ""),
            origin=next(iter(_known([query.get("origin", "")], ORIGIN_NAMES)), ""),
            registered=Quarter.read(query.get("registered", "")),
            earlier=Quarter.read(query.get("earlier", "")),
            figure=next(iter(_known([query.get("figure", "")], FIGURES)), ""),
            on=day_asked(query.get("on")),
            alone=query.get("alone") == "1",
            scope="all" if query.get("scope") == "all" else "",
            sort=next(iter(_known([query.get("sort", "")], {*SORTS, *(f"-{s}" for s in SORTS)})), DEFAULT_SORT),
        )

    @property
    def everything(self) -> bool:
        """Are closed problems in the list as well as open ones?"""
        chosen = self.stages or self.reading or self.dispatch or self.waiting or self.figure or self.taken
        return bool(self.scope or chosen or self.grade or self.filing)

    @property
    def classed(self) -> bool:
        """Is anything asked that stands among the further conditions of the filter bar, by class?"""
        return bool(self.unsourced or self.nature or self.category or self.impact or self.urgency or self.origin)

    @property
    def order(self) -> Sort:
        """The column and direction to sort by."""
        return Sort(SORTS[self.sort.lstrip("-")], self.sort.startswith("-"))

    def apply(self, actor: Actor, today: date) -> QuerySet[Problem]:
        """The problems asked for, of those the actor may see, in no order yet."""
        return self._applied(actor, today, self._few(actor))

    def listed(self, actor: Actor, today: date, bringing: Bringing) -> Rows:
        """The same problems as the rows of a list; `bringing` says what each row brings with it.

        The list walks the index of its order, unless a word is so rare that it is quicker to sort what there is.
        """
        few = self._few(actor)
        if few is not None:
            return Plain(self._applied(actor, today, few), bringing)
        below = led_below(actor, self.unit) if self.unit and not self.figure else []
        rest = self._conditions(actor, today, led=not below)
        rest &= self.search.compared()
        stages, by_due = self.wanted_stages(today), self.order.column == DUE_DAY
        walked = () if by_due else better_walked_stages(actor, today, stages, wanted=PAGE)
        office = self.office if self.office and is_below(actor, self.office) else 0
        return Stretches(actor, stages, rest, bringing, below, walked, office)

    def _few(self, actor: Actor) -> Finds | None:
        """The ids of all problems asked for at most, where an index tells them and they are few: by their words,
        by campaign, or by source and time on the own ledgers."""
        if self.words:
            return self.search.few()
        if self.campaign or self.enlisted:
            return few_of(self._enlisted())
        if self.office == actor.unit_id and self.alone and (self.source or self.unsourced):
            return self._few_of_source(actor)
        return None

    def _few_of_source(self, actor: Actor) -> Finds | None:
        asked = Q(source_id__isnull=True) if self.unsourced else Q(source_id=self.source)
        if self.registered:
            asked &= Q(id__gte=_begins(self.registered), id__lt=_begins(self.registered.next))
        elif self.earlier and not self.everything:
            asked &= Q(id__lt=_begins(self.earlier), stage__in=[stage.value for stage in OPEN_STAGES])
        else:
            return None
        return few_of(asked & Q(region_id=actor.region_id, office_id=self.office))

    def _enlisted(self) -> Q:
        if self.enlisted:
            return Q(campaign_id__isnull=False)
        return Q(campaign_id=self.campaign) if self.campaign else Q()

    def _applied(self, actor: Actor, today: date, ids: Finds | None) -> QuerySet[Problem]:
        stages = self.wanted_stages(today)
        some = len(stages) < len(Stage)
        # Without a condition on stages problems are read in the order of their ids, in which they lie.
        found = self._conditions(actor, today) & (Q(stage__in=stages) if some else Q())
        found &= self.search.matches()
        if ids is not None:
            return among_visible(actor, ids).filter(found)
        return visible_to(actor, found & Q(reaches__stage__in=stages) if some else found)

    def by_colour(self, actor: Actor, today: date) -> dict[Colour, int]:
        """How many problems asked for have each colour: from kept sums where only stage, colour and unit are."""
        others = replace(self, stages=(), colours=(), unit=None, scope="", sort=DEFAULT_SORT)
        if others != LedgerFilter() or (self.unit and not is_below(actor, self.unit)):
            return by_colour(self.apply(actor, today), today)
        counts = in_sight(actor, today, stages=self.wanted_stages(today), below=self.unit)
        return {colour: n if not self.colours or colour in self.colours else 0 for colour, n in counts.items()}

    @property
    def words(self) -> tuple[str, ...]:
        """The words that must stand in the texts."""
        return tuple(self.text.split())

    @cached_property
    def search(self) -> Search:
        """What the words find."""
        return Search(self.words)

    def wanted_stages(self, today: date) -> tuple[str, ...]:
        """The stages in which the problems asked for can be, by name, as a whole, or by what is asked of them."""
        found = set(self.stages) if self.stages else {s for s in Stage if self.everything or s in OPEN_STAGES}
        if self.figure and (self.on or today) >= today:
            found &= set(FIGURES[self.figure].stages)
        if self.waiting:
            found &= WAITING[self.waiting].stages
        return tuple(stage.value for stage in Stage if stage in found)

    def _conditions(self, actor: Actor, today: date, *, led: bool = True) -> Q:
        """All conditions but stage, words and sight; without `led` also without that on the leading unit."""
        plain = self._plain() & self._days(today) & self._colours(today)
        if led and self.unit and not self.figure:
            plain &= Q(lead_unit_id__in=list(within(self.unit)))
        return plain & self._work(actor, today) & self._standing(today)

    def _plain(self) -> Q:
        found = Q()
        for condition, value in (
            ("source_id", self.source),
            ("horizon", self.horizon),
            ("reading_id", self.reading),
            ("dispatch_id", self.dispatch),
            ("ledger_id", self.ledger),
            ("source_id__isnull", self.unsourced or None),
            ("nature", self.nature),
            ("category", self.category),
            ("impact", self.impact),
            ("urgency", self.urgency),
            ("origin", self.origin),
            ("grade", self.grade),
            ("filing", self.filing),
        ):
            if value not in (None, ""):
                found &= Q(**{condition: value})
        if self.campaign and self.item is not None:
            found &= Q(campaign_item_id=self.item) if self.item else Q(campaign_item_id__isnull=True)
        if self.taken:
            found &= Q(taken_over_on__isnull=False)
        if self.supervised:
            found &= Q(listed_on__isnull=False)
        if self.office:
            found &= Q(office_id=self.office) if self.alone else Q(office_id__in=keeping(self.office))
        return found & self._enlisted() & self._registered()

    def _registered(self) -> Q:
        """When it was put on its ledger: that is told by its id."""
        found = Q()
        if self.registered:
            found &= _born("gte", self.registered) & _born("lt", self.registered.next)
        if self.earlier:
            found &= _born("lt", self.earlier)
        return found

    def _days(self, today: date) -> Q:
        found = Q()
        if self.due_from:
            found &= Q(due__gte=self.due_from)
        if self.due_to:
            found &= Q(due__lte=self.due_to)
        if self.due.startswith("overdue"):
            found &= standing_on(today, FIGURES[self.due], today=today)
        elif self.due == "none":
            found &= Q(due__isnull=True)
        elif self.due:
            found &= Q(stage__in=RUNNING_STAGES, due__range=(today, today + timedelta(days=DAYS[self.due])))
        return found

    def _colours(self, today: date) -> Q:
        found = colour_is(self.colours, today) if self.colours else Q()
        if self.turns:
            found &= turns_between(ALARMING, today + timedelta(days=1), today + timedelta(days=DAYS[self.turns]))
        return found

    def _work(self, actor: Actor, today: date) -> Q:
        return WAITING[self.waiting].asked(actor, today) if self.waiting else Q()

    def _standing(self, today: date) -> Q:
        """The figure asked for, of the units that led on its day."""
        if not self.figure:
            return Q()
        day = self.on or today
        units = leading(self.unit, day, alone=self.alone) if self.unit else None
        return standing_on(day, FIGURES[self.figure], today=today, units=units)


def _known(values: Iterable[str], allowed: Any) -> tuple[str, ...]:
    names = {str(value) for value in allowed}
    return tuple(dict.fromkeys(value for value in values if value in names))


def _begins(quarter: Quarter) -> UUID:
    return id_from(clock.moment_on(quarter.first_day, hour=0))


def _born(how: str, quarter: Quarter) -> Q:
    """The condition that an id was made from (`gte`) or before (`lt`) the beginning of a quarter.

    Compared as a text: no database shall take it for a stretch of all ids, which holds nearly all of them.
    """
    begins = _begins(quarter)
    text = Cast("id", CharField())
    compared = GreaterThanOrEqual if how == "gte" else LessThan
    return Q(compared(text, str(begins) if connection.features.has_native_uuid_field else begins.hex))


def _words(value: str | None, most: int) -> str:
    return (value or "").replace("\0", "").strip()[:most]


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def day_asked(value: str | None) -> date | None:
    """The day from an address whose state is asked for; None for what is none, and for years nobody plans for."""
    day = _day(value)
    return day if day is not None and 1900 <= day.year <= 2200 else None


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
