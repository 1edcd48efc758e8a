"""How a result changed: from its baseline to now, by how much, and whether that is better.

A share in per cent is told only where it means something: not from nought, and not across nought. Values and
arithmetic only; words are made where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from bihuan.domain.refusals import Denied, say

PLACES = 4
"""Digits behind the point that a figure keeps."""
MOST = Decimal(10) ** 11
"""Figures are smaller than this, so that every database gives them back exactly."""
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Shift:
    """From baseline to now: `difference` is now less baseline; `percent` is rounded to hundredths, None where a
    share means nothing. `better` is None where nothing changed."""

    difference: Decimal
    percent: Decimal | None
    better: bool | None


def shift(baseline: Decimal, now: Decimal, *, fewer_is_better: bool = False) -> Shift:
    """How `now` stands against `baseline`.

    The share is of the baseline's size, so that its sign is that of the difference below nought as well.
    """
    difference = now - baseline
    better = None if not difference else (difference < 0) == fewer_is_better
    crosses = baseline * now < 0
    if not baseline or crosses:
        return Shift(difference, None, better)
    share = difference / abs(baseline) * 100
    return Shift(difference, share.quantize(_HUNDREDTH, ROUND_HALF_UP), better)


def figure(value: Decimal) -> Decimal:
    """`value` with exactly the digits that are kept, as it stands on the record."""
    return value.quantize(Decimal(1).scaleb(-PLACES))


def refuses_figure(value: Decimal) -> Denied | None:
    """Refuses what is no number, is too large, or has more digits behind the point than are kept."""
    try:
        fits = value.is_finite() and abs(value) < MOST and figure(value) == value
    except InvalidOperation:
        fits = False
    if fits:
        return None
    return Denied(
        say("这个数值记不下：最多11位整数、%(places)s位小数。"),
        say("请核对，或换一个大一些的计量单位。"),
        {"places": PLACES},
    )
