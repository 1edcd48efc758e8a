"""Who is acting, and what a post entitles to outside a single problem.

An `Actor` is a person in one post. What may be done to a problem is decided by the table of moves
(`domain.lifecycle`); here only what concerns units, people, ledgers as a whole and the installation. Answers
are `Denied` with a reason, or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.book.several import Statement, statement
from bihuan.book.writing import Writer
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, say
from bihuan.organisations.models import Person, Post, Unit

BUSINESS_ROLES = frozenset(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}
UNIT_WRITERS = frozenset({Role.COORDINATOR, Role.LEADER, Role.LIAISON})


@dataclass(frozen=True)
class Actor:
    """A person acting in one post. `unit_ids` are all units in which the person holds a post.

    `root_id` is the unit at the top of the tree in which the post's unit stands.
    """

    person_id: int
    person_name: str
    post_id: int
    role: Role
    unit_id: int
    unit_name: str
    region_id: int
    unit_ids: frozenset[int]
    root_id: int = 0

    @property
    def writer(self) -> Writer:
        """How entries name this actor."""
        return Writer(self.person_id, self.post_id, self.unit_id)


def held_posts(person: Person, day: date | None = None) -> QuerySet[Post]:
    """The posts that `person` holds on `day` (today), in a fixed order, with their units."""
    on = day or clock.today()
    held = Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))
    return Post.objects.filter(held, person=person, unit__is_active=True).select_related("unit").order_by("id")


_SOMEBODY = -1
"""An id that no person has, in whose place the person who signs in is filled in."""


def posts_held(person: Person) -> list[Post]:
    """The same posts today, for every page: SQL written once a day, and no more of post and unit than entitles to
    something. The rest is read where it is looked at.
    """
    rows = _held_on(clock.today()).rows({_SOMEBODY: person.pk})
    return [_post(row[: len(_OF_POST)], row[len(_OF_POST) :]) for row in sorted(rows)]


_OF_POST = ("id", "person_id", "unit_id", "role")
_OF_UNIT = ("id", "region_id", "name", "path")
"""In the order of the model's fields, as `from_db` wants them."""


@lru_cache(2)
def _held_on(day: date) -> Statement:
    held = held_posts(Person(pk=_SOMEBODY), day)
    return statement([held.values_list(*_OF_POST, *(f"unit__{name}" for name in _OF_UNIT))])


def _post(row: Sequence[Any], unit: Sequence[Any]) -> Post:
    post = Post.from_db(None, _OF_POST, row)
    post.unit = Unit.from_db(None, _OF_UNIT, unit)
    return post


def actor_for(person: Person, posts: Iterable[Post], chosen: int | None = None) -> Actor | None:
    """The actor for the `chosen` post among the `posts` held, or for the first; None without any post."""
    held = list(posts)
    if not person.is_active or not held:
        return None
    post = next((post for post in held if post.id == chosen), held[0])
    return Actor(
        person_id=person.pk,
        person_name=person.name,
        post_id=post.pk,
        role=Role(post.role),
        unit_id=post.unit_id,
        unit_name=post.unit.name,
        region_id=post.unit.region_id,
        unit_ids=frozenset(held_post.unit_id for held_post in held),
        root_id=post.unit.line[0],
    )


def sees_one_region(actor: Actor) -> bool:
    """Do the actor's unit and all units below it belong to one region, and so all problems in sight?"""
    below = Unit.objects.filter(path__contains=f"/{actor.unit_id}/")
    return not below.exclude(region_id=actor.region_id).exists()


def may_keep_ledgers(actor: Actor) -> Denied | None:
    """May the actor bring problems onto the ledgers of the own unit?"""
    if actor.role is Role.COORDINATOR:
        return None
    return Denied(say("只有整改办人员可以登记和导入问题。"), say("请与本单位的整改办联系。"))


def may_write_for_unit(actor: Actor) -> Denied | None:
    """May the actor put down what the own unit made and achieved: its rules, results and good examples?"""
    if actor.role in UNIT_WRITERS:
        return None
    return Denied(say("只有本单位的整改办人员、负责人或联络员可以办理。"), say("请与他们联系。"))


def may_manage_people(actor: Actor) -> Denied | None:
    """May the actor keep units, people and posts?"""
    if actor.role is Role.ADMINISTRATOR:
        return None
    return Denied(say("只有系统管理员可以维护单位和人员。"), say("请与系统管理员联系。"))


def may_set_up(actor: Actor) -> Denied | None:
    """May the actor change what counts for all units alike, as colour policies do? Everybody may read it."""
    top = actor.role is Role.COORDINATOR and actor.unit_id == actor.root_id
    if top or actor.role is Role.ADMINISTRATOR:
        return None
    root = Unit.objects.filter(pk=actor.root_id).values_list("name", flat=True).first()
    return Denied(
        say("只有%(unit)s整改办和系统管理员可以修改设置。"),
        say("请与他们联系。"),
        {"unit": root or say("最上级单位")},
    )


def may_see_problems(actor: Actor) -> Denied | None:
    """Administrators keep the installation and see no problems."""
    if actor.role is not Role.ADMINISTRATOR:
        return None
    return Denied(say("系统管理员不查看问题。"), say("请换用业务岗位。"))


def refuses_post(role: Role, others: Iterable[Role]) -> Denied | None:
    """Auditors and administrators hold no business post beside their own."""
    held = set(others)
    apart = BUSINESS_ROLES
    if (role in apart and held - apart) or (role not in apart and held & apart):
        return Denied(say("审计人员、系统管理员不能兼任业务岗位。"), say("请为其另设人员。"))
    return None


def subtree(unit: Unit) -> Q:
    """The condition that a unit is `unit` or below it."""
    return Q(path__startswith=unit.path)
