"""Random histories: people in several posts and units who try things, sensible and senseless, as days go by.

`Bench` holds an office and its clock; `attempt` draws one try at a move and makes it through the real action.
The state machine and the replay of past days both draw from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Role, Side, Stage, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused
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
from bihuan.ledger.actions.register import NewMeasure, register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person
from tests.domain.test_lifecycle import EXPECTED
from tests.ledger.tries import TRIES
from tests.world import START, World

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]
PROOF = StoredFile("照片.png", 8, "0" * 64, "image/png")
READING = UUID(int=7)
TEXTS = ("按要求整改到位", "雨季无法施工", " ")
FORWARD = (
    Move.ENTER,
    Move.TAKE_OVER,
    Move.DISPATCH,
    Move.SIGN,
    Move.SET_MEASURES,
    Move.REPORT,
    Move.REPORT,
    Move.ASK_CLOSEOUT,
    Move.ASK_CLOSEOUT,
    Move.CHECK,
    Move.ACCEPT,
    Move.PUBLISH,
    Move.CLOSE,
    Move.CONFIRM,
    Move.RESUME,
)
"""The moves that carry a problem round the loop, as often as they are tried."""
BACK = (Move.RETURN, Move.REOPEN, Move.SUSPEND, Move.WARN, Move.LIFT_WARNING, Move.PLAN_LOOKBACK)
EXTENSION = (Move.ASK_EXTENSION, Move.SIGN_EXTENSION, Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION)
ASIDE = (Move.MERGE, Move.WITHDRAW)
MENDING = (Move.RECALL, Move.RECALL, Move.CORRECT, Move.RESTATE, Move.WITHDRAW_IMPORT)
"""The moves by which the office takes back or mends what it did itself."""
# Beside the people of the small office: two hats in all, and a county that works.
HIRED = (
    ("two_hats", ((Role.REVIEWER, "city"), (Role.LIAISON, "housing"))),
    ("also_water", ((Role.SUPERVISOR, "city"), (Role.LEADER, "water"), (Role.LIAISON, "county"))),
    ("county_leader", ((Role.LEADER, "county"),)),
    ("school_leader", ((Role.LEADER, "county_education"),)),
    ("water_leader", ((Role.LEADER, "water"),)),
)


@dataclass
class Known:
    """What the tests themselves remember of a problem."""

    office: str
    lead: str | None
    supports: tuple[str, ...]
    stage: Stage
    claims_done: bool = False
    """Does the file that it came with say that it is done?"""
    due_original: date | None = None
    hands: set[int] = field(default_factory=set)


@dataclass
class Tried:
    """One try at a move on a list of problems, and what came of it."""

    move: Move
    actor: Actor
    problems: list[UUID]
    dry: bool = False
    done: tuple[Problem, ...] = ()
    denied: tuple[Denied, ...] = ()


@dataclass
class Bench:
    """An office, everybody in it in every post, the present day, and the problems made so far."""

    world: World
    today: date = START
    actors: list[Actor] = field(default_factory=list)
    known: dict[UUID, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.now():
            for name, posts in HIRED:
                person = create_person(username=name, name=name, password=None, region_id=1)
                for role, unit in posts:
                    assign_post(person=person, unit=self.world.units[unit], role=role)
                self.world.people[name] = person
            for person in self.world.people.values():
                held = list(held_posts(person))
                self.actors += [actor for post in held if (actor := actor_for(person, held, post.pk))]

    def now(self) -> Any:
        return clock.moved_to(clock.moment_on(self.today))

    def unit(self, actor: Actor) -> str:
        return next(key for key, unit in self.world.units.items() if unit.pk == actor.unit_id)

    def sides(self, actor: Actor, problem: UUID) -> frozenset[Side]:
        known, unit = self.known[problem], self.unit(actor)
        parts = [(Side.OFFICE, known.office), (Side.LEAD, known.lead)]
        parts += [(Side.SUPPORT, support) for support in known.supports]
        return frozenset(side for side, part in parts if part == unit)

    def own_work(self, actor: Actor, problem: UUID) -> bool:
        known = self.known[problem]
        units = {self.world.units[key].pk for key in (known.lead, *known.supports) if key}
        return bool(units & actor.unit_ids) or actor.person_id in known.hands

    def fit(self, move: Move) -> list[tuple[Actor, UUID]]:
        """Who may make `move` on which problem, by the grid of moves alone."""
        return [(actor, problem) for actor, problem in self.at_their_stage(move) if self.may(move, actor, problem)]

    def unfit(self, move: Move) -> list[tuple[Actor, UUID]]:
        """Who may not make `move`, though the problem is at the right stage."""
        return [pair for pair in self.at_their_stage(move) if not self.may(move, *pair)]

    def someone_is_barred(self) -> bool:
        """Is there a move that somebody may not make though others could? Not once all problems have ended."""
        return any(self.unfit(move) for move in EXPECTED)

    def at_their_stage(self, move: Move) -> list[tuple[Actor, UUID]]:
        ready = [problem for problem, known in self.known.items() if known.stage in EXPECTED[move].sources]
        return [(actor, problem) for problem in ready for actor in self.actors]

    def may(self, move: Move, actor: Actor, problem: UUID) -> bool:
        sides, own = self.sides(actor, problem), self.own_work(actor, problem)
        return EXPECTED[move].allows(self.known[problem].stage, actor.role, sides, own)


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


def put_on_ledger(draw: Draw, bench: Bench) -> UUID:
    """A new problem, draft or listed, for any units, with any wanted date and measures."""
    world = bench.world
    units = sorted(world.units)
    lead = draw(st.sampled_from(["housing", "county_education", "water", "housing", *units, None]))
    supports = tuple(draw(st.lists(st.sampled_from([u for u in units if u != lead]), max_size=2, unique=True)))
    as_draft = draw(st.integers(0, 9)) == 0
    new = world.new(
        lead_unit_id=lead and world.units[lead].pk,
        support_unit_ids=tuple(world.units[unit].pk for unit in supports),
        horizon=draw(st.sampled_from(Horizon)),
        urgency=draw(st.sampled_from(Urgency)),
        wanted_due=draw(st.none() | st.integers(-5, 120).map(lambda n: bench.today + timedelta(days=n))),
        measures=tuple(NewMeasure(f"措施{n}") for n in range(draw(st.integers(0, 3)))),
        place=draw(st.sampled_from([{}, {"reading": str(READING)}])),
        claims=draw(claims(bench.today)),
    )
    with bench.now():
        made = register(actor=world.actor("coordinator"), ledger=world.ledger, problems=[new], as_draft=as_draft)
    stage = Stage.DRAFT if as_draft else Stage.LISTED
    bench.known[made[0].id] = Known("city", lead, supports, stage, says_done(new.claims))
    return made[0].id


def says_done(said: Mapping[str, Any]) -> bool:
    """Does a file with these words claim that the problem is done?"""
    return said.get("status", "100%" if said.get("share") == "100%" else "") in ("done", "100%")


def attempt(draw: Draw, bench: Bench, *, sense: int = 8, moves: Sequence[Move] = tuple(EXPECTED)) -> Tried:
    """Draw and make one try at one of `moves`; `sense` tenths of the choices are sensible."""
    move = mostly(draw, [move for move in moves if bench.fit(move)], moves, sense)
    everything = [(draw(st.sampled_from(bench.actors)), problem) for problem in [*bench.known, new_id()]]
    actor, problem = mostly(draw, bench.fit(move), everything, sense)
    return take(draw, bench, move, actor, problem, sense)


def overstep(draw: Draw, bench: Bench) -> Tried:
    """Somebody tries a move that somebody else could make now, filled in as it should be."""
    moves = [move for move in EXPECTED if bench.unfit(move)]
    move = draw(st.sampled_from(moves))
    barred = bench.unfit(move)
    near = [pair for pair in barred if pair[0].role in EXPECTED[move].roles]
    actor, problem = mostly(draw, near, barred, 7)
    return take(draw, bench, move, actor, problem, 10)


def take(draw: Draw, bench: Bench, move: Move, actor: Actor, problem: UUID, sense: int) -> Tried:
    """Make one try at `move`, through the real action."""
    problems = [problem, *([draw(st.sampled_from(list(bench.known)))] if draw(st.integers(0, 9)) == 0 else [])]
    tried = Tried(move, actor, problems, dry=sense < 10 and draw(st.integers(0, 19)) == 0)
    how: dict[str, Any] = {"dry_run": True} if tried.dry else {}
    if sense < 10 and draw(st.integers(0, 19)) == 0:
        how["seen"] = dict.fromkeys(problems, draw(st.integers(0, 3)))
    with bench.now():
        try:
            outcome = CALLS[move](Hand(draw, bench, sense), actor, problems, how)
        except Refused as refused:
            tried.denied = (refused.denied,)
        else:
            tried.done, tried.denied = outcome.done, tuple(refusal.denied for refusal in outcome.refused)
    return tried


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
