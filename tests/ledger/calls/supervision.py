"""Supervision: urging, letters, listed supervision; handing a case to another authority."""

from __future__ import annotations

from typing import Any

from bihuan.domain.lifecycle import Move

CALLS: dict[Move, Any] = {}
BEFORE: dict[Move, Any] = {}
