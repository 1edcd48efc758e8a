"""Every change of a reading as a whole: receive a file, match its unit names, confirm or drop all of it.

Drafts are working material and leave no entries. Problems come into being only in `confirm`, all of a file in one
transaction through `ledger.actions.register`, or none; each names the file, sheet, row and reading it came from.
Single drafts are gone over in `drafting` and `regrouping`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.rows import collector_at_rest, insert, update_where
from bihuan.book.writing import CHUNK
from bihuan.documents.reading import Fault, Item, Limits, Unreadable, read_ledger
from bihuan.documents.reading import Reading as Found
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.applying import apply
from bihuan.intake.claiming import doubts_about
from bihuan.intake.extracts import keep_sheets
from bihuan.intake.holding import hold, no_longer_open
from bihuan.intake.mapping import Defaults, Mapper, names_in, units_by_name
from bihuan.intake.matching import directory_of
from bihuan.intake.models import Draft, Reading, UnitName
from bihuan.intake.naming import add_names
from bihuan.intake.queries import drafts_of, names_of, standing
from bihuan.intake.rounds import held_drafts, looks_like_round, next_round, take_as_round
from bihuan.intake.uploads import Arrival, arriving
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.register import refuses_ledger, register
from bihuan.ledger.actions.taking_over import take_over
from bihuan.ledger.models import Ledger, Problem
from bihuan.organisations.access import Actor, may_keep_ledgers

Decisions = Mapping[str, tuple[int, ...] | None]
"""For unit names what a person decided: units, () for not yet, None for 'leave it out'."""


@dataclass(frozen=True)
class NewLedger:
    """A ledger to be opened together with the first file for it; `prefix` begins its numbers."""

    name: str
    prefix: str


def receive(*, actor: Actor, ledger: Ledger | NewLedger, name: str, chunks: Iterable[bytes]) -> Reading:
    """Read an uploaded ledger file into drafts for `ledger`; keeps the file under its hash.

    Raises `Refused` where the actor does not keep this ledger, or with the reader's reason where the file cannot
    be read, is too large, or the disk is full; then nothing stays behind. A ledger without rows is no failure:
    its reading has no drafts.
    """
    insist(may_keep_ledgers(actor) if isinstance(ledger, NewLedger) else refuses_ledger(actor, ledger))
    with collector_at_rest(), arriving(name, chunks) as file:
        found = _read(file)
        with transaction.atomic():
            if isinstance(ledger, NewLedger):
                ledger = open_ledger(actor=actor, name=ledger.name, prefix=ledger.prefix)
            reading = _reading(actor, ledger, file, found)
            _write_drafts(reading, found)
            _write_names(reading, found.items)
            keep_sheets(reading, found)
            if looks_like_round(actor, reading, [item.problem for item in found.items]):
                take_as_round(actor=actor, reading=reading)
            file.keep()
    return reading


def _read(file: Arrival) -> Found:
    try:
        return read_ledger(file.path, name=file.name, limits=Limits(file_size=settings.LEDGER_MAX_BYTES))
    except Unreadable as unreadable:
        fault = unreadable.fault
        raise Refused(Denied(fault.text, params=dict(fault.params))) from unreadable


def _reading(actor: Actor, ledger: Ledger, file: Arrival, found: Found) -> Reading:
    of_rows = {_key(doubt) for item in found.items for doubt in item.doubts}
    return Reading.objects.create(
        region_id=ledger.region_id,
        ledger_id=ledger.id,
        unit_id=actor.unit_id,
        person_id=actor.person_id,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        uploaded_at=clock.now(),
        tables=[asdict(table) for table in found.tables],
        faults=[_note(fault, faulty=False) for fault in found.faults if _key(fault) not in of_rows],
        drafts_count=len(found.items),
    )


def _key(fault: Fault) -> tuple[str, str | None]:
    return fault.text, fault.place


def _note(fault: Fault, *, faulty: bool) -> dict[str, Any]:
    params = {name: str(value) for name, value in fault.params.items()}
    return {"template": fault.text, "params": params, "place": fault.place, "faulty": faulty}


def _write_drafts(reading: Reading, found: Found) -> None:
    faults = {_key(fault) for fault in found.faults}
    insert([_draft(reading, place, item, faults) for place, item in enumerate(found.items, start=1)])


def _draft(reading: Reading, place: int, item: Item, faults: set[tuple[str, str | None]]) -> Draft:
    plain = item.as_json()
    plain.pop("doubts", None)
    no_text = not item.problem.strip()
    notes = [_note(doubt, faulty=no_text or _key(doubt) in faults) for doubt in item.doubts]
    notes += [_note(doubt, faulty=False) for doubt in doubts_about(plain, clock.today())]
    return Draft(
        id=new_id(),
        region_id=reading.region_id,
        reading_id=reading.id,
        place=place,
        item=plain,
        doubts=notes,
        faulty=no_text or any(note["faulty"] for note in notes),
        doubtful=any(not note["faulty"] for note in notes),
    )


def _write_names(reading: Reading, items: Iterable[Item]) -> None:
    counts = Counter(
        name
        for item in items
        for name in names_in({"lead_units": item.lead_units, "support_units": item.support_units})
    )
    add_names(reading, counts)


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
