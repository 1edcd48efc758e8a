"""Slips: one-time passwords for the people of a unit and all below it, to be printed and handed out.

A slip is shown in the answer to the request that made it; the database keeps only the hash. Who gets one is
looked at first, and nothing is reset where that has changed by the time it is confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from bihuan.book import clock
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.organisations import actions
from bihuan.organisations.access import Actor, may_manage_people, subtree
from bihuan.organisations.directory import held_now, units_under
from bihuan.organisations.models import Person, Post, Unit
from bihuan.organisations.passwords import fresh_password, last_day, quick_hash

MOST = 500
"""Slips in one go: four seconds of hashing, sixty-three pages."""


@dataclass(frozen=True)
class Slip:
    """What is handed to one person; `until` is the last day on which the password opens the door."""

    unit: str
    name: str
    username: str
    password: str
    until: date


@dataclass(frozen=True)
class Recipient:
    """Somebody who would get a slip, and the unit under which it is sorted."""

    person: Person
    unit: Unit


@dataclass(frozen=True)
class Round:
    """Who would get a slip, in the order of the units, and how many would not.

    `settled`: use their account already; `beyond`: hold posts outside this administrator's subtree; `outdated`: of
    the recipients, those whose present slip still works and would not any more; `mark` names this very state.
    """

    recipients: tuple[Recipient, ...]
    settled: int
    beyond: int
    outdated: int
    mark: str

    @property
    def units(self) -> int:
        """How many units the slips are for."""
        return len({one.unit.pk for one in self.recipients})


@dataclass(frozen=True)
class Prepared:
    """The passwords for a round, with their hashes, before anything is written."""

    round: Round
    unit: Unit
    everybody: bool
    passwords: Mapping[Person, str]
    hashes: Mapping[Person, str]


def round_of(actor: Actor, unit: Unit, *, everybody: bool = False) -> Round:
    """Who in `unit` and below would get a slip: those without a password of their own yet, or `everybody`.

    Never the actor, nobody whose account is closed or belongs to others too. Raises `Refused` for those who keep
    no people, and where `unit` is not theirs.
    """
    insist(may_manage_people(actor))
    if unit.pk not in set(units_under(actor).values_list("pk", flat=True)):
        raise Refused(Denied(say("这个单位不在您管理的范围内。")))
    elsewhere = set(Post.objects.filter(held_now()).exclude(unit__in=units_under(actor)).values_list("person_id"))
    found = [one for one in _holders(unit) if one.person.pk != actor.person_id]
    own = [one for one in found if (one.person.pk,) not in elsewhere]
    chosen = [one for one in own if everybody or not _settled(one.person)]
    today = clock.today()
    return Round(
        recipients=tuple(chosen),
        settled=len(own) - len(chosen),
        beyond=len(found) - len(own),
        outdated=sum((one.person.one_time_until or date.min) >= today for one in chosen),
        mark=_mark(chosen),
    )


def _holders(unit: Unit) -> Iterator[Recipient]:
    """Whoever can sign in and holds a post in `unit` or below, each once, in the order of the tree."""
    posts = Post.objects.filter(held_now(), unit__in=Unit.objects.filter(subtree(unit)), person__is_active=True)
    seen = set()
    for post in sorted(posts.select_related("person", "unit"), key=lambda row: (row.unit.line, row.id)):
        if post.person_id not in seen:
            seen.add(post.person_id)
            yield Recipient(post.person, post.unit)


def _settled(person: Person) -> bool:
    """Has signed in, and has a password of the own choice?"""
    return person.last_login is not None and not person.must_change_password


def _mark(recipients: Sequence[Recipient]) -> str:
    state = ((one.person.pk, one.person.password, str(one.person.last_login)) for one in recipients)
    return salted_hmac("bihuan.slips", repr(sorted(state))).hexdigest()


def prepare(*, actor: Actor, unit: Unit, everybody: bool, mark: str) -> Prepared:
    """Make the passwords and hash them, outside of any transaction, since that takes seconds.

    Raises `Refused` where there is nobody, are too many for one go, or where the list is not the one of `mark`.
    """
    found = round_of(actor, unit, everybody=everybody)
    insist(_refuses_changed(found, mark) or _refuses_count(len(found.recipients)))
    passwords = {one.person: fresh_password() for one in found.recipients}
    hashes = {person: quick_hash(password) for person, password in passwords.items()}
    return Prepared(found, unit, everybody, passwords, hashes)


@transaction.atomic
def hand_out(*, actor: Actor, prepared: Prepared) -> list[Slip]:
    """Reset the passwords and return the slips. Raises `Refused` where the list has changed in the meantime."""
    _lock(prepared.hashes)
    now = round_of(actor, prepared.unit, everybody=prepared.everybody)
    insist(_refuses_changed(now, prepared.round.mark))
    until = last_day()
    actions.set_one_time_passwords(
        hashes=prepared.hashes, one_time_until=until, region_id=actor.region_id, writer=actor.writer
    )
    return [
        Slip(one.unit.name, one.person.name, one.person.username, prepared.passwords[one.person], until)
        for one in prepared.round.recipients
    ]


def _lock(people: Iterable[Person]) -> None:
    """Let nobody else change these accounts until the transaction ends; in the order of their keys."""
    rows = Person.objects.select_for_update().filter(pk__in=[person.pk for person in people])
    list(rows.order_by("pk").values_list("pk"))


def _refuses_changed(found: Round, mark: str) -> Denied | None:
    if constant_time_compare(found.mark, mark):
        return None
    return Denied(
        say("您查看之后，名单有了变化（有人登录过、改过密码，或别的管理员办理过），没有重置任何密码。"),
        say("请核对后再生成。"),
    )


def _refuses_count(count: int) -> Denied | None:
    if not count:
        return Denied(say("没有要发密码条的人员。"))
    if count > MOST:
        params = {"count": count, "most": MOST}
        return Denied(say("这次有%(count)s人，一次最多%(most)s人。"), say("请按下级单位分批生成。"), params)
    return None
