"""Colour policies in words: rules, what differs between two, and what a trial comes to. Shows, decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.domain.colours import COLOUR_NAMES, DEFAULT_POLICY, Colour, Policy, PolicyRule
from bihuan.domain.policies import Difference, Differs, differences, rule_words
from bihuan.insight.counts import COLOUR_ORDER
from bihuan.web.templatetags.bihuan import colour_name, listed

if TYPE_CHECKING:
    from datetime import date

    from bihuan.domain.schedule import Schedule
    from bihuan.insight.trials import Trial


def rule_text(rule: PolicyRule) -> str:
    """The condition of a rule."""
    words = rule_words(rule)
    return begun(_(words.text) % words.params)


def begun(text: str) -> str:
    """A text as it begins a line: reasons, which stand within sentences too, are written small in English."""
    return text[:1].upper() + text[1:]


def policy_name(policy: Policy) -> str:
    """The name of a policy: that of the default one in the reader's language, any other as it was given."""
    return _(policy.name)


def policy_told(schedule: Schedule, day: date) -> str:
    """The policy in force on a day with its version: 五色（默认）第1版."""
    dated = schedule.in_force(day)
    if dated is None:
        return policy_name(DEFAULT_POLICY)
    return _("%(name)s第%(version)s版") % {"name": policy_name(dated.policy), "version": dated.version}


def rules_told(policy: Policy) -> list[tuple[str, str]]:
    """The rules in their order: colour and condition."""
    return [(rule.colour.value, rule_text(rule)) for rule in policy.rules]


def differences_told(old: Policy, new: Policy) -> list[str]:
    """What differs from `old` to `new`, each in a sentence."""
    found = [_TOLD[one.kind](one) for one in differences(old, new)]
    if old.name != new.name:
        found.insert(0, _("名称由“%(old)s”改为“%(new)s”") % {"old": policy_name(old), "new": policy_name(new)})
    return found


def _values(one: Difference) -> Mapping[str, object]:
    old, new = one.old or one.new, one.new or one.old
    assert old is not None
    assert new is not None
    return {
        "place": one.place,
        "old": rule_text(old),
        "new": rule_text(new),
        "was": _(COLOUR_NAMES[old.colour]),
        "now": _(COLOUR_NAMES[new.colour]),
    }


_TOLD: Mapping[Differs, Callable[[Difference], str]] = {
    Differs.ADDED: lambda one: _("新增第%(place)s条：%(new)s，为%(now)s") % _values(one),
    Differs.REMOVED: lambda one: _("去掉原第%(place)s条：%(old)s，为%(was)s") % _values(one),
    Differs.COLOUR: lambda one: _("第%(place)s条“%(new)s”：由%(was)s改为%(now)s") % _values(one),
    Differs.NUMBER: lambda one: _("第%(place)s条“%(old)s”改为“%(new)s”") % _values(one),
    Differs.MOVED: lambda one: _("“%(new)s”移到第%(place)s条") % _values(one),
}


@dataclass(frozen=True)
class Figure:
    """One figure of the matrix; `cell` names it in addresses."""

    cell: str
    count: int
    same: bool


@dataclass(frozen=True)
class Line:
    """All problems of one colour by the present policies, and which they would have."""

    colour: str
    figures: list[Figure]
    total: int


@dataclass(frozen=True)
class Matrix:
    """The counts of a trial: a line for each colour there is now, a column for each there would be."""

    colours: list[str]
    lines: list[Line]
    totals: list[int]


def matrix(trial: Trial) -> Matrix:
    """The counts of a trial, colours that nothing has left out."""
    before = [now for now in COLOUR_ORDER if any(cell[0] is now for cell in trial.counts)]
    after = [then for then in COLOUR_ORDER if any(cell[1] is then for cell in trial.counts)]
    lines = []
    for now in before:
        counts = [(then, trial.counts.get((now, then), 0)) for then in after]
        figures = [Figure(f"{now}-{then}", count, now is then) for then, count in counts]
        lines.append(Line(now.value, figures, sum(figure.count for figure in figures)))
    totals = [sum(trial.counts.get((now, then), 0) for now in before) for then in after]
    return Matrix([then.value for then in after], lines, totals)


def changes_told(trial: Trial) -> str:
    """What a trial comes to: 123个变黄，4个回到蓝."""
    found: dict[Colour, int] = {}
    for (now, then), count in trial.counts.items():
        if now != then:
            found[then] = found.get(then, 0) + count
    parts = [
        ngettext("%(count)s个变%(colour)s", "%(count)s个变%(colour)s", found[then])
        % {"count": f"{found[then]:,}", "colour": colour_name(then)}
        for then in COLOUR_ORDER
        if then in found
    ]
    return listed(parts)
