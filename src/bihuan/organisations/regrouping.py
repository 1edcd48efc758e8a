"""Units are renamed, moved, merged: what happens to the tree, to names and to posts.

Each change is an entry of every unit it touches, and counts from its day on; days before keep the old tree
(`tree`). Problems are not known here: `ledger.actions.regrouping` calls these steps and carries the problems
along in the same transaction. A merged unit is closed for good and stands below its successor, so that whatever
keeps naming it (closed problems, past days) is found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.book.models import Chain
from bihuan.book.writing import Stroke, append, first_come
from bihuan.domain.refusals import Denied, insist, say
from bihuan.organisations.access import Actor, may_manage_people
from bihuan.organisations.actions import book, refuses_merged, refuses_name, stroke_of
from bihuan.organisations.directory import find_unit
from bihuan.organisations.models import Post, Unit
from bihuan.organisations.tree import KEPT, hold_for_change, remember

PATH_LENGTH = 200
NAME_LENGTH = 120
CLASHES_NAMED = 3


def stamp(units: Iterable[Unit]) -> str:
    """How far these units' chains have got: a form carries it, so that nobody confirms what has changed since."""
    heads = Chain.objects.filter(id__in=[unit.uid for unit in units]).order_by("id")
    return ".".join(str(seq) for seq in heads.values_list("seq", flat=True))


def held_posts_in(unit: Unit) -> QuerySet[Post]:
    """The posts in `unit` held today or later."""
    rows = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=clock.today()), unit=unit)
    return rows.select_related("person").order_by("id")


@first_come()
def rename(*, actor: Actor, unit: Unit, name: str, short_names: Sequence[str] = (), seen: str = "") -> Unit:
    """Give `unit` another name, or other short names; the old ones stay known as former names.

    Raises `Refused` where the name is empty or taken, nothing changes, or the unit is not this administrator's.
    """
    hold_for_change()
    unit.refresh_from_db()
    insist(refuses_stale([unit], seen))
    name = name.strip()
    insist(_refuses_unit(actor, unit) or refuses_merged(unit))
    insist(refuses_name(name, unit.region_id, unit.parent_id, own=unit.pk))
    if (name, list(short_names)) == (unit.name, unit.short_names):
        insist(Denied(say("名称没有变化。"), say("请填写新的名称。")))
    before = unit.snapshot()
    unit.name, unit.short_names = name[:NAME_LENGTH], list(short_names)
    remember([(unit, before)])
    unit.save(update_fields=["name", "short_names"])
    book(unit, "rename", region_id=unit.region_id, writer=actor.writer, before=before)
    return unit


def refuses_move(actor: Actor, unit: Unit, parent: Unit) -> Denied | None:
    """May `unit` with all below it be put below `parent`?"""
    denied = _refuses_leaving(actor, unit) or _refuses_unit(actor, parent) or _refuses_target(unit, parent)
    if denied:
        return denied
    if unit.parent_id == parent.pk:
        return Denied(say("“%(name)s”现在就隶属于它。"), say("请选择别的上级单位。"), {"name": parent.name})
    return refuses_name(unit.name, unit.region_id, parent.pk, own=unit.pk) or _refuses_depth(unit, parent)


@first_come()
def move(*, actor: Actor, unit: Unit, parent: Unit, seen: str = "") -> Unit:
    """Put `unit` with all below it under `parent`. Raises `Refused` with what forbids it."""
    hold_for_change()
    unit.refresh_from_db()
    parent.refresh_from_db()
    insist(refuses_stale([unit, parent], seen))
    insist(refuses_move(actor, unit, parent))
    change = _Change()
    change.note(unit, "move")
    unit.parent = parent
    change.put_below(unit, parent.path)
    change.write(actor)
    return unit


def refuses_merger(actor: Actor, unit: Unit, into: Unit, *, founding: bool = False) -> Denied | None:
    """May `unit` be merged into `into`, or, `founding`, into a new unit below `into`?"""
    denied = _refuses_leaving(actor, unit) or _refuses_unit(actor, into) or _refuses_target(unit, into)
    if denied or founding:
        return denied
    return _refuses_children(unit, into) or _refuses_depth(unit, into)


@first_come()
def merge(*, actor: Actor, unit: Unit, into: Unit) -> Unit:
    """Merge `unit` into `into`: close it below its successor, and pass on its posts and the units below it.

    Raises `Refused` with what forbids it.
    """
    hold_for_change()
    unit.refresh_from_db()
    into.refresh_from_db()
    insist(refuses_merger(actor, unit, into))
    change = _Change()
    change.note(unit, "merge")
    change.note(into, "take_in", {"unit": str(unit.uid), "name": unit.name})
    for child in unit.children.filter(merged_into__isnull=True).order_by("pk"):
        change.note(child, "move")
        child.parent = into
        change.put_below(child, into.path)
    unit.parent = unit.merged_into = into
    unit.is_active = False
    change.put_below(unit, into.path)
    change.write(actor)
    _pass_posts(actor, unit, into)
    return into


@dataclass
class _Change:
    """Units changed together, in order, each with its columns until now."""

    units: dict[int, Unit] = field(default_factory=dict)
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    actions: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def note(self, unit: Unit, action: str, details: dict[str, str] | None = None) -> None:
        """Take in `unit` before it changes."""
        self.units[unit.pk] = unit
        self.before[unit.pk] = unit.snapshot()
        self.actions[unit.pk] = (action, details or {})

    def put_below(self, unit: Unit, path: str) -> None:
        """Let `unit` and all below it stand below `path`; those already taken in stand where they were put."""
        old, unit.path = unit.path, f"{path}{unit.pk}/"
        for row in Unit.objects.filter(path__startswith=old).exclude(pk__in=self.units).order_by("path"):
            self.note(row, "follow")
            row.path = unit.path + row.path.removeprefix(old)

    def write(self, actor: Actor) -> None:
        """Write the rows, their past and one entry each."""
        remember((unit, self.before[pk]) for pk, unit in self.units.items())
        Unit.objects.bulk_update(self.units.values(), KEPT_FIELDS, batch_size=200)
        strokes = [
            stroke_of(unit, action, unit.region_id, self.before[pk], details)
            for pk, unit in self.units.items()
            for action, details in (self.actions[pk],)
        ]
        append(strokes, writer=actor.writer, at=clock.now(), today=clock.today())


KEPT_FIELDS = [name.removesuffix("_id") for name in KEPT]


@transaction.atomic
def _pass_posts(actor: Actor, unit: Unit, into: Unit) -> None:
    """End every post held in `unit` and give the same one in `into`, unless the person holds it there already."""
    today = clock.today()
    held = list(held_posts_in(unit))
    there = {(post.person_id, post.role): post for post in held_posts_in(into) if post.until is None}
    strokes: list[Stroke] = []
    for post in held:
        same = there.get((post.person_id, post.role))
        if same is None:
            same = Post.objects.create(
                person=post.person,
                unit=into,
                role=post.role,
                title=post.title,
                since=max(post.since, today),
                until=post.until,
            )
            strokes.append(stroke_of(same, "create", into.region_id, None))
        before = post.snapshot()
        post.until, post.successor = today - timedelta(days=1), same
        strokes.append(stroke_of(post, "hand_over", unit.region_id, before, {"note": unit.name}))
    Post.objects.bulk_update(held, ["until", "successor"], batch_size=200)
    append(strokes, writer=actor.writer, at=clock.now(), today=today)


def refuses_stale(units: Sequence[Unit], seen: str) -> Denied | None:
    """Refuses where one of `units` has changed since `seen` was their stamp; an empty one asks nothing."""
    if not seen or seen == stamp(units):
        return None
    return Denied(say("您打开页面之后，别人改动过其中的单位。"), say("请重新核对后再确认。"))


def _refuses_unit(actor: Actor, unit: Unit) -> Denied | None:
    denied = may_manage_people(actor)
    if denied:
        return denied
    return None if find_unit(actor, unit.pk) else Denied(say("这个单位不在您管理的范围内。"))


def _refuses_leaving(actor: Actor, unit: Unit) -> Denied | None:
    denied = may_manage_people(actor)
    if denied:
        return denied
    if unit.pk == actor.unit_id:
        return Denied(say("不能调整或合并您自己所在的单位。"), say("请由上级单位的管理员办理。"))
    return _refuses_unit(actor, unit) or refuses_merged(unit)


def _refuses_target(unit: Unit, target: Unit) -> Denied | None:
    if target.pk == unit.pk:
        return Denied(say("选的是这个单位自己。"), say("请选择别的单位。"))
    if unit.pk in target.line:
        return Denied(
            say("“%(name)s”在它下面，不能作为它的上级。"), say("请选择别的单位。"), {"name": target.name}
        )
    if target.region_id != unit.region_id:
        return Denied(say("两个单位不在同一个数据空间。"), say("请在同一个市内选择。"))
    if not target.is_active:
        return refuses_merged(target) or Denied(
            say("单位“%(name)s”已经停用。"), say("请先启用，或选择别的单位。"), {"name": target.name}
        )
    return None


def _refuses_children(unit: Unit, into: Unit) -> Denied | None:
    """Two units of one name cannot stand in the same place."""
    going = unit.children.filter(merged_into__isnull=True).values_list("name", flat=True)
    there = into.children.filter(merged_into__isnull=True).exclude(pk=unit.pk)
    same = sorted(there.filter(name__in=list(going)).values_list("name", flat=True))
    if not same:
        return None
    names = "、".join(same[:CLASHES_NAMED])
    return Denied(
        say("两个单位下面都有“%(names)s”。"), say("请先给其中一个改名，或先合并它们。"), {"names": names}
    )


def _refuses_depth(unit: Unit, target: Unit) -> Denied | None:
    longest = max(
        len(path) for path in Unit.objects.filter(path__startswith=unit.path).values_list("path", flat=True)
    )
    if longest - len(unit.path) + len(target.path) + len(f"{unit.pk}/") <= PATH_LENGTH:
        return None
    return Denied(say("层级太多，放不下。"), say("请选择级别更高的单位。"))
