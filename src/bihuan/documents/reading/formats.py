"""Number formats that change what a person sees, told apart by their code (ECMA-376 part 1, 18.8.30).

Only those that matter to a ledger are named: percent, fixed decimals, leading zeros, month without day.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = dict.fromkeys((17, 27, 36, 50, 52, 57), "month")
_BUILT_IN = {2: "fixed:2", 9: "percent", 10: "percent"} | _MONTHS
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def format_kind(number: int, code: str | None) -> str | None:
    """Name the kind of a number format by its id and its code; None where the plain value will do."""
    if code is None:
        return _BUILT_IN.get(number)
    bare = _LITERAL.sub("", code.split(";")[0]).strip().lower()
    if re.fullmatch(r"[#,]*0(\.0+)?%", bare):
        return "percent"
    if found := re.fullmatch(r"0\.(0+)", bare):
        return f"fixed:{len(found[1])}"
    if re.fullmatch(r"0{2,}", bare):
        return f"pad:{len(bare)}"
    if "y" in bare and "m" in bare and not re.search("[dhs]", bare):
        return "month"
    return None


def shown(value: object, kind: str) -> str | None:
    """The text a person sees for a value under a kind of `format_kind`; None where it does not apply."""
    if kind == "month":
        return f"{value.year}年{value.month}月" if isinstance(value, date) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    name, _, digits = kind.partition(":")
    if name == "percent":
        return f"{value * 100:.6f}".rstrip("0").rstrip(".") + "%"
    if name == "pad":
        return f"{round(value):0{int(digits)}d}"
    return f"{value:.{int(digits)}f}"
