"""The calls of the moves of leading (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move

if TYPE_CHECKING:
    from tests.ledger.calls import Do

CALLS: dict[Move, tuple[Stage, str, Do]] = {}
BEFORE: dict[Move, list[tuple[str, Do]]] = {}
