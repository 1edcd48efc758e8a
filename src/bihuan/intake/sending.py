"""Each unit its own Excel: which units have open problems, who there can sign in, and the files that go out.

The dispatching office sends them; every sending is an export on its chain. Nothing about a problem changes here.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.documents.unitsheets import RowMark
from bihuan.documents.writing.unitsheets import UnitRow, UnitSheet, write_unit_sheet
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.models import SentSheet
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.files import safe_name
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.models import Person, Post, Unit

FILLED_IN = (Stage.DISPATCHED, Stage.UNDER_WAY)
"""The stages in which a unit has something to put down."""
CHUNK = 5000


def sheet_key() -> bytes:
    """The key that seals the marks of this installation's files."""
    return hashlib.sha256(b"bihuan unit sheets:" + settings.SECRET_KEY.encode()).digest()


@dataclass(frozen=True)
class Served:
    """A unit with open problems of this office: how many, who there can sign in, and when it last got its file."""

    unit: Unit
    open: int
    unsigned: int
    people: tuple[Person, ...]
    sent_at: datetime | None


def open_problems(actor: Actor) -> QuerySet[Problem]:
    """The problems that the actor's office dispatched and that units have to work on."""
    rows = visible_to(actor).filter(region_id=actor.region_id, office_id=actor.unit_id, stage__in=FILLED_IN)
    return rows.filter(lead_unit__isnull=False)


def served(actor: Actor) -> list[Served]:
    """The units that lead open problems of the actor's office: those nobody signs in for first, then by number."""
    if may_keep_ledgers(actor):
        return []
    counts = {
        unit: (total, unsigned)
        for unit, total, unsigned in open_problems(actor)
        .order_by()
        .values_list("lead_unit_id")
        .annotate(total=Count("id"), unsigned=Count("id", filter=Q(stage=Stage.DISPATCHED)))
    }
    people = people_of(counts)
    sent = dict(
        SentSheet.objects.filter(region_id=actor.region_id, office_id=actor.unit_id)
        .order_by()
        .values_list("for_unit_id")
        .annotate(last=Max("sent_at"))
    )
    units = Unit.objects.in_bulk(list(counts))
    found = [Served(units[id_], *counts[id_], tuple(people.get(id_, ())), sent.get(id_)) for id_ in counts]
    return sorted(found, key=lambda row: (bool(row.people), -row.open, row.unit.path))


def people_of(units: Iterable[int]) -> dict[int, list[Person]]:
    """Who can take a unit's steps in the unit itself today: liaisons and leaders with a usable account."""
    day = clock.today()
    held = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gte=day),
        unit_id__in=list(units),
        since__lte=day,
        role__in=(Role.LIAISON, Role.LEADER),
        person__is_active=True,
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for post in held.select_related("person").order_by("id"):
        found[post.unit_id].append(post.person)
    return found


@dataclass(frozen=True)
class Parcel:
    """What is handed out: one workbook, or several in a zip; `file` is read from its start."""

    name: str
    file: IO[bytes]
    sheets: int
    rows: int


@transaction.atomic
def send(*, actor: Actor, units: Sequence[int]) -> Parcel:
    """Write the file of each of `units` and put the sending on the record.

    Raises `Refused` for anyone but a coordinator, and where a unit leads no open problem of the actor's office.
    """
    insist(may_keep_ledgers(actor))
    wanted = list(dict.fromkeys(units))
    rows_of = _rows_by_unit(actor, wanted)
    if not wanted or any(not rows_of.get(unit) for unit in wanted):
        raise Refused(Denied(say("所选的单位没有您单位交办的在办问题。"), say("请重新选择单位。")))
    known, now = Unit.objects.in_bulk(wanted), clock.now()
    files = {
        unit: _workbook(actor, known[unit], rows_of[unit], now)
        for unit in sorted(wanted, key=lambda unit: known[unit].path)
    }
    hashes = {unit: hashlib.sha256(data).hexdigest() for unit, data in files.items()}
    SentSheet.objects.bulk_create(
        SentSheet(
            id=new_id(),
            region_id=actor.region_id,
            office_id=actor.unit_id,
            for_unit_id=unit,
            person_id=actor.person_id,
            sent_at=now,
            rows=len(rows_of[unit]),
            sha256=hashes[unit],
        )
        for unit in files
    )
    count = sum(len(rows_of[unit]) for unit in files)
    sent = [{"unit": unit, "rows": len(rows_of[unit]), "sha256": hashes[unit]} for unit in files]
    record_export(actor=actor, details={"unit_sheets": sent, "rows": count})
    return _parcel(files, known, clock.day_of(now), count)


def _rows_by_unit(actor: Actor, units: Sequence[int]) -> dict[int, list[UnitRow]]:
    problems = list(open_problems(actor).filter(lead_unit_id__in=units).order_by("number"))
    measures = _measures([row.id for row in problems])
    found: dict[int, list[UnitRow]] = defaultdict(list)
    for problem in problems:
        assert problem.lead_unit_id is not None
        found[problem.lead_unit_id] += _rows(problem, measures.get(problem.id, []))
    return found


def _measures(problems: Sequence[UUID]) -> Mapping[UUID, list[Measure]]:
    found: dict[UUID, list[Measure]] = defaultdict(list)
    for start in range(0, len(problems), CHUNK):
        chunk = problems[start : start + CHUNK]
        rows = Measure.objects.filter(problem_id__in=chunk, dropped=False, part_id__isnull=True)
        for row in rows.order_by("place"):
            found[row.problem_id].append(row)
    return found


def _rows(problem: Problem, measures: Sequence[Measure]) -> list[UnitRow]:
    assert problem.lead_unit_id is not None
    return [
        UnitRow(
            mark=RowMark(
                region=problem.region_id,
                unit=problem.lead_unit_id,
                problem=problem.id,
                measure=measure.id if measure else None,
                version=problem.version,
                progress=measure.progress if measure else 0,
            ),
            number=problem.number,
            problem=problem.text,
            measure=measure.text if measure else "",
            measure_due=measure.due if measure else None,
            due=problem.due,
            first=place == 0,
            unsigned=problem.stage == Stage.DISPATCHED,
        )
        for place, measure in enumerate(measures or [None])
    ]


def _workbook(actor: Actor, unit: Unit, rows: Sequence[UnitRow], now: datetime) -> bytes:
    target = io.BytesIO()
    sheet = UnitSheet(
        region=actor.region_id,
        unit=unit.pk,
        unit_name=unit.name,
        office_name=actor.unit_name,
        sent=clock.day_of(now),
        made=clock.local(now).strftime("%Y-%m-%d %H:%M"),
        rows=rows,
    )
    write_unit_sheet(target, sheet, key=sheet_key(), tell=_)
    return target.getvalue()


def _parcel(files: Mapping[int, bytes], units: Mapping[int, Unit], day: date, count: int) -> Parcel:
    target = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
    if len(files) == 1:
        ((unit, data),) = files.items()
        target.write(data)
        name = _name(units[unit], day)
    else:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            taken: set[str] = set()
            for unit, data in files.items():
                name = _name(units[unit], day)
                name = name if name not in taken else f"{unit}-{name}"
                taken.add(name)
                archive.writestr(name, data)
        name = _("整改情况表%(day)s.zip") % {"day": day.isoformat()}
    target.seek(0)
    return Parcel(name, target, len(files), count)


def _name(unit: Unit, day: date) -> str:
    return safe_name(_("%(unit)s整改情况表%(day)s.xlsx") % {"unit": unit.name, "day": day.isoformat()})
