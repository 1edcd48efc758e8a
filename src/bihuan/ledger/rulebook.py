"""Reading the register of rules made: what may be seen of it, by whom. Fails closed, writes nothing.

A unit reads its own rules, those of the units below, and those of the units above, which bind it; a rule tied to a
problem is read by whoever sees the problem. Drafts are for the unit itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.domain.case import Role
from bihuan.ledger.achievements import id_from
from bihuan.ledger.models import Problem, Reach, RuleMade, RuleTie
from bihuan.ledger.queries import among_visible
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import predecessors

PAGE = 50
OFFERED = 100
_DRAFT = RuleMade.State.DRAFT.value
_IN_FORCE = RuleMade.State.IN_FORCE.value


@dataclass(frozen=True)
class Tied:
    """A rule tied to a problem."""

    tie: RuleTie
    rule: RuleMade


@dataclass(frozen=True)
class TiedProblems:
    """A page of the problems tied to a rule, as far as the reader sees them; `unseen` are out of sight."""

    rows: Sequence[tuple[RuleTie, Problem]]
    unseen: int
    following: str


def rules_below(actor: Actor) -> QuerySet[RuleMade]:
    """The rules of the actor's unit and of those below it; drafts of the own unit alone."""
    if actor.role is Role.ADMINISTRATOR:
        return RuleMade.objects.none()
    rows = RuleMade.objects.filter(unit__path__contains=f"/{actor.unit_id}/")
    return rows.filter(_readable(actor)).select_related("unit")


def rules_in_sight(actor: Actor) -> QuerySet[RuleMade]:
    """The same, with the rules of the units above."""
    if actor.role is Role.ADMINISTRATOR:
        return RuleMade.objects.none()
    line = Unit.objects.get(pk=actor.unit_id).line
    mine = Q(unit__path__contains=f"/{actor.unit_id}/") | Q(unit_id__in=line)
    return RuleMade.objects.filter(mine).filter(_readable(actor)).select_related("unit")


def _readable(actor: Actor) -> Q:
    return ~Q(state=_DRAFT) | Q(unit_id__in=predecessors(actor.unit_id))


def find_rule(actor: Actor, rule_id: UUID) -> RuleMade | None:
    """The rule with this id where the actor may see it, else None."""
    found = rules_in_sight(actor).filter(id=rule_id).first()
    if found or not _ties_seen(actor, rule_id).exists():
        return found
    return RuleMade.objects.filter(id=rule_id).exclude(state=_DRAFT).select_related("unit").first()


def related(rule: RuleMade) -> tuple[RuleMade | None, list[RuleMade]]:
    """The rule that this one revises or repeals, and those that have taken its place."""
    rows = RuleMade.objects.filter(region_id=rule.region_id)
    before = rows.filter(id=rule.replaces_id).first() if rule.replaces_id else None
    after = rows.filter(unit_id__in=predecessors(rule.unit_id), replaces_id=rule.id)
    return before, list(after.exclude(state=_DRAFT).order_by("id")[:PAGE])


def ties_of(problem: Problem) -> list[Tied]:
    """The rules tied to a problem that the caller has in sight, first tied first."""
    ties = list(RuleTie.objects.filter(problem_id=problem.id, dropped=False).order_by("id"))
    rules = RuleMade.objects.select_related("unit").in_bulk([tie.rule_id for tie in ties])
    return [Tied(tie, rules[tie.rule_id]) for tie in ties if tie.rule_id in rules]


def tied_problems(actor: Actor, rule: RuleMade, after: str = "") -> TiedProblems:
    """The problems tied to a rule in sight, as far as the actor sees them, last tied first."""
    seen = _ties_seen(actor, rule.id)
    unseen = rule.ties - seen.count()
    cursor = id_from(after)
    rows = seen.filter(id__lt=cursor) if cursor else seen
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    problems = {
        row.id: row
        for row in among_visible(actor, [tie.problem_id for tie in shown]).select_related("lead_unit", "office")
    }
    return TiedProblems(
        [(tie, problems[tie.problem_id]) for tie in shown if tie.problem_id in problems],
        unseen,
        shown[-1].id.hex if len(found) > PAGE else "",
    )


def tie_between(actor: Actor, rule: RuleMade, problem_id: UUID) -> Problem | None:
    """The problem in sight with this id, where it is tied to the rule; else None."""
    if not _ties_seen(actor, rule.id).filter(problem_id=problem_id).exists():
        return None
    return among_visible(actor, [problem_id]).first()


def offered(actor: Actor, *, units: Sequence[int | None] = ()) -> list[RuleMade]:
    """The latest rules in force that a problem may be tied to: of the own unit and of `units` (ids)."""
    wanted = {actor.unit_id, *(unit for unit in units if unit)}
    rows = rules_in_sight(actor).filter(unit_id__in=wanted, state=_IN_FORCE)
    return list(rows.order_by("-issued_on", "-id")[:OFFERED])


def named(actor: Actor, text: str) -> list[RuleMade]:
    """The rules in sight, not ended, whose document number or title is exactly `text`; two at most."""
    rows = rules_in_sight(actor).filter(Q(document=text) | Q(title=text)).exclude(state=RuleMade.State.ENDED)
    return list(rows.order_by("-id")[:2])


def drafts_of(actor: Actor) -> list[RuleMade]:
    """What the own unit has prepared and not issued."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    rows = RuleMade.objects.filter(unit_id__in=predecessors(actor.unit_id), state=_DRAFT)
    return list(rows.order_by("-id")[:PAGE])


def numbered(actor: Actor, numbers: Sequence[str]) -> dict[str, UUID]:
    """The ids of the problems in the actor's sight and region that bear these numbers."""
    rows = Problem.objects.filter(region_id=actor.region_id, number__in=list(numbers))
    found = among_visible(actor, list(rows.values_list("id", flat=True)))
    return dict(found.values_list("number", "id"))


def _ties_seen(actor: Actor, rule_id: UUID) -> QuerySet[RuleTie]:
    if actor.role is Role.ADMINISTRATOR:
        return RuleTie.objects.none()
    reached = Reach.objects.filter(
        unit_id=actor.unit_id, region_id=OuterRef("region_id"), problem_id=OuterRef("problem_id")
    )
    return RuleTie.objects.filter(Exists(reached), rule_id=rule_id, dropped=False)
