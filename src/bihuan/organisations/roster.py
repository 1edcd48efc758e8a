"""Who and what there is in this installation: reads for set-up, the command line and its checks.

For people at the machine, not for people in the pages: nothing here asks what an actor may see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.models import Person, Post, Unit


@dataclass(frozen=True)
class HeldPost:
    """A post as a list of accounts shows it."""

    role: str
    unit: str
    title: str


@dataclass(frozen=True)
class Account:
    """An account and the posts it holds today."""

    username: str
    name: str
    is_active: bool
    is_demo: bool
    posts: tuple[HeldPost, ...]


def is_empty() -> bool:
    """True where nothing of an office has been entered yet."""
    return not Region.objects.exists() and not Person.objects.exists()


def first_region() -> int | None:
    """The region in which the installation as a whole is on the record; None while there is none."""
    row = Region.objects.order_by("id").first()
    return row.pk if row else None


def demo_accounts() -> int:
    """How many demo accounts can be used."""
    return Person.objects.filter(is_demo=True, is_active=True).count()


def administrators() -> int:
    """How many people can keep accounts today."""
    return held_today(Role.ADMINISTRATOR).filter(person__is_active=True).count()


def held_today(role: Role) -> QuerySet[Post]:
    """The posts of this role that are held today."""
    day = clock.today()
    return Post.objects.filter(Q(until__isnull=True) | Q(until__gte=day), role=role, since__lte=day)


@dataclass(frozen=True)
class Headcount:
    """How many units, usable accounts, and accounts without any post there are."""

    units: int
    people: int
    without_post: int


def headcount() -> Headcount:
    """The figures of an administrator's desk."""
    people = Person.objects.filter(is_active=True)
    return Headcount(
        Unit.objects.filter(is_active=True).count(), people.count(), people.filter(posts__isnull=True).count()
    )


def accounts() -> list[Account]:
    """Every account, by name of the account."""
    day = clock.today()
    held = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day).order_by("id")
    people = Person.objects.prefetch_related(Prefetch("posts", held.select_related("unit"))).order_by("username")
    return [
        Account(
            person.username,
            person.name,
            person.is_active,
            person.is_demo,
            tuple(HeldPost(post.role, post.unit.name, post.title) for post in person.posts.all()),
        )
        for person in people
    ]


def find_person(username: str) -> Person:
    """The person with this account; raises `Refused` where there is none."""
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise Refused(Denied(say("没有账号“%(name)s”。"), say("请核对账号。"), {"name": username}))
    return found


def find_unit(name: str) -> Unit:
    """The active unit with this name, short name or id.

    Raises `Refused` where there is none or more than one.
    """
    if name.isdecimal():
        found = list(Unit.objects.filter(pk=int(name), is_active=True))
    else:
        named = Unit.objects.filter(is_active=True)
        found = [unit for unit in named if name == unit.name or name in unit.short_names]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(Denied(say("没有单位“%(name)s”。"), say("请核对单位名称。"), {"name": name}))
    listed = "; ".join(f"{line_of(unit)} ({unit.pk})" for unit in found)
    raise Refused(
        Denied(
            say("有不止一个单位叫“%(name)s”：%(units)s。"),
            say("请改用括号里的编号。"),
            {"name": name, "units": listed},
        )
    )


def line_of(unit: Unit) -> str:
    """The names from the root down to `unit`."""
    names = dict(Unit.objects.filter(pk__in=unit.line).values_list("pk", "name"))
    return " / ".join(names[pk] for pk in unit.line)


def home_region(person: Person) -> int:
    """The region in which an account is on the record: that of its first post, else the first of all."""
    post = Post.objects.filter(person=person).select_related("unit").order_by("id").first()
    return post.unit.region_id if post else (first_region() or 0)


def actor_of(username: str, *, unit_id: int | None = None, role: Role | None = None) -> Actor:
    """The person with this account acting in the post in `unit_id` with `role`, where given.

    Raises `Refused` where there is no such account, it cannot be used, or the post is not held.
    """
    person = find_person(username)
    posts = [post for post in held_posts(person) if unit_id in (None, post.unit_id) and role in (None, post.role)]
    actor = actor_for(person, held_posts(person), posts[0].pk) if posts else None
    if actor is None:
        raise Refused(
            Denied(say("账号“%(name)s”现在没有可以办理此事的岗位。"), say("请换一个账号。"), {"name": username})
        )
    return actor


def usernames_in(unit_id: int, role: Role) -> Sequence[str]:
    """The usable accounts that hold `role` in this very unit today."""
    held = held_today(role).filter(unit_id=unit_id, person__is_active=True)
    return list(held.order_by("person__username").values_list("person__username", flat=True))
