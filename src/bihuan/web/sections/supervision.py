"""The section of a problem's page about supervision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.web.sections.shown import Shown


def show(shown: Shown) -> Mapping[str, Any] | None:
    """Nothing yet."""
    return None
