"""What comes of problems: rules made because of them."""

from __future__ import annotations

from bihuan.web.acts.act import Act

ROWS: tuple[Act, ...] = ()
