"""What comes of problems: rules made because of them."""

from __future__ import annotations

from typing import Any

from bihuan.domain.lifecycle import Move

CALLS: dict[Move, Any] = {}
BEFORE: dict[Move, Any] = {}
