"""Every change to units, people, posts and calendars, each with its entry.

Called by the pages, the import from Excel, the command line and the demo. `writer` is who does it; the checks
of who may are made by the callers' `access` question first, because set-up itself has no actor yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.book.booked import Booked, Snapshot, changes_of
from bihuan.book.keys import Region
from bihuan.book.models import Audience
from bihuan.book.writing import Stroke, Writer, append, first_come
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, insist, say
from bihuan.domain.workdays import Calendar
from bihuan.organisations.access import refuses_post
from bihuan.organisations.models import Person, Post, Unit, WorkCalendar
from bihuan.organisations.tree import hold_for_change, remember

SYSTEM = Writer()
DEFAULT_CALENDAR = "默认"
NOTHING: Mapping[str, Any] = {}


def book(
    row: Booked,
    action: str,
    *,
    region_id: int,
    writer: Writer,
    before: Snapshot | None = None,
    details: Mapping[str, Any] = NOTHING,
    audience: Audience = Audience.OFFICE,
) -> None:
    """Write the entry for a change to a row with a chain of its own that was just saved."""
    stroke = stroke_of(row, action, region_id, before, details, audience)
    append([stroke], writer=writer, at=clock.now(), today=clock.today())


def stroke_of(
    row: Booked,
    action: str,
    region_id: int,
    before: Snapshot | None,
    details: Mapping[str, Any] = NOTHING,
    audience: Audience = Audience.OFFICE,
) -> Stroke:
    """The entry for a change to a row with a chain of its own; `before` are its columns until now, None for a new
    one."""
    return Stroke(
        kind=row.KIND,
        subject=row.record_id,
        region_id=region_id,
        action=action,
        audience=audience,
        changes={row.record_key: changes_of(row, before)},
        details=details,
    )


@first_come()
def create_unit(
    *,
    name: str,
    kind: str,
    parent: Unit | None = None,
    region: Region | None = None,
    short_names: Sequence[str] = (),
    division_code: str = "",
    writer: Writer = SYSTEM,
) -> Unit:
    """Add a unit below `parent`, or a root in `region`; returns it with its path set.

    Raises `Refused` where another unit of this name stands in the same place.
    """
    hold_for_change()
    if parent:
        parent.refresh_from_db(fields=("path", "is_active", "merged_into"))
        insist(refuses_merged(parent))
    region_id = region.pk if region else (parent.region_id if parent else 0)
    insist(refuses_name(name, region_id, parent.pk if parent else None))
    unit = Unit.objects.create(
        region_id=region_id,
        name=name,
        kind=kind,
        parent=parent,
        short_names=list(short_names),
        division_code=division_code,
        path="/",
        since=clock.today(),
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    book(unit, "create", region_id=region_id, writer=writer)
    return unit


@first_come()
def create_person(
    *,
    username: str,
    name: str,
    password: str | None = None,
    password_hash: str = "",
    one_time_until: date | None = None,
    region_id: int,
    name_en: str = "",
    email: str = "",
    is_demo: bool = False,
    writer: Writer = SYSTEM,
) -> Person:
    """Add somebody who can sign in; without a password the account cannot be used until one is set.

    `password_hash` is a password hashed before (django.contrib.auth.hashers), for many accounts at once.
    `one_time_until`: the last day of a one-time password, which the person must change; None for a chosen one.
    Raises `Refused` where the account is taken.
    """
    insist(_refuses_username(username))
    person = Person(
        username=username,
        name=name,
        name_en=name_en,
        email=email,
        is_demo=is_demo,
        one_time_until=one_time_until,
    )
    if password_hash:
        person.password = password_hash
    else:
        person.set_password(password)
    person.seal_name()
    person.save()
    book(person, "create", region_id=region_id, writer=writer)
    return person


@transaction.atomic
def set_password(
    *,
    person: Person,
    password: str,
    region_id: int,
    one_time_until: date | None = None,
    writer: Writer = SYSTEM,
) -> None:
    """Give `person` a new password; that it happened goes on the record, the password does not.

    `one_time_until`: the last day of a one-time password, which the person must change; None for a chosen one.
    """
    person.set_password(password)
    person.one_time_until = one_time_until
    person.save(update_fields=["password", "one_time_until"])
    book(person, "set_password", region_id=region_id, writer=writer, before=person.snapshot())


@transaction.atomic
def set_one_time_passwords(
    *, hashes: Mapping[Person, str], one_time_until: date, region_id: int, writer: Writer = SYSTEM
) -> None:
    """Give many people the one-time passwords whose hashes these are, each with its entry."""
    for person, hashed in hashes.items():
        person.password, person.one_time_until = hashed, one_time_until
    Person.objects.bulk_update(hashes, ["password", "one_time_until"], batch_size=200)
    strokes = [stroke_of(person, "set_password", region_id, person.snapshot()) for person in hashes]
    append(strokes, writer=writer, at=clock.now(), today=clock.today())


@transaction.atomic
def set_active(*, person: Person, active: bool, region_id: int, writer: Writer = SYSTEM) -> None:
    """Let an account be used again, or no longer."""
    before = person.snapshot()
    person.is_active = active
    person.save(update_fields=["is_active"])
    book(person, "activate" if active else "deactivate", region_id=region_id, writer=writer, before=before)


@first_come()
def assign_post(
    *,
    person: Person,
    unit: Unit,
    role: Role,
    title: str = "",
    since: date | None = None,
    writer: Writer = SYSTEM,
) -> Post:
    """Give `person` a post in `unit`.

    Raises `Refused` where it does not go with a post held today or later, or is held already.
    """
    others = Post.objects.filter(Q(until__isnull=True) | Q(until__gte=clock.today()), person=person)
    insist(refuses_post(role, [Role(post.role) for post in others]))
    insist(_refuses_twice(unit, role, others))
    post = Post.objects.create(person=person, unit=unit, role=role, title=title, since=since or clock.today())
    book(post, "create", region_id=unit.region_id, writer=writer)
    return post


@transaction.atomic
def end_post(*, post: Post, writer: Writer = SYSTEM) -> None:
    """End a post with immediate effect: yesterday was its last day."""
    before = post.snapshot()
    post.until = clock.today() - timedelta(days=1)
    post.save(update_fields=["until"])
    book(post, "end", region_id=post.unit.region_id, writer=writer, before=before)


@first_come()
def pass_post(*, post: Post, to: Person, reason: str = "", writer: Writer = SYSTEM) -> Post:
    """End `post` and give its unit, role and title to `to` from today; returns the post that has the work now.

    Where `to` holds the same role in the unit already, that is the post. Raises `Refused` where `post` has ended
    in the meantime, where the successor's account is closed or cannot take the role.
    """
    held = Post.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=post.pk)
    insist(_refuses_successor(held, to))
    same = Post.objects.filter(person=to, unit_id=held.unit_id, role=held.role, until__isnull=True).first()
    role = Role(held.role)
    taken = same or assign_post(person=to, unit=held.unit, role=role, title=held.title, writer=writer)
    before = held.snapshot()
    held.until, held.successor = clock.today() - timedelta(days=1), taken
    held.save(update_fields=["until", "successor"])
    details = {"note": reason} if reason else NOTHING
    book(held, "hand_over", region_id=held.unit.region_id, writer=writer, before=before, details=details)
    return taken


@transaction.atomic
def set_unit_active(*, unit: Unit, active: bool, writer: Writer = SYSTEM) -> None:
    """Close a unit that nobody works in any more, or open it again.

    Raises `Refused` while units in use stand below it or posts in it are held, or where the unit above is closed.
    """
    hold_for_change()
    unit.refresh_from_db()
    insist(_refuses_opening(unit) if active else _refuses_closing(unit))
    before = unit.snapshot()
    unit.is_active = active
    remember([(unit, before)])
    unit.save(update_fields=["is_active"])
    book(unit, "activate" if active else "deactivate", region_id=unit.region_id, writer=writer, before=before)


def refuses_name(name: str, region_id: int, parent_id: int | None, *, own: int | None = None) -> Denied | None:
    """Refuses an empty name, and one that a unit in the same place bears; `own` is the unit that shall bear it."""
    if not name.strip():
        return Denied(say("单位名称不能是空的。"), say("请填写单位名称。"))
    same = Unit.objects.filter(region_id=region_id, parent_id=parent_id, name=name, merged_into__isnull=True)
    if not same.exclude(pk=own or 0).exists():
        return None
    return Denied(say("同一上级下已有单位“%(name)s”。"), say("请换一个名称。"), {"name": name})


def refuses_merged(unit: Unit) -> Denied | None:
    """A unit that was merged into another stays as it was; its successor goes on."""
    if unit.merged_into is None:
        return None
    return Denied(
        say("“%(name)s”已经并入“%(into)s”。"),
        say("请选择合并后的单位。"),
        {"name": unit.name, "into": unit.merged_into.name},
    )


def _refuses_username(username: str) -> Denied | None:
    if not username.strip():
        return Denied(say("账号不能是空的。"), say("请填写账号。"))
    if not Person.objects.filter(username=username).exists():
        return None
    return Denied(say("账号“%(name)s”已有人使用。"), say("请换一个账号。"), {"name": username})


def _refuses_twice(unit: Unit, role: Role, others: QuerySet[Post]) -> Denied | None:
    if not others.filter(unit=unit, role=role, until__isnull=True).exists():
        return None
    return Denied(say("此人在“%(unit)s”已担任这一岗位。"), say("不需要再次设置。"), {"unit": unit.name})


def _refuses_successor(post: Post, to: Person) -> Denied | None:
    if post.until is not None and post.until < clock.today():
        return Denied(say("这个岗位已经结束或移交。"), say("请刷新页面查看。"))
    if to.pk == post.person_id:
        return Denied(say("接任人就是现任本人。"), say("请选择另一个人。"))
    if not to.is_active:
        return Denied(say("账号“%(name)s”已经停用。"), say("请先启用，或选择别人。"), {"name": to.username})
    return None


def _refuses_opening(unit: Unit) -> Denied | None:
    merged = refuses_merged(unit)
    if merged:
        return merged
    if unit.parent is None or unit.parent.is_active:
        return None
    return Denied(say("上级单位“%(name)s”已经停用。"), say("请先启用上级单位。"), {"name": unit.parent.name})


def _refuses_closing(unit: Unit) -> Denied | None:
    below = unit.children.filter(is_active=True).count()
    if below:
        return Denied(say("它下面还有%(count)s个在用的单位。"), say("请先停用下级单位。"), {"count": below})
    day = clock.today()
    held = unit.posts.filter(Q(until__isnull=True) | Q(until__gte=day), person__is_active=True).count()
    if held:
        return Denied(say("还有%(count)s个岗位在这个单位。"), say("请先结束这些岗位。"), {"count": held})
    return None


@transaction.atomic
def save_calendar(calendar: Calendar, *, region_id: int, writer: Writer = SYSTEM) -> WorkCalendar:
    """Store `calendar` as the working days in force, replacing the one of the same name."""
    row = WorkCalendar.objects.filter(name=calendar.name).first()
    before: dict[str, Any] | None = row.snapshot() if row else None
    row = row or WorkCalendar(name=calendar.name)
    row.days_off = sorted(day.isoformat() for day in calendar.off)
    row.makeup_days = sorted(day.isoformat() for day in calendar.makeup)
    row.published_years = sorted(calendar.published)
    row.save()
    book(row, "amend" if before else "create", region_id=region_id, writer=writer, before=before)
    return row
