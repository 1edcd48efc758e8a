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
from bihuan.organisations.models import Unit

if TYPE_CHECKING:
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Person

VIEWS_KEPT = 30
NAME_LENGTH, QUERY_LENGTH = 40, 1000


def units_below(actor: Actor) -> QuerySet[Unit]:
    """The units one may filter by: the own subtree, in the order of the tree."""
    return Unit.objects.filter(path__contains=f"/{actor.unit_id}/", is_active=True).order_by("path")


def within(unit_id: int) -> QuerySet[Unit, int]:
    """The ids of a unit and all below it."""
    return Unit.objects.filter(path__contains=f"/{unit_id}/").values_list("pk", flat=True)


def unit_named(unit_id: int | None) -> Unit | None:
    """The unit with this id, for its name."""
    return Unit.objects.filter(pk=unit_id).first() if unit_id else None


def sources() -> QuerySet[Source]:
    """The sources in use."""
    return Source.objects.filter(is_active=True).order_by("id")


def source_named(source_id: int | None) -> Source | None:
    """The source with this id, for its name."""
    return Source.objects.filter(pk=source_id).first() if source_id else None


def ledger_named(actor: Actor, ledger_id: UUID | None) -> Ledger | None:
    """The ledger with this id, for its name, where it is in the actor's region."""
    return Ledger.objects.filter(region_id=actor.region_id, pk=ledger_id).first() if ledger_id else None


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


def save_view(*, person: Person, name: str, query: str) -> None:
    """Keep a filter under a name, replacing the one of the same name.

    Raises `Refused` without a name, and where too many are kept already.
    """
    name = name.strip()[:NAME_LENGTH]
    insist(None if name else Denied(say("请给视图起一个名称。")))
    if views_of(person).exclude(name=name).count() >= VIEWS_KEPT:
        insist(Denied(say("最多保存%(count)s个视图，请先删除不用的。"), params={"count": VIEWS_KEPT}))
    SavedView.objects.update_or_create(person=person, name=name, defaults={"query": query[:QUERY_LENGTH]})


def delete_view(*, person: Person, view_id: int) -> None:
    """Forget one of one's own views; nothing happens for another's."""
    views_of(person).filter(pk=view_id).delete()
