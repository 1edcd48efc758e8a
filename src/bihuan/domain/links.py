"""Links between levels: set above and answered below, raised below and answered above.

A problem handed down is answered in parts. Each part is a problem of its own on the ledger of whoever hands it
down, and a measure of the problem above, with its share: so the progress of the whole is the sum of its parts by
share, its colour follows the one policy, and whoever asks sees one rule at every level. A part counts as done
only when it was accepted (or struck off); until then at most as `ALMOST` per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bihuan.domain.case import PASSED_STAGES, Case, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.refusals import Denied, say

ALMOST = 99
"""What a part counts at most before it was accepted, in per cent."""

WORST_FIRST = (Colour.RED, Colour.YELLOW, Colour.GREY, Colour.BLUE, Colour.GREEN)
"""The colour of the whole, seen through its parts, is the first of these that any part has."""

ROLL_UP_RULE = say(
    "合计进度 = 各部分进度 × 占比之和；一个部分验收通过才算100%%，此前最多算%(almost)s%%。"
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


def refuses_shares(shares: Sequence[int], rest: int) -> Denied | None:
    """The shares of new parts and of the measures that stay (`rest`) must make up the whole, each at least 1."""
    if not shares:
        return Denied(say("至少要分解成一个部分。"), say("请选择承办单位。"))
    if min(shares) < 1:
        return Denied(say("每个部分的占比至少是1%%。"), say("请调整占比。"))
    if sum(shares) + rest != 100:
        return Denied(
            say("各部分与保留措施的占比合计为%(total)s%%，应为100%%。"),
            say("请调整占比。"),
            {"total": sum(shares) + rest},
        )
    return None


def needs_raising(case: Case) -> Denied | None:
    """There must be a question that waits for an answer."""
    return None if case.raising else Denied(say("没有待答复的上提。"))


def needs_no_raising(case: Case) -> Denied | None:
    """What was raised is answered before the work goes on."""
    if case.raising:
        return Denied(say("该问题已上提，还没有答复。"), say("请先答复：接受，或说明理由不接受。"))
    return None
