"""Correct: a typing error in what was already dispatched is mended, with old and new and the reason on record.

For wording and classification only. Dates, stage, progress and units have moves of their own, and what a unit
was judged on stays what it was: nothing here touches them. A correction counts from the day it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.classing import Classes, put_in
from bihuan.ledger.actions.known import refuses_sources
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class Mended:
    """The wording as it shall be, every field of the problem itself; measures and persons only where named.

    `measures` gives the text of measures by their id, `persons` the person in charge by the id of the
    responsibility.
    """

    title: str
    text: str
    category: str
    goal: str
    source_id: int | None
    origin: Origin
    measures: Mapping[UUID, str] = field(default_factory=dict)
    persons: Mapping[UUID, str] = field(default_factory=dict)
    classes: Classes | None = None
    """None: as they stand."""


def correct(*, actor: Actor, problem: UUID, mended: Mended, reason: str, **how: Unpack[How]) -> Outcome:
    """Mend the wording of a problem that was dispatched already, saying why.

    Refused where nothing changes, a text is empty, or a measure or responsibility is not one of this problem.
    """
    return correct_each(actor=actor, corrections={problem: mended}, reason=reason, **how)


def correct_each(*, actor: Actor, corrections: Mapping[UUID, Mended], reason: str, **how: Unpack[How]) -> Outcome:
    """Correct several problems for one reason, each as its own correction says; refusals as for `correct`."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        mended = corrections[case.problem.id]
        denied = needs_text(reason, say("更正的理由")) or _refuses(case, mended)
        if denied:
            return denied
        _mend(case, mended)
        if case.problem.snapshot() == _before(case) and not _parts_changed(case):
            return Denied(say("内容没有改动，不需要更正。"), say("请改好有误的地方再提交。"))
        case.details["note"] = reason.strip()
        return None

    return take(Move.CORRECT, change, actor=actor, problems=list(corrections), **how)


def _refuses(case: Opened, mended: Mended) -> Denied | None:
    known = {row.id for row in case.measures} | {row.id for row in case.responsibilities}
    if not {*mended.measures, *mended.persons} <= known:
        return Denied(say("其中有不属于该问题的措施或责任单位。"), say("请刷新后再办理。"))
    texts = [(mended.title, say("标题")), (mended.text, say("问题内容"))]
    texts += [(text, say("措施内容")) for text in mended.measures.values()]
    empty = (denied for text, what in texts if (denied := needs_text(text, what)))
    return next(empty, None) or refuses_sources({mended.source_id} - {case.problem.source_id})


def _mend(case: Opened, mended: Mended) -> None:
    problem = case.problem
    problem.title, problem.text = mended.title.strip()[:120], _mended(problem.text, mended.text)
    problem.category, problem.goal = mended.category.strip()[:60], _mended(problem.goal, mended.goal)
    problem.source_id, problem.origin = mended.source_id, mended.origin.value
    put_in(problem, mended.classes)
    for measure in case.measures:
        if measure.id in mended.measures:
            measure.text = _mended(measure.text, mended.measures[measure.id])
    for row in case.responsibilities:
        if row.id in mended.persons:
            row.person = mended.persons[row.id].strip()[:60]


def _mended(old: str, new: str) -> str:
    """The new text; the old one as it stands where only its line ends or the blanks around it differ."""
    return old if _plain(old) == _plain(new) else _plain(new)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _before(case: Opened) -> dict[str, object]:
    return {name: case.before[name] for name in case.problem.ON_RECORD}


def _parts_changed(case: Opened) -> bool:
    return any(row.snapshot() != case.snapshots[row.id] for row in case.parts)
