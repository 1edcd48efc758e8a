"""How one move is made in a page: its form, the one action it calls, and in one sentence what it will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bihuan.domain.case import Case
from bihuan.domain.lifecycle import MOVES, Move, may
from bihuan.domain.refusals import Denied
from bihuan.ledger.actions.step import Opened, Outcome
from bihuan.ledger.actions.taking import How
from bihuan.organisations.access import Actor
from bihuan.web.forms.moves import MoveForm

if TYPE_CHECKING:
    pass

Said = Mapping[str, Any]
Perform = Callable[[Actor, Sequence[UUID], Said, How], Outcome]


@dataclass(frozen=True)
class Act:
    """How a move is made in a page.

    `consequence` says in one sentence what will happen; `bulk` whether a list may be chosen; `final` whether it
    cannot be taken back; `as_if` changes what the rules are asked before the form is filled in, where the form
    itself can mend what they would refuse; `evidence` whether measures and files are shown beside the form;
    `arises` whether it is offered for this problem at all, where the table of moves cannot tell.
    """

    move: Move
    form: type[MoveForm]
    perform: Perform
    consequence: str
    bulk: bool = False
    final: bool = False
    evidence: bool = False
    as_if: Callable[[Case], Case] | None = None
    arises: Callable[[Opened], bool] = lambda opened: True

    @property
    def verb(self) -> str:
        """What the button says."""
        return MOVES[self.move].verb

    @property
    def mends(self) -> bool:
        """Can what is filled in mend what the rules would refuse?"""
        return self.as_if is not None

    def denied(self, opened: Opened) -> Denied | None:
        """What the rules have against showing this form to this actor now."""
        case = self.as_if(opened.case) if self.as_if else opened.case
        return may(self.move, case, opened.standing)
