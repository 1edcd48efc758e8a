"""Every change of a reading as a whole: match its unit names, confirm or drop all of it.

Drafts are working material and leave no entries. Problems come into being only in `confirm`, all of a file in one
transaction through `ledger.actions.register`, or none; each names the file, sheet, row and reading it came from.
Files come in through `receiving`; single drafts are gone over in `drafting` and `regrouping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from bihuan.book import clock
from bihuan.book.rows import collector_at_rest, update_where
from bihuan.book.writing import CHUNK
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.applying import apply
from bihuan.intake.holding import hold, no_longer_open
from bihuan.intake.judging import judge_names
from bihuan.intake.mapping import Defaults, Mapper, units_by_name
from bihuan.intake.matching import directory_of
from bihuan.intake.models import Draft, Reading, UnitName
from bihuan.intake.queries import drafts_of, names_of, standing
from bihuan.intake.rounds import PAIRED, held_drafts, next_round, note_verdicts
from bihuan.ledger.actions.register import refuses_ledger, register
from bihuan.ledger.actions.taking_over import take_over
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor

Decisions = Mapping[str, tuple[int, ...] | None]
"""For unit names what a person decided: units, () for not yet, None for 'leave it out'."""


@transaction.atomic
def match_units(*, actor: Actor, reading: Reading, decisions: Decisions) -> int:
    """Note what a person decided about unit names; returns how many of them changed.

    Raises `Refused` for a unit that is not below the office, and where the reading is no longer open.
    """
    hold(actor, reading)
    below = directory_of(reading.keeper).units
    if any(unit not in below for units in decisions.values() for unit in units or ()):
        raise Refused(Denied(say("所选的单位不在您所在单位之下，或已经停用。"), say("请重新选择。")))
    rows = UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id, name__in=list(decisions))
    changed = []
    for row in rows:
        wanted = decisions[row.name]
        before = (row.units, row.ignored)
        row.units, row.ignored = list(wanted or ()), wanted is None
        if (row.units, row.ignored) != before:
            row.how = UnitName.How.PERSON if row.units else ""
            changed.append(row)
    UnitName.objects.bulk_update(changed, ["units", "ignored", "how"], batch_size=CHUNK)
    judge_names(actor, reading, [row.name for row in changed])
    return len(changed)


@collector_at_rest()
@transaction.atomic
def confirm(
    *, actor: Actor, reading: Reading, defaults: Defaults | None = None, half_done: bool = False
) -> list[Problem]:
    """Put all drafts of `reading` on its ledger, or none; returns the problems in the order of the file.

    Of a later version of the ledger the new rows go on it, and the others' changes are taken over. With
    `half_done` new ones are taken over as well, as the file claims; those without a lead unit stay listed until
    they have one. A second time does nothing and returns nothing. Raises `Refused` while a draft is faulty or a
    unit name has neither been matched nor left out, and where the reading was dropped.
    """
    insist(refuses_ledger(actor, reading.ledger))
    rows = Reading.objects.filter(region_id=reading.region_id, id=reading.id)
    if not rows.filter(state=Reading.State.OPEN).update(state=Reading.State.CONFIRMED):
        if rows.filter(state=Reading.State.CONFIRMED).exists():
            return []
        raise Refused(no_longer_open(rows.values_list("state", flat=True).get()))
    names = names_of(reading)
    insist(next(iter(standing(reading, names).obstacles), None))
    insist(_refuses_units(reading, names))
    drafts = list(drafts_of(reading))
    result: dict[str, int] = {}
    if reading.as_round:
        held = held_drafts(actor, reading, drafts)
        note_verdicts(held)
        update_where(Draft, PAIRED, [(draft, {}) for draft in drafts])
        result = apply(actor=actor, reading=reading, held=held) | {"absent": len(reading.absent)}
        drafts = [one.draft for one in held if one.ledger is None]
    mapper = Mapper(reading, units_by_name(names), defaults or Defaults())
    problems = [mapper.problem(draft) for draft in drafts]
    registered = register(actor=actor, ledger=reading.ledger, problems=problems) if problems else []
    _settle(actor, reading, drafts, registered, result)
    return _taken_over(actor, registered) if half_done and registered else registered


def _settle(
    actor: Actor, reading: Reading, drafts: Sequence[Draft], problems: Sequence[Problem], result: dict[str, int]
) -> None:
    """Note what each draft became, and which version of its ledger the file was."""
    for draft, problem in zip(drafts, problems, strict=True):
        draft.problem_id = problem.id
    update_where(Draft, ("problem_id",), [(draft, {}) for draft in drafts])
    Reading.objects.filter(region_id=reading.region_id, id=reading.id).update(
        round=next_round(reading),
        settled_at=clock.now(),
        settled_by_id=actor.person_id,
        result={"added": len(problems)} | result,
    )


def _taken_over(actor: Actor, registered: list[Problem]) -> list[Problem]:
    led = [problem.id for problem in registered if problem.lead_unit_id is not None]
    outcome = take_over(actor=actor, problems=led, all_or_none=True)
    insist(outcome.refused[0].denied if outcome.refused else None)
    taken = {problem.id: problem for problem in outcome.done}
    return [taken.get(problem.id, problem) for problem in registered]


def _refuses_units(reading: Reading, names: Iterable[UnitName]) -> Denied | None:
    """Units may have been closed since they were matched."""
    below = directory_of(reading.keeper).units
    gone = [row.name for row in names if any(unit not in below for unit in row.units)]
    if not gone:
        return None
    return Denied(
        say("“%(names)s”所对应的单位已经停用。"), say("请重新选择单位。"), {"names": "、".join(gone[:5])}
    )


@transaction.atomic
def discard(*, actor: Actor, reading: Reading) -> None:
    """Drop a reading that shall not be confirmed; the file and its drafts stay to be looked at."""
    hold(actor, reading)
    Reading.objects.filter(region_id=reading.region_id, id=reading.id).update(state=Reading.State.DROPPED)
