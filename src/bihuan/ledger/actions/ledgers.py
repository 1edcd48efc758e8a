"""Ledgers opened, renamed, closed and opened again."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.book.writing import Writer, first_come
from bihuan.domain.case import Role, Terms
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.models import Ledger
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.actions import book
from bihuan.organisations.models import Post, Unit

NAME_LENGTH = 120
PREFIX_LENGTH = 20
BODY_NAME = say("%(unit)s问题台账")
"""What a ledger is called that a unit gets by itself: a name on the record, hence in one language."""
_TAKEN = Denied(say("已有同名或同编号前缀的台账。"), say("请换一个名称或前缀。"))


@first_come()
def open_ledger(
    *, actor: Actor, name: str, prefix: str, terms: Terms | None = None, person_id: int | None = None
) -> Ledger:
    """Open a ledger of the actor's own unit. `prefix` begins its numbers and is unique in the region.

    `person_id` is the member of its leadership whose list it is; None for the body's own list. Raises `Refused`
    for anyone but a coordinator, where name or prefix is missing, too long or taken, and for a person who does not
    lead the unit today.
    """
    insist(may_keep_ledgers(actor))
    name, prefix = one_line(name), one_line(prefix)
    insist(_refuses_names(name, prefix))
    insist(_refuses_prefix(actor.region_id, prefix) or _refuses_name(actor.unit_id, name))
    insist(_refuses_person(actor.unit_id, person_id))
    ledger = Ledger.objects.create(
        region_id=actor.region_id,
        office_id=actor.unit_id,
        name=name,
        prefix=prefix,
        terms=Ledger.terms_data(terms) if terms else {},
        person_id=person_id,
    )
    book(ledger, "create", region_id=ledger.region_id, writer=actor.writer)
    return ledger


@first_come()
def body_ledger(*, unit_id: int, writer: Writer) -> Ledger:
    """The list that the unit itself keeps (not that of one of its leaders): the oldest in use.

    A unit that has none gets one, opened by `writer`: named after the unit, its prefix made of the unit's id.
    Raises `Refused` for a unit that is no longer in use. Asks for no right: what leads here has rules of its own.
    """
    own = Ledger.objects.filter(office_id=unit_id, person__isnull=True)
    found = own.filter(is_open=True).order_by("id").first()
    if found is not None:
        return found
    unit = Unit.objects.get(pk=unit_id)
    if not unit.is_active:
        raise Refused(Denied(say("单位“%(name)s”已经停用。"), params={"name": unit.name}))
    ledger = Ledger.objects.create(
        region_id=unit.region_id,
        office_id=unit.pk,
        name=_free(BODY_NAME % {"unit": unit.name[:100]}, "name", Ledger.objects.filter(office_id=unit.pk)),
        prefix=_free(f"D{unit.pk}-", "prefix", Ledger.objects.filter(region_id=unit.region_id)),
    )
    book(ledger, "create", region_id=ledger.region_id, writer=writer)
    return ledger


@first_come()
def rename_ledger(*, actor: Actor, ledger_id: UUID, name: str) -> Ledger:
    """Give a ledger of the actor's own unit another name; its prefix stays, because numbers begin with it.

    Raises `Refused` for anyone but the unit's coordinator, and where the name is missing, too long or taken.
    """
    ledger = _own(actor, ledger_id)
    name = one_line(name)
    insist(_refuses_names(name, ledger.prefix))
    if name == ledger.name:
        return ledger
    insist(_refuses_name(actor.unit_id, name))
    before = ledger.snapshot()
    ledger.name = name
    ledger.save(update_fields=["name"])
    book(ledger, "rename", region_id=ledger.region_id, writer=actor.writer, before=before)
    return ledger


@first_come()
def set_ledger_open(*, actor: Actor, ledger_id: UUID, is_open: bool) -> Ledger:
    """Close a ledger of the actor's own unit to new problems, or open it again; what stands on it goes on.

    Raises `Refused` for anyone but the unit's coordinator, and where the ledger is that already.
    """
    ledger = _own(actor, ledger_id)
    if ledger.is_open == is_open:
        raise Refused(Denied(say("这本台账已经是这个状态。"), say("请刷新页面查看。")))
    before = ledger.snapshot()
    ledger.is_open = is_open
    ledger.save(update_fields=["is_open"])
    book(ledger, "reopen" if is_open else "close", region_id=ledger.region_id, writer=actor.writer, before=before)
    return ledger


def _refuses_names(name: str, prefix: str) -> Denied | None:
    if not name or not prefix:
        return Denied(say("台账名称和编号前缀都要填写。"))
    if len(name) > NAME_LENGTH or len(prefix) > PREFIX_LENGTH:
        return Denied(
            say("台账名称最多%(name)s个字，编号前缀最多%(prefix)s个字。"),
            params={"name": NAME_LENGTH, "prefix": PREFIX_LENGTH},
        )
    return None


def one_line(text: str) -> str:
    """A name as it is kept: one line, no doubled blanks, nothing that no database takes."""
    return " ".join(text.replace("\0", "").split())


def _own(actor: Actor, ledger_id: UUID) -> Ledger:
    insist(may_keep_ledgers(actor))
    ledger = Ledger.objects.select_for_update(of=("self",)).filter(pk=ledger_id, office_id=actor.unit_id).first()
    if ledger is None:
        raise Refused(Denied(say("这本台账不是您所在单位的。"), say("请选择本单位的台账。")))
    return ledger


def _refuses_prefix(region_id: int, prefix: str) -> Denied | None:
    taken = Ledger.objects.filter(region_id=region_id, prefix=prefix).exists()
    return _TAKEN if taken else None


def _refuses_name(office_id: int, name: str) -> Denied | None:
    return _TAKEN if Ledger.objects.filter(office_id=office_id, name=name).exists() else None


def _refuses_person(unit_id: int, person_id: int | None) -> Denied | None:
    if person_id is None or leaders_of(unit_id).filter(person_id=person_id).exists():
        return None
    return Denied(say("所选的人现在不是本单位的领导。"), say("请从本单位领导中选择。"))


def leaders_of(unit_id: int) -> QuerySet[Post]:
    """The posts of those who lead the unit today."""
    today = clock.today()
    held = Q(until__isnull=True) | Q(until__gte=today)
    return Post.objects.filter(held, unit_id=unit_id, role=Role.LEADER, since__lte=today, person__is_active=True)


def _free(wanted: str, column: str, taken: QuerySet[Ledger]) -> str:
    """`wanted`, or with a number behind it where that is taken."""
    found, more = wanted, 2
    while taken.filter(**{column: found}).exists():
        found, more = f"{wanted}{more}" if column == "name" else f"{wanted}{more}-", more + 1
    return found
