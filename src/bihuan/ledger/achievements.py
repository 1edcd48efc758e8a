"""Reading results and good examples. Fails closed, writes nothing.

Results are for the unit and those above it; one tied to a problem also for whoever sees the problem. A published
example is for everybody who works on problems anywhere in the installation; a draft for the unit itself; one that
was withdrawn for the unit and for those who adopted it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.ledger.models import Adoption, Example, Problem, Result
from bihuan.ledger.queries import among_visible, visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import predecessors

PAGE = 50
MOST_ON_A_PROBLEM = 20
Readings = list[tuple[date, Decimal]]
_PUBLISHED = Example.State.PUBLISHED.value
_DRAFT = Example.State.DRAFT.value


def results_below(actor: Actor) -> QuerySet[Result]:
    """The results of the actor's unit and of those below it that were not taken off."""
    if actor.role is Role.ADMINISTRATOR:
        return Result.objects.none()
    rows = Result.objects.filter(unit__path__contains=f"/{actor.unit_id}/", dropped_on__isnull=True)
    return rows.select_related("unit")


def find_result(actor: Actor, result_id: UUID) -> Result | None:
    """The result with this id where the actor may see it (taken off or not), else None."""
    row = Result.objects.filter(id=result_id).select_related("unit").first()
    if row is None or actor.role is Role.ADMINISTRATOR:
        return None
    if actor.unit_id in row.unit.line:
        return row
    seen = row.problem_id is not None and visible_to(actor).filter(id=row.problem_id).exists()
    return row if seen else None


def results_of(problem: Problem) -> list[Result]:
    """The results tied to a problem that the caller has in sight."""
    rows = Result.objects.filter(problem_id=problem.id, dropped_on__isnull=True).select_related("unit")
    return list(rows.order_by("id")[:MOST_ON_A_PROBLEM])


def readings_of(rows: Iterable[Result]) -> Mapping[UUID, Readings]:
    """For each result its figures in the order of their days: the baseline, then every figure put down; of one day
    the last."""
    results = {row.id: row for row in rows}
    found: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    entries = Entry.objects.filter(
        region_id__in={row.region_id for row in results.values()},
        subject__in=list(results),
        action__in=("enter", "update"),
    )
    now: dict[UUID, dict[str, str]] = defaultdict(dict)
    for subject, body in entries.order_by("subject", "seq").values_list("subject", "body"):
        changed = json.loads(body)["changes"].get(f"{Result.KIND}:{subject}", {})
        for column in ("now", "now_on"):
            if column in changed:
                now[subject][column] = changed[column][1]
        if now[subject]:
            found[subject][date.fromisoformat(now[subject]["now_on"])] = Decimal(now[subject]["now"])
    return {key: sorted(({row.baseline_on: row.baseline} | found[key]).items()) for key, row in results.items()}


def examples_in_sight(actor: Actor) -> QuerySet[Example]:
    """The examples that the actor may read."""
    if actor.role is Role.ADMINISTRATOR:
        return Example.objects.none()
    own = predecessors(actor.unit_id)
    adopted = Exists(Adoption.objects.filter(example_id=OuterRef("id"), unit_id=actor.unit_id))
    rows = Example.objects.filter(Q(state=_PUBLISHED) | Q(unit_id__in=own) | (~Q(state=_DRAFT) & adopted))
    return rows.select_related("unit", "spread_by")


def published(actor: Actor) -> QuerySet[Example]:
    """The published examples."""
    return examples_in_sight(actor).filter(state=_PUBLISHED)


def shown_examples(actor: Actor, show: str = "", text: str = "") -> QuerySet[Example]:
    """The published examples: all, those recommended from above (`spread`), the own unit's (`own`), those that it
    has adopted (`adopted`); with words of title or sphere of work."""
    rows = published(actor)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(field__icontains=text))
    if show == "spread":
        return rows.filter(spread_by_id__in=Unit.objects.get(pk=actor.unit_id).line)
    if show == "own":
        return rows.filter(unit_id__in=predecessors(actor.unit_id))
    if show == "adopted":
        taken = Adoption.objects.filter(example_id=OuterRef("id"), unit_id=actor.unit_id, dropped_on__isnull=True)
        return rows.filter(Exists(taken))
    return rows


def examples_page(rows: QuerySet[Example], after: str = "") -> tuple[list[Example], str]:
    """A page of published examples, the latest first, and where the next one begins."""
    day, _mark, id_ = after.partition("~")
    cursor = id_from(id_)
    if cursor is not None and (since := day_from(day)) is not None:
        rows = rows.filter(Q(published_on__lt=since) | Q(published_on=since, id__lt=cursor))
    found = list(rows.order_by("-published_on", "-id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.published_on}~{last.id.hex}" if last is not None else ""


def own_drafts(actor: Actor) -> list[Example]:
    """What the own unit has written and not published."""
    rows = examples_in_sight(actor).filter(unit_id__in=predecessors(actor.unit_id), state=_DRAFT)
    return list(rows.order_by("-id")[:PAGE])


def find_example(actor: Actor, example_id: UUID) -> Example | None:
    """The example with this id where the actor may read it, else None."""
    return examples_in_sight(actor).filter(id=example_id).first()


def examples_of(actor: Actor, problem: Problem) -> list[Example]:
    """The examples made from a problem in sight by the units that had it, as far as the actor may read them."""
    units = [unit for unit in (problem.lead_unit_id, problem.office_id) if unit]
    rows = examples_in_sight(actor).filter(unit_id__in=units, problem_id=problem.id)
    return list(rows.exclude(state=Example.State.ENDED).order_by("id")[:MOST_ON_A_PROBLEM])


def problem_behind(actor: Actor, row: Example | Result) -> Problem | None:
    """The problem that an example or result is about, where the actor sees it."""
    return among_visible(actor, [row.problem_id]).first() if row.problem_id else None


def problem_in_sight(actor: Actor, problem_id: UUID) -> Problem | None:
    """The problem with this id where the actor sees it, else None."""
    return among_visible(actor, [problem_id]).first()


def adopted_here(actor: Actor, rows: Iterable[Example]) -> set[UUID]:
    """Which of these examples the own unit has adopted."""
    ids = [row.id for row in rows]
    taken = Adoption.objects.filter(example_id__in=ids, unit_id=actor.unit_id, dropped_on__isnull=True)
    return set(taken.values_list("example_id", flat=True))


def adopted_by(rows: Iterable[Example]) -> Mapping[UUID, int]:
    """How many units have adopted each example, and not given it up."""
    ids = [row.id for row in rows]
    counts = Adoption.objects.filter(example_id__in=ids, dropped_on__isnull=True).order_by()
    return Counter(dict(counts.values_list("example_id").annotate(n=Count("id"))))


def adoptions_of(example: Example, after: str = "") -> tuple[list[Adoption], str]:
    """A page of the units that have adopted an example, in their order, and where the next page begins."""
    rows = Adoption.objects.filter(example_id=example.id, dropped_on__isnull=True).select_related("unit")
    cursor = id_from(after)
    found = list((rows.filter(id__gt=cursor) if cursor else rows).order_by("id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id.hex if len(found) > PAGE else ""


def own_adoption(actor: Actor, example: Example) -> Adoption | None:
    """The own unit's adoption of an example, unless it was given up."""
    rows = Adoption.objects.filter(example_id=example.id, unit_id=actor.unit_id, dropped_on__isnull=True)
    return rows.first()


def day_from(text: str) -> date | None:
    """A day out of an address; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def id_from(text: str) -> UUID | None:
    """An id out of an address; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
