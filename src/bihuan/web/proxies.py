"""What the office may put down for the units of a problem (代填), and who there could do it themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bihuan.domain.case import Role, Side
from bihuan.domain.lifecycle import MOVES, may
from bihuan.ledger.actions.behalf import side_of
from bihuan.ledger.actions.step import Opened
from bihuan.organisations.access import Actor
from bihuan.web.acts import ACTS, Act
from bihuan.web.templatetags.bihuan import listed, person_name

if TYPE_CHECKING:
    from bihuan.organisations.models import Person, Unit


@dataclass(frozen=True)
class Proxy:
    """A unit of a problem and the acts that may be made on its behalf now."""

    unit: Unit
    acts: tuple[Act, ...]


def proxies(actor: Actor, opened: Opened) -> list[Proxy]:
    """For whom this actor may put something down now: the lead unit first; nobody for anyone but its office."""
    if actor.role is not Role.COORDINATOR or Side.OFFICE not in opened.standing.sides:
        return []
    assigned = sorted(opened.responsibilities, key=lambda row: row.unit_id != opened.problem.lead_unit_id)
    found = (Proxy(row.unit, _acts_for(row.unit_id, opened)) for row in assigned)
    return [proxy for proxy in found if proxy.acts]


def _acts_for(unit: int, opened: Opened) -> tuple[Act, ...]:
    side = side_of(unit, opened.problem, set(opened.supports))
    standing = replace(opened.standing, on_behalf_of=side)
    moves = (move for move, rule in MOVES.items() if rule.by_proxy)
    return tuple(ACTS[move.value] for move in moves if may(move, opened.case, standing) is None)


def could_themselves(people: Sequence[Person]) -> str:
    """Says plainly that a unit has people who can sign in; empty where it has none."""
    if not people:
        return ""
    names = listed(person_name(person) for person in people)
    return _("该单位有人可以登录自己办理：%(names)s。单位自己办的，不要代填。") % {"names": names}
