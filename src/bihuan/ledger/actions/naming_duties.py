"""Named people for named duties (行政、技术、核查责任人): a person is named, and only their own word counts.

Whoever is named anew takes the place of the former one, whose row stays on the record. A bare name, of somebody
without an account, can be put down but never confirmed. Leaders who take a case do so themselves (`leading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.duties import NAMED, posts_in, units_of
from bihuan.ledger.models import Duty
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person

NAME_LENGTH = 60


@dataclass(frozen=True)
class Named:
    """Who is named: an account (`person_id`), or a bare name; of which unit."""

    unit_id: int
    person_id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Word:
    """What the person named says: yes, or no with a reason."""

    agrees: bool
    reason: str = ""


def name_duties(
    *, actor: Actor, problem: UUID, named: Mapping[Duty.Kind, Named | None], **how: Unpack[How]
) -> Outcome:
    """Name people for the duties in `named`; None leaves a duty without anybody, what is not mentioned stays.

    Refused for a unit that has nothing to do with the problem, for an account without a post there, and where
    nothing would change.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        names = _names_of(named.values())
        denied = next((d for one in named.values() if one and (d := _refuses(case, one, names))), None)
        if denied:
            return denied
        held = {row.duty: row for row in _held(case)}
        changed = [
            kind for kind, one in named.items() if _give(case, kind, one, held.get(kind.value), names, moment)
        ]
        return None if changed else Denied(say("责任人没有变化。"), say("请改动后再提交。"))

    return take(Move.NAME_DUTY, change, actor=actor, problems=[problem], **how)


def _names_of(named: Iterable[Named | None]) -> dict[int, str]:
    ids = [one.person_id for one in named if one and one.person_id is not None]
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _refuses(case: Opened, one: Named, names: Mapping[int, str]) -> Denied | None:
    if one.unit_id not in units_of(case):
        return Denied(say("责任人应是责任单位或交办单位的人员。"), say("请重新选择。"))
    if one.person_id is None:
        return needs_text(one.name, say("责任人姓名"))
    if one.person_id in names and posts_in([one.unit_id]).filter(person_id=one.person_id).exists():
        return None
    return Denied(say("所选的人员现在不在该单位任职，或账号已停用。"), say("请重新选择。"))


def _held(case: Opened, **conditions: object) -> list[Duty]:
    """The duties in force of this problem, but for a leader's own."""
    rows = Duty.objects.filter(region_id=case.problem.region_id, problem_id=case.problem.id, dropped=False)
    kinds = [kind.value for kind in NAMED]
    return case.bring(rows.filter(duty__in=kinds, **conditions).order_by("id"))


def _give(
    case: Opened,
    kind: Duty.Kind,
    one: Named | None,
    before: Duty | None,
    names: Mapping[int, str],
    moment: Moment,
) -> bool:
    """Let `one` hold the duty in place of whoever held it `before`; False where nothing changes by it."""
    if one is None:
        if before is not None:
            before.dropped = True
        return before is not None
    name = names[one.person_id] if one.person_id is not None else one.name.strip()[:NAME_LENGTH]
    if before is not None:
        same = (before.unit_id, before.person_id, before.name) == (one.unit_id, one.person_id, name)
        if same and before.refused_on is None:
            return False
        before.dropped = True
    ask(case, kind, Named(one.unit_id, one.person_id, name), moment)
    return True


def ask(case: Opened, kind: str, one: Named, moment: Moment) -> None:
    """Put `one`, with the name as it shall stand, down for a duty as of today; the own word is still wanted."""
    row = Duty(id=new_id(), unit_id=one.unit_id, person_id=one.person_id, name=one.name, asked_on=moment.today)
    row.duty = Duty.Kind(kind).value
    case.add(row)


def confirm_duty(*, actor: Actor, problem: UUID, words: Mapping[UUID, Word], **how: Unpack[How]) -> Outcome:
    """The person named says yes or no to duties of their own, by the ids of these; no needs a reason.

    Refused for anybody else's duty and for one that was answered already.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        own = {row.id: row for row in _held(case, person_id=actor.person_id)}
        denied = _refuses_words(own, words)
        if denied:
            return denied
        for id_, word in words.items():
            row = own[id_]
            if word.agrees:
                row.confirmed_on = moment.today
            else:
                row.refused_on, row.note = moment.today, word.reason.strip()
        return None

    return take(Move.CONFIRM_DUTY, change, actor=actor, problems=[problem], **how)


def _refuses_words(own: Mapping[UUID, Duty], words: Mapping[UUID, Word]) -> Denied | None:
    if not own or not words.keys() <= own.keys():
        return Denied(say("只有被明确的责任人本人才能确认。"), say("请由本人登录后确认。"))
    asked: Sequence[Duty] = [own[id_] for id_ in words]
    if not asked:
        return Denied(say("还没有选择认可或不认可。"), say("请选择后再提交。"))
    if any(row.confirmed_on or row.refused_on for row in asked):
        return Denied(say("您已经答复过这项职责。"), say("如有变化，请与牵头单位或交办单位联系，重新明确责任人。"))
    unsaid = any(not word.agrees and not word.reason.strip() for word in words.values())
    return needs_text("", say("不认可的理由")) if unsaid else None
