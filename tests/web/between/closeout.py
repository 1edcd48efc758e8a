"""Situations for the moves of the room `closeout`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.domain.lifecycle import Move
    from tests.web.situations import Situation

SITUATIONS: dict[Move, Situation] = {}
