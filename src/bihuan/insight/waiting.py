"""What waits for whom: named conditions over problems, each belonging to roles and answered by one move.

The desk counts them, the ledger filters by them: a figure on the desk opens to exactly the rows it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value

from bihuan.book.several import Statement, statement
from bihuan.domain.case import Role, Side, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import say
from bihuan.insight.asking import ANYBODY, KEPT, asking
from bihuan.insight.keyset import Bringing, brought
from bihuan.ledger.asof import colour_is
from bihuan.ledger.duties import awaiting, unsigned_parts
from bihuan.ledger.models import Objection, Problem, Raising
from bihuan.ledger.queries import named_visible, own_work
from bihuan.ledger.supervising import letters_to_answer
from bihuan.organisations.access import Actor

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """Work that waits: its name on the desk, for which roles, the move that does it, and when it waits.

    For the units on `side` (the ledger's own office, the leading unit, or the one directly above the office), in
    one of `stages`, on the `condition`. Without a side it is for whomever `own` says, among what is in sight.
    """

    code: str
    name: str
    roles: frozenset[Role]
    move: Move | None
    side: Side | None
    stages: frozenset[Stage]
    condition: Callable[[date], Q] = lambda today: Q()
    own: Callable[[Actor], Q] = lambda actor: Q()

    def asked(self, actor: Actor, today: date) -> Q:
        """The condition on a problem, but for the stage."""
        mine = {_COLUMNS[self.side]: actor.unit_id} if self.side else {}
        return Q(**mine) & self.own(actor) & self.condition(today)

    def among(self, actor: Actor) -> QuerySet[Problem]:
        """The problems among which it waits, those for others than the actor included where a side is shared."""
        return own_work(actor, self.side) if self.side else named_visible(actor).filter(self.own(actor))


_COLUMNS = {Side.OFFICE: "office_id", Side.LEAD: "lead_unit_id", Side.ABOVE: "office__parent_id"}


def _plain(**conditions: object) -> Callable[[date], Q]:
    return lambda today: Q(**conditions)


_COORDINATOR = frozenset({Role.COORDINATOR})
_REVIEWERS = frozenset({Role.COORDINATOR, Role.REVIEWER})
_WATCHERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_UNIT = frozenset({Role.LIAISON, Role.LEADER})
_LEADER = frozenset({Role.LEADER})
_OFFICE, _LEAD = Side.OFFICE, Side.LEAD


def _in(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


_WORK = _in(Stage.UNDER_WAY)
_RUNNING = _in(Stage.DISPATCHED, Stage.UNDER_WAY)
_ASKED = _in(Stage.CLOSEOUT_ASKED)


def _asks(unit: F) -> Q:
    """An answer is awaited of this unit. At most one question waits at a time."""
    asked = {"raisings__answer": Raising.Answer.OPEN.value, "raisings__to_unit_id": unit}
    return Q(request="raised", **asked)


def _signs(role: Role) -> Callable[[date], Q]:
    """The next tier waits for a signature of this role; what was asked for before tiers were kept, as of old."""
    asked = Q(awaits__contains=f",{role},")
    if role in _REVIEWERS:
        asked |= Q(awaits__isnull=True, checked_on__isnull=False)
    return lambda today: asked


def _objected() -> Q:
    """An objection to the public notice waits for an answer."""
    waiting = Objection.objects.filter(problem_id=OuterRef("id"), outcome=Objection.Outcome.OPEN)
    return Q(Exists(waiting))


_ALL = (
    Waiting(
        "extension",
        say("延期申请待答复"),
        _COORDINATOR,
        Move.GRANT_EXTENSION,
        _OFFICE,
        _WORK,
        _plain(request="signed"),
    ),
    Waiting(
        "decline",
        say("退单待答复"),
        _COORDINATOR,
        Move.GRANT_DECLINE,
        _OFFICE,
        _in(Stage.DISPATCHED),
        _plain(request="declined"),
    ),
    Waiting(
        "raised",
        say("上提待答复"),
        _COORDINATOR,
        Move.ACCEPT_RAISED,
        _OFFICE,
        _in(Stage.SUSPENDED),
        lambda today: _asks(F("office_id")),
    ),
    Waiting(
        "raised_here",
        say("下级上提待答复"),
        _COORDINATOR,
        Move.ACCEPT_RAISED,
        Side.ABOVE,
        _in(Stage.SUSPENDED),
        lambda today: _asks(F("office__parent_id")),
    ),
    Waiting(
        "appeal",
        say("退单待终裁"),
        _COORDINATOR,
        Move.UPHOLD_DECLINE,
        Side.ABOVE,
        _in(Stage.DISPATCHED),
        _plain(request="appealed"),
    ),
    Waiting("dispatch", say("待交办"), _COORDINATOR, Move.DISPATCH, _OFFICE, _in(Stage.LISTED)),
    Waiting(
        "check",
        say("待现场核查"),
        _SUPERVISOR,
        Move.CHECK,
        _OFFICE,
        _ASKED,
        _plain(checked_on__isnull=True, awaits__isnull=True),
    ),
    Waiting("claimed", say("报称完成，待现场核查"), _SUPERVISOR, Move.CHECK, _OFFICE, _in(Stage.CLAIMED_DONE)),
    *(
        Waiting(
            f"accept_{role}", say("待您验收签字"), frozenset({role}), Move.ACCEPT, _OFFICE, _ASKED, _signs(role)
        )
        for role in (Role.COORDINATOR, Role.REVIEWER, Role.SUPERVISOR, Role.LEADER)
    ),
    Waiting(
        "objection",
        say("公示异议待答复"),
        _REVIEWERS,
        Move.ANSWER_OBJECTION,
        _OFFICE,
        _in(Stage.IN_PUBLIC_NOTICE),
        lambda today: _objected(),
    ),
    Waiting(
        "filing",
        say("下级销号待备案"),
        _COORDINATOR,
        Move.FILE_CLOSEOUT,
        Side.ABOVE,
        _in(Stage.CLOSED, Stage.SUSTAINED),
        _plain(filing="asked"),
    ),
    Waiting("publish", say("已验收，待公示"), _COORDINATOR, Move.PUBLISH, _OFFICE, _in(Stage.ACCEPTED)),
    Waiting(
        "close",
        say("公示期满，待销号"),
        _COORDINATOR,
        Move.CLOSE,
        _OFFICE,
        _in(Stage.IN_PUBLIC_NOTICE),
        lambda today: Q(notice_until__lt=today) & ~_objected(),
    ),
    Waiting(
        "lookback",
        say("回头看到期"),
        _WATCHERS,
        Move.CONFIRM,
        _OFFICE,
        _in(Stage.CLOSED),
        lambda today: Q(lookback_on__lte=today + WEEK),
    ),
    Waiting("draft", say("草稿待入账"), _COORDINATOR, Move.ENTER, _OFFICE, _in(Stage.DRAFT)),
    Waiting(
        "letter",
        say("督办函待回复"),
        _UNIT,
        Move.ANSWER_LETTER,
        None,
        MOVES[Move.ANSWER_LETTER].sources,
        own=letters_to_answer,
    ),
    Waiting(
        "sign_extension",
        say("延期申请待签发"),
        _LEADER,
        Move.SIGN_EXTENSION,
        _LEAD,
        _WORK,
        _plain(request="asked"),
    ),
    Waiting(
        "sign",
        say("待签收"),
        _UNIT,
        Move.SIGN,
        _LEAD,
        _in(Stage.DISPATCHED),
        _plain(request__isnull=True),  # what was declined waits for others
    ),
    Waiting("part", say("配合任务待签收"), _UNIT, Move.SIGN_PART, None, _RUNNING, own=unsigned_parts),
    Waiting(
        "duty",
        say("请您确认的职责"),
        MOVES[Move.CONFIRM_DUTY].roles,
        Move.CONFIRM_DUTY,
        None,
        MOVES[Move.CONFIRM_DUTY].sources,
        own=awaiting,
    ),
    Waiting("measures", say("待填报措施"), _UNIT, Move.SET_MEASURES, _LEAD, _WORK, _plain(measures_count=0)),
    Waiting("returned", say("被退回，待整改"), _UNIT, Move.REPORT, _LEAD, _WORK, _plain(returns__gt=0)),
    Waiting("overdue", say("已过时限"), _UNIT, Move.REPORT, _LEAD, _RUNNING, lambda today: Q(due__lt=today)),
    Waiting(
        "red",
        say("未到时限但已变红"),
        _UNIT,
        Move.REPORT,
        _LEAD,
        _RUNNING,
        lambda today: Q(due__gte=today) & colour_is((Colour.RED,), today),
    ),
    Waiting(
        "due",
        say("7天内到期"),
        _UNIT,
        Move.REPORT,
        _LEAD,
        _WORK,
        lambda today: Q(due__range=(today, today + WEEK)),
    ),
    Waiting(
        "closeout", say("措施已完成，待申请销号"), _UNIT, Move.ASK_CLOSEOUT, _LEAD, _WORK, _plain(progress=100)
    ),
)

WAITING: Mapping[str, Waiting] = {row.code: row for row in _ALL}


def waiting_for(actor: Actor) -> list[Waiting]:
    """The kinds of work that may wait for this actor, most pressing first."""
    return [row for row in _ALL if actor.role in row.roles]


def rows_of(waiting: Waiting, actor: Actor, today: date) -> QuerySet[Problem]:
    """The problems that wait in this way."""
    return waiting.among(actor).filter(waiting.condition(today), stage__in=waiting.stages)


@dataclass(frozen=True)
class Group:
    """Work of one kind: how much of it waits, and the first problems by due day."""

    waiting: Waiting
    count: int
    rows: list[Problem]


def groups_for(actor: Actor, today: date, most: int, bringing: Bringing) -> list[Group]:
    """What waits for this actor, kinds without any left out, each with its `most` first problems.

    `bringing` says what a row brings with it. Asked in three round trips, however many kinds there are; counts
    and first rows are each read from an index alone.
    """
    codes = tuple(kind.code for kind in waiting_for(actor))
    if not codes:
        return []
    who = asking(actor)
    counts: dict[str, int] = {}
    for place, *found in _counting(codes, today).rows(who):
        counts |= dict(zip(_together(codes)[place], found, strict=False))
    waits = tuple(code for code in codes if counts[code])
    firsts = _firsts(waits, today, most).rows(who, ids=(1,))
    rows = {row.id: row for row in brought([id_ for _place, id_ in firsts], bringing)}
    return [
        Group(WAITING[code], counts[code], [rows[id_] for at, id_ in firsts if waits[at] == code and id_ in rows])
        for code in waits
    ]


def _together(codes: Sequence[str]) -> list[list[str]]:
    """Kinds that are counted in one pass: those of a side whose stages are all among those of one of them."""
    kinds = sorted((WAITING[code] for code in codes), key=lambda kind: -len(kind.stages))
    found: dict[tuple[str, frozenset[Stage]], list[str]] = {}
    for kind in kinds:
        among = kind.side or kind.code
        wider = (key for key in found if key[0] == among and key[1] >= kind.stages)
        found.setdefault(next(wider, (among, kind.stages)), []).append(kind.code)
    return list(found.values())


@lru_cache(KEPT)
def _counting(codes: tuple[str, ...], today: date) -> Statement:
    """Asks for each of `_together` its place and how much waits of each of its kinds."""
    groups = _together(codes)
    width = max(map(len, groups), default=0)
    return statement(_count(place, group, width, today) for place, group in enumerate(groups))


def _count(place: int, codes: Sequence[str], width: int, today: date) -> QuerySet[Any, Any]:
    first = WAITING[codes[0]]
    if len(codes) == 1:
        rows, sums = rows_of(first, ANYBODY, today), [Count("id")]
    else:
        rows = first.among(ANYBODY).filter(stage__in=first.stages)
        kinds = [WAITING[code] for code in codes]
        sums = [Count("id", filter=Q(stage__in=kind.stages) & kind.condition(today)) for kind in kinds]
    padded = {f"n{n}": count for n, count in enumerate([*sums, *[Max(Value(0))] * (width - len(sums))])}
    counted: QuerySet[Any, Any] = _kind(rows.order_by(), place).values("kind").annotate(**padded)
    return counted.values_list("kind", *padded)


def _kind(rows: Any, place: int) -> Any:
    """The rows with the place of their kind."""
    return rows.annotate(kind=Value(place, output_field=IntegerField()))


@lru_cache(KEPT)
def _firsts(codes: tuple[str, ...], today: date, most: int) -> Statement:
    """Asks for the place of each kind and the ids of its first problems."""
    return statement(
        _kind(rows_of(WAITING[code], ANYBODY, today), place).order_by("due", "id").values_list("kind", "id")[:most]
        for place, code in enumerate(codes)
    )
