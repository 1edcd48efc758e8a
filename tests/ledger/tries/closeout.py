"""Close-out in tiers: objections to the public notice, filing one level up."""

from __future__ import annotations

from typing import Any

from bihuan.domain.lifecycle import Move

TRIES: dict[Move, Any] = {}
