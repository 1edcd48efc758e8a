"""The editor of a colour policy: rows that are moved, added and taken out by the server, and what was typed stays.

The last rule ("otherwise") stands fixed. What is wrong is told beside its row; what a policy must be is asked of
the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.domain.colours import COLOUR_NAMES, NUMBERS, Colour, Policy, PolicyRule
from bihuan.domain.policies import CONDITION_NAMES, MOST, MOST_RULES, UNIT_NAMES, faults_of
from bihuan.ledger.actions.policies import REASON_LENGTH
from bihuan.web import errors
from bihuan.web.forms.days import DayField
from bihuan.web.policies import begun

LAST = "otherwise"
_DIGITS = 6


@dataclass(frozen=True)
class Row:
    """A rule as it is typed, with what is wrong with it."""

    colour: str = Colour.RED.value
    when: str = ""
    number: str = ""
    errors: tuple[str, ...] = ()

    @property
    def is_last(self) -> bool:
        """Is it the rule for everything else?"""
        return self.when == LAST

    @property
    def unit(self) -> str:
        """What stands behind the number; empty where the condition takes none."""
        return _(UNIT_NAMES[self.when]) if self.when in UNIT_NAMES else ""


@dataclass(frozen=True)
class Draft:
    """A policy as it is typed. `focus` is the row that was just moved or added, with the button to go on with."""

    name: str
    rows: tuple[Row, ...]
    focus: tuple[int, str] | None = None
    errors: tuple[str, ...] = field(default=())

    @property
    def is_full(self) -> bool:
        """Has it as many rules as it may have?"""
        return len(self.rows) >= MOST_RULES

    @property
    def has_errors(self) -> bool:
        """Is anything wrong that was told?"""
        return bool(self.errors) or any(row.errors for row in self.rows)


def draft_of(policy: Policy) -> Draft:
    """A policy to be changed."""
    rows = [
        Row(rule.colour.value, rule.when, "".join(str(n) for n in rule.numbers.values())) for rule in policy.rules
    ]
    return Draft(_(policy.name), tuple(rows))


def draft_from(typed: Mapping[str, Any]) -> Draft:
    """What came back from the page; the last row is the rule for everything else, whatever was sent."""
    count = typed.get("rows", "")
    rows = []
    for n in range(
        min(int(count), MOST_RULES) if count.isascii() and count.isdigit() and len(count) < _DIGITS else 1
    ):
        colour = str(typed.get(f"colour-{n}", ""))
        known = colour if colour in set(Colour) else Colour.GREY.value
        when = str(typed.get(f"when-{n}", ""))
        rows.append(Row(known, when if when in CONDITION_NAMES else "", str(typed.get(f"number-{n}", ""))[:20]))
    last = replace(rows[-1], when=LAST, number="") if rows else Row(Colour.GREY.value, LAST)
    body = [row if not row.is_last else replace(row, when="") for row in rows[:-1]]
    return Draft(str(typed.get("name", ""))[:200], (*body, last))


def changed(draft: Draft, do: str) -> Draft:
    """The draft after a button: `add`, or `up-3`, `down-3`, `remove-3` with the place of a row from 0."""
    rows, last = list(draft.rows[:-1]), draft.rows[-1]
    verb, _dash, written = do.partition("-")
    if verb == "add":
        if not draft.is_full:
            rows.append(Row())
        return replace(draft, rows=(*rows, last), focus=(len(rows) - 1, "when"))
    place = int(written) if written.isascii() and written.isdigit() and len(written) < _DIGITS else len(rows)
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if not (0 <= place < len(rows) and 0 <= other < len(rows)):
        return draft
    if verb == "remove":
        del rows[place]
        return replace(draft, rows=(*rows, last), focus=(min(place, len(rows)), "colour"))
    rows[place], rows[other] = rows[other], rows[place]
    return replace(draft, rows=(*rows, last), focus=(other, verb))


def policy_in(draft: Draft) -> tuple[Draft, Policy | None]:
    """The policy that was typed; None where something is wrong, which the draft then tells, row by row."""
    told: dict[int | None, list[str]] = {}
    rules = []
    for place, row in enumerate(draft.rows):
        rule, wrong = _rule(row)
        if rule is None:
            told.setdefault(place, []).append(wrong)
        else:
            rules.append(rule)
    policy = Policy(" ".join(draft.name.split()), tuple(rules))
    if not told:
        for fault in faults_of(policy):
            told.setdefault(fault.place, []).append(errors.told(fault.denied))
    rows = tuple(replace(row, errors=tuple(told.get(place, ()))) for place, row in enumerate(draft.rows))
    checked = replace(draft, rows=rows, errors=tuple(told.get(None, ())))
    return checked, policy if not told else None


def _rule(row: Row) -> tuple[PolicyRule | None, str]:
    if not row.when:
        return None, _("请选择条件。")
    names = NUMBERS.get(row.when, frozenset())
    if not names:
        return PolicyRule(Colour(row.colour), row.when), ""
    name, written = next(iter(names)), row.number.strip()
    if not (written.isdecimal() and len(written) < _DIGITS and 1 <= int(written) <= MOST[name]):
        return None, _("请填写1到%(most)s的整数。") % {"most": MOST[name]}
    return PolicyRule(Colour(row.colour), row.when, {name: int(written)}), ""


def colour_choices() -> list[tuple[str, str]]:
    """The colours to choose from."""
    return [(colour.value, _(name)) for colour, name in COLOUR_NAMES.items()]


def condition_choices() -> list[tuple[str, str, str]]:
    """The conditions to choose from: code, name, what stands behind the number (empty: none is asked for)."""
    return [
        (code, begun(_(name)), _(UNIT_NAMES[code]) if code in UNIT_NAMES else "")
        for code, name in CONDITION_NAMES.items()
        if code != LAST
    ]


class TryForm(forms.Form):
    """For which day a policy is tried."""

    day = DayField(label=gettext_lazy("按哪一天试算"))


class SwitchOnForm(forms.Form):
    """From when a policy that was tried shall count, and why."""

    begins = DayField(label=gettext_lazy("从哪天起生效"))
    reason = forms.CharField(
        label=gettext_lazy("为什么要改"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": REASON_LENGTH}),
    )
