"""Withdrawing an import as a whole, and taking its rows up again.

All problems of a file leave the ledger together or none does: possible until a unit has acted on one of them.
Their numbers are not used again, the file and what was decided about its unit names stay. What was withdrawn can
be gone over anew as a reading of its own, or the right file uploaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.writing import CHUNK
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.models import Draft, Extract, Reading, UnitName
from bihuan.intake.regrouping import UNDO
from bihuan.ledger.actions.register import refuses_ledger
from bihuan.ledger.actions.step import Outcome, Refusal
from bihuan.ledger.actions.undoing import withdraw_import
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor, may_keep_ledgers

ASIDE = (Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED)
NAMED = 3
_ID = re.compile(r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
R = TypeVar("R", Draft, Extract, UnitName)


@dataclass(frozen=True)
class Prospect:
    """What withdrawing would do. `aside` counts problems of the file that were merged or withdrawn before."""

    problems: tuple[Problem, ...]
    refused: tuple[Refusal, ...]
    aside: int

    @property
    def mark(self) -> str:
        """Differs as soon as anything happened to one of the problems."""
        rows = [*self.problems, *(refusal.problem for refusal in self.refused)]
        return f"{len(self.problems)}/{len(self.refused)}/{sum(row.version for row in rows)}"


def prospect(*, actor: Actor, reading: Reading) -> Prospect:
    """What withdrawing `reading` would do now, and what stands in its way. Raises `Refused` as `withdraw` does."""
    insist(_refuses_reading(actor, reading))
    return _prospect(actor, reading, "—", dry_run=True)


@transaction.atomic
def withdraw(*, actor: Actor, reading: Reading, reason: str) -> Prospect:
    """Take everything that `reading` brought onto the ledger off it again, saying why; returns what was done.

    Raises `Refused` where a unit has acted on one of the problems, another problem was merged into one of them,
    no reason is given, or the reading is not the office's or not confirmed (any more); then nothing is withdrawn.
    """
    insist(_refuses_reading(actor, reading))
    state = Reading.State
    rows = Reading.objects.filter(region_id=reading.region_id, id=reading.id, state=state.CONFIRMED)
    if not rows.update(
        state=state.WITHDRAWN,
        withdrawn_at=clock.now(),
        withdrawn_by_id=actor.person_id,
        withdrawn_reason=reason.strip(),
    ):
        raise Refused(_not_on_ledger())
    if not reason.strip():
        raise Refused(Denied(say("还没有填写%(what)s。"), say("请填写后再提交。"), {"what": say("撤回的理由")}))
    done = _prospect(actor, reading, reason, dry_run=False)
    if done.refused:
        raise Refused(_refused_as_a_whole(done.refused))
    return done


def _refuses_reading(actor: Actor, reading: Reading) -> Denied | None:
    denied = may_keep_ledgers(actor)
    if denied:
        return denied
    if reading.unit_id != actor.unit_id:
        return Denied(say("这次导入不是您所在单位的。"))
    if reading.state != Reading.State.CONFIRMED:
        return _not_on_ledger()
    return _changed_others() if reading.result.get("taken") else None


def _changed_others() -> Denied:
    return Denied(
        say("这一版还改动了台账上原有的问题，不能整批撤回。"),
        say("请在台账上逐个更正或撤销；改动前后都在各问题的记录里。"),
    )


def _not_on_ledger() -> Denied:
    return Denied(say("这次导入没有在台账上的问题，或者已经撤回。"), say("请刷新页面查看。"))


def _prospect(actor: Actor, reading: Reading, reason: str, *, dry_run: bool) -> Prospect:
    rows = visible_to(actor).filter(region_id=reading.region_id, reading_id=reading.id)
    stages = dict(rows.order_by("id").values_list("id", "stage"))
    ids = [id_ for id_, stage in stages.items() if stage not in ASIDE]
    outcome = Outcome((), ())
    if ids:
        outcome = withdraw_import(
            actor=actor, problems=ids, reading=reading.id, reason=reason, dry_run=dry_run, all_or_none=not dry_run
        )
    burdened = _burdened(outcome.done, stages)
    if burdened and not dry_run:
        raise Refused(_refused_as_a_whole(burdened))
    refused = (*outcome.refused, *burdened)
    taken = {refusal.problem.id for refusal in refused}
    done = tuple(row for row in outcome.done if row.id not in taken)
    return Prospect(done, refused, len(stages) - len(ids))


def _burdened(problems: Sequence[Problem], own: dict[UUID, str]) -> list[Refusal]:
    """Those of `problems` into which a problem from elsewhere was merged: it would go down with them."""
    by_id = {row.id: row for row in problems}
    ids = list(by_id)
    found: set[UUID] = set()
    for start in range(0, len(ids), CHUNK):
        merged = Problem.objects.filter(merged_into_id__in=ids[start : start + CHUNK])
        found |= {into for id_, into in merged.values_list("id", "merged_into_id") if into and id_ not in own}
    denied = Denied(say("有别处的问题已经并入，撤回会一起丢掉。"), say("请把相关的问题另行登记后，逐个“撤销”。"))
    return [Refusal(by_id[id_], denied) for id_ in sorted(found)]


def _refused_as_a_whole(refused: Sequence[Refusal]) -> Denied:
    return Denied(
        say("其中%(count)s个问题不能撤回（%(first)s），整批没有撤回。"),
        say("可以在台账中逐个“撤销”其余的问题。"),
        {
            "count": len(refused),
            "first": "、".join(refusal.problem.number for refusal in refused[:NAMED])
            + ("……" if len(refused) > NAMED else ""),
        },
    )


@transaction.atomic
def take_up_again(*, actor: Actor, reading: Reading) -> Reading:
    """A new reading with the rows of a withdrawn (or dropped) one, mended and matched as they were left.

    Raises `Refused` where the ledger is not the actor's any more, or the reading is still open or on the ledger.
    """
    insist(refuses_ledger(actor, reading.ledger))
    old = Reading.objects.select_for_update().get(region_id=reading.region_id, id=reading.id)
    if old.state not in (Reading.State.WITHDRAWN, Reading.State.DROPPED):
        raise Refused(Denied(say("这次导入还在办理或已经登记，不用重新核对。"), say("请刷新页面查看。")))
    new = Reading.objects.create(
        region_id=old.region_id,
        ledger_id=old.ledger_id,
        unit_id=old.unit_id,
        person_id=actor.person_id,
        kind=old.kind,
        name=old.name,
        sha256=old.sha256,
        size=old.size,
        uploaded_at=clock.now(),
        tables=old.tables,
        faults=old.faults,
        drafts_count=old.drafts_count,
    )
    _copy(Draft, old, new)
    _copy(Extract, old, new)
    _copy(UnitName, old, new)
    return new


def _copy(model: type[R], old: Reading, new: Reading) -> None:
    rows = list(model._default_manager.filter(region_id=old.region_id, reading_id=old.id))
    ids = {str(row.pk): str(new_id()) for row in rows}
    for row in rows:
        row.pk, row.reading_id = UUID(ids[str(row.pk)]), new.id
        if isinstance(row, Draft) and not UNDO.isdisjoint(row.item):
            row.item = _named_anew(row.item, ids)
    model._default_manager.bulk_create(rows, batch_size=CHUNK)


def _named_anew(item: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """What a merged draft was made of, by the ids of the new reading."""
    found: dict[str, Any] = json.loads(_ID.sub(lambda at: f'"{ids.get(at[1], at[1])}"', json.dumps(item)))
    return found
