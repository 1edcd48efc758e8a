"""Close-out in tiers: objections to the public notice, filing one level up."""

from __future__ import annotations

from bihuan.web.acts.act import Act

ROWS: tuple[Act, ...] = ()
