"""Units are moved and merged, and their problems go along, in one transaction.

`organisations.regrouping` changes the tree; here follows what the tree means for problems. Moved: only who stands
above. Merged: besides, the successor takes over the ledgers and the open work, with one entry for each problem;
closed problems keep the unit that closed them and are found below its successor. What will happen can be asked
for first (`Effect`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bihuan.book.booked import changes_of
from bihuan.book.models import Audience
from bihuan.book.rows import collector_at_rest
from bihuan.book.writing import Stroke, append
from bihuan.domain.case import OPEN_STAGES
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.actions.ledgers import NAME_LENGTH
from bihuan.ledger.actions.passing import pass_on
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.relining import reline
from bihuan.ledger.actions.step import CHUNK, Moment, open_all, this_moment
from bihuan.ledger.actions.tasks import pass_tasks
from bihuan.ledger.models import Ledger, Measure, Problem, Raising, Reach, Responsibility
from bihuan.organisations import accounts, regrouping
from bihuan.organisations.access import Actor
from bihuan.organisations.accounts import UnitKind
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_for_change, lines_on

_OPEN = [stage.value for stage in OPEN_STAGES]


@dataclass(frozen=True)
class NewUnit:
    """A unit to be founded by a merger."""

    name: str
    kind: UnitKind
    parent: Unit
    short_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a move or merger means, in numbers: units below that go along, posts and the people in them, problems
    that pass to the successor and those that stay named as they were, ledgers that change hands, and problems
    that units above see no more, or see from now on."""

    units: int = 0
    posts: int = 0
    people: int = 0
    passed: int = 0
    kept: int = 0
    ledgers: tuple[str, ...] = ()
    relined: int = 0


def effect_of_move(*, actor: Actor, unit: Unit, parent: Unit) -> Effect:
    """What putting `unit` under `parent` would do. Raises `Refused` with what forbids it."""
    insist(regrouping.refuses_move(actor, unit, parent))
    return Effect(units=_below(unit).count(), relined=Reach.objects.filter(unit=unit).count())


def effect_of_merger(*, actor: Actor, units: Sequence[Unit], into: Unit | NewUnit) -> Effect:
    """What merging `units` would do. Raises `Refused` with what forbids it."""
    insist(_refuses_list(units, into))
    for unit in units:
        asked = (unit, into.parent) if isinstance(into, NewUnit) else (unit, into)
        insist(regrouping.refuses_merger(actor, *asked, founding=isinstance(into, NewUnit)))
    ids = [unit.pk for unit in units]
    people = [post.person_id for unit in units for post in regrouping.held_posts_in(unit)]
    return Effect(
        units=sum(_below(unit).count() for unit in units),
        posts=len(people),
        people=len(set(people)),
        passed=len(set().union(*(_worked_on(unit) for unit in units))),
        kept=Problem.objects.filter(lead_unit_id__in=ids).exclude(stage__in=_OPEN).count(),
        ledgers=tuple(Ledger.objects.filter(office_id__in=ids).order_by("id").values_list("name", flat=True)),
        relined=Reach.objects.filter(unit_id__in=ids).values("problem_id").distinct().count(),
    )


def move(*, actor: Actor, unit: Unit, parent: Unit, seen: str = "") -> Unit:
    """Put `unit` with all below it under `parent`. Raises `Refused` with what forbids it."""
    with collector_at_rest(), transaction.atomic():
        hold_for_change()
        moment = this_moment()
        before = lines_on(moment.today)
        moved = regrouping.move(actor=actor, unit=unit, parent=parent, seen=seen)
        reline(unit.pk, before, lines_on(moment.today), today=moment.today)
        return moved


def merge(*, actor: Actor, units: Sequence[Unit], into: Unit | NewUnit, seen: str = "") -> Unit:
    """Merge `units` into another one, or into a new one that is founded with it; returns the successor.

    `seen`: the stamp of `units`, and of an existing `into`, that the person had in front of them. Raises
    `Refused` with what forbids it; then nothing is done.
    """
    with collector_at_rest(), transaction.atomic():
        hold_for_change()
        insist(_refuses_list(units, into))
        insist(regrouping.refuses_stale([*units, *([into] if isinstance(into, Unit) else [])], seen))
        target = into if isinstance(into, Unit) else _found(actor, into)
        moment = this_moment()
        for unit in units:
            before = lines_on(moment.today)
            regrouping.merge(actor=actor, unit=unit, into=target)
            reline(unit.pk, before, lines_on(moment.today), today=moment.today)
            _pass_ledgers(actor, unit, target, moment)
            _pass_problems(actor, unit, target, moment)
            pass_tasks(actor=actor, unit=unit, into=target)
        return target


def _refuses_list(units: Sequence[Unit], into: Unit | NewUnit) -> Denied | None:
    if not units:
        return Denied(say("还没有选择要合并的单位。"), say("请选择单位。"))
    if isinstance(into, NewUnit) and any(unit.pk in into.parent.line for unit in units):
        return Denied(say("新单位不能设在要合并的单位下面。"), say("请选择别的上级单位。"))
    return None


def _found(actor: Actor, new: NewUnit) -> Unit:
    return accounts.add_unit(
        actor=actor, parent=new.parent, name=new.name, kind=new.kind, short_names=new.short_names
    )


def _below(unit: Unit) -> QuerySet[Unit]:
    """The units below `unit`, those merged before left out."""
    return Unit.objects.filter(path__startswith=unit.path, merged_into__isnull=True).exclude(pk=unit.pk)


def _pass_ledgers(actor: Actor, unit: Unit, into: Unit, moment: Moment) -> None:
    """Let `into` keep the ledgers of `unit`; where it has one of the name, the unit's name is added."""
    names = set(Ledger.objects.filter(office=into).values_list("name", flat=True))
    strokes = []
    for ledger in Ledger.objects.filter(office=unit).order_by("id"):
        before = ledger.snapshot()
        if ledger.name in names:
            ledger.name = _free(ledger.name, unit.name, names)
        names.add(ledger.name)
        ledger.office = into
        ledger.save(update_fields=["name", "office"])
        strokes.append(
            Stroke(
                kind=ledger.KIND,
                subject=ledger.id,
                region_id=ledger.region_id,
                action=Move.REGROUP.value,
                audience=Audience.OFFICE,
                changes={ledger.record_key: changes_of(ledger, before)},
            )
        )
    append(strokes, writer=actor.writer, at=moment.now, today=moment.today)


def _free(name: str, unit: str, taken: Iterable[str]) -> str:
    """`name` with the unit's name beside it, and a number where even that is taken."""
    numbered = ("", *(f"-{number}" for number in range(2, 1000)))
    endings = (f"({unit[:40]}{number})" for number in numbered)
    free = (name[: NAME_LENGTH - len(ending)] + ending for ending in endings)
    return next(found for found in free if found not in taken)


def _pass_problems(actor: Actor, unit: Unit, into: Unit, moment: Moment) -> None:
    """Let `into` take the place of `unit` in open work, and as the office of its ledgers."""
    wanted = sorted(_worked_on(unit))
    for start in range(0, len(wanted), CHUNK):
        rows = list(Problem.objects.filter(id__in=wanted[start : start + CHUNK]).order_by("id"))
        opened = open_all(rows, actor=actor, moment=moment)
        for case in opened:
            pass_on(case, unit.pk, into.pk)
            case.details["regrouped"] = [unit.name, into.name]
        record(Move.REGROUP, opened, actor=actor, moment=moment)


def _worked_on(unit: Unit) -> set[UUID]:
    open_ones = {"problem__stage__in": _OPEN, "unit": unit, "dropped": False}
    found = set(Problem.objects.filter(office=unit).values_list("id", flat=True))
    found |= set(Problem.objects.filter(lead_unit=unit, stage__in=_OPEN).values_list("id", flat=True))
    asked = Raising.objects.filter(to_unit=unit, answer=Raising.Answer.OPEN)
    found |= set(asked.values_list("problem_id", flat=True))
    for model in (Responsibility, Measure):
        found |= set(model._default_manager.filter(**open_ones).values_list("problem_id", flat=True))
    return found
