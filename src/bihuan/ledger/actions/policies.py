"""Colour policies go on record here and nowhere else: the next version, in force from a day on, with a reason.

Nothing on record is taken back: whoever wants another policy than the one that is coming puts one on record for
the same day, and the later version counts. Open problems take a new one on by a job (`recolouring`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bihuan.book import clock
from bihuan.book.writing import Writer, first_come
from bihuan.domain.colours import Policy
from bihuan.domain.policies import NAME_LENGTH, refuses_new
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.models import ColourPolicy, Problem
from bihuan.ledger.policies import schedule_on_record, versions
from bihuan.organisations.access import Actor, may_set_up
from bihuan.organisations.actions import NOTHING, SYSTEM, book
from bihuan.organisations.queue import enqueue
from bihuan.organisations.tree import hold_for_change

REASON_LENGTH = 200
FARTHEST = timedelta(days=3 * 366)
"""How far ahead a policy may begin."""


@transaction.atomic
def add_policy(
    *,
    policy: Policy,
    effective_from: date,
    region_id: int,
    writer: Writer = SYSTEM,
    details: Mapping[str, Any] = NOTHING,
) -> ColourPolicy:
    """Store the next version of the colour policy, in force from a day on; open problems take it on at once, by
    a job of the worker.

    Raises `Refused` for a day that has begun once there are problems: no colour of a past day ever changes. Asks
    for no right and takes every policy that can be read: `switch_on` is for people.
    """
    hold_for_change()  # a change under way ends first, and the next one knows the policy
    in_use = Problem.objects.exists()
    if in_use:
        insist(_refuses_begun(effective_from))
    last = ColourPolicy.objects.order_by("-version").first()
    row = ColourPolicy.objects.create(
        version=(last.version if last else 0) + 1, data=policy.as_data(), effective_from=effective_from
    )
    book(row, "create", region_id=region_id, writer=writer, details=details)
    if in_use:
        enqueue("recolour")
    return row


@first_come()
def switch_on(*, actor: Actor, policy: Policy, effective_from: date, reason: str, seen: int) -> ColourPolicy:
    """Put a policy in force from a day still to come, for all problems that are open then.

    `seen` is the newest version that the actor knew when choosing. Raises `Refused` for anyone who may not set up,
    without a name or a reason, for a policy that `refuses_new` refuses, a day that has begun or lies too far
    ahead, a policy that changes nothing on that day, and where somebody else was faster.
    """
    insist(may_set_up(actor))
    policy, reason = replace(policy, name=one_line(policy.name)), one_line(reason)
    insist(
        refuses_name(policy.name) or refuses_new(policy) or refuses_day(effective_from) or _refuses_reason(reason)
    )
    hold_for_change()
    insist(_refuses_unseen(seen) or _refuses_same(policy, effective_from))
    return add_policy(
        policy=policy,
        effective_from=effective_from,
        region_id=actor.region_id,
        writer=actor.writer,
        details={"reason": reason},
    )


def refuses_name(name: str) -> Denied | None:
    """A policy needs a name that fits its place."""
    if not name:
        return Denied(say("请给这套颜色规则起个名称。"))
    if len(name) > NAME_LENGTH:
        return Denied(say("名称最多%(most)s个字。"), params={"most": NAME_LENGTH})
    return None


def refuses_day(day: date) -> Denied | None:
    """A policy begins on a day still to come, and not in a time that nobody can foresee."""
    denied = _refuses_begun(day)
    if denied:
        return denied
    if day > clock.today() + FARTHEST:
        return Denied(say("生效日期太远。"), say("请填写三年以内的日期。"))
    return None


def _refuses_begun(day: date) -> Denied | None:
    if day > clock.today():
        return None
    return Denied(say("颜色规则只能从明天或以后起生效。"), say("请填写以后的日期。"))


def _refuses_reason(reason: str) -> Denied | None:
    if not reason:
        return Denied(say("请写明为什么要改颜色规则。"))
    if len(reason) > REASON_LENGTH:
        return Denied(say("原因最多%(most)s个字。"), params={"most": REASON_LENGTH})
    return None


def _refuses_unseen(seen: int) -> Denied | None:
    newest = next(iter(versions()), None)
    if newest is None or newest.dated.version <= seen:
        return None
    return Denied(
        say("%(who)s刚才启用了新的颜色规则（第%(version)s版，%(day)s起），您试算时它还不在。"),
        say("请重新试算再决定。"),
        {
            "who": newest.person.name if newest.person else say("系统"),
            "version": newest.dated.version,
            "day": newest.dated.begins.isoformat(),
        },
    )


def _refuses_same(policy: Policy, day: date) -> Denied | None:
    known = schedule_on_record().in_force(day)
    if known is None or known.policy != policy:
        return None
    return Denied(
        say("这和%(day)s起生效的第%(version)s版完全相同，没有变化。"),
        say("不需要启用。"),
        {"day": known.begins.isoformat(), "version": known.version},
    )
