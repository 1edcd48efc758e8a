"""Every figure about problems, defined once: what it counts, what it is called, how a rate is formed.

The table by unit, its Excel and print, the reminders and the desk show figures only by these definitions, and each
figure opens to the problems it counts (`ledger.asof.standing_on` turns a definition into a condition). A problem
counts at the unit that leads it, from dispatch on; merged and withdrawn ones count nowhere. Nothing here knows
rows, days or languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bihuan.domain.case import RUNNING_STAGES, UNDISPATCHED_STAGES, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.refusals import say

ASIDE_STAGES = frozenset({Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED})
HANDED_OUT = frozenset(Stage) - UNDISPATCHED_STAGES - ASIDE_STAGES
"""What was handed out to a unit and stands."""

DONE_STAGES = frozenset({Stage.CLOSED, Stage.SUSTAINED})
_IN_CLOSEOUT = frozenset({Stage.CLOSEOUT_ASKED, Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE})
_CLAIMED_DONE = frozenset(stage for stage in Stage if stage.value == "claimed_done")


class Mark(StrEnum):
    """What a problem must show beside its stage and colour to be counted."""

    OVERDUE = "overdue"
    """The clock runs and the present due day has passed."""
    OVERDUE_ORIGINAL = "overdue_original"
    """The clock runs and the due day first set has passed."""
    SIGNED_UNIT = "signed_unit"
    """The unit signed for it itself."""
    SIGNED_OFFICE = "signed_office"
    """The office recorded the signature for the unit."""
    DUE_SOON = "due_soon"
    """The clock runs and the present due day is one of the coming `SOON` days, today included."""


SOON = 7
"""Days ahead that count as soon."""


@dataclass(frozen=True)
class Figure:
    """A figure: problems at one of `stages` with one of `colours`, and with the `mark` if there is one.

    `name` heads a column, `meaning` says in one sentence what is counted.
    """

    code: str
    name: str
    meaning: str
    stages: frozenset[Stage]
    colours: frozenset[Colour] = frozenset(Colour)
    mark: Mark | None = None

    def count(self, codes: Mapping[str, int]) -> int:
        """The figure, from kept sums by `<stage>.<colour>` and by mark (`DUE_SOON` is not kept: KeyError)."""
        if self.mark is Mark.DUE_SOON:
            raise KeyError(self.code)
        if self.mark is not None:
            return codes.get(self.mark.value, 0)
        return sum(codes[code] for code in codes.keys() & self._counted)

    @cached_property
    def _counted(self) -> frozenset[str]:
        return frozenset(f"{stage.value}.{colour.value}" for stage in self.stages for colour in self.colours)


_ALL = (
    Figure(
        "dispatched",
        say("交办数"),
        say("已经交办给牵头单位的全部问题，不含并案、撤销的。"),
        HANDED_OUT,
    ),
    Figure(
        "signed",
        say("单位签收"),
        say("牵头单位自己签收的。"),
        HANDED_OUT,
        mark=Mark.SIGNED_UNIT,
    ),
    Figure(
        "signed_office",
        say("代签"),
        say("由整改办代单位登记签收的，与单位自己签收的分开计算。"),
        HANDED_OUT,
        mark=Mark.SIGNED_OFFICE,
    ),
    Figure("unsigned", say("待签收"), say("已交办，还没有签收。"), frozenset({Stage.DISPATCHED})),
    Figure("under_way", say("整改中"), say("已签收，正在整改。"), frozenset({Stage.UNDER_WAY})),
    Figure(
        "claimed_done",
        say("报称完成"),
        say("导入的文件里称已完成，还没有在这里核实，不算销号。"),
        _CLAIMED_DONE,
    ),
    Figure("closeout", say("销号办理中"), say("已申请销号，正在核查、验收或公示。"), _IN_CLOSEOUT),
    Figure("done", say("已销号"), say("已销号的，含回头看已通过的。"), DONE_STAGES),
    Figure("suspended", say("已中止"), say("已中止，停止计时。"), frozenset({Stage.SUSPENDED})),
    Figure(
        "overdue",
        say("超现时限"),
        say("正在计时，已超过现在的时限（延期后的）。"),
        RUNNING_STAGES,
        mark=Mark.OVERDUE,
    ),
    Figure(
        "overdue_original",
        say("超原时限"),
        say("正在计时，已超过交办时的原时限，不论是否延期。"),
        RUNNING_STAGES,
        mark=Mark.OVERDUE_ORIGINAL,
    ),
    Figure("red", say("红"), say("颜色为红的。"), HANDED_OUT, frozenset({Colour.RED})),
    Figure("yellow", say("黄"), say("颜色为黄的。"), HANDED_OUT, frozenset({Colour.YELLOW})),
    Figure(
        "due_soon",
        say("7天内到期"),
        say("正在计时，现时限在今天起7天之内。"),
        RUNNING_STAGES,
        mark=Mark.DUE_SOON,
    ),
)

FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in _ALL}
KEPT: tuple[Figure, ...] = tuple(figure for figure in _ALL if figure.mark is not Mark.DUE_SOON)
"""The figures with kept sums, hence for any day, in the order of the table."""
STANDINGS = ("unsigned", "under_way", "claimed_done", "closeout", "done", "suspended")
"""Every problem handed out stands in exactly one of these: they add up to `dispatched`."""


@dataclass(frozen=True)
class Rate:
    """One figure in per cent of another."""

    code: str
    name: str
    meaning: str
    part: str
    whole: str

    def tenths(self, figures: Mapping[str, int]) -> int | None:
        """The rate in tenths of a per cent, rounded half up; None where there is nothing to divide by.

        Short of all it is never shown as all: 1,000 means that nothing is missing.
        """
        part, whole = figures[self.part], figures[self.whole]
        if whole == 0:
            return None
        return 1000 if part == whole else min(999, (2000 * part + whole) // (2 * whole))


COMPLETION = Rate("rate", say("完成率"), say("已销号数除以交办数；没有交办的不计算。"), "done", "dispatched")


def figures_from(codes: Mapping[str, int]) -> dict[str, int]:
    """All kept figures, by code, from kept sums."""
    return {figure.code: figure.count(codes) for figure in KEPT}
