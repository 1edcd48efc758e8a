"""The inventory of sources as a unit reads it: what each brought this quarter, what is open, who reported what.

Counts are those of the unit's own ledgers, and each one is the count of a list (`web.filters`). Of units below
only that they reported is told. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from bihuan.book import clock
from bihuan.book.keys import id_from
from bihuan.domain.case import OPEN_STAGES, Role
from bihuan.domain.classes import Quarter
from bihuan.ledger.models import Ledger, Problem, Source, SourceReport
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

_OPEN = [stage.value for stage in OPEN_STAGES]
MANY_UNITS = 200
"""The most units below that are asked whether they reported."""


@dataclass(frozen=True)
class Standing:
    """What stands under a source on the own unit's ledgers: all, what is open, and open from before this year."""

    total: int = 0
    open: int = 0
    earlier: int = 0


@dataclass(frozen=True)
class Line:
    """A source of the tree at its depth; `source` None for problems that name none.

    `came` counts what was registered in the quarter; `report` is the unit's word that nothing new came, and
    `person` who gave it.
    `standing` is None where it was not asked for.
    """

    source: Source | None
    depth: int
    came: int
    report: SourceReport | None
    person: Person | None
    standing: Standing | None

    @property
    def expected(self) -> bool:
        """Is something to be brought in from it every quarter?"""
        return self.source is not None and bool(self.source.reports) and self.source.is_active


@dataclass(frozen=True)
class Below:
    """A unit right below that keeps ledgers: how many of the sources expected brought problems, how many nothing
    new, and from which nothing was heard."""

    unit: Unit
    came: int
    nothing: int
    silent: Sequence[Source]


def in_order(sources: Iterable[Source]) -> list[tuple[Source, int]]:
    """Sources in the order of their tree, each with its depth."""
    rows = sorted(sources, key=lambda row: row.pk)
    known = {row.pk for row in rows}
    below: dict[int, list[Source]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else 0, []).append(row)
    found: list[tuple[Source, int]] = []

    def walk(parent: int, depth: int) -> None:
        for row in below.get(parent, ()):
            found.append((row, depth))
            walk(row.pk, depth + 1)

    walk(0, 0)
    return found


def all_sources() -> list[tuple[Source, int]]:
    """The whole inventory, retired ones included, in the order of the tree."""
    return in_order(Source.objects.all())


def find_source(source_id: int) -> Source | None:
    """The source with this id."""
    return Source.objects.filter(pk=source_id).first()


def inventory(actor: Actor, quarter: Quarter, *, standing: bool) -> list[Line]:
    """The tree of sources with what came from each in `quarter`; `standing` asks what stands under each as well.

    Administrators, who see no problems, get the tree alone.
    """
    sources = all_sources()
    if actor.role is Role.ADMINISTRATOR:
        return [Line(source, depth, 0, None, None, None) for source, depth in sources]
    came = _came(actor, [source.pk for source, _depth in sources], quarter)
    stands = standings(actor) if standing else None
    reports = {
        row.source_id: row for row in SourceReport.objects.filter(unit_id=actor.unit_id, quarter=str(quarter))
    }
    people = Person.objects.in_bulk([row.person_id for row in reports.values() if row.person_id])

    def line(source: Source | None, depth: int) -> Line:
        key = source.pk if source else None
        report = reports.get(key or 0)
        person = people.get(report.person_id or 0) if report else None
        stood = None if stands is None else stands.get(key, Standing())
        return Line(source, depth, came[key], report, person, stood)

    found = [line(source, depth) for source, depth in sources]
    rest = line(None, 0)
    return [*found, rest] if rest.came or (rest.standing and rest.standing.total) else found


def _began(quarter: Quarter) -> UUID:
    return id_from(clock.moment_on(quarter.first_day, hour=0))


def _came(actor: Actor, sources: Sequence[int], quarter: Quarter) -> dict[int | None, int]:
    """How many problems were put on the unit's ledgers in a quarter, by source: a stretch of an index for each."""
    first, after = (
        id_ if connection.features.has_native_uuid_field else id_.hex
        for id_ in (_began(quarter), _began(quarter.next))
    )
    asked = [*(("source_id = %s", [source]) for source in sources), ("source_id IS NULL", [])]
    parts, params = [], []
    for condition, value in asked:
        parts.append(
            "SELECT count(*) FROM ledger_problem "  # noqa: S608  our own names; values are bound
            f"WHERE region_id = %s AND office_id = %s AND {condition} AND id >= %s AND id < %s"
        )
        params += [actor.region_id, actor.unit_id, *value, first, after]
    counts: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({part})" for part in parts), params)
        counts = list(cursor.fetchone())
    return dict(zip([*sources, None], counts, strict=True))


def standings(actor: Actor) -> dict[int | None, Standing]:
    """What stands on the own unit's ledgers, by source."""
    rows = Problem.objects.filter(region_id=actor.region_id, office_id=actor.unit_id).order_by()
    all_ = dict(rows.values_list("source_id").annotate(n=Count("*")))
    is_earlier = Q(id__lt=_began(this_year()))
    unfinished = rows.filter(stage__in=_OPEN).values_list("source_id")
    counted = {key: pair for key, *pair in unfinished.annotate(n=Count("id"), old=Count("id", filter=is_earlier))}
    return {key: Standing(count, *counted.get(key, (0, 0))) for key, count in all_.items()}


def this_year() -> Quarter:
    """The quarter with which this year began: what was registered before it and is open was left over."""
    return Quarter(clock.today().year, 1)


def left_over(actor: Actor, source_id: int) -> int:
    """How many problems of a source that the own unit registered before this year are still open."""
    if actor.role is Role.ADMINISTRATOR:
        return 0
    mine = Problem.objects.filter(region_id=actor.region_id, office_id=actor.unit_id, source_id=source_id)
    return mine.filter(id__lt=_began(this_year()), stage__in=_OPEN).count()


def units_below(actor: Actor, quarter: Quarter) -> list[Below]:
    """The units right below that keep ledgers, with what each reported for `quarter`; none for administrators."""
    expected = [row for row, _depth in all_sources() if row.reports and row.is_active]
    if actor.role is Role.ADMINISTRATOR or not expected:
        return []
    keeping = Ledger.objects.filter(is_open=True, office__parent_id=actor.unit_id, office__is_active=True)
    units = list(Unit.objects.filter(pk__in=keeping.values("office_id")).order_by("pk")[:MANY_UNITS])
    brought = _brought([unit.pk for unit in units], [row.pk for row in expected], quarter)
    declared = set(
        SourceReport.objects.filter(unit__in=units, quarter=str(quarter)).values_list("unit_id", "source_id")
    )
    return [_below(unit, expected, brought, declared) for unit in units]


def _below(
    unit: Unit, expected: Sequence[Source], brought: set[tuple[int, int]], declared: set[tuple[int, int]]
) -> Below:
    came = [row for row in expected if (unit.pk, row.pk) in brought]
    nothing = [row for row in expected if row not in came and (unit.pk, row.pk) in declared]
    silent = [row for row in expected if row not in came and row not in nothing]
    return Below(unit, len(came), len(nothing), silent)


def _brought(units: Sequence[int], sources: Sequence[int], quarter: Quarter) -> set[tuple[int, int]]:
    """Which of the units registered something from which source in a quarter: asked one by one of an index."""
    if not units or not sources:
        return set()
    first, after = (
        id_ if connection.features.has_native_uuid_field else id_.hex
        for id_ in (_began(quarter), _began(quarter.next))
    )
    places = ", ".join(["%s"] * len(units)), ", ".join(["%s"] * len(sources))
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT % places, [*units, *sources, first, after])
        return {(unit, source) for unit, source in cursor.fetchall()}


_BROUGHT = """
SELECT u.id, s.id FROM organisations_unit u CROSS JOIN ledger_source s
WHERE u.id IN (%s) AND s.id IN (%s) AND EXISTS (
    SELECT 1 FROM ledger_problem p
    WHERE p.region_id = u.region_id AND p.office_id = u.id AND p.source_id = s.id AND p.id >= %%s AND p.id < %%s
)
"""
