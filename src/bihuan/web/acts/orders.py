"""Orders declined, ruled on, passed on, divided."""

from __future__ import annotations

from bihuan.web.acts.act import Act

ROWS: tuple[Act, ...] = ()
