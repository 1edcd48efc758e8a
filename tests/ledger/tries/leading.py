"""The tries at the moves of leading (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.lifecycle import Move

if TYPE_CHECKING:
    from tests.ledger.tries import Try

TRIES: dict[Move, Try] = {}
