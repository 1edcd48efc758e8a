"""On behalf (代填): the dispatching office puts down what a unit that does not sign in said on paper.

Every such step names the unit, the day on the paper and who signed it there, and carries the paper as evidence.
One paper may serve many problems and several steps of one problem. Whether it is allowed is decided by the table
of moves (`Rule.by_proxy`); what is put down is never counted as the unit's own signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.domain.case import Side
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.attaching import evidence_row
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Evidence, Problem
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.actions.step import Moment, Opened

NAME_LENGTH = 60


@dataclass(frozen=True)
class Behalf:
    """The unit acted for, the paper it handed in, and whose signature stands on that paper."""

    unit_id: int
    paper: StoredFile
    signed_by: str


def side_of(unit_id: int, problem: Problem, supports: set[int]) -> Side | None:
    """The side on which a unit is assigned to a problem; None where it is not."""
    if unit_id == problem.lead_unit_id:
        return Side.LEAD
    return Side.SUPPORT if unit_id in supports else None


def refuses_paper(behalf: Behalf | None, occurred_on: date | None) -> Denied | None:
    """A step on behalf needs the name on the paper and the day it is said to have happened."""
    if behalf is None:
        return None
    if not behalf.signed_by.strip():
        return Denied(say("还没有填写材料上是谁签的字。"), say("请照材料填写签字人姓名。"))
    if len(behalf.signed_by.strip()) > NAME_LENGTH:
        return Denied(say("签字人姓名最多%(most)s个字。"), params={"most": NAME_LENGTH})
    if occurred_on is None:
        return Denied(say("代填要写明实际发生的日期。"), say("请照材料填写日期。"))
    return None


def refuses_before_dispatch(case: Opened, occurred_on: date | None) -> Denied | None:
    """No unit did anything about a problem before it was handed over."""
    dispatched = case.problem.dispatched_on
    if case.standing.on_behalf_of is None or not (occurred_on and dispatched) or occurred_on >= dispatched:
        return None
    return Denied(
        say("实际发生日期%(day)s早于交办日期%(dispatched)s。"),
        say("请核对材料上的日期。"),
        {"day": occurred_on, "dispatched": dispatched},
    )


def attach_paper(cases: Sequence[Opened], behalf: Behalf, *, actor: Actor, moment: Moment) -> None:
    """Hang the paper on every problem that does not have it yet, and name it in the entry."""
    known = _attached([case.problem.id for case in cases], behalf)
    for case in cases:
        paper = known.get(case.problem.id) or _attach(case, behalf, actor, moment)
        case.details |= {
            "behalf": behalf.unit_id,
            "paper": str(paper),
            "signed_by": behalf.signed_by.strip(),
        }


def _attached(problems: Sequence[UUID], behalf: Behalf) -> dict[UUID, UUID]:
    """The rows of this very paper that hang on these problems already, by problem."""
    if not behalf.paper.sha256:
        return {}
    rows = Evidence.objects.filter(
        problem_id__in=problems, sha256=behalf.paper.sha256, measure_id__isnull=True, unit_id=behalf.unit_id
    )
    return dict(rows.values_list("problem_id", "id"))


def _attach(case: Opened, behalf: Behalf, actor: Actor, moment: Moment) -> UUID:
    row = evidence_row(behalf.paper, actor=actor, unit_id=behalf.unit_id, at=moment.now, purpose="paper")
    return case.add(row).id
