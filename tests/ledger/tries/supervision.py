"""Supervision: urging, letters, listed supervision; handing a case to another authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.referring import refer
from bihuan.ledger.actions.supervising import answer_letter, end_supervision, list_supervision, send_letter
from bihuan.ledger.actions.urging import urge

if TYPE_CHECKING:
    from tests.ledger.tries import Try

TRIES: dict[Move, Try] = {
    Move.URGE: lambda h, a, p, how: urge(actor=a, problems=p, text=h.text(), **how),
    Move.SEND_LETTER: lambda h, a, p, how: send_letter(
        actor=a, problems=p, text=h.text(), reply_by=h.day(0, 30), **how
    ),
    Move.ANSWER_LETTER: lambda h, a, p, how: answer_letter(actor=a, problem=p[0], answer=h.text(), **how),
    Move.LIST_SUPERVISION: lambda h, a, p, how: list_supervision(
        actor=a, problems=p, text=h.text(), reply_by=h.day(0, 30), **how
    ),
    Move.END_SUPERVISION: lambda h, a, p, how: end_supervision(actor=a, problems=p, note=h.text(), **how),
    Move.REFER: lambda h, a, p, how: refer(actor=a, problem=p[0], receiver="市监察机关", reason=h.text(), **how),
}
