"""Urging (催办): a short word to the lead unit, put on record. At most once a day by the same unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.supervising import urging_row
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.actions.tasks import refuses_text
from bihuan.ledger.models import Urging
from bihuan.organisations.access import Actor


def urge(*, actor: Actor, problems: Sequence[UUID], text: str, **how: Unpack[How]) -> Outcome:
    """Urge the lead units of these problems; refused for those that the actor's unit urged today already."""
    urged: set[UUID] | None = None

    def change(case: Opened, moment: Moment) -> Denied | None:
        nonlocal urged
        denied = refuses_text(text, say("催办内容"))
        if denied:
            return denied
        if urged is None:
            urged = _urged_today(actor, problems, moment)
        if case.problem.id in urged:
            return Denied(say("本单位今天已经催办过该问题。"), say("每天最多催办一次。"))
        row = urging_row(case, Urging.Kind.URGE, text, actor=actor, moment=moment)
        case.add(row)
        case.details["note"] = row.text
        return None

    return take(Move.URGE, change, actor=actor, problems=problems, **how)


def _urged_today(actor: Actor, problems: Sequence[UUID], moment: Moment) -> set[UUID]:
    rows = Urging.objects.filter(
        by_unit_id=actor.unit_id, kind=Urging.Kind.URGE, sent_on=moment.today, problem_id__in=problems
    )
    return set(rows.values_list("problem_id", flat=True))
