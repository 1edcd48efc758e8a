"""The section of a problem's page about close-out: the flow with its signatures, standards, objections, filing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.flows import GRADE_NAMES, OUTCOME_NAMES, Grade, flow_from_data
from bihuan.ledger.closeouts import Signers, signers_of
from bihuan.web.changes import signature
from bihuan.web.sections.shown import Shown
from bihuan.web.tiers import steps_of

if TYPE_CHECKING:
    from bihuan.ledger.models import Closeout, Objection


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The request for close-out under way or accepted, those that were returned, and objections; None where none.

    On the drawer there is no room for them.
    """
    rows = shown.dossier.closeouts
    if shown.brief or not rows:
        return None
    names = signers_of(rows, Signers(shown.dossier.names.people, shown.dossier.names.units))
    told = [_told(shown, row, names) for row in rows]
    current = told[0] if rows[0].state != "returned" else None
    return {
        "current": current,
        "earlier": told[1:] if current else told,
        "objections": [_objection(shown, row) for row in shown.dossier.objections],
        "waiting": sum(row.outcome == "open" for row in shown.dossier.objections),
    }


def _told(shown: Shown, row: Closeout, names: Signers) -> dict[str, Any]:
    """A request with its steps, its standards, and what differs now from what was accepted."""
    refused = row.state == "returned" and row.filing_note
    return {
        "row": row,
        "grade": _(GRADE_NAMES[Grade(row.grade)]),
        "steps": steps_of(flow_from_data(row.flow), row, shown.problem, names),
        "standards": _standards(shown, row),
        "met": sum(one["met"] is True for one in row.standards),
        "judged": any(one["met"] is not None for one in row.standards),
        "differs": list(_differs(shown, row)) if row.state in ("accepted", "closed") else [],
        "refused_by": names.units.get(row.file_to_id) if refused and row.file_to_id else None,
    }


def _standards(shown: Shown, row: Closeout) -> list[dict[str, Any]]:
    """The standards that anything was said of, with their files as far as they may be seen."""
    files = {str(file.id): file for file in shown.dossier.evidence}
    return [
        {**one, "proofs": [files[id_] for id_ in one["files"] if id_ in files]}
        for one in row.standards
        if one["said"] or one["files"] or one["met"] is not None
    ]


def _differs(shown: Shown, row: Closeout) -> Iterator[str]:
    """In plain words, what has changed since the state was frozen."""
    frozen = row.frozen
    if not frozen:
        return
    then = {id_: rest for id_, *rest in frozen["measures"]}
    now = {
        str(one.id): [one.text, one.progress, one.done_on.isoformat() if one.done_on else None]
        for one in shown.dossier.every.measures
        if not one.dropped
    }
    changed = sum(then[id_] != now[id_] for id_ in then.keys() & now.keys())
    if changed:
        yield _("有%(count)s项措施的内容或进度与验收时不同") % {"count": changed}
    if then.keys() != now.keys():
        counts = {"then": len(then), "now": len(now)}
        yield _("验收时有%(then)s项措施，现在有%(now)s项") % counts
    files = sum(file.measure_id is not None for file in shown.dossier.every.evidence)
    if files != frozen["files"]:
        yield _("验收时有%(then)s份措施材料，现在有%(now)s份") % {"then": frozen["files"], "now": files}


def _objection(shown: Shown, row: Objection) -> dict[str, Any]:
    """An objection with how it stands and who answered."""
    by = signature(shown.dossier.names, row.answered_by_id) if row.answered_by_id else ""
    return {"row": row, "outcome": _(OUTCOME_NAMES[row.outcome]), "waits": row.outcome == "open", "by": by}
