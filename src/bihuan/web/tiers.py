"""The flow of a request for close-out as a line of steps: what is behind, what waits for whom, what is ahead.

Shown on the page of a problem and beside the form of whoever signs. Takes rows that were loaded within sight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Stage
from bihuan.domain.flows import Flow, Kind, Signing, Tier, signers_named, tier_name
from bihuan.ledger.actions.pending import Pending
from bihuan.ledger.closeouts import Signers
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Closeout, Problem

DONE, NOW, AHEAD = "done", "now", "ahead"


@dataclass(frozen=True)
class Signed:
    """One signature: who, in which role and unit, on which day, with what opinion."""

    who: str
    on: str
    opinion: str
    visited_on: str


@dataclass(frozen=True)
class Step:
    """One step of the line. `told` says in a few words how it stands, `signed` who signed there."""

    name: str
    state: str
    told: str = ""
    signed: tuple[Signed, ...] = ()


def steps_of(flow: Flow, closeout: Closeout | None, problem: Problem, names: Signers) -> list[Step]:
    """The steps of a request, from asking to filing; of one still to be made (None) all lie ahead."""
    pending = Pending(closeout=closeout)
    signing = Signing(flow, pending.given)
    running = closeout is None or closeout.state == "open"
    found = [_asked(closeout, names)] if closeout is not None and closeout.asked_on else []
    for place, tier in enumerate(flow.tiers):
        if tier.kind in (Kind.CHECK, Kind.ACCEPT):
            found.append(_tier(tier, place, signing, running, pending, names))
        elif tier.kind is Kind.NOTICE:
            found.append(_notice(tier, closeout, problem))
    found.append(_struck_off(closeout))
    if flow.tier(Kind.FILING) and not _nobody_above(closeout):
        found.append(_filing(flow, closeout, names))
    return found


def _asked(closeout: Closeout, names: Signers) -> Step:
    person = names.people.get(closeout.asked_by_id or 0)
    who = shown.person_name(person) if person else _("由交办单位代填")
    return Step(_("申请"), DONE, signed=(Signed(who, shown.day(closeout.asked_on), "", ""),))


def _tier(tier: Tier, place: int, signing: Signing, running: bool, pending: Pending, names: Signers) -> Step:
    here = [row for row in pending.signatures if row["place"] == place]
    state = DONE if len(here) >= tier.quorum else NOW if running and signing.place == place else AHEAD
    return Step(_(tier_name(tier)), state, _wanted(tier, len(here)), tuple(_signed(row, names) for row in here))


def _wanted(tier: Tier, given: int) -> str:
    """Whose signatures a tier wants, and how many are still to come."""
    if given >= tier.quorum:
        return ""
    who = shown.listed([_(name) for name in signers_named(tier)])
    if tier.quorum == 1:
        return _("待%(who)s签字") % {"who": who}
    return _("%(who)s签字，还差%(missing)s人（共%(quorum)s人）") % {
        "who": who,
        "missing": tier.quorum - given,
        "quorum": tier.quorum,
    }


def _signed(row: Mapping[str, Any], names: Signers) -> Signed:
    unit = names.units.get(row["unit"])
    person = shown.person_name(names.people.get(row["person"]))
    parts = (person, shown.role(row["role"]), shown.unit_name(unit))
    return Signed(
        " · ".join(part for part in parts if part), row["on"], row["opinion"], row.get("visited_on") or ""
    )


def _notice(tier: Tier, closeout: Closeout | None, problem: Problem) -> Step:
    if closeout is not None and closeout.state == "accepted":
        if problem.stage == Stage.IN_PUBLIC_NOTICE and problem.notice_until:
            return Step(_(tier_name(tier)), NOW, _("公示至%(day)s") % {"day": shown.day(problem.notice_until)})
        return Step(_(tier_name(tier)), NOW, _("待公示"))
    over = closeout is not None and closeout.state == "closed"
    days = _("%(days)s个工作日") % {"days": tier.days} if tier.days else ""
    return Step(_(tier_name(tier)), DONE if over else AHEAD, days)


def _struck_off(closeout: Closeout | None) -> Step:
    if closeout is not None and closeout.state == "closed":
        return Step(_("销号"), DONE, shown.day(closeout.ended_on))
    return Step(_("销号"), AHEAD)


def _nobody_above(closeout: Closeout | None) -> bool:
    """Was it struck off by an office above which there is nobody to file it?"""
    return closeout is not None and closeout.state == "closed" and closeout.file_to_id is None


def _filing(flow: Flow, closeout: Closeout | None, names: Signers) -> Step:
    tier = flow.tier(Kind.FILING)
    name = _(tier_name(tier)) if tier else ""
    if closeout is None or closeout.file_to_id is None:
        return Step(name, AHEAD)
    unit = shown.unit_name(names.units.get(closeout.file_to_id))
    if closeout.filed_on is None:
        return Step(name, NOW if closeout.state == "closed" else AHEAD, _("待%(unit)s备案") % {"unit": unit})
    person = shown.person_name(names.people.get(closeout.filed_by_id or 0))
    who = " · ".join(part for part in (person, unit) if part)
    return Step(name, DONE, signed=(Signed(who, shown.day(closeout.filed_on), closeout.filing_note, ""),))


def missing_told(steps: list[Step]) -> Iterator[str]:
    """In words, what the step that waits now needs."""
    yield from (f"{step.name}：{step.told}" if step.told else step.name for step in steps if step.state == NOW)
