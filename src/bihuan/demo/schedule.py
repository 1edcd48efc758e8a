"""The demo's calendar: steps wait in a queue ordered by time and are carried out with the clock moved.

Steps of the same kind at the same moment are taken together, as an office would. What they do is in `play`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.demo.content import load_fields, load_phrases
from bihuan.demo.office import Office
from bihuan.demo.story import Story
from bihuan.domain.case import Role
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor

HOURS = {
    "register": (9, 30),
    "dispatch": (10, 40),
    "sign": (11, 10),
    "report": (14, 0),
    "extend": (14, 30),
    "answer": (16, 20),
    "ask": (15, 10),
    "check": (9, 50),
    "accept": (10, 30),
    "send_back": (11, 30),
    "publish": (16, 0),
    "close": (9, 10),
    "confirm": (15, 40),
    "reopen": (16, 40),
    "suspend": (17, 0),
    "resume": (9, 0),
    "set_aside": (17, 10),
    "warn": (17, 20),
    "errand": (15, 30),
}
BEGINS = {
    step: MOVES[move].sources
    for step, move in (
        ("sign", Move.SIGN),
        ("report", Move.REPORT),
        ("ask", Move.ASK_CLOSEOUT),
        ("extend", Move.ASK_EXTENSION),
        ("answer", Move.GRANT_EXTENSION),
        ("suspend", Move.SUSPEND),
        ("set_aside", Move.WITHDRAW),
        ("warn", Move.WARN),
    )
}
Tell = Callable[[int, int], None]
Errand = Callable[[], None]
"""Something that happens on its day beside the stories."""


@dataclass
class Played:
    """A story on the stage: its problem's id once registered, and how often it was returned."""

    story: Story
    turn: int
    problem: UUID | None = None
    returned: int = 0
    cycle: int = 0
    closed: bool = False
    files: list[StoredFile] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        assert self.problem is not None
        return self.problem


class Schedule:
    """The queue of steps; what each step does is in `play`."""

    def __init__(self, office: Office, today: date) -> None:
        self.office, self.today = office, today
        self.now = clock.now()
        self.last = clock.moment_on(date(2000, 1, 1))
        self.queue: list[tuple[datetime, int, str, Any]] = []
        self.order = count()
        self.phrases = load_phrases()
        self.fields = {label.key: label.zh for label in load_fields()}
        self.spoken = count()

    def at(self, day: date, step: str, played: Played, *, minutes: int = 0) -> None:
        """Put a step in the queue, where there is time for it."""
        hour, minute = HOURS[step]
        moment = clock.moment_on(day, hour=hour, minute=minute) + timedelta(minutes=minutes)
        moment = max(moment, self.last + timedelta(minutes=5))
        if moment < self.now:
            heapq.heappush(self.queue, (moment, next(self.order), step, played))

    def errand(self, day: date, what: Errand) -> None:
        """Put something into the queue that is no step of a story."""
        hour, minute = HOURS["errand"]
        heapq.heappush(
            self.queue, (clock.moment_on(day, hour=hour, minute=minute), next(self.order), "errand", what)
        )

    def _errand(self, errands: list[Errand], today: date) -> None:
        for what in errands:
            what()

    def say(self, action: str) -> str:
        """The next of the phrases for an action."""
        lines = self.phrases[action]
        return lines[next(self.spoken) % len(lines)]

    def run(self, stories: list[Story], tell: Tell) -> None:
        """Play all stories up to now."""
        for turn, story in enumerate(stories):
            self.at(story.registered, "register", Played(story, turn))
        done = 0
        while self.queue:
            week_end = self.queue[0][0] + timedelta(days=7)
            with transaction.atomic():
                while self.queue and self.queue[0][0] < week_end:
                    done += self._next()
                    tell(done, len(self.queue))

    def _next(self) -> int:
        moment, _order, step, first = heapq.heappop(self.queue)
        group = [first]
        while self.queue and self.queue[0][0] == moment and self.queue[0][2] == step:
            group.append(heapq.heappop(self.queue)[3])
        ready = self._ready(step, group)
        self.last = moment
        with clock.moved_to(moment):
            if ready:
                getattr(self, f"_{step}")(ready, clock.day_of(moment))
        return len(group)

    def _ready(self, step: str, group: list[Any]) -> list[Any]:
        """Those that still stand where this step begins: others were merged, withdrawn or suspended meanwhile."""
        if step not in BEGINS:
            return group
        stages = dict(Problem.objects.filter(id__in=[p.id for p in group]).values_list("id", "stage"))
        return [played for played in group if stages[played.id] in BEGINS[step]]

    def coordinator(self, played: Played) -> Actor:
        """Who keeps the ledger that the problem is on."""
        unit = "qiling" if played.story.ledger == "qiling" else "yunting"
        found = self.office.actor(unit, Role.COORDINATOR, played.turn)
        assert found is not None
        return found

    def watcher(self, played: Played) -> Actor:
        """Who checks on the spot for the office that keeps the ledger."""
        if played.story.ledger == "qiling":
            return self.coordinator(played)
        return self.office.actor("yunting", Role.SUPERVISOR, played.turn) or self.coordinator(played)

    def liaison(self, played: Played) -> Actor | None:
        """Who acts for the lead unit."""
        return self.office.actor(played.story.text.lead, Role.LIAISON, played.turn)
