"""Amounts kept in hundredths, and rates kept in tenths of a per cent, as people read them."""

from __future__ import annotations

from bihuan.domain.route import HUNDREDTHS


def amount_text(hundredths: int, *, grouped: bool = True) -> str:
    """An amount without idle decimals: 1,666 or 12.5; without commas where it is edited."""
    whole, rest = divmod(hundredths, HUNDREDTHS)
    text = f"{whole:,}" if grouped else str(whole)
    return f"{text}.{rest:02}".rstrip("0").rstrip(".") if rest else text


def rate_text(tenths: int | None) -> str:
    """A rate: 82.3%, 100%; a dash where there is none."""
    if tenths is None:
        return "—"
    whole, rest = divmod(tenths, 10)
    return f"{whole:,}.{rest}%" if rest else f"{whole:,}%"
