"""A later version of a ledger in words: what the open row stands for and changes, and what confirming does or did.

Shows what `intake.judging` keeps; decides and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.domain.case import UNDISPATCHED_STAGES, Stage
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import say
from bihuan.intake.comparing import Change, Way
from bihuan.intake.judging import Judged, judged
from bihuan.intake.queries import units_with
from bihuan.ledger.queries import among_visible
from bihuan.likeness.marking import Marked, marked
from bihuan.web import errors
from bihuan.web.claims import LABELS, STATUS_NAMES
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, Reading
    from bihuan.ledger.models import Problem
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Unit

OFFERED = 30
"""Absent problems that are offered when somebody pairs a row by hand."""
SURE, LIKELY = 0.9, 0.7
HOW: Mapping[str, str] = {
    "same": say("序号和内容都一致"),
    "renumbered": say("内容一致，序号变了"),
    "reworded": say("序号一致，内容改写了"),
    "like": say("序号不同，内容相近"),
    "person": say("由人指定"),
}
FIELDS: Mapping[str, str] = {
    "problem": say("问题内容"),
    "title": say("标题"),
    "category": say("类别"),
    "goal": say("整改目标"),
    "measures": say("整改措施"),
    "units": say("责任单位"),
    "person": say("责任人"),
    "deadline": say("整改时限"),
}
WAYS: Mapping[Way, str] = {
    Way.AMEND: say("修改"),
    Way.CORRECT: say("更正"),
    Way.RESTATE: say("记为文件所称"),
    Way.BY_HAND: say("另行办理"),
}
DID: Mapping[str, str] = {
    "added": say("新增%(count)s个"),
    "changed": say("有变化%(count)s个"),
    "closed": say("文件称已完成%(count)s个"),
    "same": say("没有变化%(count)s个"),
    "by_hand": say("要另行办理%(count)s个"),
    "absent": say("文件里没有%(count)s个"),
}
CLAIM, STATUS, STATUS_WORDS = "claims.", "claims.status", "claims.status_raw"
IN_PLACES = frozenset({"problem", "title", "goal", "measures", "claims.progress", "claims.remark"})
"""What is reworded in places: shown with the changed characters marked. Units and days change as a whole."""


@dataclass(frozen=True)
class ChangeTold:
    """One field that the file changed: old and new, how it will be taken over, or why not and where it is done."""

    what: str
    old: str
    new: str
    marks: Marked | None
    way: str
    way_name: str
    why: str = ""
    address: str = ""
    verb: str = ""


@dataclass(frozen=True)
class Stand:
    """What the open row stands for on the ledger, why that is thought, and what the file changes of it."""

    judged: Judged
    how: str
    sure: str
    changes: list[ChangeTold]
    absent: list[Problem]

    @property
    def percent(self) -> int:
        """How much the row resembles the problem it is most like."""
        return round(self.judged.likeness * 100)


def stand_of(actor: Actor, reading: Reading, draft: Draft) -> Stand | None:
    """What an open row of a later version stands for; None for one that is left out."""
    if not reading.as_round or draft.dropped:
        return None
    offered = reading.absent[:OFFERED] if reading.is_open else []
    wanted = {*offered, str(draft.problem_id or ""), draft.pairing.get("near", "")} - {""}
    problems = {row.id: row for row in among_visible(actor, map(UUID, wanted))}
    found = judged(actor, reading, draft, problems)
    return Stand(
        judged=found,
        how=_(HOW[found.how]) if found.how in HOW else "",
        sure="" if found.by_person or not found.problem else _sure(found.confidence),
        changes=_changes_told(found),
        absent=[problems[UUID(id_)] for id_ in offered if UUID(id_) in problems],
    )


def _sure(confidence: float) -> str:
    if confidence >= SURE:
        return _("很有把握")
    return _("把握较大，请看一眼") if confidence >= LIKELY else _("把握不大，请核对")


def _changes_told(found: Judged) -> list[ChangeTold]:
    fields = {change.field for change in found.changes}
    changes = [change for change in found.changes if change.field != STATUS or STATUS_WORDS not in fields]
    ids = {int(unit) for change in changes if change.field == "units" for unit in _ids(change)}
    units = units_with(ids) if ids else {}
    return [_told(change, found.problem, units) for change in changes]


def _ids(change: Change) -> list[str]:
    return [*change.old.split(), *change.new.split()]


def _told(change: Change, problem: Problem | None, units: Mapping[int, Unit]) -> ChangeTold:
    old, new = change.old, change.new
    if change.field == "units":
        old = _names(old.split(), units, led=problem is None or problem.lead_unit_id is not None)
        new = _names(new.split(), units, led=True)
    elif change.field == STATUS:
        old, new = (_(STATUS_NAMES[value]) if value in STATUS_NAMES else value for value in (old, new))
    address, verb = _by_hand(change, problem) if change.way is Way.BY_HAND and problem else ("", "")
    return ChangeTold(
        what=_label(change.field),
        old=old,
        new=new,
        marks=marked(old, new) if change.field in IN_PLACES and old and new else None,
        way=change.way.value,
        way_name=_(WAYS[change.way]),
        why=errors.told(change.why) if change.why else "",
        address=address,
        verb=verb,
    )


def _label(field: str) -> str:
    if field.startswith(CLAIM):
        name = field.removeprefix(CLAIM)
        return _(LABELS[name]) if name in LABELS else name
    return _(FIELDS[field])


def _names(ids: Sequence[str], units: Mapping[int, Unit], *, led: bool) -> str:
    """Units by their short names; the first one leads where any does."""
    names = [shown.unit_name(units.get(int(id_))) for id_ in ids]
    if names and led:
        names[0] = _("%(unit)s（牵头）") % {"unit": names[0]}
    return shown.listed(names)


def _by_hand(change: Change, problem: Problem) -> tuple[str, str]:
    """Where what is left to a person is done, and the name of that; the problem's page where no move fits now."""
    stage = Stage(problem.stage)
    if change.field == "measures" and stage in UNDISPATCHED_STAGES:
        return reverse("act", args=[problem.id, Move.DISPATCH.value]), _(MOVES[Move.DISPATCH].verb)
    if stage in UNDISPATCHED_STAGES:
        return reverse("act", args=[problem.id, Move.AMEND.value]), _(MOVES[Move.AMEND].verb)
    if change.field == "units" and stage is Stage.DISPATCHED and problem.dispatch_id:
        return reverse("dispatch_recall", args=[problem.dispatch_id]), _("撤回交办")
    move = {"deadline": Move.ASK_EXTENSION, "measures": Move.SET_MEASURES}.get(change.field)
    if move and problem.lead_unit_id and stage in MOVES[move].sources:
        address = reverse("act_for", args=[problem.id, problem.lead_unit_id, move.value])
        return address, _("凭单位材料代填：%(verb)s") % {"verb": _(MOVES[move].verb)}
    if change.field not in ("units", "deadline", "measures"):
        return reverse("act", args=[problem.id, Move.CORRECT.value]), _(MOVES[Move.CORRECT].verb)
    return reverse("problem", args=[problem.id]), _("打开这个问题")


def did(result: Mapping[str, int], kinds: Iterable[str] = tuple(DID)) -> str:
    """What a confirmed version did, in one line: 新增3个、有变化12个…; what was none is not named."""
    return shown.listed(_(DID[kind]) % {"count": f"{result[kind]:,}"} for kind in kinds if result.get(kind))
