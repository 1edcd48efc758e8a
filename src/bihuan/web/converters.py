"""Parts of addresses that are no plain numbers or words."""

from __future__ import annotations

from bihuan.intake.lineup import At


class AtConverter:
    """A draft in its file: `12`, or `12.1` for a part of what was read there."""

    regex = r"[1-9][0-9]{0,6}(?:\.[0-9]{1,4})?"

    def to_python(self, value: str) -> At:
        """The draft meant."""
        place, _dot, part = value.partition(".")
        return At(int(place), int(part or 0))

    def to_url(self, value: object) -> str:
        """Its part of an address."""
        return str(value)
