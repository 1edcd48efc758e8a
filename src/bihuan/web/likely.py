"""What a draft may repeat, side by side with it: a problem on the ledger, or another draft of the same file.

Shows what was found on arrival (`Draft.alike`), and of problems only those in the reader's sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.intake.lineup import at_of, with_ids
from bihuan.intake.mapping import day_of
from bihuan.ledger.queries import visible_to
from bihuan.likeness.marking import Marked, marked
from bihuan.web.drafts import where
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, Reading
    from bihuan.ledger.models import Problem
    from bihuan.organisations.access import Actor

SHOWN_AT_MOST = 3


@dataclass(frozen=True)
class Beside:
    """One thing in which the two differ, or not."""

    what: str
    there: str
    here: str

    @property
    def differs(self) -> bool:
        """Do the two say different things?"""
        return self.there != self.here


@dataclass(frozen=True)
class Alike:
    """What a draft may repeat: what it is and where, how like it is (percent), and both texts, marked."""

    name: str
    address: str
    percent: int
    texts: Marked
    facts: list[Beside]


Shorts = Mapping[str, str]
"""Short names of units by how the file writes them."""


def alike_of(actor: Actor, reading: Reading, draft: Draft, shorts: Shorts) -> list[Alike]:
    """What `draft` may repeat, the likeliest first; `shorts` tells what its unit names were matched with."""
    found = draft.alike[:SHOWN_AT_MOST]
    if not found:
        return []
    problems = _problems(actor, [one["problem"] for one in found if one.get("problem")])
    drafts = with_ids(reading, [one["draft"] for one in found if one.get("draft")])
    told = (_told(draft, one, problems, drafts, shorts) for one in found)
    return [one for one in told if one is not None]


def _problems(actor: Actor, ids: list[str]) -> dict[str, Problem]:
    if not ids:
        return {}
    rows = visible_to(actor).filter(region_id=actor.region_id, id__in=ids).select_related("lead_unit")
    return {str(row.id): row for row in rows}


def _told(
    draft: Draft,
    one: Mapping[str, Any],
    problems: Mapping[str, Problem],
    drafts: Mapping[str, Draft],
    shorts: Shorts,
) -> Alike | None:
    percent = round(one.get("likeness", 0) * 100)
    text = draft.item.get("problem", "")
    problem, other = problems.get(one.get("problem", "")), drafts.get(one.get("draft", ""))
    if problem is not None:
        return Alike(
            name=_("台账上的%(number)s（%(stage)s）")
            % {"number": problem.number, "stage": shown.stage(problem.stage)},
            address=reverse("problem", args=[problem.id]),
            percent=percent,
            texts=marked(problem.text, text),
            facts=_facts(
                draft, shorts, shown.unit_name(problem.lead_unit), shown.day(problem.due or problem.wanted_due)
            ),
        )
    if other is not None and not other.dropped:
        return Alike(
            name=_("本文件%(place)s") % {"place": where(other)},
            address=f"?at={at_of(other)}",
            percent=percent,
            texts=marked(other.item.get("problem", ""), text),
            facts=_facts(draft, shorts, _lead(other, shorts), shown.day(day_of(other.item))),
        )
    return None


def _facts(draft: Draft, shorts: Shorts, unit: str, due: str) -> list[Beside]:
    return [
        Beside(_("牵头单位"), unit, _lead(draft, shorts)),
        Beside(_("整改时限"), due, shown.day(day_of(draft.item))),
    ]


def _lead(draft: Draft, shorts: Shorts) -> str:
    """The unit named first, as it is called here where that is known."""
    name = next(iter(draft.item.get("lead_units", ())), "—")
    return shorts.get(name, name)
