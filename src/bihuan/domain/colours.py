"""Colours: a policy (data) and the facts of a problem give its colour on any day.

A policy is an ordered list of rules, the first that fits wins. Every condition, given the facts, holds from
some day on for ever (or never): so the colours of all days to come are known as soon as the facts are, as a
`Trajectory` that changes on few dates, each with its reason. Nothing is recomputed at night. The default policy
is that of domain.md, section 4; other offices give colours other meanings, so only `Policy` values say what a
colour means. Dates on which the clock stands (close-out asked, suspended) come with the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, cast

from bihuan.domain.case import PASSED_STAGES, UNFINISHED_STAGES, Stage, Step
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.domain.workdays import later


class Colour(StrEnum):
    """The five colours of the default policy."""

    GREEN = "green"
    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREY = "grey"


COLOUR_NAMES: Mapping[Colour, str] = {
    Colour.GREEN: say("绿"),
    Colour.RED: say("红"),
    Colour.YELLOW: say("黄"),
    Colour.BLUE: say("蓝"),
    Colour.GREY: say("灰"),
}

BEGINNING = date(1, 1, 1)
MAX_TURNS = 3
"""How many changes of colour a row has room for beside its present colour."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a colour depends on. `stopped_on`: the day on which the clock was stopped, if it stands still.

    `claimed` is the progress (per cent) that a file claimed, for problems taken over half done: it counts until
    any progress is proved here, and never as more than the file's word.
    """

    stage: Stage
    sign_by: date | None = None
    signed_on: date | None = None
    due: date | None = None
    steps: tuple[Step, ...] = ()
    returns: int = 0
    cycle: int = 0
    satisfaction: int | None = None
    warned: bool = False
    stopped_on: date | None = None
    claimed: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a colour holds: a code of `REASONS` and the values its text mentions."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """From `day` on (the beginning of time for the first turn) the colour is this one, for this reason."""

    day: date
    colour: Colour
    reason: Reason


Trajectory = tuple[Turn, ...]


class Start(NamedTuple):
    """From when a condition holds, the values its reason mentions, and the reason's code where it has its own."""

    day: date
    params: Mapping[str, object]
    code: str = ""


Found = Start | None
Condition = Callable[[Facts, Mapping[str, int]], Found]

REASONS: Mapping[str, str] = {
    "closed_in_time": say("按时完成并通过验收"),
    "lookback_passed": say("回头看通过，成果已巩固"),
    "overdue": say("整改时限%(due)s已过"),
    "behind": say("到%(day)s应完成%(planned)s%%，实际%(actual)s%%，落后%(points)s个百分点"),
    "behind_claimed": say("到%(day)s应完成%(planned)s%%，据台账只完成%(actual)s%%，落后%(points)s个百分点"),
    "rebounded": say("销号后反弹，第%(cycle)s次复号"),
    "returned": say("被退回%(times)s次"),
    "satisfaction_below": say("群众满意度%(value)s%%，低于%(floor)s%%"),
    "warned": say("督导人员已亮红"),
    "unsigned": say("%(sign_by)s前没有签收"),
    "closed_late": say("超过时限%(due)s才完成"),
    "open": say("正在整改，符合进度"),
    "claimed_done": say("据台账已完成，还没有现场核查"),
    "otherwise": say("还没有交办，或已并案、撤销"),
}


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule: this colour when this condition (a key of `CONDITIONS`) holds, with these numbers."""

    colour: Colour
    when: str
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """A named, ordered list of rules; the last one must always hold."""

    name: str
    rules: tuple[PolicyRule, ...]

    def as_data(self) -> dict[str, object]:
        """The policy as JSON values, for storing and for its chain."""
        return {
            "name": self.name,
            "rules": [{"colour": r.colour.value, "when": r.when, **r.numbers} for r in self.rules],
        }


def policy_from_data(data: Mapping[str, object]) -> Policy:
    """Read a policy from JSON values; raises `Refused` with what to mend."""
    try:
        raw_rules = cast(Sequence[Mapping[str, object]], data["rules"])
        policy = Policy(str(data["name"]), tuple(_rule_from_data(raw) for raw in raw_rules))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise Refused(
            Denied(say("颜色规则的内容不完整或格式不对：%(detail)s。"), params={"detail": detail})
        ) from error
    insist(refuses_policy(policy))
    return policy


def _rule_from_data(raw: Mapping[str, object]) -> PolicyRule:
    numbers = {key: value for key, value in raw.items() if key not in ("colour", "when")}
    return PolicyRule(Colour(str(raw["colour"])), str(raw["when"]), cast(Mapping[str, int], numbers))


def refuses_policy(policy: Policy) -> Denied | None:
    """What makes a policy unusable: unknown conditions, numbers that are missing or wrong, no last rule, more
    turns than a row has room for."""
    for rule in policy.rules:
        denied = _refuses_rule(rule)
        if denied:
            return denied
    if not policy.rules or policy.rules[-1].when != "otherwise":
        return Denied(say("最后一条规则必须是“其他情况”。"), say("否则会有没有颜色的问题。"))
    dated = [rule.colour for rule in policy.rules if rule.when in DATED]
    runs = sum(1 for a, b in pairwise(dated) if a != b)
    if runs + 1 > MAX_TURNS:
        return Denied(say("规则的先后次序会让一个问题变色超过%(turns)s次。"), params={"turns": MAX_TURNS})
    return None


def _refuses_rule(rule: PolicyRule) -> Denied | None:
    if rule.when not in CONDITIONS:
        return Denied(say("不认识的条件：%(when)s。"), params={"when": rule.when})
    wanted = NUMBERS.get(rule.when, frozenset())
    if rule.numbers.keys() != wanted or any(type(n) is not int or n < 1 for n in rule.numbers.values()):
        return Denied(
            say("条件%(when)s需要的数值（正整数）：%(numbers)s。"),
            params={"when": rule.when, "numbers": "、".join(sorted(wanted)) or "—"},
        )
    return None


def trajectory(facts: Facts, policy: Policy) -> Trajectory:
    """The colours of all days, as turns in order of their days, the first from the beginning of time.

    Raises nothing: a checked policy always has a rule that holds.
    """
    found = []
    for rank, rule in enumerate(policy.rules):
        start = CONDITIONS[rule.when](facts, rule.numbers)
        if start is not None:
            reason = Reason(start.code or rule.when, start.params)
            found.append((start.day, rank, Turn(start.day, rule.colour, reason)))
            if start.day == BEGINNING:
                break
    found.sort(key=lambda row: row[:2])
    turns: list[Turn] = []
    best = len(policy.rules)
    for day, rank, turn in found:
        if rank < best:
            best = rank
            if turns and turns[-1].day == day:
                turns.pop()
            turns.append(turn)
    return tuple(turns)


def at(turns: Trajectory, day: date) -> Turn:
    """The turn that holds on `day`."""
    return next(turn for turn in reversed(turns) if turn.day <= day)


def evaluate(facts: Facts, policy: Policy, today: date) -> Turn:
    """The colour on `today` with its reason."""
    return at(trajectory(facts, policy), today)


def planned(steps: Sequence[Step], day: date) -> int:
    """Progress due by the end of `day`, in per cent: the shares of all measures whose date has passed."""
    passed = [step for step in steps if step.due is not None and step.due < day]
    if _all_alike(steps):
        return 100 * len(passed) // len(steps)
    return sum(step.share for step in passed)


def achieved(steps: Sequence[Step]) -> int:
    """Progress made, in per cent, each measure weighed by its share."""
    if _all_alike(steps):
        return sum(step.progress for step in steps) // len(steps)
    return sum(step.share * step.progress for step in steps) // 100


def _all_alike(steps: Sequence[Step]) -> bool:
    """Has none of them a share? More than a hundred cannot each have one (`links.divided`): all count alike."""
    return bool(steps) and not any(step.share for step in steps)


def counted(facts: Facts) -> tuple[int, bool]:
    """The progress that counts, in per cent, and whether it is only claimed."""
    if facts.claimed is None or any(step.progress for step in facts.steps):
        return achieved(facts.steps), False
    return facts.claimed, True


def _dated(start: date, facts: Facts, code: str = "", **params: object) -> Found:
    """A condition that sets in on `start`, unless the clock was stopped before."""
    if facts.stopped_on is not None and facts.stopped_on < start:
        return None
    return Start(start, params, code)


def _always(code: str = "", **params: object) -> Start:
    return Start(BEGINNING, params, code)


def _overdue(facts: Facts, numbers: Mapping[str, int]) -> Found:
    if facts.stage not in UNFINISHED_STAGES or facts.due is None:
        return None
    return _dated(later(facts.due), facts, due=facts.due)


def _behind(facts: Facts, numbers: Mapping[str, int]) -> Found:
    if facts.stage not in UNFINISHED_STAGES:
        return None
    actual, only_claimed = counted(facts)
    code = "behind_claimed" if only_claimed else ""
    for due in sorted({step.due for step in facts.steps if step.due is not None}):
        start = later(due)
        expected = planned(facts.steps, start)
        if expected - actual >= numbers["points"]:
            points = expected - actual
            return _dated(start, facts, code, day=due, planned=expected, actual=actual, points=points)
    return None


def _unsigned(facts: Facts, numbers: Mapping[str, int]) -> Found:
    if facts.stage not in UNFINISHED_STAGES or facts.signed_on is not None or facts.sign_by is None:
        return None
    return _dated(later(facts.sign_by), facts, sign_by=facts.sign_by)


def _in_time(facts: Facts) -> bool:
    return facts.due is None or facts.stopped_on is None or facts.stopped_on <= facts.due


def _closed_in_time(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always() if facts.stage in PASSED_STAGES and _in_time(facts) else None


def _closed_late(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always(due=facts.due) if facts.stage in PASSED_STAGES and not _in_time(facts) else None


def _lookback_passed(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always() if facts.stage is Stage.SUSTAINED else None


def _rebounded(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always(cycle=facts.cycle) if facts.stage in UNFINISHED_STAGES and facts.cycle > 0 else None


def _returned(facts: Facts, numbers: Mapping[str, int]) -> Found:
    unfinished = facts.stage in UNFINISHED_STAGES
    return _always(times=facts.returns) if unfinished and facts.returns >= numbers["times"] else None


def _satisfaction_below(facts: Facts, numbers: Mapping[str, int]) -> Found:
    value = facts.satisfaction
    if value is None or value >= numbers["floor"] or facts.stage not in UNFINISHED_STAGES | PASSED_STAGES:
        return None
    return _always(value=value, floor=numbers["floor"])


def _warned(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always() if facts.warned and facts.stage in UNFINISHED_STAGES else None


def _open(facts: Facts, numbers: Mapping[str, int]) -> Found:
    if facts.stage is Stage.CLAIMED_DONE:
        return _always("claimed_done")
    return _always() if facts.stage in UNFINISHED_STAGES else None


def _otherwise(facts: Facts, numbers: Mapping[str, int]) -> Found:
    return _always()


CONDITIONS: Mapping[str, Condition] = {
    "closed_in_time": _closed_in_time,
    "lookback_passed": _lookback_passed,
    "overdue": _overdue,
    "behind": _behind,
    "rebounded": _rebounded,
    "returned": _returned,
    "satisfaction_below": _satisfaction_below,
    "warned": _warned,
    "unsigned": _unsigned,
    "closed_late": _closed_late,
    "open": _open,
    "otherwise": _otherwise,
}
NUMBERS: Mapping[str, frozenset[str]] = {
    "behind": frozenset({"points"}),
    "returned": frozenset({"times"}),
    "satisfaction_below": frozenset({"floor"}),
}
"""The numbers that a condition asks for, whole and above zero; all other conditions take none."""
DATED = frozenset({"overdue", "behind", "unsigned"})
"""The conditions that set in on a day by themselves; only these make a colour turn."""

DEFAULT_POLICY = Policy(
    say("五色（默认）"),
    (
        PolicyRule(Colour.GREEN, "closed_in_time"),
        PolicyRule(Colour.GREEN, "lookback_passed"),
        PolicyRule(Colour.RED, "overdue"),
        PolicyRule(Colour.RED, "behind", {"points": 30}),
        PolicyRule(Colour.RED, "rebounded"),
        PolicyRule(Colour.RED, "returned", {"times": 2}),
        PolicyRule(Colour.RED, "satisfaction_below", {"floor": 60}),
        PolicyRule(Colour.RED, "warned"),
        PolicyRule(Colour.YELLOW, "behind", {"points": 10}),
        PolicyRule(Colour.YELLOW, "unsigned"),
        PolicyRule(Colour.YELLOW, "returned", {"times": 1}),
        PolicyRule(Colour.YELLOW, "closed_late"),
        PolicyRule(Colour.BLUE, "open"),
        PolicyRule(Colour.GREY, "otherwise"),
    ),
)
