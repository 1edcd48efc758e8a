"""What a list can be filtered by and looked at through: sources, ledgers, units, and each person's saved views.

Names and choices only; the problems themselves are read in `queries`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.models import Ledger, Problem, Responsibility, SavedView, Source
from bihuan.ledger.queries import visible_to
from bihuan.organisations.models import Unit

if TYPE_CHECKING:
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Person

VIEWS_KEPT = 30
NAME_LENGTH, QUERY_LENGTH = 40, 1000


def units_below(actor: Actor) -> QuerySet[Unit]:
    """The units one may filter by: the own subtree, in the order of the tree."""
    return Unit.objects.filter(path__contains=f"/{actor.unit_id}/", is_active=True).order_by("path")


def unit_choices(actor: Actor) -> list[tuple[int, str]]:
    """The same units for a choice: ids, and names moved in by their depth in the tree."""
    rows = units_below(actor).values_list("pk", "name", "path")
    return [(pk, "\u3000" * (path.count("/") - 2) + name) for pk, name, path in rows]


def name_units(rows: Iterable[Problem]) -> None:
    """Give each row its lead unit, in one query for all of them."""
    listed = list(rows)
    units = Unit.objects.only("name", "short_names").in_bulk({r.lead_unit_id for r in listed if r.lead_unit_id})
    for row in listed:
        row.lead_unit = units.get(row.lead_unit_id) if row.lead_unit_id else None


def name_sources(rows: Iterable[Problem], known: Iterable[Source]) -> None:
    """Give each row its source from those `known`; others are asked for when they are looked at."""
    by_id = {source.pk: source for source in known}
    for row in rows:
        if row.source_id is None or row.source_id in by_id:
            row.source = by_id.get(row.source_id) if row.source_id else None


def within(unit_id: int) -> QuerySet[Unit, int]:
    """The ids of a unit and all below it."""
    return Unit.objects.filter(path__contains=f"/{unit_id}/").values_list("pk", flat=True)


def led_below(actor: Actor, unit_id: int) -> list[int]:
    """The ids of a unit at or below the actor's and of all below it, itself first; none where it is elsewhere."""
    units = Unit.objects.filter(path__contains=f"/{unit_id}/").order_by("path").values_list("pk", "path")
    found = list(units)
    return [pk for pk, _path in found] if found and f"/{actor.unit_id}/" in found[0][1] else []


def is_below(actor: Actor, unit_id: int) -> bool:
    """Is this unit the actor's own, or one below it?"""
    return Unit.objects.filter(pk=unit_id, path__contains=f"/{actor.unit_id}/").exists()


def unit_named(actor: Actor, unit_id: int | None) -> Unit | None:
    """The unit with this id, for its name: of the own subtree, or with a problem in sight to lead below it."""
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    if unit is None or actor.unit_id in unit.line:
        return unit
    return unit if visible_to(actor).filter(lead_unit_id__in=within(unit.pk)).exists() else None


def unit_titles(units: Iterable[int]) -> dict[int, str]:
    """The names of units that the caller has seen already, by id."""
    return dict(Unit.objects.filter(pk__in=list(units)).values_list("pk", "name"))


def source_named(source_id: int | None) -> Source | None:
    """The source with this id, for its name."""
    return Source.objects.filter(pk=source_id).first() if source_id else None


def ledger_named(actor: Actor, ledger_id: UUID | None) -> Ledger | None:
    """The ledger with this id, for its name: the own office's, or one with a problem in sight."""
    ledger = Ledger.objects.filter(region_id=actor.region_id, pk=ledger_id).first() if ledger_id else None
    if ledger is None or ledger.office_id == actor.unit_id:
        return ledger
    return ledger if visible_to(actor).filter(ledger_id=ledger.pk).exists() else None


def name_supports(rows: Iterable[Problem]) -> None:
    """Give each row the short names of its supporting units as `support_names`, in one query."""
    names: dict[UUID, list[str]] = {}
    by_id = {row.id: row for row in rows}
    parts = Responsibility.objects.filter(
        problem_id__in=list(by_id), role=Responsibility.Role.SUPPORT, dropped=False
    ).select_related("unit")
    for part in parts.order_by("id"):
        names.setdefault(part.problem_id, []).append(part.unit.short)
    for id_, row in by_id.items():
        row.support_names = names.get(id_, [])  # type: ignore[attr-defined]


def views_of(person: Person) -> QuerySet[SavedView]:
    """The views that this person has saved."""
    return SavedView.objects.filter(person=person).order_by("name")


def save_view(*, person: Person, name: str, query: str) -> SavedView:
    """Keep a filter under a name, replacing the one of the same name; returns it as it was kept.

    Raises `Refused` without a name, and where too many are kept already.
    """
    name = name.replace("\0", "").strip()[:NAME_LENGTH]
    insist(None if name else Denied(say("请给视图起一个名称。")))
    if views_of(person).exclude(name=name).count() >= VIEWS_KEPT:
        insist(Denied(say("最多保存%(count)s个视图，请先删除不用的。"), params={"count": VIEWS_KEPT}))
    kept = {"query": query[:QUERY_LENGTH]}
    return SavedView.objects.update_or_create(person=person, name=name, defaults=kept)[0]


def delete_view(*, person: Person, view_id: int) -> None:
    """Forget one of one's own views; nothing happens for another's."""
    views_of(person).filter(pk=view_id).delete()
