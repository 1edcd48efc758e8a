"""What waits for whom: named conditions over problems, each belonging to roles and answered by one move.

The desk counts them, the ledger filters by them: a figure on the desk opens to exactly the rows it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.domain.case import Role, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.asof import colour_is
from bihuan.ledger.models import Extension, Measure, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

WEEK = timedelta(days=7)
Condition = Callable[[Actor, date], Q]


@dataclass(frozen=True)
class Waiting:
    """Work that waits: its name on the desk, for which roles, the move that does it, and its condition."""

    code: str
    name: str
    roles: frozenset[Role]
    move: Move | None
    condition: Condition


def _office(**conditions: object) -> Condition:
    return lambda actor, today: Q(office_id=actor.unit_id, **conditions)


def _lead(**conditions: object) -> Condition:
    return lambda actor, today: Q(lead_unit_id=actor.unit_id, **conditions)


def _request(**conditions: object) -> Exists:
    open_requests = Extension.objects.filter(
        region_id=OuterRef("region_id"), problem_id=OuterRef("id"), answer=Extension.Answer.OPEN, **conditions
    )
    return Exists(open_requests)


def _measures() -> Exists:
    return Exists(
        Measure.objects.filter(region_id=OuterRef("region_id"), problem_id=OuterRef("id"), dropped=False)
    )


def _notice_over(actor: Actor, today: date) -> Q:
    return Q(office_id=actor.unit_id, stage=Stage.IN_PUBLIC_NOTICE, notice_until__lt=today)


def _lookback_near(actor: Actor, today: date) -> Q:
    return Q(office_id=actor.unit_id, stage=Stage.CLOSED, lookback_on__lte=today + WEEK)


def _due_near(actor: Actor, today: date) -> Q:
    return Q(lead_unit_id=actor.unit_id, stage=Stage.UNDER_WAY, due__range=(today, today + WEEK))


def _overdue(actor: Actor, today: date) -> Q:
    return Q(lead_unit_id=actor.unit_id, stage__in=[Stage.DISPATCHED, Stage.UNDER_WAY], due__lt=today)


def _red(actor: Actor, today: date) -> Q:
    red = colour_is((Colour.RED,), today)
    return red & Q(lead_unit_id=actor.unit_id, stage__in=[Stage.DISPATCHED, Stage.UNDER_WAY], due__gte=today)


def _answerable(actor: Actor, today: date) -> Q:
    return Q(_request(signed_on__isnull=False), office_id=actor.unit_id, stage=Stage.UNDER_WAY)


def _signable(actor: Actor, today: date) -> Q:
    return Q(_request(signed_on__isnull=True), lead_unit_id=actor.unit_id, stage=Stage.UNDER_WAY)


def _without_measures(actor: Actor, today: date) -> Q:
    return Q(~_measures(), lead_unit_id=actor.unit_id, stage=Stage.UNDER_WAY)


_COORDINATOR = frozenset({Role.COORDINATOR})
_REVIEWERS = frozenset({Role.COORDINATOR, Role.REVIEWER})
_WATCHERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
_UNIT = frozenset({Role.LIAISON, Role.LEADER})

_ALL = (
    Waiting("extension", say("延期申请待答复"), _COORDINATOR, Move.GRANT_EXTENSION, _answerable),
    Waiting("dispatch", say("待交办"), _COORDINATOR, Move.DISPATCH, _office(stage=Stage.LISTED)),
    Waiting(
        "check",
        say("待现场核查"),
        frozenset({Role.SUPERVISOR}),
        Move.CHECK,
        _office(stage=Stage.CLOSEOUT_ASKED, checked_on__isnull=True),
    ),
    Waiting(
        "accept",
        say("待验收"),
        _REVIEWERS,
        Move.ACCEPT,
        _office(stage=Stage.CLOSEOUT_ASKED, checked_on__isnull=False),
    ),
    Waiting("publish", say("已验收，待公示"), _COORDINATOR, Move.PUBLISH, _office(stage=Stage.ACCEPTED)),
    Waiting("close", say("公示期满，待销号"), _COORDINATOR, Move.CLOSE, _notice_over),
    Waiting("lookback", say("回头看到期"), _WATCHERS, Move.CONFIRM, _lookback_near),
    Waiting("draft", say("草稿待入账"), _COORDINATOR, Move.ENTER, _office(stage=Stage.DRAFT)),
    Waiting("sign_extension", say("延期申请待签发"), frozenset({Role.LEADER}), Move.SIGN_EXTENSION, _signable),
    Waiting("sign", say("待签收"), _UNIT, Move.SIGN, _lead(stage=Stage.DISPATCHED)),
    Waiting("measures", say("待填报措施"), _UNIT, Move.SET_MEASURES, _without_measures),
    Waiting("returned", say("被退回，待整改"), _UNIT, Move.REPORT, _lead(stage=Stage.UNDER_WAY, returns__gt=0)),
    Waiting("overdue", say("已过时限"), _UNIT, Move.REPORT, _overdue),
    Waiting("red", say("未到时限但已变红"), _UNIT, Move.REPORT, _red),
    Waiting("due", say("7天内到期"), _UNIT, Move.REPORT, _due_near),
    Waiting(
        "closeout",
        say("措施已完成，待申请销号"),
        _UNIT,
        Move.ASK_CLOSEOUT,
        _lead(stage=Stage.UNDER_WAY, progress=100),
    ),
)

WAITING: Mapping[str, Waiting] = {row.code: row for row in _ALL}


def waiting_for(actor: Actor) -> list[Waiting]:
    """The kinds of work that may wait for this actor, most pressing first."""
    return [row for row in _ALL if actor.role in row.roles]


def rows_of(waiting: Waiting, actor: Actor, today: date) -> QuerySet[Problem]:
    """The problems that wait in this way."""
    return visible_to(actor).filter(waiting.condition(actor, today))
