"""What an administrator keeps: the units and people of the own subtree.

Every function fails closed: for anyone but an administrator there is nothing. Somebody who also holds a post
outside the subtree can be seen, but the account is not this administrator's to touch.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from bihuan.book import clock
from bihuan.domain.refusals import Denied, say
from bihuan.organisations.access import Actor, may_manage_people
from bihuan.organisations.models import Person, Post, Unit


@dataclass(frozen=True)
class Branch:
    """A unit in its tree: how deep below the top shown, and how many people work in it."""

    unit: Unit
    depth: int
    people: int
    below: int


def units_under(actor: Actor) -> QuerySet[Unit]:
    """The actor's unit and all below it, closed ones included."""
    if may_manage_people(actor):
        return Unit.objects.none()
    return Unit.objects.filter(region_id=actor.region_id, path__contains=f"/{actor.unit_id}/")


def find_unit(actor: Actor, unit_id: int) -> Unit | None:
    """The unit with this id where it is the actor's to keep, else None."""
    return units_under(actor).filter(pk=unit_id).select_related("parent").first()


def people_under(actor: Actor) -> QuerySet[Person]:
    """Everybody who holds or held a post in the actor's subtree, with the posts held today."""
    inside = Post.objects.filter(unit__in=units_under(actor))
    held = Post.objects.filter(held_now()).select_related("unit").order_by("id")
    people = Person.objects.filter(pk__in=inside.values("person_id"))
    return people.prefetch_related(Prefetch("posts", held, to_attr="held")).order_by("-is_active", "username")


def find_person(actor: Actor, person_id: int) -> Person | None:
    """The person with this id where the actor may see the account, else None."""
    return people_under(actor).filter(pk=person_id).first()


def find_post(actor: Actor, person: Person, post_id: int) -> Post | None:
    """A post that `person` holds today in the actor's subtree, else None."""
    rows = Post.objects.filter(held_now(), pk=post_id, person=person, unit__in=units_under(actor))
    return rows.select_related("unit").first()


def colleagues(actor: Actor, post: Post, most: int = 500) -> list[Person]:
    """Who could take over `post`: people of the subtree with a usable account, those of the same unit first."""
    people = people_under(actor).filter(is_active=True).exclude(pk__in=[post.person_id, actor.person_id])
    near = set(Post.objects.filter(held_now(), unit_id=post.unit_id).values_list("person_id", flat=True))
    return sorted(people[:most], key=lambda person: (person.pk not in near, person.username))


def past_posts_of(person: Person) -> QuerySet[Post]:
    """The posts that `person` held and holds no more, newest first, with who took them over."""
    rows = Post.objects.filter(person=person, until__lt=clock.today())
    return rows.select_related("unit", "successor__person", "successor__unit").order_by("-until", "-id")


def posts_of(person: Person) -> QuerySet[Post]:
    """All posts that `person` holds today, wherever, with those handed over to them."""
    rows = Post.objects.filter(held_now(), person=person).select_related("unit").order_by("id")
    return rows.prefetch_related(Prefetch("predecessors", Post.objects.select_related("person").order_by("-id")))


def came_from(post: Post) -> Person | None:
    """Who handed `post` over to its holder last, if anybody did."""
    before = next((row for row in post.predecessors.all() if row.person_id != post.person_id), None)
    return before.person if before else None


def line_above(actor: Actor, unit: Unit) -> list[Unit]:
    """The units between the top of the actor's subtree and `unit`."""
    rows = units_under(actor).filter(pk__in=unit.line[:-1])
    return sorted(rows, key=lambda row: len(row.line))


def search_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Those of `people` whose name, account or unit says `text`."""
    text = text.replace("\0", "")  # which PostgreSQL takes in no text
    if not text:
        return people
    at_unit = Post.objects.filter(held_now(), unit__name__icontains=text).values("person_id")
    return people.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(pk__in=at_unit))


def tree(actor: Actor, top: Unit | None = None, text: str = "") -> list[Branch]:
    """The units of the subtree below `top` in the order of the tree, or those that say `text`."""
    everything = sorted(units_under(actor).select_related("merged_into"), key=lambda unit: unit.line)
    rows = [unit for unit in everything if top is None or unit.path.startswith(top.path)]
    shown = [unit for unit in rows if _says(unit, text)] if text else rows
    people = Counter(
        Post.objects.filter(held_now(), unit__in=units_under(actor), person__is_active=True).values_list(
            "unit_id", flat=True
        )
    )
    below = Counter(unit.parent_id for unit in everything)
    first = min((len(unit.line) for unit in rows), default=1)
    return [Branch(unit, len(unit.line) - first, people[unit.pk], below[unit.pk]) for unit in shown]


def refuses_account(actor: Actor, person: Person) -> Denied | None:
    """May the actor change this account? Not the own one, and not that of somebody with posts elsewhere."""
    denied = may_manage_people(actor)
    if denied:
        return denied
    if person.pk == actor.person_id:
        return Denied(
            say("不能在这里改动自己的账号。"), say("修改密码请用右上角菜单；其他改动请由另一位管理员办理。")
        )
    if Post.objects.filter(held_now(), person=person).exclude(unit__in=units_under(actor)).exists():
        return Denied(say("此人在您管理的范围之外还有岗位。"), say("请由上级单位的管理员办理。"))
    return None


def held_now() -> Q:
    """The condition that a post is held today."""
    day = clock.today()
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))


def _says(unit: Unit, text: str) -> bool:
    return any(text in name for name in (unit.name, *unit.short_names)) or unit.division_code.startswith(text)
