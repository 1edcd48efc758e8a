"""What a row of a later version says otherwise than the ledger, field by field, and how that can be taken over.

Three things are held side by side: what the file said the last time, what it says now, and what stands on the
ledger. Only what the file itself changed is a change; what was mended here meanwhile is never turned back by a
file that just repeats its old words. A change that no ordinary action may make from a file, or that meets
another change made here, is left to a person, with the reason. Decides nothing else and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bihuan.documents.reading.claims import read_claim
from bihuan.domain.case import UNDISPATCHED_STAGES, Stage
from bihuan.domain.indicators import DONE_STAGES
from bihuan.domain.refusals import Denied, say
from bihuan.domain.taking_over import Claimed
from bihuan.intake.mapping import Parts, day_of
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.then import Stood

WORDING = ("problem", "title", "category", "goal")
_COLUMNS = {"problem": "text", "title": "title", "category": "category", "goal": "goal"}
_NOT_SAID = ("no", "units", "source")
"""Claims that are no news of the problem: how the file numbers it and what it calls units and sources."""
_BEGUN = frozenset({"ongoing", "stage", "mostly"})
"""Statuses that say that work is under way, each in its own way."""


class Way(StrEnum):
    """By which action a change is taken over."""

    AMEND = "amend"
    CORRECT = "correct"
    RESTATE = "restate"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Change:
    """One field that the file changed, as the ledger has it and as the file says; `why` it is left to a person."""

    field: str
    old: str
    new: str
    way: Way
    why: Denied | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept with its row."""
        why = {"why": [self.why.reason, self.why.remedy]} if self.why else {}
        return {"field": self.field, "old": self.old, "new": self.new, "way": self.way.value} | why

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Change:
        """As it was kept."""
        why = Denied(*kept["why"]) if "why" in kept else None
        return cls(kept["field"], kept["old"], kept["new"], Way(kept["way"]), why)


class OnLedger(Stood):
    """A problem of the ledger as a row is held against it."""

    @property
    def prepared(self) -> bool:
        """Was it never dispatched yet?"""
        return self.problem.stage in UNDISPATCHED_STAGES


@dataclass(frozen=True)
class Said:
    """What a row says: the draft's item, its units by id, and its claims as the ledger keeps them."""

    item: Mapping[str, Any]
    parts: Parts
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def due(self) -> date | None:
        """The day by which the file wants it done."""
        return day_of(self.item)

    @property
    def done(self) -> bool:
        """Does the file say that the problem is done?"""
        return read_claim(self.claims).claim.stage is Claimed.DONE


def changes_between(now: Said, before: Said | None, ledger: OnLedger) -> tuple[Change, ...]:
    """What the file changed since it was last read (`before`; None where it never was) and the ledger lacks."""
    return (
        *_wording(now, before, ledger),
        *_measures(now, before, ledger),
        *_units(now, before, ledger),
        *_person(now, before, ledger),
        *_deadline(now, before, ledger),
        *_claims(now, ledger),
    )


def _wording(now: Said, before: Said | None, ledger: OnLedger) -> Iterator[Change]:
    for name in WORDING:
        here = getattr(ledger.problem, _COLUMNS[name])
        if name in now.item or (before is not None and name in before.item and name != "title"):
            yield from _text(name, now.item.get(name, ""), _of(before, name), here, ledger)


def _of(before: Said | None, name: str) -> str | None:
    return None if before is None else str(before.item.get(name, ""))


def _text(name: str, new: str, old: str | None, here: str, ledger: OnLedger) -> Iterator[Change]:
    """A change of wording; one that meets another made here is left to a person."""
    if _plain(new) == _plain(here) or (old is not None and _plain(new) == _plain(old)):
        return
    if name == "problem" and not new.strip():
        return
    if old is not None and _plain(old) != _plain(here):
        yield Change(name, here, new, Way.BY_HAND, _MET)
    else:
        yield Change(name, here, new, Way.AMEND if ledger.prepared else Way.CORRECT)


_MET = Denied(say("台账上的这一项在上一版之后也改过。"), say("请看过两边，再决定用哪一个。"))
_UNITS_SET = Denied(say("交办以后，责任单位不由台账文件改动。"), say("请撤回交办后重新交办。"))
_DUE_SET = Denied(say("交办以后，时限不由台账文件改动。"), say("请按延期办理。"))
_MEASURES_SET = Denied(say("措施的条数变了，不能逐条对应。"), say("请由责任单位重新填报措施。"))
_MEASURES_LATER = Denied(say("还没有交办，措施不由台账文件改动。"), say("请在交办以后填报措施。"))


def _plain(text: str) -> str:
    """A text without blanks and its full stop, which files leave out or add at will."""
    return "".join(str(text).split()).rstrip("。；;")


def _measures(now: Said, before: Said | None, ledger: OnLedger) -> Iterator[Change]:
    new = list(now.item.get("measures", ()))
    here = [row.text for row in ledger.measures]
    old = None if before is None else list(before.item.get("measures", ()))
    if not new or _same(new, here) or (old is not None and _same(new, old)):
        return
    why = None
    if ledger.prepared:
        why = _MEASURES_LATER
    elif len(new) != len(here):
        why = _MEASURES_SET
    elif old is not None and not _same(old, here):
        why = _MET
    yield Change("measures", "\n".join(here), "\n".join(new), Way.BY_HAND if why else Way.CORRECT, why)


def _same(left: Sequence[str], right: Sequence[str]) -> bool:
    return [_plain(text) for text in left] == [_plain(text) for text in right]


def _units(now: Said, before: Said | None, ledger: OnLedger) -> Iterator[Change]:
    """The lead unit and the supporting ones; names that are none of ours say nothing."""
    here = (ledger.problem.lead_unit_id, frozenset(ledger.supports))
    new = (now.parts.lead, frozenset(now.parts.support))
    old = (before.parts.lead, frozenset(before.parts.support)) if before else None
    if now.parts.left_out or now.parts.lead is None or new in (here, old):
        return
    why = None if ledger.prepared else _UNITS_SET
    if old is not None and old != here:
        why = why or _MET
    yield Change("units", _units_told(*here), _units_told(*new), Way.BY_HAND if why else Way.AMEND, why)


def _units_told(lead: int | None, supports: frozenset[int]) -> str:
    """Units by id, the lead first; whoever shows them gives them their names."""
    return " ".join(str(unit) for unit in (*((lead,) if lead is not None else ()), *sorted(supports)))


def _person(now: Said, before: Said | None, ledger: OnLedger) -> Iterator[Change]:
    lead = ledger.lead
    if lead is not None and now.item.get("person"):
        yield from _text("person", now.item["person"], _of(before, "person"), lead.person, ledger)


def _deadline(now: Said, before: Said | None, ledger: OnLedger) -> Iterator[Change]:
    problem = ledger.problem
    here = problem.wanted_due if ledger.prepared else problem.due
    new, old = now.due, before.due if before else None
    if new is None or new in (here, old):
        return
    why = None if ledger.prepared else _DUE_SET
    if old is not None and old != here:
        why = why or _MET
    told = here.isoformat() if here else ""
    yield Change("deadline", told, new.isoformat(), Way.BY_HAND if why else Way.AMEND, why)


def _claims(now: Said, ledger: OnLedger) -> Iterator[Change]:
    """What the file says of status, progress and dates: always taken over, always as the file's word only."""
    known = ledger.problem.claims
    for name in sorted({*now.claims, *known} - {*_NOT_SAID, "deadline_date", "person", *_repeated(now, ledger)}):
        old, new = str(known.get(name, "")), str(now.claims.get(name, ""))
        if _plain(old) != _plain(new):
            yield Change(f"claims.{name}", old, new, Way.RESTATE)


def _repeated(now: Said, ledger: OnLedger) -> tuple[str, ...]:
    """Claims that only repeat what a copy of the ledger says that went out: the ledger's own word is no news."""
    proved = status_here(ledger.problem, str(ledger.problem.claims.get("status", "")))
    found = ("status", "status_raw") if proved and now.claims.get("status") == proved else ()
    notes = notes_here(ledger.measures)
    return (*found, "progress") if notes and _plain(now.claims.get("progress", "")) == _plain(notes) else found


def status_here(problem: Problem, said: str) -> str | None:
    """The status as proved here; None (the file keeps its own word) where that says no more than is known here."""
    stage = Stage(problem.stage)
    if stage in DONE_STAGES:
        return None if said == "done" else "done"
    if stage is Stage.CLAIMED_DONE or (problem.taken_over_on and stage is Stage.DISPATCHED):
        return None
    if said == "done" and stage in UNDISPATCHED_STAGES | {Stage.DISPATCHED}:
        return "not_started"
    if stage in UNDISPATCHED_STAGES:
        return None
    if stage is Stage.DISPATCHED:
        return None if said else "not_started"
    return None if said in _BEGUN else "ongoing"


def notes_here(measures: Sequence[Measure]) -> str | None:
    """What the units reported, measure by measure; nothing where nobody reported here."""
    notes = [row.note for row in measures if row.note.strip()]
    return "\n".join(notes) or None
