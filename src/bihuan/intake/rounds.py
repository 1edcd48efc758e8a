"""Rounds: a later version of a ledger held against the ledger, and what that would change.

Rows are matched to problems (`likeness.pairing`), and each row's verdict says what it means: added, changed,
said to be closed, or the same. What is on the ledger and on no row is kept as absent, never taken off. A person
may pair rows otherwise. Nothing here touches the ledger: that is done in `applying`, through the ordinary
actions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from bihuan.book.rows import collector_at_rest, update_where
from bihuan.book.writing import CHUNK
from bihuan.domain.indicators import ASIDE_STAGES, DONE_STAGES
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.intake import likening
from bihuan.intake.comparing import Change, OnLedger, Said, Way, changes_between
from bihuan.intake.holding import hold
from bihuan.intake.mapping import claims_of, known_sources, parts_of, units_by_name
from bihuan.intake.matching import normal
from bihuan.intake.models import Draft, Reading, UnitName
from bihuan.intake.queries import drafts_of
from bihuan.ledger.models import Measure, Problem, Responsibility
from bihuan.ledger.queries import visible_to
from bihuan.likeness.pairing import Pairing, Row, pair
from bihuan.organisations.access import Actor

SAMPLE = 200
LIKELY_SHARE = 0.3
"""From this share of rows that are on the ledger word for word a file looks like a later version of it."""
PAIRED = ("problem_id", "pairing", "verdict", "alike")
ALONE = ("near", "likeness")
"""Of a draft that stands for none: the problem it resembles most, and how much (0 to 1)."""
WHY = ("how", "confidence", *ALONE)
"""Why a draft is taken for a problem or for none, whatever it changes of it."""
BY_PERSON = "person"
SAID = ("id", "region_id", "reading_id", "problem_id", "item")
"""What is read of a draft of an earlier version: what it said of which problem."""


@dataclass(frozen=True)
class Held:
    """A draft held against the ledger: the problem it stands for (None: a new one) and what the file changed."""

    draft: Draft
    said: Said
    ledger: OnLedger | None = None
    changes: tuple[Change, ...] = ()
    says_done: bool = False

    @property
    def verdict(self) -> Draft.Verdict:
        """What the row means for the ledger."""
        if self.ledger is None:
            return Draft.Verdict.ADDED
        if self.says_done:
            return Draft.Verdict.CLOSED
        return Draft.Verdict.CHANGED if self.changes else Draft.Verdict.SAME


def on_ledger(actor: Actor, reading: Reading) -> QuerySet[Problem]:
    """The problems that stand on the ledger of a reading, within the actor's sight."""
    return visible_to(actor).filter(ledger_id=reading.ledger_id).exclude(stage__in=ASIDE_STAGES)


def looks_like_round(actor: Actor, reading: Reading, texts: Sequence[str]) -> bool:
    """Are so many of these texts of rows on the ledger already that the file must be a later version of it?"""
    step = max(1, len(texts) // SAMPLE)
    sample = {text for text in texts[::step] if text}
    if not sample:
        return False
    known = on_ledger(actor, reading).filter(text__in=sample).order_by().values("text").distinct().count()
    return known >= LIKELY_SHARE * len(sample)


def place_drafts(actor: Actor, reading: Reading, texts: Sequence[str]) -> None:
    """Hold the drafts of a file that was just read (their `texts`) against what there is already.

    One that looks like a later version of its ledger is taken as that, until a person says otherwise; likely
    duplicates are looked for. Inside the caller's transaction.
    """
    if reading.as_round:
        hold_against(actor=actor, reading=reading)
    elif not reading.likely_round and looks_like_round(actor, reading, texts):
        reading.likely_round = reading.as_round = True
        reading.save(update_fields=["likely_round", "as_round"])
        hold_against(actor=actor, reading=reading)
    likening.begin(reading)


@transaction.atomic
def take_as(*, actor: Actor, reading: Reading, as_round: bool) -> None:
    """Take an open reading as a later version of its ledger, or as new problems only.

    Raises `Refused` where the reading is no longer open, or nothing stands on the ledger yet.
    """
    hold(actor, reading)
    if as_round and not on_ledger(actor, reading).exists():
        raise Refused(Denied(say("这本台账上还没有问题，不能按新一版核对。")))
    reading.as_round, reading.absent = as_round, []
    reading.save(update_fields=["as_round", "absent"])
    if as_round:
        hold_against(actor=actor, reading=reading)
    else:
        rows = Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id)
        rows.update(problem_id=None, pairing={}, verdict="")
        likening.begin(reading)


@collector_at_rest()
@transaction.atomic
def hold_against(*, actor: Actor, reading: Reading) -> None:
    """Match the drafts of an open reading to the problems of its ledger, and note verdicts and what is absent."""
    drafts = list(drafts_of(reading))
    problems = list(on_ledger(actor, reading).order_by("number"))
    last = last_drafts(reading, [problem.id for problem in problems])
    propose(reading, drafts, problems, last)
    note_verdicts(held_drafts(actor, reading, drafts, last))
    update_where(Draft, PAIRED, [(draft, {}) for draft in drafts])
    note_absent(reading, problems, drafts, last)


def propose(
    reading: Reading, drafts: Sequence[Draft], problems: Sequence[Problem], last: Mapping[UUID, Draft]
) -> None:
    """Put on each of these drafts the problem that it stands for, if one of these, else the one it resembles.

    `last` holds what `last_drafts` finds for these problems.
    """
    found = _paired(reading, drafts, problems, last)
    by_id = {draft.id: draft for draft in drafts}
    for draft in drafts:
        draft.problem_id, draft.pairing = None, {}
    for partner in found.pairs:
        draft = by_id[partner.new]
        draft.problem_id = partner.old
        draft.pairing = {"how": partner.how.value, "confidence": round(partner.confidence, 2)}
    for alone in found.added:
        if alone.resembles is not None:
            by_id[alone.key].pairing = {"near": str(alone.resembles), "likeness": round(alone.likeness, 2)}


def note_verdicts(held: Iterable[Held]) -> None:
    """Put on each draft what it means for the ledger, and what it changes of which version of its problem.

    What was kept so is shown with the draft, and stays on the record of the round once it is confirmed. A draft
    that stands for a problem repeats none.
    """
    for one in held:
        draft = one.draft
        draft.verdict = one.verdict.value
        why = {name: draft.pairing[name] for name in WHY if name in draft.pairing}
        if one.ledger is None:
            draft.problem_id = None
            draft.pairing = {name: value for name, value in why.items() if name in ALONE or value == BY_PERSON}
            continue
        draft.alike = []
        changes = [change.as_json() for change in one.changes]
        by_hand = any(change.way is Way.BY_HAND for change in one.changes)
        draft.pairing = why | {"version": one.ledger.problem.version, "changes": changes, "by_hand": by_hand}


def note_absent(
    reading: Reading, problems: Sequence[Problem], drafts: Iterable[Draft], last: Mapping[UUID, Draft]
) -> None:
    """Note which of these problems of the ledger no draft stands for, though their file is the same ledger.

    A ledger is often fed by several files. Only problems that came with a file of which this one has much
    (`LIKELY_SHARE`) can be absent from it; those typed in count as a file of their own.
    """
    there = {draft.problem_id for draft in drafts}
    came_with = {row.id: row.reading_id for row in problems}
    came_with |= {id_: draft.reading_id for id_, draft in last.items()}
    every = Counter(came_with.values())
    found = Counter(file for problem, file in came_with.items() if problem in there)
    same = {file for file, count in every.items() if found[file] >= LIKELY_SHARE * count}
    missing = (problem for problem, file in came_with.items() if problem not in there and file in same)
    reading.absent = [str(problem) for problem in missing]
    Reading.objects.filter(region_id=reading.region_id, id=reading.id).update(absent=reading.absent)


def _paired(
    reading: Reading, drafts: Sequence[Draft], problems: Sequence[Problem], before: Mapping[UUID, Draft]
) -> Pairing[UUID, UUID]:
    """Pair by what the file called the problems the last time, or by the ledger's numbers where it has those."""
    names = units_by_name(UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id))
    own = {problem.number for problem in problems}
    ours = sum(draft.item.get("no", "") in own for draft in drafts) * 2 > len(drafts)
    last = {} if ours else {problem: draft.item for problem, draft in before.items()}
    old = [
        Row(
            problem.id,
            str(last.get(problem.id, {}).get("problem") or problem.text),
            problem.number if ours else str(last.get(problem.id, problem.claims).get("no", "")),
            frozenset({str(problem.lead_unit_id)} if problem.lead_unit_id else ()),
        )
        for problem in problems
    ]
    new = [
        Row(
            draft.id,
            draft.item.get("problem", ""),
            draft.item.get("no", ""),
            frozenset({str(lead)} if (lead := parts_of(draft.item, names).lead) else ()),
        )
        for draft in drafts
    ]
    return pair(old, new)


def last_drafts(reading: Reading, problems: Sequence[UUID]) -> dict[UUID, Draft]:
    """For each of these problems the draft that stood for it in the latest other version that was confirmed."""
    found: dict[UUID, Draft] = {}
    for start in range(0, len(problems), CHUNK):
        rows = Draft.objects.filter(
            region_id=reading.region_id,
            problem_id__in=problems[start : start + CHUNK],
            reading__ledger_id=reading.ledger_id,
            reading__state=Reading.State.CONFIRMED,
            dropped=False,
        ).exclude(reading_id=reading.id)
        for draft in rows.only(*SAID).order_by("reading__round", "reading__uploaded_at"):
            assert draft.problem_id is not None
            found[draft.problem_id] = draft
    return found


def held_drafts(
    actor: Actor, reading: Reading, drafts: Sequence[Draft], last: Mapping[UUID, Draft] | None = None
) -> list[Held]:
    """These drafts of a reading, each with the problem it stands for and what the file changed of it.

    `last` holds what `last_drafts` finds for their problems, where somebody has asked already.
    A problem that left the actor's sight, or the ledger, since it was paired counts as none.
    """
    ids = [draft.problem_id for draft in drafts if draft.problem_id]
    here = _loaded(actor, reading, ids)
    before = last_drafts(reading, ids) if last is None else last
    sayings = _Sayings([*drafts, *before.values()])
    found = []
    for draft in drafts:
        ledger = here.get(draft.problem_id) if draft.problem_id else None
        now = sayings.of(draft)
        if ledger is None:
            found.append(Held(draft, now))
            continue
        draft_before = before.get(ledger.problem.id)
        then = sayings.of(draft_before) if draft_before else None
        done = now.done and not (then and then.done) and ledger.problem.stage not in DONE_STAGES
        found.append(Held(draft, now, ledger, changes_between(now, then, ledger), done))
    return found


def _loaded(actor: Actor, reading: Reading, ids: Sequence[UUID]) -> dict[UUID, OnLedger]:
    """Problems of the ledger with their measures and responsibilities, by id."""
    found: dict[UUID, OnLedger] = {}
    for start in range(0, len(ids), CHUNK):
        problems = list(on_ledger(actor, reading).filter(id__in=ids[start : start + CHUNK]))
        within = {"region_id": reading.region_id, "problem_id__in": [row.id for row in problems], "dropped": False}
        measures, duties = defaultdict(list), defaultdict(list)
        for measure in Measure.objects.filter(**within).order_by("place"):
            measures[measure.problem_id].append(measure)
        for duty in Responsibility.objects.filter(**within).order_by("id"):
            duties[duty.problem_id].append(duty)
        found |= {row.id: OnLedger(row, tuple(measures[row.id]), tuple(duties[row.id])) for row in problems}
    return found


class _Sayings:
    """What drafts say, each by the unit names that were matched in its own reading."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        readings = {draft.reading_id for draft in drafts}
        rows = UnitName.objects.filter(reading_id__in=readings)
        by_reading: dict[UUID, list[UnitName]] = defaultdict(list)
        for row in rows:
            by_reading[row.reading_id].append(row)
        self._names = {reading: units_by_name(by_reading[reading]) for reading in readings}

    @cached_property
    def _sources(self) -> dict[str, int]:
        return known_sources()

    def of(self, draft: Draft) -> Said:
        """What one draft says."""
        parts = parts_of(draft.item, self._names[draft.reading_id])
        source = normal(draft.item.get("source", ""))
        unknown = bool(source) and source not in self._sources
        return Said(draft.item, parts, claims_of(draft.item, parts, unknown_source=unknown))


@transaction.atomic
def pair_by_hand(*, actor: Actor, reading: Reading, draft: Draft, number: str) -> Draft:
    """Say which problem of the ledger a row stands for, by its number; an empty one makes it a new problem.

    Raises `Refused` where there is no such problem on this ledger, or another row stands for it already.
    """
    hold(actor, reading)
    before = draft.problem_id
    near = {name: draft.pairing[name] for name in ALONE if name in draft.pairing}
    draft.problem_id, draft.pairing, draft.alike = None, {"how": BY_PERSON, "confidence": 1} | near, []
    if number.strip():
        problem = on_ledger(actor, reading).filter(number=number.strip()).first()
        if problem is None:
            raise Refused(
                Denied(say("这本台账上没有编号为“%(number)s”的问题。"), params={"number": number.strip()})
            )
        other = drafts_of(reading).filter(problem_id=problem.id).exclude(id=draft.id).first()
        if other is not None:
            raise Refused(
                Denied(
                    say("第%(row)s行已经对应“%(number)s”。"),
                    say("请先改那一行。"),
                    {"row": other.item.get("place", {}).get("row", other.place), "number": problem.number},
                )
            )
        draft.problem_id = problem.id
    note_verdicts(held_drafts(actor, reading, [draft]))
    update_where(Draft, PAIRED, [(draft, {})])
    move_absent(reading, left={before}, found={draft.problem_id})
    return draft


def move_absent(reading: Reading, *, left: Iterable[UUID | None], found: Iterable[UUID | None]) -> None:
    """Problems `left` by their drafts are absent from now on, those `found` in the file no more."""
    rows = Reading.objects.filter(region_id=reading.region_id, id=reading.id)
    there = {str(problem) for problem in found if problem}
    gone = [str(problem) for problem in left if problem]
    before = rows.values_list("absent", flat=True).get()
    reading.absent = [problem for problem in dict.fromkeys([*before, *gone]) if problem not in there]
    rows.update(absent=reading.absent)


def next_round(reading: Reading) -> int:
    """The number of the next version of a reading's ledger to be confirmed, from 1."""
    rows = Reading.objects.filter(region_id=reading.region_id, ledger_id=reading.ledger_id)
    return int(rows.aggregate(last=Max("round"))["last"] or 0) + 1
