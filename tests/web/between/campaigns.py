"""Situations for the moves of campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.lifecycle import Move

if TYPE_CHECKING:
    from tests.web.situations import Situation

SITUATIONS: dict[Move, Situation] = {}
