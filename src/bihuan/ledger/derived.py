"""What follows from a problem's rows: facts, colours and their turns, past spans, reach.

Pure of decisions and of writes: given rows it returns values. The actions store them, `verify` recomputes them
from the entries and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from bihuan.book.booked import plain
from bihuan.domain.case import Ruling, Stage, Step
from bihuan.domain.colours import (
    MAX_TURNS,
    Colour,
    Facts,
    Reason,
    Trajectory,
    Turn,
    achieved,
    at,
)
from bihuan.domain.schedule import Schedule, scheduled
from bihuan.domain.taking_over import counted_progress, stands_since
from bihuan.ledger.models import Decline, Extension, Measure, Part, Problem, Raising, Signed, Span

COLOURED = (
    "state_from",
    "colour",
    "turn1_on",
    "turn1",
    "turn2_on",
    "turn2",
    "turn3_on",
    "turn3",
    "turns",
    "coloured_by",
)
"""The derived columns that go by the schedule of colour policies."""
DERIVED = ("progress", *COLOURED, "measures_count", "request")


def steps_of(measures: Iterable[Measure], evidence: Mapping[Any, int] | None = None) -> tuple[Step, ...]:
    """The measures as the rules see them; `evidence` counts files by measure id.

    What a problem below carries out is proved there.
    """
    counts = evidence or {}
    return tuple(
        Step(
            due=m.due,
            share=m.share,
            progress=m.progress,
            evidence=counts.get(m.id, 0) + (m.part_id is not None),
            text=m.text,
        )
        for m in measures
    )


def facts_of(problem: Problem, steps: tuple[Step, ...]) -> Facts:
    """What the colour of `problem` depends on."""
    return Facts(
        stage=Stage(problem.stage),
        sign_by=problem.sign_by,
        signed_on=problem.signed_on,
        due=problem.due,
        steps=steps,
        returns=problem.returns,
        cycle=problem.cycle,
        satisfaction=problem.satisfaction,
        warned=problem.warned,
        stopped_on=_stopped_on(problem),
        claimed=_claimed(problem),
    )


def _stopped_on(problem: Problem) -> date | None:
    if problem.stage == Stage.CLAIMED_DONE and problem.taken_over_on is not None:
        return stands_since(claimed_done_on=problem.claimed_done_on, taken_over_on=problem.taken_over_on)
    return problem.asked_on or problem.suspended_on


def _claimed(problem: Problem) -> int | None:
    if problem.taken_over_on is None:
        return None
    return counted_progress(
        stage=Stage(problem.stage),
        claimed=problem.claimed_progress,
        returns=problem.returns,
        cycle=problem.cycle,
    )


_WAITING = {
    (Decline.KIND, Ruling.OPEN.value): "declined",
    (Decline.KIND, Ruling.APPEALED.value): "appealed",
    (Raising.KIND, Raising.Answer.OPEN.value): "raised",
}


def request_state(requests: Iterable[tuple[str, str, object]]) -> str | None:
    """What the unit asked and waits for, as `Problem.request` holds it.

    `requests` are requests for more time, declines and questions raised, each as its kind, its answer and the day
    on which the unit's leader signed it (if at all). At most one waits at a time.
    """
    for kind, answer, signed_on in requests:
        if kind == Extension.KIND and answer == Extension.Answer.OPEN:
            return "signed" if signed_on else "asked"
        if (kind, answer) in _WAITING:
            return _WAITING[kind, answer]
    return None


def set_derived(
    problem: Problem,
    steps: tuple[Step, ...],
    *,
    schedule: Schedule,
    today: date,
    request: str | None = None,
) -> None:
    """Set the derived columns as of `today`: progress, present colour, coming turns.

    `request` says what the unit asked and waits for (`request_state`).
    """
    problem.measures_count = len(steps)
    problem.request = request
    problem.progress = achieved(steps)
    colour_from(problem, steps, schedule=schedule, day=today)


def colour_from(problem: Problem, steps: tuple[Step, ...], *, schedule: Schedule, day: date) -> None:
    """Set the columns of `COLOURED`: the colour on `day` and the turns after it.

    The row has room for the next few changes of colour; where there are more, they stand in `turns` only, and the
    row is filled up again when some have come (`actions.recolouring`).
    """
    turns = scheduled(facts_of(problem, steps), schedule, day)
    problem.state_from = day
    problem.colour = at(turns, day).colour
    coming = colour_changes(turns, after=day)
    for place in range(MAX_TURNS):
        turn = coming[place] if place < len(coming) else None
        setattr(problem, f"turn{place + 1}_on", turn.day if turn else None)
        setattr(problem, f"turn{place + 1}", turn.colour.value if turn else "")
    problem.turns = turns_data(turns)
    problem.coloured_by = schedule.version


def colour_changes(turns: Trajectory, *, after: date) -> list[Turn]:
    """The turns after a day at which the colour itself changes, not only its reason."""
    colour = at(turns, after).colour
    found = []
    for turn in turns:
        if turn.day > after and turn.colour != colour:
            found.append(turn)
            colour = turn.colour
    return found


def turns_data(turns: Trajectory) -> list[list[Any]]:
    """A trajectory as JSON values."""
    return [
        [
            turn.day.isoformat(),
            turn.colour.value,
            turn.reason.code,
            {k: plain(v) for k, v in turn.reason.params.items()},
        ]
        for turn in turns
    ]


def turns_from(data: Sequence[Sequence[Any]]) -> Trajectory:
    """A stored trajectory; dates in its reasons come back as dates."""
    return tuple(
        Turn(date.fromisoformat(day), Colour(colour), Reason(code, {k: _value(v) for k, v in params.items()}))
        for day, colour, code, params in data
    )


def _value(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 and value[4] == "-" else value


def past_spans(before: Problem | Mapping[str, Any], *, until: date) -> list[Span]:
    """The days from the last change up to, not including, `until`, cut where the colour or its reason turned.

    `before` is the row as it was until now (the mapping holds its columns).
    """
    row = before if isinstance(before, Mapping) else before.__dict__
    begins: date = row["state_from"]
    if begins >= until:
        return []
    turns = turns_from(row["turns"])
    cuts = [begins, *(turn.day for turn in turns if begins < turn.day < until), until]
    spans = []
    for day, end in pairwise(cuts):
        turn = at(turns, day)
        spans.append(
            Span(
                region_id=row["region_id"],
                problem_id=row["id"],
                begins=day,
                ends=end,
                colour=turn.colour.value,
                reason=turn.reason.code,
                stage=row["stage"],
                unit_id=row["lead_unit_id"],
                office_id=row["office_id"],
                due=row["due"],
                due_original=row["due_original"],
                stopped=is_stopped(row),
                signed=signed_by(row),
            )
        )
    return spans


def reading_of(place: Mapping[str, Any]) -> UUID | None:
    """The import that a place in a file names."""
    reading = place.get("reading")
    return UUID(reading) if reading else None


def is_stopped(row: Mapping[str, Any]) -> bool:
    """Does the clock stand still: close-out asked for, suspended, or claimed done by a file?"""
    return bool(row["asked_on"] or row["suspended_on"] or row["stage"] == Stage.CLAIMED_DONE)


def signed_by(row: Mapping[str, Any]) -> str:
    """Who signed for the problem, as a value of `Signed`; empty where nobody did."""
    if row["signed_on"] is None:
        return ""
    return str((Signed.OFFICE if row["signed_by_office"] else Signed.UNIT).value)


def reach_of(
    row: Mapping[str, Any], supports: Iterable[int], lines: Mapping[int, Sequence[int]]
) -> dict[int, Part]:
    """Which units may see the problem with these columns, and in which part.

    `lines` gives for a unit the ids from the root down to it. Before dispatch only the ledger's own office;
    afterwards also every unit above it, the units assigned and those above them. The strongest part wins. What was
    referred to another authority reaches nobody: whoever has the right finds it by its referral (ADR 0025).
    """
    if row["stage"] == Stage.REFERRED:
        return {}
    if row["dispatched_on"] is None:
        return {row["office_id"]: Part.OFFICE}
    reach: dict[int, Part] = {}
    for unit in supports:
        reach.update(dict.fromkeys(lines[unit], Part.SUPPORT))
    if row["lead_unit_id"] is not None:
        reach.update(dict.fromkeys(lines[row["lead_unit_id"]], Part.LEAD))
    reach.update(dict.fromkeys(lines[row["office_id"]], Part.OFFICE))
    return reach
