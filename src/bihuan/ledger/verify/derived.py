"""What follows from a problem's entries, recomputed: colours and turns, past spans, reach, kept sums.

The state of a problem at the end of each day with entries decides the days up to the next one, by the schedule of
colour policies known then; an open problem takes on later policies from the day on from which they are in force,
which was still to come when they were put on the record. So replaying day by day gives the rows that the actions
must have left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import models

from bihuan.book import clock
from bihuan.book.booked import State, plain
from bihuan.domain.case import OPEN_STAGES, Step
from bihuan.ledger.derived import (
    DERIVED,
    colour_changes,
    colour_from,
    past_spans,
    reach_of,
    request_state,
    set_derived,
    turns_from,
)
from bihuan.ledger.models import Decline, Extension, Part, Problem, Raising, Reach, Responsibility, Span
from bihuan.ledger.tally import Stand, changes_between
from bihuan.ledger.verify.chains import PLACE, Told
from bihuan.ledger.verify.findings import What
from bihuan.ledger.verify.ground import Ground
from bihuan.ledger.verify.reading import Row

REQUESTS = frozenset({Extension.KIND, Decline.KIND, Raising.KIND})
PLACED = frozenset({"id", "region_id", "problem_id"})
SPAN_COLUMNS = tuple(f.attname for f in Span._meta.concrete_fields if f.attname not in PLACED)
REACH_COLUMNS = tuple(f.attname for f in Reach._meta.concrete_fields if f.attname not in PLACED)
_days = {f.attname for f in Problem._meta.concrete_fields if isinstance(f, models.DateField)}
DATES = tuple(name for name in Problem.ON_RECORD if name in _days)
OTHERS = tuple(name for name in Problem.ON_RECORD if name not in _days)


@lru_cache(maxsize=4096)
def _day_of(minute: str) -> date:
    return clock.day_of(datetime.fromisoformat(f"{minute}:00+00:00"))


@lru_cache(maxsize=8192)
def _date(value: str) -> date:
    return date.fromisoformat(value)


def _as_date(value: Any) -> date | None:
    return None if value is None else _date(value)


class Replay:
    """A problem played again from its entries, as `told` folds them; of other chains it only sees that they have
    none of a problem's rows."""

    def __init__(self, ground: Ground, told: Told, problem: Problem) -> None:
        """`problem` is a row to work with: every column that matters is set before it is read."""
        self._ground = ground
        self._told = told
        self._problem = problem
        self._spans: Counter[Row] = Counter()
        self._day: date | None = None
        self._broken = ""
        self._stood: Stand | None = None

    def before(self, entry: Row) -> None:
        """Called before the next entry is folded: closes the last day where it was recorded on another one."""
        if entry[PLACE["kind"]] != Problem.KIND or self._broken:
            return
        with self._told_if_broken():
            day = _day_of(entry[PLACE["recorded_at"]][:16])
            if self._day is not None and day != self._day:
                columns = self._settle(self._day)
                self._past(past_spans(columns, until=day))
                self._count(columns, self._day, until=day)
            self._day = day

    def _past(self, spans: list[Span]) -> None:
        self._spans.update(map(_span, spans))

    @contextmanager
    def _told_if_broken(self) -> Iterator[None]:
        """A forged record may break any rule of the domain: that is a finding, not a crash."""
        try:
            yield
        except Exception as error:
            self._broken = f"{type(error).__name__}: {error}"
            self._told.fault(What.REPLAY, detail=self._broken)

    def _settle(self, day: date, stored: Any = None) -> dict[str, Any]:
        """The columns of the problem as it stood at the end of `day`; `stored` is the version of the policy by
        which its row says that it is coloured."""
        told, columns = self._told, vars(self._problem)
        said = told.state[f"{Problem.KIND}:{told.subject}"].get
        columns.update(id=told.subject, region_id=told.region)
        columns.update({name: said(name) for name in OTHERS})
        columns.update({name: _as_date(said(name)) for name in DATES})
        schedule = self._ground.schedule(self._version(stored))
        request = _request(told.state)
        set_derived(self._problem, _steps(told.state), schedule=schedule, today=day, request=request)
        return columns

    def _version(self, stored: Any) -> int:
        """The version of the policy by which the problem must be coloured: the newest one its last action knew; an
        open problem takes on later ones, all of them or those that have reached it."""
        ground = self._ground
        known = ground.known_at(self._told.at, self._told.entry_id)
        if self._problem.stage not in OPEN_STAGES:
            return known
        return stored if isinstance(stored, int) and known <= stored <= ground.newest else ground.newest

    def compare(self, row: Mapping[str, Any] | None, spans: list[Row], reaches: list[Row]) -> None:
        """Compare what is derived with what the entries lead to: the problem's row where there is one, its
        stored spans as `SPAN_COLUMNS`, its reach as `REACH_COLUMNS`."""
        if self._day is None:
            for kind, left in (("span", spans), ("reach", reaches)):
                if left:
                    self._told.fault(What.ROW_EXTRA, row=kind)
        elif not self._broken:
            with self._told_if_broken():
                columns = self._settle(self._day, row["coloured_by"] if row is not None else None)
                self._count(columns, self._day)
                self._compare_reach(reaches)
                if row is not None:
                    self._fill_up(columns, self._day, row["state_from"])
                    self._compare_row(columns, row)
                    behind = columns["coloured_by"] < self._ground.newest and columns["stage"] in OPEN_STAGES
                    self._ground.uncoloured += behind
                self._compare_spans(spans)

    def _fill_up(self, columns: dict[str, Any], day: date, stored: Any) -> None:
        """Let the row begin on a later day where it says so and its colour turned on that day: a row whose turns
        have come is filled up with further ones, and what lies before is past."""
        turned = colour_changes(turns_from(columns["turns"]), after=day)
        begins = next((turn.day for turn in turned if turn.day.isoformat() == stored), None)
        if begins is not None and begins <= clock.today():
            self._past(past_spans(columns, until=begins))
            schedule = self._ground.schedule(columns["coloured_by"])
            colour_from(self._problem, _steps(self._told.state), schedule=schedule, day=begins)

    def _compare_row(self, columns: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        expected = {name: plain(columns[name]) for name in DERIVED}
        expected |= {"version": self._told.entries - 1, "changed_at": self._told.at}
        for name, value in expected.items():
            if row[name] != value:
                self._told.fault(What.DERIVED, column=name)

    def _compare_spans(self, rows: list[Row]) -> None:
        stored = Counter(rows)
        if stored != self._spans:
            wrong = [*(stored - self._spans), *(self._spans - stored)]
            self._told.fault(What.SPANS, day=min(str(row[0]) for row in wrong))

    def _reach(self, columns: Mapping[str, Any], day: date) -> dict[int, Part]:
        return reach_of(columns, _supports(self._told.state), self._ground.trees.lines_at(day))

    def _count(self, columns: Mapping[str, Any], day: date, until: date | None = None) -> None:
        """Add to the sums that must have been kept what changed on `day`, at whose end the problem stood so, and
        then, up to `until`, on the days on which the tree of units changed around it."""
        self._count_day(columns, day)
        for turn in self._ground.trees.turns_after(day, until):
            self._count_day(columns, turn)

    def _count_day(self, columns: Mapping[str, Any], day: date) -> None:
        lead = columns["lead_unit_id"] if columns["dispatched_on"] is not None else None
        line = frozenset(self._ground.trees.lines_at(day)[lead]) if lead is not None else frozenset()
        stand = Stand(dict(columns), frozenset(self._reach(columns, day)), line)
        self._ground.sums.update(dict(changes_between(self._stood, stand, today=day)))
        self._stood = stand

    def _compare_reach(self, rows: list[Row]) -> None:
        reach = self._reach(vars(self._problem), date.max)
        expected_rows = (
            (unit, part.value, self._problem.stage, plain(self._problem.due)) for unit, part in reach.items()
        )
        stored, expected = Counter(rows), Counter(expected_rows)
        if stored != expected:
            wrong = [*(stored - expected), *(expected - stored)]
            self._told.fault(What.REACH, unit=min(str(row[0]) for row in wrong))


def _span(span: Span) -> Row:
    values = vars(span)
    return tuple(plain(values[name]) for name in SPAN_COLUMNS)


def _steps(state: State) -> tuple[Step, ...]:
    return tuple(
        Step(
            due=_as_date(row.get("due")), share=row["share"], progress=row["progress"], text=row.get("text") or ""
        )
        for key, row in state.items()
        if key.startswith("measure:") and not row["dropped"]
    )


def _request(state: State) -> str | None:
    """What the unit asked and waits for, as the actions put it down."""
    asked = ((key.partition(":")[0], row) for key, row in state.items())
    return request_state((kind, row["answer"], row.get("signed_on")) for kind, row in asked if kind in REQUESTS)


def _supports(state: State) -> list[int]:
    return [
        row["unit_id"]
        for key, row in state.items()
        if key.startswith("responsibility:") and row["role"] == Responsibility.Role.SUPPORT and not row["dropped"]
    ]
