"""What a file claims, in words: counted before an import is confirmed, by row, and beside what was proved here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.taking_over import Claim, Claimed, doubts
from bihuan.intake.claiming import Claims, read_item
from bihuan.ledger.actions.taking_over import claim_of
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem


def counted(claims: Claims) -> list[str]:
    """How many rows claim what, in the order of the work: 95项在办, 101项报称完成, 16项未写."""
    said = [
        _("%(count)s项%(status)s") % {"count": f"{claims.stages[stage]:,}", "status": shown.claimed(stage).lower()}
        for stage in Claimed
        if claims.stages.get(stage)
    ]
    silent = ngettext("%(count)s项未写", "%(count)s项未写", claims.silent) % {"count": f"{claims.silent:,}"}
    return said + ([silent] if claims.silent else [])


def of_row(item: dict[str, Any]) -> str:
    """What one row claims, in one line; empty where it claims nothing but a deadline."""
    claim = read_item(item).claim
    return " · ".join(_row(claim))


def _row(claim: Claim) -> Iterator[str]:
    if claim.stage:
        yield shown.claimed(claim.stage)
    if claim.progress is not None:
        yield f"{claim.progress}%"
    for day, text in (
        (claim.dispatched_on, _("%(day)s交办")),
        (claim.due, _("延期到%(day)s")),
        (claim.done_on, _("%(day)s完成")),
    ):
        if day:
            yield text % {"day": day.isoformat()}


def doubtful_among(problems: Iterable[Problem]) -> int:
    """How many of these contradict themselves in what their files claim."""
    today = clock.today()
    return sum(1 for problem in problems if doubts(claim_of(problem), today))


@dataclass(frozen=True)
class Beside:
    """One thing a file claims, and what of it stands here."""

    what: str
    claimed: str
    here: str


def beside(problem: Problem) -> list[Beside]:
    """Each claimed value of a problem that was taken over beside what is known here; empty for all others."""
    if problem.taken_over_on is None:
        return []
    rows = (
        Beside(_("状态"), shown.claimed(problem.claimed_stage), shown.stage(problem.stage)),
        Beside(_("进度"), _percent(problem.claimed_progress), _percent(problem.progress)),
        Beside(
            _("交办日期"),
            shown.day(problem.claimed_dispatched_on),
            _("%(day)s接续办理") % {"day": problem.taken_over_on.isoformat()},
        ),
        Beside(_("原时限"), shown.day(problem.claimed_due_original), shown.day(problem.due_original)),
        Beside(_("延期后时限"), shown.day(problem.claimed_due), shown.day(problem.due)),
        Beside(_("完成"), shown.day(problem.claimed_done_on), _proved(problem)),
    )
    return [row for row in rows if row.claimed != "—" or row.what == _("状态")]


def _percent(value: int | None) -> str:
    return "—" if value is None else f"{value}%"


def _proved(problem: Problem) -> str:
    """How far the completion is proved here."""
    for day, text in (
        (problem.closed_on, _("%(day)s销号")),
        (problem.accepted_on, _("%(day)s验收通过")),
        (problem.checked_on, _("%(day)s现场核查")),
        (None if problem.stage == Stage.CLAIMED_DONE else problem.asked_on, _("%(day)s申请销号")),
    ):
        if day:
            return text % {"day": _iso(day)}
    return _("没有在这里核实")


def _iso(day: date) -> str:
    return day.isoformat()
