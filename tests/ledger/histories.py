"""Random histories: people in several posts and units who try things, sensible and senseless, as days go by.

`Bench` holds an office and its clock; `attempt` draws one try at a move and makes it through the real action.
The state machine and the replay of past days both draw from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Role, Side, Stage, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused
from bihuan.ledger.actions.register import NewMeasure, register
from bihuan.ledger.models import Problem, Responsibility
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person
from tests.domain.test_lifecycle import EXPECTED
from tests.ledger.hand import CALLS, READING, Draw, Hand, claims, mostly, says_done
from tests.ledger.tries import TRIES, campaigns, results
from tests.world import START, World

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
BETWEEN = tuple(TRIES)
"""The moves between levels and offices."""
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
            campaigns.set_up(self)
            results.set_up(self)

    def now(self) -> Any:
        return clock.moved_to(clock.moment_on(self.today))

    def unit(self, actor: Actor) -> str:
        return next(key for key, unit in self.world.units.items() if unit.pk == actor.unit_id)

    def sides(self, actor: Actor, problem: UUID) -> frozenset[Side]:
        known, unit = self.known[problem], self.unit(actor)
        parts = [(Side.OFFICE, known.office), (Side.LEAD, known.lead)]
        parts += [(Side.SUPPORT, support) for support in known.supports]
        own = frozenset(side for side, part in parts if part == unit)
        return own or self.above(actor, [part for _side, part in parts if part])

    def above(self, actor: Actor, parts: Iterable[str]) -> frozenset[Side]:
        """Does the actor's unit stand above one of these, being none of them?"""
        lines = (self.world.units[part].line for part in parts)
        return frozenset({Side.ABOVE}) if any(actor.unit_id in line for line in lines) else frozenset()

    def own_work(self, actor: Actor, problem: UUID) -> bool:
        known = self.known[problem]
        units = {self.world.units[key].pk for key in (known.lead, *known.supports) if key}
        return bool(units & actor.unit_ids) or actor.person_id in known.hands

    def meet(self) -> list[UUID]:
        """Get to know what was split off, handed down or taken on above since."""
        new = list(Problem.objects.exclude(id__in=self.known))
        for row in new:
            office = next(key for key, unit in self.world.units.items() if unit.pk == row.office_id)
            self.known[row.id] = Known(office, None, (), Stage(row.stage), due_original=row.due_original)
            self.read_units(row.id)
        return [row.id for row in new]

    def read_units(self, problem: UUID) -> None:
        """Take over from the rows which units work on it now."""
        names = {unit.pk: key for key, unit in self.world.units.items()}
        rows = Responsibility.objects.filter(problem_id=problem, dropped=False)
        parts = [(row.role, names[row.unit_id]) for row in rows]
        known = self.known[problem]
        known.lead = next((unit for role, unit in parts if role == "lead"), None)
        known.supports = tuple(unit for role, unit in parts if role == "support")

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
