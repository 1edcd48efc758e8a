"""Colour policies as people write them: the words of their rules, what may be put on record, what differs.

`colours` says what a policy means and what can be read at all (what once went on record must stay readable);
here is asked for more of a new one: every rule must be of use. Conditions hold for one stage or another, each by
one thing that only grows (days past, points behind, returns), so the least that makes a condition hold is enough
to find out whether a rule is ever reached. Values only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bihuan.domain.briefs import Brief, facts_like
from bihuan.domain.case import PASSED_STAGES, Stage
from bihuan.domain.colours import CONDITIONS, NUMBERS, Facts, Policy, PolicyRule, refuses_policy
from bihuan.domain.refusals import Denied, say

NAME_LENGTH = 60
MOST_RULES = 40

CONDITION_NAMES: Mapping[str, str] = {
    "closed_in_time": say("按时完成，已通过验收"),
    "lookback_passed": say("回头看通过，成果已巩固"),
    "overdue": say("整改时限已过，还没有完成"),
    "behind": say("进度落后"),
    "rebounded": say("销号后反弹，正在再次整改"),
    "returned": say("被退回"),
    "satisfaction_below": say("群众满意度低于"),
    "warned": say("督导人员已亮红"),
    "unsigned": say("过了签收期限还没有签收"),
    "closed_late": say("超过时限才完成，已通过验收"),
    "open": say("已交办，还没有通过验收"),
    "otherwise": say("其他情况"),
}
"""What each condition is called where one is chosen, in the order in which they are offered."""

_NUMBERED: Mapping[str, str] = {
    "behind": say("进度落后%(points)s个百分点或更多"),
    "returned": say("被退回%(times)s次或更多"),
    "satisfaction_below": say("群众满意度低于%(floor)s%%"),
}

UNIT_NAMES: Mapping[str, str] = {
    "behind": say("个百分点或更多"),
    "returned": say("次或更多"),
    "satisfaction_below": "%",
}
"""What stands behind the number of a condition where it is typed in."""

MOST: Mapping[str, int] = {"points": 100, "times": 99, "floor": 100}
"""The largest numbers: progress and satisfaction go up to a hundred per cent."""


class Words(NamedTuple):
    """A text and the values it mentions, for the reader's language."""

    text: str
    params: Mapping[str, object]


def rule_words(rule: PolicyRule) -> Words:
    """The condition of a rule in plain words."""
    return Words(_NUMBERED.get(rule.when, CONDITION_NAMES.get(rule.when, rule.when)), rule.numbers)


# What may be put on record ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a policy; `place` is the rule that it belongs to, from 0, None for the whole."""

    place: int | None
    denied: Denied


def faults_of(policy: Policy) -> list[Wrong]:
    """Everything that keeps a policy off the record, by rule where it belongs to one; empty where nothing does."""
    found = [
        Wrong(place, denied) for place in range(len(policy.rules)) if (denied := _refuses_rule(policy, place))
    ]
    if found:
        return found
    if policy.rules and policy.rules[-1].when == "otherwise":
        found = list(_unreachable(policy))
    whole = _refuses_many(policy) or refuses_policy(policy)
    return found or ([Wrong(None, whole)] if whole else [])


def refuses_new(policy: Policy) -> Denied | None:
    """The first of `faults_of`."""
    return next((wrong.denied for wrong in faults_of(policy)), None)


def _refuses_many(policy: Policy) -> Denied | None:
    if len(policy.rules) <= MOST_RULES:
        return None
    return Denied(say("一套颜色规则最多%(most)s条。"), say("请合并或删去一些。"), {"most": MOST_RULES})


def _refuses_rule(policy: Policy, place: int) -> Denied | None:
    rule = policy.rules[place]
    if rule.when not in CONDITIONS:
        return Denied(say("第%(place)s条规则没有选择条件。"), say("请选择一个条件。"), {"place": place + 1})
    wanted = NUMBERS.get(rule.when, frozenset())
    if rule.numbers.keys() != wanted:
        return Denied(
            say("第%(place)s条规则的数值不对：条件“%(when)s”需要%(count)s个数。"),
            params={"place": place + 1, "when": CONDITION_NAMES[rule.when], "count": len(wanted)},
        )
    for name, number in rule.numbers.items():
        if type(number) is not int or not 1 <= number <= MOST[name]:
            return Denied(
                say("第%(place)s条规则的数值要填1到%(most)s的整数。"),
                params={"place": place + 1, "most": MOST[name]},
            )
    return None


def _unreachable(policy: Policy) -> Iterator[Wrong]:
    """Rules that give no problem its colour, whatever its facts."""
    for place in range(len(policy.rules)):
        firsts = {deciding(policy, facts, _SOME_DAY) for facts in _least(policy.rules[place])}
        if place in firsts:
            continue
        earlier = "、".join(str(first + 1) for first in sorted(firsts))
        yield Wrong(
            place,
            Denied(
                say("第%(place)s条规则永远用不上：符合它的问题，都先符合第%(earlier)s条。"),
                say("请删去它，或移到前面。"),
                {"place": place + 1, "earlier": earlier},
            ),
        )


def deciding(policy: Policy, facts: Facts, day: date) -> int:
    """The place (from 0) of the rule that gives these facts their colour on `day`."""
    return next(place for place, rule in enumerate(policy.rules) if _fits(rule, facts, day))


def _fits(rule: PolicyRule, facts: Facts, day: date) -> bool:
    start = CONDITIONS[rule.when](facts, rule.numbers)
    return start is not None and start.day <= day


def _least(rule: PolicyRule) -> Iterator[Facts]:
    """For every stage in which the condition of `rule` can hold: facts in which little else does."""
    for stage in Stage:
        for late in (False, True) if stage in PASSED_STAGES else (False,):
            brief = _BRIEFS.get(rule.when, _plain)(Brief(stage, late=late), rule.numbers)
            facts = facts_like(brief, _SOME_DAY)
            if _fits(rule, facts, _SOME_DAY):
                yield facts


_SOME_DAY = date(2026, 1, 1)
_Numbers = Mapping[str, int]


def _plain(brief: Brief, numbers: _Numbers) -> Brief:
    return brief


_BRIEFS: Mapping[str, Callable[[Brief, _Numbers], Brief]] = {
    "overdue": lambda brief, numbers: brief._replace(overdue=True),
    "behind": lambda brief, numbers: brief._replace(behind=numbers["points"]),
    "rebounded": lambda brief, numbers: brief._replace(rebounded=True),
    "returned": lambda brief, numbers: brief._replace(returns=numbers["times"]),
    "satisfaction_below": lambda brief, numbers: brief._replace(satisfaction=numbers["floor"] - 1),
    "warned": lambda brief, numbers: brief._replace(warned=True),
    "unsigned": lambda brief, numbers: brief._replace(unsigned=True),
}
"""What makes a condition hold, beside the stage: the least of it."""


# What differs ----------------------------------------------------------------------------------------------------


class Differs(StrEnum):
    """In what way a rule of a policy is another than it was."""

    ADDED = "added"
    REMOVED = "removed"
    COLOUR = "colour"
    NUMBER = "number"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the rule as it was and as it is; `place` counts from 1, in the new policy if it is there."""

    kind: Differs
    old: PolicyRule | None
    new: PolicyRule | None
    place: int


def differences(old: Policy, new: Policy) -> list[Difference]:
    """What was changed from `old` to `new`, by the rules of `new`; those taken out come last."""
    pairs = _paired(old.rules, new.rules)
    stay = _longest([pairs[place] for place in sorted(pairs)])
    found: list[Difference] = []
    for place, rule in enumerate(new.rules):
        if place not in pairs:
            found.append(Difference(Differs.ADDED, None, rule, place + 1))
            continue
        was = old.rules[pairs[place]]
        if was.colour != rule.colour:
            found.append(Difference(Differs.COLOUR, was, rule, place + 1))
        if was.numbers != rule.numbers:
            found.append(Difference(Differs.NUMBER, was, rule, place + 1))
        if pairs[place] not in stay:
            found.append(Difference(Differs.MOVED, was, rule, place + 1))
    gone = sorted(set(range(len(old.rules))) - set(pairs.values()))
    return found + [Difference(Differs.REMOVED, old.rules[place], None, place + 1) for place in gone]


def _paired(old: Sequence[PolicyRule], new: Sequence[PolicyRule]) -> dict[int, int]:
    """Places of `new` with those of `old` that say the same, or nearly: same condition, the likest first."""
    pairs: dict[int, int] = {}
    for alike in (
        lambda a, b: a == b,
        lambda a, b: a.numbers == b.numbers,
        lambda a, b: a.colour == b.colour,
        lambda a, b: True,
    ):
        for place, rule in enumerate(new):
            free = (n for n, was in enumerate(old) if n not in pairs.values() and was.when == rule.when)
            if place not in pairs:
                found = next((n for n in free if alike(old[n], rule)), None)
                if found is not None:
                    pairs[place] = found
    return pairs


def _longest(places: Sequence[int]) -> frozenset[int]:
    """The longest run of places that rises: what stayed in order, so that the fewest rules count as moved."""
    best: frozenset[int] = frozenset()
    ending: dict[int, frozenset[int]] = {}
    for place in places:
        before = max((run for last, run in ending.items() if last < place), key=len, default=frozenset[int]())
        ending[place] = before | {place}
        best = max(best, ending[place], key=len)
    return best
