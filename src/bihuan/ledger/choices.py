"""What a list can be filtered by and looked at through: sources, ledgers, units, and each person's saved views.

Names and choices only; the problems themselves are read in `queries`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.domain.names import short_of
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.models import Campaign, Ledger, Problem, Responsibility, SavedView, Source
from bihuan.ledger.queries import visible_to
from bihuan.organisations.models import Unit

if TYPE_CHECKING:
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Person

VIEWS_KEPT = 30
NAME_LENGTH, QUERY_LENGTH = 40, 1000


@dataclass(frozen=True)
class Named:
    """Something to choose: its id, its name, and what else is to be known of it (see `Offered`)."""

    id: str
    name: str
    more: str


@dataclass(frozen=True)
class Offered:
    """What a list can be filtered by and looked at through, read afresh for every page.

    `more` is a unit's path, a source's name in English, a view's query.
    """

    units: list[Named]
    sources: list[Named]
    ledgers: list[Named]
    views: list[Named]


_OFFERED = """
SELECT 'unit', CAST(id AS text), name, path FROM organisations_unit WHERE path LIKE %s AND is_active
UNION ALL
SELECT 'source', CAST(id AS text), name, name_en FROM ledger_source WHERE is_active
UNION ALL
SELECT 'ledger', CAST(id AS text), name, '' FROM ledger_ledger WHERE region_id = %s AND office_id = %s
UNION ALL
SELECT 'view', CAST(id AS text), name, query FROM ledger_savedview WHERE person_id = %s
"""


def offered(actor: Actor) -> Offered:
    """The units of the own subtree in the order of the tree, the sources in use, the ledgers that the own unit
    keeps, and one's own views: in one statement, for everybody who sees problems.
    """
    found: dict[str, list[Named]] = {"unit": [], "source": [], "ledger": [], "view": []}
    with connection.cursor() as cursor:
        cursor.execute(_OFFERED, [f"%/{actor.unit_id}/%", actor.region_id, actor.unit_id, actor.person_id])
        for kind, *row in cursor.fetchall():
            found[kind].append(Named(*row))
    return Offered(
        units=sorted(found["unit"], key=lambda unit: unit.more),
        sources=sorted(found["source"], key=lambda source: int(source.id)),
        ledgers=sorted(found["ledger"], key=lambda ledger: ledger.id),
        views=sorted(found["view"], key=lambda view: view.name),
    )


def within(unit_id: int) -> QuerySet[Unit, int]:
    """The ids of a unit and all below it."""
    return Unit.objects.filter(path__contains=f"/{unit_id}/").values_list("pk", flat=True)


def keeping(unit_id: int) -> list[int]:
    """The ids of those that keep ledgers, of a unit and all below it."""
    kept = Ledger.objects.filter(office__path__contains=f"/{int(unit_id)}/")
    return list(kept.order_by().values_list("office_id", flat=True).distinct())


FEW = 2000
"""So many ids at most are looked up one by one."""


def few_of(conditions: Q) -> list[UUID] | None:
    """The ids of all problems for which these conditions hold, whoever sees them; None where they are many."""
    found = list(Problem.objects.filter(conditions).order_by().values_list("id", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None


def led_below(actor: Actor, unit_id: int) -> list[int]:
    """The ids of a unit at or below the actor's and of all below it, itself first; none where it is elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT path, id FROM organisations_unit WHERE path LIKE %s", [f"%/{int(unit_id)}/%"])
        found = sorted(cursor.fetchall())
    return [id_ for _path, id_ in found] if found and f"/{actor.unit_id}/" in found[0][0] else []


def is_below(actor: Actor, unit_id: int) -> bool:
    """Is this unit the actor's own, or one below it?"""
    return Unit.objects.filter(pk=unit_id, path__contains=f"/{actor.unit_id}/").exists()


def unit_named(actor: Actor, unit_id: int | None) -> Unit | None:
    """The unit with this id, for its name: of the own subtree, or with a problem in sight to lead below it."""
    unit = (
        next(iter(Unit.objects.filter(pk=unit_id).only("name", "short_names", "path")), None) if unit_id else None
    )
    if unit is None or actor.unit_id in unit.line:
        return unit
    return unit if visible_to(actor).filter(lead_unit_id__in=within(unit.pk)).exists() else None


def office_named(actor: Actor, unit_id: int | None) -> Unit | None:
    """The unit with this id, for its name: of the own subtree, or with a problem in sight on its ledgers."""
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    if unit is None or actor.unit_id in unit.line:
        return unit
    return unit if visible_to(actor).filter(office_id__in=keeping(unit.pk)).exists() else None


def campaign_named(actor: Actor, campaign_id: int | None) -> str:
    """The name of a campaign with a problem in sight, or of the own office; empty for any other."""
    found = Campaign.objects.filter(pk=campaign_id).first() if campaign_id else None
    if found is None:
        return ""
    own = found.office_id == actor.unit_id
    return found.name if own or visible_to(actor).filter(campaign_id=found.pk).exists() else ""


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


def name_supports(rows: Iterable[Any]) -> None:
    """Give each row of a list the short names of its supporting units as `support_names`, in one query."""
    names: dict[UUID, list[str]] = {}
    by_id = {row.id: row for row in rows}
    parts = Responsibility.objects.filter(
        problem_id__in=list(by_id), role=Responsibility.Role.SUPPORT, dropped=False
    ).order_by("id")
    for id_, short_names, name in parts.values_list("problem_id", "unit__short_names", "unit__name"):
        names.setdefault(id_, []).append(short_of(short_names, name))
    for id_, row in by_id.items():
        row.support_names = names.get(id_, [])


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
