"""Confirming a round: what a later version of a ledger changed goes onto the ledger, all of it or nothing.

Everything is done by the ordinary actions: new rows are registered, changed wording amended (before dispatch) or
corrected (after it), what the file says of status and progress put down as its word. What is left to a person and
what is absent from the file stay as they are, and are counted in the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict
from uuid import UUID

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.intake.comparing import Change, OnLedger, Way
from bihuan.intake.mapping import horizon_of
from bihuan.intake.models import Draft, Reading
from bihuan.intake.rounds import Held
from bihuan.ledger.actions.amending import Amendment, amend_each
from bihuan.ledger.actions.correcting import Mended, correct_each
from bihuan.ledger.actions.register import title_of
from bihuan.ledger.actions.restating import restate_each
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor


def apply(*, actor: Actor, reading: Reading, held: Sequence[Held]) -> dict[str, int]:
    """Take over what the paired drafts changed; returns how many rows meant what, `taken` the problems changed.

    Inside the caller's transaction. Raises `Refused`, naming the problem, where one of the actions refuses.
    """
    pairs = [(one, one.ledger) for one in held if one.ledger is not None]
    amendments = {here.problem.id: _amendment(one, here) for one, here in pairs if _has(one, Way.AMEND)}
    mended = {here.problem.id: _mended(one, here) for one, here in pairs if _has(one, Way.CORRECT)}
    claims = {here.problem.id: one.said.claims for one, here in pairs if _has(one, Way.RESTATE)}
    source = {"reading": str(reading.id), "file": reading.name}
    if amendments:
        _insist(amend_each(actor=actor, amendments=amendments, all_or_none=True))
    if mended:
        reason = f"《{reading.ledger.name}》{reading.name}"
        _insist(correct_each(actor=actor, corrections=mended, reason=reason, all_or_none=True))
    if claims:
        _insist(restate_each(actor=actor, claims=claims, source=source, all_or_none=True))
    return {
        "changed": sum(one.verdict is Draft.Verdict.CHANGED for one, _here in pairs),
        "taken": len({*amendments, *mended, *claims}),
        "closed": sum(one.verdict is Draft.Verdict.CLOSED for one, _here in pairs),
        "by_hand": sum(_has(one, Way.BY_HAND) for one, _here in pairs),
        "same": sum(one.verdict is Draft.Verdict.SAME for one, _here in pairs),
    }


def _has(held: Held, way: Way) -> bool:
    return any(change.way is way for change in held.changes)


def _insist(outcome: Outcome) -> None:
    """Nothing of a round is taken over where one problem refuses."""
    for refusal in outcome.refused[:1]:
        denied = refusal.denied
        raise Refused(
            Denied(
                say("%(number)s：") + denied.reason,
                denied.remedy,
                {**denied.params, "number": refusal.problem.number},
            )
        )


def _changed(held: Held, way: Way) -> dict[str, Change]:
    return {change.field: change for change in held.changes if change.way is way}


def _text(name: str, here: str, changed: Mapping[str, Change]) -> str:
    return changed[name].new if name in changed else here


class _Wording(TypedDict):
    title: str
    text: str
    category: str
    goal: str


def _wording(problem: Problem, changed: Mapping[str, Change]) -> _Wording:
    """The wording of a problem as it stands, with what the file changed."""
    return {
        "title": _title(problem, changed),
        "text": _text("problem", problem.text, changed),
        "category": _text("category", problem.category, changed),
        "goal": _text("goal", problem.goal, changed),
    }


def _title(problem: Problem, changed: Mapping[str, Change]) -> str:
    """The title as the file changed it; one that was made of the text is made anew of the new text."""
    if "title" in changed:
        return changed["title"].new
    made = problem.title == title_of("", problem.text)
    return title_of("", changed["problem"].new) if made and "problem" in changed else problem.title


def _amendment(held: Held, ledger: OnLedger) -> Amendment:
    """The problem as it stands, with what the file changed."""
    said, problem, changed = held.said, ledger.problem, _changed(held, Way.AMEND)

    due = changed.get("deadline")
    return Amendment(
        **_wording(problem, changed),
        source_id=problem.source_id,
        urgency=Urgency(problem.urgency),
        horizon=horizon_of(said.item) if due else Horizon(problem.horizon),
        wanted_due=said.due if due else problem.wanted_due,
        lead_unit_id=said.parts.lead if "units" in changed else problem.lead_unit_id,
        support_unit_ids=said.parts.support if "units" in changed else ledger.supports,
        person=_text("person", ledger.lead.person if ledger.lead else "", changed),
    )


def _mended(held: Held, ledger: OnLedger) -> Mended:
    """The wording as it stands, with what the file changed."""
    said, problem, changed = held.said, ledger.problem, _changed(held, Way.CORRECT)

    measures: dict[UUID, str] = {}
    if "measures" in changed:
        measures = dict(zip((row.id for row in ledger.measures), said.item["measures"], strict=True))
    lead = ledger.lead
    return Mended(
        **_wording(problem, changed),
        source_id=problem.source_id,
        origin=Origin(problem.origin),
        measures=measures,
        persons={lead.id: changed["person"].new} if lead and "person" in changed else {},
    )
