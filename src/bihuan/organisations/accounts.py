"""What administrators do to units and accounts, each step asked for first and written with its entry.

An administrator keeps the own subtree and nothing beside it; nobody changes the own account here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.book.writing import Writer
from bihuan.domain.case import Role
from bihuan.domain.codes import check_division
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.organisations import actions
from bihuan.organisations.access import Actor, held_posts, may_manage_people
from bihuan.organisations.directory import find_unit, refuses_account
from bihuan.organisations.models import Person, Post, Unit
from bihuan.organisations.models import UnitKind as UnitKind  # part of add_unit, for callers
from bihuan.organisations.passwords import fresh_password, last_day, quick_hash
from bihuan.organisations.roster import first_region
from bihuan.organisations.slips import Slip


def _refuses_unit(actor: Actor, unit: Unit) -> Denied | None:
    denied = may_manage_people(actor)
    if denied:
        return denied
    beside = _refuses_beside(actor, unit)
    if beside:
        return beside
    if not unit.is_active:
        return Denied(say("单位“%(name)s”已经停用。"), say("请先启用，或选择别的单位。"), {"name": unit.name})
    return None


def _refuses_beside(actor: Actor, unit: Unit) -> Denied | None:
    return None if find_unit(actor, unit.pk) else Denied(say("这个单位不在您管理的范围内。"))


def add_unit(
    *,
    actor: Actor,
    parent: Unit,
    name: str,
    kind: UnitKind,
    short_names: Sequence[str] = (),
    division_code: str = "",
) -> Unit:
    """Add a unit below `parent`. Raises `Refused` where its name is taken there or its code cannot be one."""
    insist(_refuses_unit(actor, parent))
    if division_code:
        check_division(division_code)
    return actions.create_unit(
        name=name,
        kind=kind.value,
        parent=parent,
        short_names=short_names,
        division_code=division_code,
        writer=actor.writer,
    )


def switch_unit(*, actor: Actor, unit: Unit, active: bool) -> None:
    """Close a unit or open it again. Raises `Refused` for the own unit and where something hangs on it."""
    insist(may_manage_people(actor))
    insist(_refuses_beside(actor, unit))
    if unit.pk == actor.unit_id:
        raise Refused(Denied(say("不能停用您自己所在的单位。"), say("请由上级单位的管理员办理。")))
    actions.set_unit_active(unit=unit, active=active, writer=actor.writer)


@transaction.atomic
def open_account(*, actor: Actor, username: str, name: str, unit: Unit, role: Role, title: str = "") -> Slip:
    """Add somebody with a first post; returns the slip with the one-time password, which is kept nowhere.

    Raises `Refused` where the account's name is taken or the unit is not this administrator's.
    """
    insist(_refuses_unit(actor, unit))
    password = fresh_password()
    person = _add_person(actor, unit, username, name, password)
    actions.assign_post(person=person, unit=unit, role=role, title=title, writer=actor.writer)
    return _slip(person, unit.name, password)


def _add_person(actor: Actor, unit: Unit, username: str, name: str, password: str) -> Person:
    return actions.create_person(
        username=username,
        name=name,
        password_hash=quick_hash(password),
        one_time_until=last_day(),
        region_id=unit.region_id,
        writer=actor.writer,
    )


def reset_password(*, actor: Actor, person: Person) -> Slip:
    """Give an account a new one-time password, on the slip returned and nowhere else; the old one ends at once."""
    insist(refuses_account(actor, person))
    password = fresh_password()
    actions.set_password(
        person=person,
        password=password,
        one_time_until=last_day(),
        region_id=actor.region_id,
        writer=actor.writer,
    )
    post = held_posts(person).first()
    return _slip(person, post.unit.name if post else "", password)


def _slip(person: Person, unit: str, password: str) -> Slip:
    assert person.one_time_until is not None, "a slip is for a one-time password"
    return Slip(unit, person.name, person.username, password, person.one_time_until)


def choose_password(*, person: Person, password: str) -> None:
    """Give oneself a new password; that it happened is an entry, as when an administrator does it."""
    post = held_posts(person).first()
    region_id = post.unit.region_id if post else first_region()
    assert region_id is not None, "whoever signs in stands in a region"
    writer = Writer(person.pk, post.pk, post.unit_id) if post else Writer(person.pk)
    row = Person.objects.get(pk=person.pk)  # a request's own user is a stand-in without columns of its own
    actions.set_password(person=row, password=password, region_id=region_id, writer=writer)
    person.password, person.one_time_until = row.password, row.one_time_until


def switch_account(*, actor: Actor, person: Person, active: bool) -> None:
    """Let an account be used again, or no longer."""
    insist(refuses_account(actor, person))
    if person.is_active != active:
        actions.set_active(person=person, active=active, region_id=actor.region_id, writer=actor.writer)


def give_post(*, actor: Actor, person: Person, unit: Unit, role: Role, title: str = "") -> Post:
    """Give a further post. Raises `Refused` where it is held already or does not go with another one."""
    insist(_refuses_unit(actor, unit))
    insist(refuses_account(actor, person))
    return actions.assign_post(person=person, unit=unit, role=role, title=title, writer=actor.writer)


def take_post(*, actor: Actor, post: Post) -> None:
    """End a post at once."""
    insist(refuses_account(actor, post.person))
    insist(_refuses_beside(actor, post.unit))
    actions.end_post(post=post, writer=actor.writer)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who has no account yet."""

    name: str
    username: str


@dataclass(frozen=True)
class Passed:
    """A post that was handed over: the one that has its work now, and the slip of an account made for it."""

    post: Post
    slip: Slip | None = None


@transaction.atomic
def pass_post(*, actor: Actor, post: Post, to: Person | Newcomer, reason: str = "") -> Passed:
    """End a post and give it to a successor from today. What its holder was named for is moved by `ledger`.

    Raises `Refused` where the post or one of the two accounts is not this administrator's, where the post has
    ended in the meantime, and where the successor cannot take it.
    """
    insist(_refuses_unit(actor, post.unit))
    insist(refuses_account(actor, post.person))
    slip = None
    if isinstance(to, Newcomer):
        password = fresh_password()
        person = _add_person(actor, post.unit, to.username, to.name, password)
        slip = _slip(person, post.unit.name, password)
    else:
        person = to
        insist(refuses_account(actor, person))
    return Passed(actions.pass_post(post=post, to=person, reason=reason, writer=actor.writer), slip)
