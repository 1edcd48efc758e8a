"""Close-out in tiers: objections to the public notice, filing one level up."""

from __future__ import annotations

from typing import Any

from bihuan.domain.lifecycle import Move

CALLS: dict[Move, Any] = {}
BEFORE: dict[Move, Any] = {}
