"""What every action does: open problems within sight, ask the rules, write rows and entries together.

`opening` loads what the actor may see and separates what the table of moves allows from what it refuses, with
the reason for each. The action then changes the opened rows, and `record` writes rows, entries, chains, spans,
colours and reach in the caller's transaction. Decides nothing itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count

from bihuan.book import clock
from bihuan.domain.case import OPEN_STAGES, Case, Stage, Standing, Terms, flow_under
from bihuan.domain.flows import Kind
from bihuan.domain.lifecycle import Move, may
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.domain.schedule import Schedule
from bihuan.domain.setup import ProblemClass, SetUp
from bihuan.domain.workdays import Calendar
from bihuan.ledger.actions.pending import Pending, pending_from, pending_of
from bihuan.ledger.actions.standing import case_of as case_of
from bihuan.ledger.actions.standing import flow_of, traits_of
from bihuan.ledger.actions.standing import standing_of as standing_of
from bihuan.ledger.derived import DERIVED, colour_from, steps_of
from bihuan.ledger.models import (
    Closeout,
    Decline,
    Duty,
    Evidence,
    Extension,
    Ledger,
    Lookback,
    Measure,
    Problem,
    Raising,
    Responsibility,
)
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.queries import visible_to
from bihuan.ledger.rules import lines_of_sources, rules_on_record
from bihuan.organisations.access import Actor

CHUNK = 5000
R = TypeVar("R", bound=PartOfProblem)


@dataclass(frozen=True)
class Moment:
    """When an action happens, by which calendar, which colour policies are known, and which set-up is in force.

    `sources` gives for each source its code and those above it, where classes of problems depend on them.
    """

    now: datetime
    today: date
    calendar: Calendar
    schedule: Schedule
    setup: SetUp = field(default_factory=SetUp)
    sources: Mapping[int, frozenset[str]] = field(default_factory=dict)


def this_moment() -> Moment:
    """Now, with the calendar and the set-up in force and the colour policies on the record."""
    now = clock.now()
    today, rules = clock.day_of(now), rules_on_record()
    setup = rules.setup(today)
    sources = lines_of_sources() if setup.asks_sources else {}
    return Moment(now, today, rules.calendar, rules.schedule, setup, sources)


@dataclass
class Opened:
    """A problem opened for a change, with its parts as they were loaded and what is added to it."""

    problem: Problem
    before: dict[str, Any]
    terms: Terms
    kind: ProblemClass
    """Its class by the set-up in force."""
    responsibilities: list[Responsibility]
    measures: list[Measure]
    files: dict[UUID, int]
    standing: Standing
    case: Case
    acting_for: int
    """The unit whose step it is: the actor's own, or the one on whose behalf it is put down."""
    pending: Pending = field(default_factory=Pending)
    asked_by: int | None = None
    """The person for whom it was opened."""
    duties: list[Duty] | None = None
    """Who is named for what, where a page has loaded it (`open_loaded`); nothing that an action changes."""
    brought: list[PartOfProblem] = field(default_factory=list)
    added: list[PartOfProblem] = field(default_factory=list)
    stored: dict[str, Any] = field(default_factory=dict)
    """The columns as they are stored: those of `before`, which has the colours of a newer schedule where there is
    one that has not reached the row yet."""
    snapshots: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    occurred_on: date | None = None
    """The day on which the step is said to have happened to this very problem; else the day said for all."""

    @property
    def supports(self) -> list[int]:
        """Ids of the supporting units."""
        rows = [*self.responsibilities, *(row for row in self.added if isinstance(row, Responsibility))]
        return [row.unit_id for row in rows if row.role == Responsibility.Role.SUPPORT and not row.dropped]

    @property
    def supports_before(self) -> list[int]:
        """Ids of the supporting units as they were loaded."""
        rows = [self.snapshots[row.id] for row in self.responsibilities]
        return [row["unit_id"] for row in rows if row["role"] == Responsibility.Role.SUPPORT]

    @property
    def lead(self) -> Responsibility | None:
        """The lead unit's row."""
        return next(
            (r for r in self.responsibilities if r.role == Responsibility.Role.LEAD and not r.dropped), None
        )

    @property
    def parts(self) -> list[PartOfProblem]:
        """The loaded rows that belong to the problem."""
        loaded: list[PartOfProblem] = [*self.responsibilities, *self.measures, *self.brought]
        new = {row.id for row in self.added}
        return [*loaded, *(row for row in self.pending if row.id not in new)]

    @property
    def request(self) -> Extension | None:
        """The request for more time that waits for an answer."""
        return self.pending.request

    @property
    def lookback(self) -> Lookback | None:
        """The look-back that is planned."""
        return self.pending.lookback

    @property
    def decline(self) -> Decline | None:
        """The last decline of the order by its present lead unit."""
        return self.pending.decline

    @property
    def raising(self) -> Raising | None:
        """The question put upward that waits for an answer."""
        return self.pending.raising

    @property
    def closeout(self) -> Closeout | None:
        """The request for close-out under way."""
        return self.pending.closeout

    def bring(self, rows: Iterable[R]) -> list[R]:
        """Take rows of this problem that an action has loaded itself among those that are watched for changes."""
        taken = list(rows)
        self.brought.extend(taken)
        self.snapshots.update({row.id: row.snapshot() for row in taken})
        return taken

    def add(self, row: R) -> R:
        """Hang a new row on the problem; it is written and put on the record with the rest."""
        row.region_id, row.problem_id = self.problem.region_id, self.problem.id
        self.added.append(row)
        return row

    def worked(self, actor: Actor) -> None:
        """Note that this person had a hand in the fixing: from now on it is own work."""
        if actor.person_id not in self.problem.worked_by:
            self.problem.worked_by = [*self.problem.worked_by, actor.person_id]


@dataclass(frozen=True)
class Refusal:
    """A problem that the step would not take, and why."""

    problem: Problem
    denied: Denied


@dataclass(frozen=True)
class Outcome:
    """What a step did, or with `dry_run` would do."""

    done: tuple[Problem, ...]
    refused: tuple[Refusal, ...]

    def only(self) -> Problem:
        """The one problem of a step on a single problem; raises `Refused` with its reason."""
        if self.refused:
            raise Refused(self.refused[0].denied)
        return self.done[0]


Seen = Mapping[UUID, int]


def opening(
    move: Move,
    problems: Sequence[Problem],
    *,
    actor: Actor,
    moment: Moment,
    seen: Seen | None = None,
    as_if: Callable[[Case], Case] | None = None,
    behalf_of: int | None = None,
) -> tuple[list[Opened], list[Refusal]]:
    """Open `problems`, all within sight, for `move`: those the table of moves allows, and the refusals.

    `seen` holds the version of each problem that the person had in front of them; `as_if` changes what the
    rules are asked about (a date that the step itself will set); `behalf_of` is the unit acted for.
    """
    opened, refused = [], []
    for case in _open(problems, actor, moment, behalf_of):
        case.case = as_if(case.case) if as_if else case.case
        denied = (
            _refuses_stranger(case, behalf_of)
            or may(move, case.case, case.standing)
            or _refuses_version(case.problem, seen)
        )
        if denied:
            refused.append(Refusal(case.problem, denied))
        else:
            opened.append(case)
    return opened, refused


def open_one(problem: Problem, *, actor: Actor, moment: Moment, behalf_of: int | None = None) -> Opened:
    """One problem, already loaded within sight, as the rules see it for this actor (or the unit acted for)."""
    return _open([problem], actor, moment, behalf_of)[0]


def open_loaded(problem: Problem, parts: Iterable[PartOfProblem], *, actor: Actor, moment: Moment) -> Opened:
    """One problem with its ledger, whose parts (all of them) were loaded within sight already."""
    rows = list(parts)
    files = Counter(row.measure_id for row in rows if isinstance(row, Evidence) and row.measure_id)
    measures = [row for row in rows if isinstance(row, Measure) and not row.dropped]
    duties = [row for row in rows if isinstance(row, Duty) and not row.dropped]
    opened = _opened(
        problem,
        actor,
        moment,
        problem.ledger.terms,
        [row for row in rows if isinstance(row, Responsibility) and not row.dropped],
        sorted(measures, key=lambda row: row.place),
        dict(files),
        pending_from(problem, rows),
        None,
    )
    opened.duties = duties
    return opened


def open_all(problems: Sequence[Problem], *, actor: Actor, moment: Moment) -> list[Opened]:
    """Many problems, already loaded, for an action that asks its own rules (`may` is not asked here)."""
    return _open(problems, actor, moment)


def within_sight(actor: Actor, problems: Sequence[UUID]) -> list[Problem]:
    """The problems with these ids, each once, in their order.

    Raises `Refused` for the whole list where one of them is out of sight: nothing is done for lists that were
    tampered with.
    """
    found: dict[UUID, Problem] = {}
    wanted = list(dict.fromkeys(problems))
    for start in range(0, len(wanted), CHUNK):
        found.update({row.id: row for row in visible_to(actor).filter(id__in=wanted[start : start + CHUNK])})
    if len(found) != len(wanted):
        raise Refused(Denied(say("所选的问题中有您看不到的，整批没有办理。"), say("请刷新列表后重新选择。")))
    return [found[problem_id] for problem_id in wanted]


def _refuses_stranger(case: Opened, behalf_of: int | None) -> Denied | None:
    if behalf_of is None or case.standing.on_behalf_of is not None:
        return None
    return Denied(say("要代填的单位不是该问题的责任单位。"), say("请核对单位；该问题可能已经改由别的单位牵头。"))


def _refuses_version(problem: Problem, seen: Seen | None) -> Denied | None:
    if seen is None or seen.get(problem.id, problem.version) == problem.version:
        return None
    return Denied(say("您打开页面之后，别人已经办理过该问题。"), say("请刷新后再办理。"))


def _by_problem(model: type[R], ids: Sequence[UUID], **conditions: Any) -> dict[UUID, list[R]]:
    grouped: dict[UUID, list[R]] = defaultdict(list)
    rows = model._default_manager.filter(problem_id__in=ids, **conditions)
    for row in rows.order_by("id"):
        grouped[row.problem_id].append(row)
    return grouped


def _open(rows: Sequence[Problem], actor: Actor, moment: Moment, behalf_of: int | None = None) -> list[Opened]:
    opened: list[Opened] = []
    for start in range(0, len(rows), CHUNK):
        opened.extend(_open_chunk(rows[start : start + CHUNK], actor, moment, behalf_of))
    return opened


def _open_chunk(rows: Sequence[Problem], actor: Actor, moment: Moment, behalf_of: int | None) -> Iterable[Opened]:
    ids = [row.id for row in rows]
    responsibilities = _by_problem(Responsibility, ids, dropped=False)
    measures = _by_problem(Measure, ids, dropped=False)
    pending = pending_of(rows)
    files: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    counts = Evidence.objects.filter(problem_id__in=ids, measure_id__isnull=False).order_by()
    for problem_id, measure_id, count in counts.values_list("problem_id", "measure_id").annotate(n=Count("id")):
        files[problem_id][measure_id] = count
    ledgers = Ledger.objects.filter(id__in={row.ledger_id for row in rows})
    terms = dict(ledgers.values_list("id", "terms"))
    for row in rows:
        yield _opened(
            row,
            actor,
            moment,
            terms[row.ledger_id],
            responsibilities.get(row.id, []),
            sorted(measures.get(row.id, []), key=lambda m: m.place),
            files.get(row.id, {}),
            pending[row.id],
            behalf_of,
        )


def _opened(
    problem: Problem,
    actor: Actor,
    moment: Moment,
    own_terms: Mapping[str, Any],
    responsibilities: list[Responsibility],
    measures: list[Measure],
    files: dict[UUID, int],
    pending: Pending,
    behalf_of: int | None,
) -> Opened:
    supports = {r.unit_id for r in responsibilities if r.role == Responsibility.Role.SUPPORT}
    before = stored = _columns_of(problem)
    if _colour_anew(problem, measures, moment.schedule):
        before = _columns_of(problem)
    kind = moment.setup.class_of(traits_of(problem, moment.sources))
    terms = moment.setup.terms(own_terms, kind)
    standing = standing_of(actor, problem, supports, behalf_of)
    flow = flow_of(pending.closeout) or flow_under(moment.setup.flow_of(kind), terms)
    if pending.closeout is None and problem.checked_on is not None:
        flow = flow.without(Kind.CHECK)  # checked in days of old, before requests were kept
    opened = Opened(
        problem=problem,
        before=before,
        stored=stored,
        terms=terms,
        kind=kind,
        responsibilities=responsibilities,
        measures=measures,
        files=files,
        standing=replace(standing, has_signed=_has_signed(actor, pending)),
        case=case_of(problem, terms, measures, files, pending, flow, moment),
        acting_for=behalf_of or actor.unit_id,
        pending=pending,
        asked_by=actor.person_id,
    )
    opened.snapshots = {row.id: row.snapshot() for row in opened.parts}
    return opened


def _has_signed(actor: Actor, pending: Pending) -> bool:
    return any(row["person"] == actor.person_id for row in pending.signatures)


def _columns_of(problem: Problem) -> dict[str, Any]:
    return {name: problem.__dict__[name] for name in ("id", "region_id", "version", *Problem.ON_RECORD, *DERIVED)}


def _colour_anew(problem: Problem, measures: Sequence[Measure], schedule: Schedule) -> bool:
    """Colour an open problem that policies put on the record since have not reached yet (`recolouring`)."""
    if problem.coloured_by >= schedule.version or Stage(problem.stage) not in OPEN_STAGES:
        return False
    colour_from(problem, steps_of(measures), schedule=schedule, day=problem.state_from)
    return True
