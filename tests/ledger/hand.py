"""What people fill in who try a move, sensible or senseless; `CALLS` makes it through the real action."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import (
    amending,
    closing,
    correcting,
    dispatch,
    extending,
    lookback,
    restating,
    setting_aside,
    taking_over,
    undoing,
    warning,
    working,
)
from bihuan.ledger.actions.amending import Amendment
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor
from tests.ledger.tries import TRIES

if TYPE_CHECKING:
    from tests.ledger.histories import Bench

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]
PROOF = StoredFile("照片.png", 8, "0" * 64, "image/png")
READING = UUID(int=7)
TEXTS = ("按要求整改到位", "雨季无法施工", " ")


def mostly(draw: Draw, good: Sequence[T], others: Sequence[T], tenths: int) -> T:
    """One of `good` in so many tenths of all cases, otherwise (or where there is none) one of `others`."""
    chosen = good if good and draw(st.integers(1, 10)) <= tenths else others or good
    found: T = draw(st.sampled_from(chosen))
    return found


def claims(today: date) -> st.SearchStrategy[dict[str, str]]:
    """What a file says of a problem, sensible or not."""
    day = st.integers(-500, 60).map(lambda n: (today + timedelta(days=n)).isoformat())
    words = {
        "status": st.sampled_from(["done", "mostly", "ongoing", "not_started"]),
        "dispatched": day,
        "done": day,
        "deadline_date": day,
        "extended": day,
        "share": st.sampled_from(["0", "35%", "0.6", "100%", "150%"]),
    }
    return st.fixed_dictionaries({}, optional=words)


def says_done(said: Mapping[str, Any]) -> bool:
    """Does a file with these words claim that the problem is done?"""
    return said.get("status", "100%" if said.get("share") == "100%" else "") in ("done", "100%")


@dataclass
class Hand:
    """Draws what people fill in."""

    draw: Draw
    bench: Bench
    sense: int

    def text(self) -> str:
        return mostly(self.draw, TEXTS[:2], TEXTS[2:], self.sense)

    def day(self, first: int, last: int) -> date:
        """A day so many days from today: sensible from `first` on, otherwise any."""
        days = mostly(self.draw, [first, (first + last) // 2, last], [-400, -1, 0, 1000], self.sense)
        return self.bench.today + timedelta(days=days)

    def measures(self, problem: UUID) -> list[PlannedMeasure]:
        count = self.draw(st.integers(1, 3)) if self.sense == 10 else self.draw(st.integers(0, 3))
        row = Problem.objects.filter(id=problem).first()
        due = row.due if row and row.due else self.bench.today
        kept = list(Measure.objects.filter(problem_id=problem, dropped=False).values_list("id", flat=True))
        return [
            PlannedMeasure(
                text=self.text(),
                share=mostly(self.draw, [100 // count + (100 % count if n == 0 else 0)], [0, 50], self.sense),
                due=mostly(self.draw, [due, min(due, self.bench.today)], [due + timedelta(days=1)], self.sense),
                unit_id=mostly(self.draw, [None], [u.pk for u in self.bench.world.units.values()], self.sense),
                id=self.draw(st.sampled_from([None, *kept])),
            )
            for n in range(count)
        ]

    def progress(self, actor: Actor, problem: UUID) -> dict[UUID, Progress]:
        rows = list(Measure.objects.filter(problem_id=problem, dropped=False))
        allowed = [row for row in rows if self.bench.known[problem].lead == self.bench.unit(actor)] or [
            row for row in rows if row.unit_id == actor.unit_id
        ]
        chosen = mostly(self.draw, [allowed], [rows, []], self.sense)
        return {
            row.id: Progress(mostly(self.draw, [100, 100, 100, 100, 60], [-1, 101, 0], self.sense))
            for row in chosen
        }


def _amendment(hand: Hand) -> Amendment:
    units = hand.bench.world.units
    lead, support = (hand.draw(st.sampled_from(sorted(units))) for _ in range(2))
    return Amendment(
        title="",
        text=hand.text(),
        category="",
        goal="",
        source_id=None,
        urgency=hand.draw(st.sampled_from(Urgency)),
        horizon=hand.draw(st.sampled_from(Horizon)),
        wanted_due=None,
        lead_unit_id=units[lead].pk,
        support_unit_ids=(units[support].pk,),
    )


def _report(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    known = problems[0] in hand.bench.known
    progress = hand.progress(actor, problems[0]) if known else {}
    return working.report(
        actor=actor,
        problem=problems[0],
        progress=progress,
        files=[NewEvidence(PROOF, measure) for measure in progress],
        note=hand.text(),
        **how,
    )


def _correct(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    row = Problem.objects.filter(id=problems[0]).first()
    first = Measure.objects.filter(problem_id=problems[0], dropped=False).values_list("id", flat=True)[:1]
    mended = Mended(
        title=row.title if row else "",
        text=mostly(hand.draw, [f"更正：{row.text if row else ''}"], [row.text if row else "", " "], hand.sense),
        category=hand.draw(st.sampled_from(["", "市政"])),
        goal="",
        source_id=None,
        origin=hand.draw(st.sampled_from(Origin)),
        measures=dict.fromkeys(first, "更正后的措施"),
    )
    return correcting.correct(actor=actor, problem=problems[0], mended=mended, reason=hand.text(), **how)


def _merge(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    numbers = list(Problem.objects.order_by("number").values_list("number", flat=True))
    into = mostly(hand.draw, numbers, ["", "YT1999-00001"], hand.sense)
    return setting_aside.merge(actor=actor, problems=problems, into=into, reason=hand.text(), **how)


CALLS: dict[Move, Callable[[Hand, Actor, list[UUID], Any], Outcome]] = {
    Move.ENTER: lambda h, a, p, how: amending.enter(actor=a, problems=p, **how),
    Move.AMEND: lambda h, a, p, how: amending.amend(actor=a, problem=p[0], amendment=_amendment(h), **how),
    Move.DISPATCH: lambda h, a, p, how: dispatch.dispatch(
        actor=a, problems=p, due=h.draw(st.sampled_from([None, h.day(0, 90)])), **how
    ),
    Move.SIGN: lambda h, a, p, how: working.sign(actor=a, problems=p, **how),
    Move.SET_MEASURES: lambda h, a, p, how: working.set_measures(
        actor=a, problem=p[0], measures=h.measures(p[0]), **how
    ),
    Move.REPORT: _report,
    Move.ASK_EXTENSION: lambda h, a, p, how: extending.ask_extension(
        actor=a, problem=p[0], due=h.day(5, 60), reason=h.text(), **how
    ),
    Move.SIGN_EXTENSION: lambda h, a, p, how: extending.sign_extension(actor=a, problem=p[0], **how),
    Move.GRANT_EXTENSION: lambda h, a, p, how: extending.grant_extension(
        actor=a, problem=p[0], due=h.draw(st.sampled_from([None, None, h.day(5, 60)])), **how
    ),
    Move.REFUSE_EXTENSION: lambda h, a, p, how: extending.refuse_extension(
        actor=a, problem=p[0], opinion=h.text(), **how
    ),
    Move.ASK_CLOSEOUT: lambda h, a, p, how: closing.ask_closeout(actor=a, problem=p[0], summary=h.text(), **how),
    Move.CHECK: lambda h, a, p, how: closing.check(actor=a, problem=p[0], finding=h.text(), **how),
    Move.ACCEPT: lambda h, a, p, how: closing.accept(actor=a, problems=p, **how),
    Move.RETURN: lambda h, a, p, how: closing.send_back(actor=a, problem=p[0], reason=h.text(), **how),
    Move.PUBLISH: lambda h, a, p, how: closing.publish(actor=a, problems=p, **how),
    Move.CLOSE: lambda h, a, p, how: closing.close(actor=a, problems=p, **how),
    Move.PLAN_LOOKBACK: lambda h, a, p, how: lookback.plan_lookback(actor=a, problems=p, day=h.day(0, 90), **how),
    Move.CONFIRM: lambda h, a, p, how: lookback.confirm(actor=a, problem=p[0], finding=h.text(), **how),
    Move.REOPEN: lambda h, a, p, how: lookback.reopen(
        actor=a, problem=p[0], finding=h.text(), due=h.day(0, 60), **how
    ),
    Move.SUSPEND: lambda h, a, p, how: setting_aside.suspend(actor=a, problems=p, reason=h.text(), **how),
    Move.RESUME: lambda h, a, p, how: setting_aside.resume(actor=a, problems=p, **how),
    Move.MERGE: _merge,
    Move.WITHDRAW: lambda h, a, p, how: setting_aside.withdraw(actor=a, problems=p, reason=h.text(), **how),
    Move.WARN: lambda h, a, p, how: warning.warn(actor=a, problem=p[0], reason=h.text(), **how),
    Move.LIFT_WARNING: lambda h, a, p, how: warning.lift_warning(actor=a, problem=p[0], reason=h.text(), **how),
    Move.CORRECT: _correct,
    Move.CONFIRM_SIGNATURE: lambda h, a, p, how: working.confirm_signature(actor=a, problems=p, **how),
    Move.TAKE_OVER: lambda h, a, p, how: taking_over.take_over(actor=a, problems=p, **how),
    Move.RESTATE: lambda h, a, p, how: restating.restate_each(
        actor=a, claims={one: h.draw(claims(h.bench.today)) for one in p}, source={"file": "二.xlsx"}, **how
    ),
    Move.RECALL: lambda h, a, p, how: undoing.recall(actor=a, problems=p, reason=h.text(), **how),
    Move.WITHDRAW_IMPORT: lambda h, a, p, how: undoing.withdraw_import(
        actor=a, problems=p, reading=READING, reason=h.text(), **how
    ),
    **TRIES,
}
