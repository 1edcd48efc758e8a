"""Campaigns: what is enlisted and what is taken out."""

from __future__ import annotations

from bihuan.web.acts.act import Act

ROWS: tuple[Act, ...] = ()
