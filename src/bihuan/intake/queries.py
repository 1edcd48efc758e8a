"""Reading the intake: whose files they are, what was read, and what still stands in the way of confirming.

A reading is for the coordinators of the office that uploaded it, and for nobody else. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bihuan.domain.refusals import Denied, say
from bihuan.intake.claiming import Claims, count_claims
from bihuan.intake.mapping import day_of, names_in, parts_of, units_by_name
from bihuan.intake.models import Draft, Reading, UnitName
from bihuan.ledger.models import Ledger
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.models import Person, Unit
from bihuan.organisations.tree import predecessors, successors

SHOWN = {
    "all": Q(dropped=False),
    "faulty": Q(dropped=False, faulty=True),
    "doubtful": Q(dropped=False, doubtful=True),
    "alike": Q(dropped=False, edited=False) & ~Q(alike=[]),
    "dropped": Q(dropped=True),
}
IN_ROUND = {verdict.value: Q(dropped=False, verdict=verdict.value) for verdict in Draft.Verdict} | {
    "by_hand": Q(dropped=False, pairing__by_hand=True)
}
"""Kinds that only the drafts of a later version are of: what they mean, and which changes are left to a person."""
NOTES_READ = 2000
PLACES_NAMED = 5


def readings_of(actor: Actor) -> QuerySet[Reading]:
    """The files that the actor's office, or one merged into it, has uploaded, the latest first."""
    if may_keep_ledgers(actor):
        return Reading.objects.none()
    rows = Reading.objects.filter(region_id=actor.region_id, unit_id__in=predecessors(actor.unit_id))
    return rows.select_related("ledger").order_by("-uploaded_at", "-id")


def uploaders_of(readings: Iterable[Reading]) -> dict[int, Person]:
    """Who uploaded, confirmed and withdrew the files, by person id."""
    return people_with(id_ for row in readings for id_ in (row.person_id, row.settled_by_id, row.withdrawn_by_id))


def people_with(ids: Iterable[int | None]) -> dict[int, Person]:
    """People by their ids; None stands for nobody."""
    return Person.objects.in_bulk({id_ for id_ in ids if id_})


def editor_of(draft: Draft) -> Person | None:
    """Who changed a draft last; None where nobody did."""
    return Person.objects.filter(pk=draft.edited_by_id).first() if draft.edited_by_id else None


def units_of(drafts: Iterable[Draft], units: Mapping[str, tuple[int, ...]]) -> dict[int, Unit]:
    """The units that the names in these drafts stand for; `units` gives them by name."""
    return units_with(unit for draft in drafts for name in names_in(draft.item) for unit in units.get(name, ()))


def units_with(ids: Iterable[int]) -> dict[int, Unit]:
    """Units by their ids."""
    return Unit.objects.in_bulk(set(ids))


def find_reading(actor: Actor, reading_id: UUID) -> Reading | None:
    """The reading with this id where it is the actor's office's own, or of one merged into it; else None."""
    if may_keep_ledgers(actor):
        return None
    rows = Reading.objects.filter(region_id=actor.region_id, id=reading_id).select_related("ledger", "unit")
    found = rows.first()
    return found if found is not None and found.keeper.pk == actor.unit_id else None


def same_file(reading: Reading) -> Reading | None:
    """An earlier reading of exactly the same file in the same office: one that was confirmed, else the latest."""
    rows = Reading.objects.filter(
        region_id=reading.region_id,
        sha256=reading.sha256,
        unit_id=reading.unit_id,
        uploaded_at__lt=reading.uploaded_at,
    )
    # 'confirmed' comes before 'open' in the alphabet.
    given_up = [Reading.State.DROPPED, Reading.State.WITHDRAWN]
    return rows.exclude(state__in=given_up).order_by("state", "-uploaded_at").first()


def drafts_of(reading: Reading, shown: str = "all") -> QuerySet[Draft]:
    """The drafts of a reading in the order of the file: all that count, or one kind (`SHOWN`, `IN_ROUND`)."""
    kept = (SHOWN | IN_ROUND).get(shown, SHOWN["all"])
    return Draft.objects.filter(kept, region_id=reading.region_id, reading_id=reading.id).order_by("place", "part")


def names_of(reading: Reading) -> list[UnitName]:
    """The unit names that still stand in a draft: undecided ones first, then by how often they stand there.

    While the reading is open, units merged since a name was matched are their successors.
    """
    rows = list(UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id, count__gt=0))
    if reading.is_open:
        today_of = successors()
        for row in rows:
            row.units = list(dict.fromkeys(today_of.get(unit, unit) for unit in row.units))
    return sorted(rows, key=lambda row: (row.settled, -row.count, row.name))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a reading has been gone over, in numbers of drafts, and what stands in the way of confirming it."""

    problems: int
    faulty: int
    doubtful: int
    alike: int
    dropped: int
    unmatched: int
    added: int = 0
    changed: int = 0
    closed: int = 0
    same: int = 0
    by_hand: int = 0

    @property
    def open(self) -> int:
        """How many drafts a person should look at: faulty ones must be, the others need not."""
        return self.faulty + self.doubtful + self.alike

    @property
    def obstacles(self) -> list[Denied]:
        """Why nothing can be confirmed yet; empty where it can."""
        found = []
        if not self.problems:
            found.append(Denied(say("没有可以登记的问题。"), say("请恢复去掉的行，或重新上传。")))
        if self.faulty:
            found.append(
                Denied(say("还有%(count)s行有错误。"), say("请改正，或去掉这些行。"), {"count": self.faulty})
            )
        if self.unmatched:
            found.append(
                Denied(
                    say("还有%(count)s个单位名称没有对应。"),
                    say("请逐个选定；不是单位的，选“不是单位，或先不指定”。"),
                    {"count": self.unmatched},
                )
            )
        return found


def standing(reading: Reading, names: Sequence[UnitName]) -> Standing:
    """How far `reading` has been gone over; `names` are those of `names_of`."""
    kinds = {**SHOWN, **(IN_ROUND if reading.as_round else {})}
    # A count may not be called like a column that a later one asks about.
    counts = Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id).aggregate(
        **{f"count_{name}": Count("id", filter=condition) for name, condition in kinds.items()}
    )
    found = {name: counts[f"count_{name}"] for name in kinds}
    problems = found.pop("all")
    return Standing(problems=problems, **found, unmatched=sum(1 for row in names if not row.settled))


@dataclass(frozen=True, kw_only=True)
class Outlook(Standing):
    """What confirming would do, in numbers of drafts."""

    without_lead: int
    overdue: int
    claims: Claims


def outlook(reading: Reading, names: Sequence[UnitName], today: date) -> Outlook:
    """What confirming `reading` would do as things stand; `names` are those of `names_of`.

    Of a later version the new rows are looked at: the others' problems are on the ledger already.
    """
    units = units_by_name(names)
    without_lead = overdue = 0
    items = list(drafts_of(reading, "added" if reading.as_round else "all").values_list("item", flat=True))
    for item in items:
        without_lead += parts_of(item, units).lead is None
        due = day_of(item)
        overdue += due is not None and due < today
    return Outlook(
        **vars(standing(reading, names)),
        without_lead=without_lead,
        overdue=overdue,
        claims=count_claims(items),
    )


@dataclass(frozen=True)
class Note:
    """One kind of fault or doubt: its text, and where it was met, the first places by name."""

    template: str
    params: dict[str, Any]
    places: tuple[str, ...]
    count: int


def notes_on(reading: Reading, shown: str) -> list[Note]:
    """What is wrong with (`faulty`) or unsure in (`doubtful`) the drafts, the same text once."""
    found = drafts_of(reading, shown).values_list("doubts", flat=True)[:NOTES_READ]
    return gathered(doubt for doubts in found for doubt in doubts if doubt["faulty"] == (shown == "faulty"))


def gathered(notes: Iterable[dict[str, Any]]) -> list[Note]:
    """Notes of the same text and values as one."""
    kinds: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for note in notes:
        key = (note["template"], tuple(sorted(note["params"].items())))
        kinds.setdefault(key, []).append(note["place"] or "")
    return [
        Note(template, dict(params), tuple(place for place in places if place)[:PLACES_NAMED], len(places))
        for (template, params), places in kinds.items()
    ]


def versions_of(actor: Actor, ledger: Ledger) -> QuerySet[Reading]:
    """The versions of a ledger that were put on it, the latest first; for the office that keeps it alone."""
    return readings_of(actor).filter(ledger_id=ledger.id, state=Reading.State.CONFIRMED, round__isnull=False)
