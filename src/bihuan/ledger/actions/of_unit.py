"""What a unit keeps by itself, each row with a chain of its own: who may write it, and how it is put down.

For rules made, results, good examples and their adoption. What may become of each is decided where it is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.book.booked import Snapshot
from bihuan.book.models import Audience
from bihuan.book.rows import insert, update_where
from bihuan.book.writing import Conflict
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.actions.tasks import refuses_length
from bihuan.organisations.access import Actor, may_write_for_unit
from bihuan.organisations.actions import NOTHING, book
from bihuan.organisations.tree import predecessors


def refuses_writer(actor: Actor, unit_id: int) -> Denied | None:
    """Refuses all but coordinators, leaders and liaisons of the unit, or of the one that has its work now."""
    denied = may_write_for_unit(actor)
    if denied or unit_id in predecessors(actor.unit_id):
        return denied
    return Denied(say("这是别的单位的，只有它自己的人员可以修改。"), say("请与该单位联系。"))


def refuses_name(text: str, what: str, most: int) -> Denied | None:
    """Refuses a name that is missing or too long; `what` names it for the person."""
    if not one_line(text):
        return Denied(say("还没有填写%(what)s。"), say("请填写后再提交。"), {"what": what})
    return refuses_length(text, what, most)


def refuses_future(day: date | None, today: date, what: str) -> Denied | None:
    """Refuses a day still to come."""
    if day is None or day <= today:
        return None
    return Denied(say("%(what)s不能晚于今天。"), say("请核对日期。"), {"what": what})


def begin(row: Any, action: str, *, actor: Actor, details: Mapping[str, Any] = NOTHING) -> None:
    """Write a new row with its first entry, inside the caller's transaction."""
    insert([row])
    _enter(row, action, None, actor, details)


def change(row: Any, before: Snapshot, action: str, *, actor: Actor, details: Mapping[str, Any] = NOTHING) -> None:
    """Write a changed row that the caller's transaction holds, with its entry."""
    if update_where(type(row), row.ON_RECORD, [(row, {})]) != 1:
        raise Conflict
    _enter(row, action, before, actor, details)


def noted(text: str) -> Mapping[str, Any]:
    """What was said with a step, for its entry; nothing where nothing was said."""
    return {"note": text.strip()} if text.strip() else NOTHING


def _enter(row: Any, action: str, before: Snapshot | None, actor: Actor, details: Mapping[str, Any]) -> None:
    book(
        row,
        action,
        region_id=row.region_id,
        writer=actor.writer,
        before=before,
        details=details,
        audience=Audience.UNITS,
    )
