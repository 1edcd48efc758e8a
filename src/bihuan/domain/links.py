"""Links between levels: set above and answered below, raised below and answered above.

A problem handed down is answered in parts. Each part is a problem of its own on the ledger of whoever hands it
down, and a measure of the problem above, with its share: so the progress of the whole is the sum of its parts by
share, its colour follows the one policy, and whoever asks sees one rule at every level. A part counts as done
only when it was accepted (or struck off); until then at most as `ALMOST` per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bihuan.domain.case import PASSED_STAGES, Case, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.refusals import Denied, say

ALMOST = 99
"""What a part counts at most before it was accepted, in per cent."""

MOST_WITH_SHARES = 100
"""So many parts and measures can each have a share; where there are more, all count alike."""
MOST_PARTS = 500
"""Parts and measures of one problem at most: whoever has more to reach hands down by way of the level between."""

WORST_FIRST = (Colour.RED, Colour.YELLOW, Colour.GREY, Colour.BLUE, Colour.GREEN)
"""The colour of the whole, seen through its parts, is the first of these that any part has."""

ROLL_UP_RULE = say(
    "合计进度 = 各部分进度 × 占比之和（超过100项的不分占比，同等计算）；"
    "一个部分验收通过才算100%%，此前最多算%(almost)s%%。"
    "汇总颜色取各部分中最差的一个（红、黄、灰、蓝、绿）。"
)


def counts_above(*, stage: Stage, progress: int) -> int:
    """How far a part with this stage and progress (per cent) counts in the problem above."""
    return 100 if stage in PASSED_STAGES else min(progress, ALMOST)


def colour_of_parts(colours: Iterable[Colour]) -> Colour | None:
    """The worst colour of the parts; None where there are none."""
    found = set(colours)
    return next((colour for colour in WORST_FIRST if colour in found), None)


def refuses_circle(*, part: object, above: object, parent_of: Mapping[object, object]) -> Denied | None:
    """A problem can be no part of itself, nor of anything that is a part of it.

    `parent_of` names for each problem above `above` the one that it is a part of.
    """
    seen = above
    while seen is not None:
        if seen == part:
            return Denied(say("这样会形成循环：该问题已经在它的上级链条里。"), say("请选择不在这条链上的问题。"))
        seen = parent_of.get(seen)
    return None


@dataclass(frozen=True)
class Division:
    """How a whole is divided: the shares of its new parts, and of the measures that stay (per cent, or all 0)."""

    parts: tuple[int, ...]
    kept: tuple[int, ...]


def divided(
    given: Sequence[int | None], *, kept: Sequence[int] = (), together: int | None = None
) -> Division | Denied:
    """Divide a whole anew among parts and the measures that stay, which divide the rest as they did before.

    `given` has the share of each part (all or none; none: evenly), `kept` the present shares of what stays,
    `together` what the parts have in all where they are divided evenly (None: by their number). Shares are whole
    per cents and at least 1, so more than a hundred cannot each have one: then none has, and all count alike.
    """
    count = len(given) + len(kept)
    said = [share for share in given if share is not None]
    if not given:
        return Denied(say("至少要分解成一个部分。"), say("请选择承办单位。"))
    if count > MOST_WITH_SHARES:
        return (
            _alike(given, kept)
            if not said and together is None
            else Denied(
                say("各部分和保留的措施合计%(count)s项，超过100项时各项同等计算，不能另定占比。"),
                say("请把占比全部留空。"),
                {"count": count},
            )
        )
    if said and len(said) < len(given):
        return Denied(say("有的部分没有填占比。"), say("请填全各部分的占比，或者全部留空平均分配。"))
    if said and min(said) < 1:
        return Denied(say("每个部分的占比至少是1%%。"), say("请调整占比。"))
    total = sum(said) if said else _together(len(given), len(kept), together)
    denied = _refuses_total(total, len(given), len(kept))
    return denied or Division(tuple(said) or even(total, len(given)), scaled(kept, 100 - total))


def _alike(given: Sequence[object], kept: Sequence[object]) -> Division:
    return Division((0,) * len(given), (0,) * len(kept))


def _together(parts: int, kept: int, said: int | None) -> int:
    """What the parts have in all: as said, else by their number."""
    if said is not None:
        return said
    return 100 if not kept else min(100 - kept, max(parts, 100 * parts // (parts + kept)))


def _refuses_total(total: int, parts: int, kept: int) -> Denied | None:
    """Each part and each measure that stays must keep at least 1 per cent."""
    if not kept and total != 100:
        return Denied(say("各部分的占比合计为%(total)s%%，应为100%%。"), say("请调整占比。"), {"total": total})
    if parts <= total <= 100 - kept:
        return None
    return Denied(
        say("各部分合计占%(total)s%%不行：%(parts)s个部分和保留的%(kept)s项措施每项至少要占1%%。"),
        say("请填%(least)s到%(most)s之间的数。"),
        {"total": total, "parts": parts, "kept": kept, "least": parts, "most": 100 - kept},
    )


def even(total: int, count: int) -> tuple[int, ...]:
    """`total` divided into `count` whole shares, the remainder on the first ones; all 0 where it is not enough."""
    if count > total:
        return (0,) * count
    whole, rest = divmod(total, max(count, 1))
    return tuple(whole + (1 if place < rest else 0) for place in range(count))


def scaled(shares: Sequence[int], total: int) -> tuple[int, ...]:
    """The same shares, whole, of another total: each at least 1, and in proportion as nearly as that allows."""
    whole = sum(shares)
    if not whole:
        return even(total, len(shares))
    found = [max(1, total * share // whole) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda place: -(total * shares[place] % whole))
    for place in by_rest[: max(0, total - sum(found))]:
        found[place] += 1
    while sum(found) > total:
        found[found.index(max(found))] -= 1
    return tuple(found)


def needs_raising(case: Case) -> Denied | None:
    """There must be a question that waits for an answer."""
    return None if case.raising else Denied(say("没有待答复的上提。"))


def needs_no_raising(case: Case) -> Denied | None:
    """What was raised is answered before the work goes on."""
    if case.raising:
        return Denied(say("该问题已上提，还没有答复。"), say("请先答复：接受，或说明理由不接受。"))
    return None
