"""Opening ledgers, and what problems are sorted by: sources and colour policies."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from bihuan.book import clock
from bihuan.book.booked import Booked, changes_of
from bihuan.book.models import Audience
from bihuan.book.writing import Stroke, Writer, append, first_come
from bihuan.domain.case import Terms
from bihuan.domain.colours import Policy
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.models import ColourPolicy, Ledger, Problem, Source
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.actions import SYSTEM, book
from bihuan.organisations.queue import enqueue
from bihuan.organisations.tree import hold_for_change

NAME_LENGTH = 120
PREFIX_LENGTH = 20


@first_come()
def open_ledger(*, actor: Actor, name: str, prefix: str, terms: Terms | None = None) -> Ledger:
    """Open a ledger of the actor's own unit. `prefix` begins its numbers and is unique in the region.

    Raises `Refused` for anyone but a coordinator, and where name or prefix is missing, too long or taken.
    """
    insist(may_keep_ledgers(actor))
    name, prefix = name.strip(), prefix.strip()
    insist(_refuses_names(name, prefix))
    taken = Ledger.objects.filter(region_id=actor.region_id)
    if taken.filter(prefix=prefix).exists() or taken.filter(office_id=actor.unit_id, name=name).exists():
        raise Refused(Denied(say("已有同名或同编号前缀的台账。"), say("请换一个名称或前缀。")))
    ledger = Ledger.objects.create(
        region_id=actor.region_id,
        office_id=actor.unit_id,
        name=name,
        prefix=prefix,
        terms=Ledger.terms_data(terms) if terms else {},
    )
    _enter(ledger, region_id=actor.region_id, writer=actor.writer)
    return ledger


@transaction.atomic
def add_source(
    *,
    code: str,
    name: str,
    region_id: int,
    name_en: str = "",
    parent: Source | None = None,
    writer: Writer = SYSTEM,
) -> Source:
    """Add a source of problems below `parent`, or at the top."""
    source = Source.objects.create(code=code, name=name, name_en=name_en, parent=parent)
    book(source, "create", region_id=region_id, writer=writer)
    return source


@transaction.atomic
def add_policy(*, policy: Policy, effective_from: date, region_id: int, writer: Writer = SYSTEM) -> ColourPolicy:
    """Store the next version of the colour policy, in force from a day on; open problems take it on at once, by
    a job of the worker.

    Raises `Refused` for a day that has begun once there are problems: no colour of a past day ever changes.
    """
    hold_for_change()  # a change under way ends first, and the next one knows the policy
    in_use = Problem.objects.exists()
    if effective_from <= clock.today() and in_use:
        raise Refused(Denied(say("颜色规则只能从明天或以后起生效。"), say("请填写以后的日期。")))
    last = ColourPolicy.objects.order_by("-version").first()
    row = ColourPolicy.objects.create(
        version=(last.version if last else 0) + 1, data=policy.as_data(), effective_from=effective_from
    )
    book(row, "create", region_id=region_id, writer=writer)
    if in_use:
        enqueue("recolour")
    return row


def _refuses_names(name: str, prefix: str) -> Denied | None:
    if not name or not prefix:
        return Denied(say("台账名称和编号前缀都要填写。"))
    if len(name) > NAME_LENGTH or len(prefix) > PREFIX_LENGTH:
        return Denied(
            say("台账名称最多%(name)s个字，编号前缀最多%(prefix)s个字。"),
            params={"name": NAME_LENGTH, "prefix": PREFIX_LENGTH},
        )
    return None


def _enter(row: Booked, *, region_id: int, writer: Writer) -> None:
    stroke = Stroke(
        kind=row.KIND,
        subject=row.record_id,
        region_id=region_id,
        action="create",
        audience=Audience.OFFICE,
        changes={row.record_key: changes_of(row, None)},
    )
    append([stroke], writer=writer, at=clock.now(), today=clock.today())
