"""What a section of a problem's page is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bihuan.ledger.actions.step import Moment, Opened
from bihuan.ledger.dossier import Dossier
from bihuan.ledger.queries import InSight
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem


@dataclass(frozen=True)
class Shown:
    """A problem on its page: who looks, what was loaded (cut to what they may see), what the rules are told.

    `brief` on the drawer, where only the essentials have room.
    """

    actor: Actor
    seen: InSight
    dossier: Dossier
    opened: Opened
    moment: Moment
    brief: bool = False

    @property
    def problem(self) -> Problem:
        return self.seen.problem

    @property
    def kinds(self) -> frozenset[str]:
        """What else there is to load (`ledger.present`)."""
        return self.dossier.every.kinds


Section = Callable[[Shown], Mapping[str, Any] | None]
