"""What happens to problems, as scripts: days since registration and steps. Pure; `histories` acts them out.

The shares are those of a ledger two years old: 70 % closed or sustained, the rest in every other stage, due
days around today, some late, some returned, extended, warned, back again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Steps = list[tuple[int, str]]
YEARS_BACK = 730


@dataclass(frozen=True)
class Script:
    """One history: `ago`, how many days before today it began; `days`, the time given; its steps."""

    kind: str
    ago: int
    days: int
    steps: Steps


@dataclass(frozen=True)
class Kind:
    """A kind of history: its share of all problems in per cent, how many of its kind are acted out."""

    name: str
    share: float
    count: int
    write: Callable[[Random], Script]


def _given(draw: Random) -> int:
    return draw.choice((7, 15, 20, 30, 30, 45, 60, 60, 90))


def _begin(draw: Random, *, plans: float = 0.75) -> Steps:
    dispatched = draw.randint(0, 3)
    signed = dispatched + draw.choice((0, 0, 1, 1, 2, 4))
    steps = [(0, "register"), (dispatched, "dispatch"), (signed, "sign")]
    if draw.random() < plans:
        steps.append((signed + draw.randint(0, 2), "plan"))
    return steps


def _work(draw: Random, days: int) -> Steps:
    """Up to the request for close-out, in time or late."""
    steps = _begin(draw)
    start = steps[-1][0]
    dispatched = steps[1][0]
    pace = draw.uniform(1.05, 1.3) if draw.random() < 0.15 else draw.uniform(0.5, 0.98)
    end = max(start + 3, dispatched + round(days * pace))
    if days >= 20 and draw.random() < 0.2:
        steps += _extension(draw, start, dispatched + days)
        end = max(end, steps[-1][0] + 1)
    steps += [(start + round((end - start) * part), "report") for part in (0.3, 0.6)]
    return [*sorted(steps, key=lambda step: step[0]), (end, "finish"), (end, "ask")]


def _extension(draw: Random, start: int, due: int) -> Steps:
    asked = max(start + 1, due - draw.randint(2, 8))
    answer = "refuse" if draw.random() < 0.2 else "grant"
    return [(asked, "extend"), (asked + 1, "sign_extension"), (asked + 2, answer)]


def _judged(draw: Random, steps: Steps) -> Steps:
    """Checked, perhaps returned once, and accepted."""
    day = steps[-1][0]
    if draw.random() < 0.12:
        steps = [*steps, (day + 2, "check"), (day + 3, "send_back"), (day + 9, "report"), (day + 10, "ask")]
        day += 10
    day += draw.randint(1, 4)
    return [*steps, (day, "check"), (day + draw.randint(0, 3), "accept")]


def _struck(draw: Random, days: int) -> Steps:
    steps = _judged(draw, _work(draw, days))
    day = steps[-1][0] + draw.randint(0, 2)
    return [*steps, (day, "publish"), (day + draw.randint(12, 15), "close")]


def _ended(kind: str, draw: Random, days: int, steps: Steps, *, least: int, most: int) -> Script:
    """A history whose last step was `least` to `most` days before today."""
    return Script(kind, steps[-1][0] + draw.randint(least, most), days, steps)


def _sustained(draw: Random) -> Script:
    days = _given(draw)
    steps = _struck(draw, days)
    steps.append((steps[-1][0] + draw.randint(82, 110), "confirm"))
    slack = max(20, YEARS_BACK - steps[-1][0])
    return _ended("sustained", draw, days, steps, least=15, most=slack)


def _closed(draw: Random) -> Script:
    days = _given(draw)
    return _ended("closed", draw, days, _struck(draw, days), least=14, most=110)


def _reopened(draw: Random) -> Script:
    days = _given(draw)
    steps = _struck(draw, days)
    day = steps[-1][0] + draw.randint(40, 75)
    steps += [(day, "reopen"), (day + 2, "plan"), (day + 8, "report")]
    return _ended("reopened", draw, days, steps, least=1, most=60)


def _under_way(draw: Random) -> Script:
    days = draw.choice((15, 30, 30, 45, 60, 90, 120))
    ahead = round(draw.triangular(-45, 75, 8))
    if ahead > days - 3:
        days = ahead + draw.randint(3, 15)
    steps = _begin(draw, plans=0.9)
    dispatched, start = steps[1][0], steps[-1][0]
    elapsed = max(days - ahead + dispatched, start)
    for part in (0.25, 0.5, 0.75):
        if draw.random() < 0.75:
            steps.append((start + round((elapsed - start) * part), "report"))
    if elapsed - start > 5:
        steps += _detours(draw, start, elapsed, dispatched + days)
    return Script("under_way", elapsed + 1, days, sorted(steps, key=lambda step: step[0]))


def _detours(draw: Random, start: int, elapsed: int, due: int) -> Steps:
    chance = draw.random()
    if chance < 0.06:
        return [(start + 2, "warn")]
    if chance < 0.10:
        return [(start, "suspend"), (start + 1, "resume")]
    if chance < 0.25 and due - start >= 12 and elapsed > due:
        return _extension(draw, start, due)
    return []


def _waiting(kind: str, *last: str) -> Callable[[Random], Script]:
    """A request for more time that waits, signed or not."""

    def write(draw: Random) -> Script:
        days = draw.choice((30, 45, 60, 90))
        steps = [*_begin(draw), (0, "report")]
        steps[-1] = (steps[-2][0] + 3, "report")
        end = max(steps[-1][0] + 1, days - draw.randint(3, 12))
        steps += [(end + place, step) for place, step in enumerate(last)]
        return _ended(kind, draw, days, steps, least=1, most=2)

    return write


def _asked(kind: str, *last: str, least: int = 1, most: int = 6) -> Callable[[Random], Script]:
    """Work done, and waiting somewhere on the way to close-out."""

    def write(draw: Random) -> Script:
        days = _given(draw)
        steps = _work(draw, days)
        day = steps[-1][0]
        steps += [(day + 2 * place, step) for place, step in enumerate(last, start=1)]
        return _ended(kind, draw, days, steps, least=least, most=most)

    return write


def _early(kind: str, *first: str, least: int, most: int) -> Callable[[Random], Script]:
    """Hardly begun: these steps, a day or two apart."""

    def write(draw: Random) -> Script:
        steps = [(2 * place, step) for place, step in enumerate(first)]
        return _ended(kind, draw, _given(draw), steps, least=least, most=most)

    return write


KINDS = (
    Kind("under_way", 14.5, 150, _under_way),  # first: others are merged into one of them
    Kind("sustained", 55.0, 200, _sustained),
    Kind("closed", 15.0, 80, _closed),
    Kind("draft", 0.6, 6, _early("draft", "draft", least=0, most=20)),
    Kind("listed", 2.4, 14, _early("listed", "register", least=0, most=25)),
    Kind("dispatched", 2.5, 20, _early("dispatched", "register", "dispatch", least=0, most=6)),
    Kind("extension_asked", 1.2, 14, _waiting("extension_asked", "extend")),
    Kind("extension_signed", 0.8, 10, _waiting("extension_signed", "extend", "sign_extension")),
    Kind("closeout_asked", 2.0, 20, _asked("closeout_asked")),
    Kind("checked", 0.7, 8, _asked("checked", "check")),
    Kind("accepted", 0.8, 10, _asked("accepted", "check", "accept")),
    Kind("in_notice", 1.2, 12, _asked("in_notice", "check", "accept", "publish", least=1, most=9)),
    Kind("suspended", 1.0, 10, _early("suspended", "register", "dispatch", "sign", "suspend", least=1, most=60)),
    Kind("merged", 0.6, 6, _early("merged", "register", "dispatch", "sign", "merge", least=1, most=300)),
    Kind("withdrawn", 0.6, 6, _early("withdrawn", "register", "dispatch", "withdraw", least=1, most=300)),
    Kind("reopened", 1.1, 14, _reopened),
)
"""Shares add up to 100."""
