"""Supervision: urging, letters, listed supervision; handing a case to another authority."""

from __future__ import annotations

from bihuan.web.acts.act import Act

ROWS: tuple[Act, ...] = ()
