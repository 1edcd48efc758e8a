"""Problems tied to the rules they led to, and untied: a move of the problem, and an entry of the rule.

One problem may be tied to several rules. How many are tied stands on the rule and is changed in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.of_unit import change as write_change
from bihuan.ledger.actions.step import CHUNK, Moment, Opened, Outcome, within_sight
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.models import RuleMade, RuleTie
from bihuan.ledger.rulebook import find_rule
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import hold_still

NOTE_LENGTH = 200
Ties = dict[UUID, RuleTie]


def tie_rule(*, actor: Actor, problems: Sequence[UUID], rule: UUID, note: str = "", **how: Unpack[How]) -> Outcome:
    """Tie problems to a rule within sight that has not ended. Refused for those tied to it already."""

    def change(case: Opened, moment: Moment, row: RuleMade, ties: Ties) -> Denied | None:
        tie = ties.get(case.problem.id)
        if tie is not None and not tie.dropped:
            return Denied(say("已经关联了这项制度。"), say("不需要再次关联。"))
        if tie is None:
            tie = case.add(RuleTie(id=new_id(), rule_region_id=row.region_id, rule_id=row.id))
        else:
            case.bring([tie])
        tie.dropped, tie.tied_on, tie.note = False, moment.today, note.strip()
        case.details["named"] = {tie.record_key: row.title}
        return None

    def refused(row: RuleMade) -> Denied | None:
        if row.state != RuleMade.State.ENDED:
            return refuses_length(note, say("说明"), NOTE_LENGTH)
        return Denied(say("“%(title)s”已经失效，不能关联。"), say("请选择现行的制度。"), {"title": row.title})

    return _tie(change, refused, 1, "tie", actor=actor, problems=problems, rule=rule, how=how)


def untie_rule(*, actor: Actor, problems: Sequence[UUID], rule: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Take back that problems are tied to a rule, with a reason."""

    def change(case: Opened, moment: Moment, row: RuleMade, ties: Ties) -> Denied | None:
        tie = ties.get(case.problem.id)
        if tie is None or tie.dropped:
            return Denied(say("没有关联这项制度。"), say("请刷新后再看。"))
        case.bring([tie])
        tie.dropped = True
        case.details.update(named={tie.record_key: row.title}, note=reason.strip())
        return None

    return _tie(
        change,
        lambda row: refuses_text(reason, say("解除关联的理由")),
        -1,
        "untie",
        actor=actor,
        problems=problems,
        rule=rule,
        how=how,
    )


def _tie(
    change: Callable[[Opened, Moment, RuleMade, Ties], Denied | None],
    refused: Callable[[RuleMade], Denied | None],
    step: int,
    action: str,
    *,
    actor: Actor,
    problems: Sequence[UUID],
    rule: UUID,
    how: How,
) -> Outcome:
    with transaction.atomic():
        hold_still()
        row = _held(actor, rule, problems)
        insist(refused(row))
        ties = _ties(row, problems)
        outcome = take(
            Move.TIE_RULE,
            lambda case, moment: change(case, moment, row, ties),
            actor=actor,
            problems=problems,
            **how,
        )
        if outcome.done and not how.get("dry_run"):
            before = row.snapshot()
            row.ties += step * len(outcome.done)
            write_change(row, before, action, actor=actor)
        return outcome


def _held(actor: Actor, rule: UUID, problems: Sequence[UUID]) -> RuleMade:
    """The rule, held so that its count stays right while others tie as well. Raises `Refused` where it is out of
    sight, for problems out of sight before that."""
    row = find_rule(actor, rule)
    if row is None:
        within_sight(actor, problems)
        raise Refused(Denied(say("没有找到这项制度。"), say("请重新选择。")))
    return RuleMade.objects.select_for_update(of=("self",)).get(id=row.id)


def _ties(row: RuleMade, problems: Sequence[UUID]) -> Ties:
    """The ties of these problems to the rule, dropped ones too."""
    found: Ties = {}
    ids = list(problems)
    for start in range(0, len(ids), CHUNK):
        rows = RuleTie.objects.filter(rule_id=row.id, problem_id__in=ids[start : start + CHUNK])
        found.update({tie.problem_id: tie for tie in rows})
    return found
