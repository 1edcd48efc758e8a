"""The problem and the person as the rules see them: rows and an actor become a `Case` and a `Standing`.

Reads nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.domain.case import Case, Horizon, Request, Ruling, Side, Stage, Standing, Terms, Urgency
from bihuan.domain.flows import Flow, Grade, flow_from_data
from bihuan.domain.setup import Traits
from bihuan.ledger.actions.behalf import side_of
from bihuan.ledger.actions.pending import Pending
from bihuan.ledger.derived import steps_of
from bihuan.ledger.models import Closeout, Measure, Problem
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.actions.step import Moment


def standing_of(actor: Actor, problem: Problem, supports: set[int], behalf_of: int | None = None) -> Standing:
    """What this actor is to this problem; own work is the same person or unit across all posts.

    `behalf_of` is the unit acted for; where it is not assigned to the problem there is nobody to act for.
    """
    sides = set()
    if problem.office_id == actor.unit_id:
        sides.add(Side.OFFICE)
    if problem.lead_unit_id == actor.unit_id:
        sides.add(Side.LEAD)
    if actor.unit_id in supports:
        sides.add(Side.SUPPORT)
    if not sides:
        sides.add(Side.ABOVE)  # it is in sight, so the unit stands above one of the others
    by_hand = actor.person_id in problem.worked_by
    own = by_hand or bool(actor.unit_ids & {problem.lead_unit_id, *supports})
    proxy = side_of(behalf_of, problem, supports) if behalf_of is not None else None
    return Standing(actor.role, frozenset(sides), own, by_hand, proxy)


def case_of(
    problem: Problem,
    terms: Terms,
    measures: Sequence[Measure],
    files: Mapping[UUID, int],
    pending: Pending,
    flow: Flow,
    moment: Moment,
) -> Case:
    """The problem as the rules see it at this moment; `flow` is that of its close-out."""
    request, decline, closeout = pending.request, pending.decline, pending.closeout
    return Case(
        today=moment.today,
        calendar=moment.calendar,
        stage=Stage(problem.stage),
        has_lead=problem.lead_unit_id is not None,
        terms=terms,
        horizon=Horizon(problem.horizon),
        urgency=Urgency(problem.urgency),
        wanted_due=problem.wanted_due,
        due_original=problem.due_original,
        due=problem.due,
        steps=steps_of(measures, files),
        request=Request(request.asked_due, request.signed_on is not None) if request else None,
        cycle_due=problem.cycle_due,
        extensions=problem.extensions,
        checked=problem.checked_on is not None,
        notice_until=problem.notice_until,
        warned=problem.warned,
        signed_by_office=bool(problem.signed_by_office),
        lookback_on=problem.lookback_on,
        acted=_acted(problem),
        taken_over=problem.taken_over_on is not None,
        imported=problem.reading_id is not None,
        no_transfer=bool(problem.no_transfer),
        declines=problem.declines or 0,
        decline=Ruling(decline.answer) if decline else None,
        raising=pending.raising is not None,
        enlisted=problem.campaign_id is not None,
        flow=flow,
        given=pending.given,
        grade=Grade(closeout.grade) if closeout else Grade.DONE,
        objections=len(pending.objections),
        filing=problem.filing,
        listed=problem.listed_on is not None,
        letters=problem.letters or 0,
    )


def flow_of(closeout: Closeout | None) -> Flow | None:
    """The flow written down with a request for close-out."""
    return flow_from_data(closeout.flow) if closeout else None


def traits_of(problem: Problem, sources: Mapping[int, frozenset[str]]) -> Traits:
    """What the problem is sorted into a class by."""
    return Traits(
        urgency=Urgency(problem.urgency),
        horizon=Horizon(problem.horizon),
        category=problem.category,
        nature=problem.nature or "",
        impact=problem.impact or "",
        sources=sources.get(problem.source_id or 0, frozenset()),
    )


def _acted(problem: Problem) -> bool:
    judged = problem.checked_on or problem.accepted_on or problem.closed_on or problem.returns
    return bool(problem.signed_on or problem.worked_by or judged)
