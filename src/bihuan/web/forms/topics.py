"""Forms for mandatory check topics: sending several at once, and answering one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.answering import AT_ONCE, Found
from bihuan.ledger.actions.topics import Below, NewTopic, Round
from bihuan.organisations.spreadsheets import KIND_NAMES
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import words
from bihuan.web.forms.units import LISTED_AT_ONCE, UnitChoice, UnitField

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit

LINES = 120_000
"""Characters of all topics of one sending."""
FIRST_BLOCKS, MORE_BLOCKS = 1, 2
_TENS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
_NUMBER = re.compile(rf"(?:\d{{1,2}}\s*[.、．)）]|[（(]?[{_TENS}]{{1,3}}[、）)])\s*")
_SIGNS = ("\t", "｜", "|", "：", ":")


def topics_in(text: str) -> list[NewTopic]:
    """One topic a line: its name, then a tab, a stroke or a colon and what is to be checked; without numbers."""
    lines = (_NUMBER.sub("", line.strip(), count=1).strip() for line in text.splitlines())
    return [_topic(line) for line in lines if line]


def _topic(line: str) -> NewTopic:
    sign = next((sign for sign in _SIGNS if sign in line), None)
    if sign is None:
        return NewTopic(line)
    title, rest = line.split(sign, 1)
    return NewTopic(title.strip(), rest.strip())


class RoundForm(forms.Form):
    """Which of the units below are asked; the choices are what there is below."""

    kinds = forms.MultipleChoiceField(
        label=_("单位类型"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是全部类型。"),
    )
    levels = forms.MultipleChoiceField(
        label=_("层级"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("都不选就是全部层级。")
    )

    def __init__(self, *args: Any, below: Sequence[Below], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.below = below
        kinds, levels = [unit.kind for unit in below], [unit.level for unit in below]
        known = [kind.value for kind in KIND_NAMES if kind.value in kinds]
        self._offer("kinds", ((kind, _kind(kind), kinds.count(kind)) for kind in known))
        self._offer("levels", ((str(n), _level(n), levels.count(n)) for n in sorted(set(levels))))

    def _offer(self, name: str, rows: Iterable[tuple[str, str, int]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, f"{label} ({count:,})") for code, label, count in rows]

    @property
    def asked(self) -> Round:
        """The units chosen."""
        said = self.cleaned_data
        return Round(frozenset(said["kinds"]), frozenset(int(level) for level in said["levels"]))

    @property
    def count(self) -> int:
        """How many units that is."""
        return sum(self.asked.takes(unit.kind, unit.level) for unit in self.below)


def _kind(code: str) -> str:
    return next(gettext(name) for kind, name in KIND_NAMES.items() if kind.value == code)


def _level(level: int) -> str:
    if level == 1:
        return gettext("直接下级")
    return gettext("往下第%(level)s级") % {"level": level}


class SendForm(RoundForm):
    """Several topics at once, by one day."""

    topics = forms.CharField(
        label=_("必查事项"),
        max_length=LINES,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("一行一项，可以从表格里整列粘贴。名称后面用冒号或制表符隔开，写明查什么。"),
    )
    due = DayField(label=_("答复期限"))
    field_order = ("topics", "due", "kinds", "levels")

    def clean_topics(self) -> list[NewTopic]:
        found = topics_in(self.cleaned_data["topics"])
        if not found:
            raise ValidationError(gettext("还没有填写必查事项。"))
        return found


class NotFoundForm(forms.Form):
    """Not found: what was checked and how, and the signature."""

    statement = words(
        _("查了什么、怎么查的"), hint=_("例如：逐户核对了3个村的台账，现场看了6处，没有发现。"), rows=4
    )
    signed = forms.BooleanField(label=_("我已按要求逐项检查，对“未发现”负责。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed"].error_messages["required"] = gettext("请勾选，表示由您签署。")


class FoundForm(forms.Form):
    """What was found: blocks of problem, measure and lead unit; `reason` where it follows upon 'not found'."""

    def __init__(self, *args: Any, unit: Unit, added: bool, blocks: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = max(FIRST_BLOCKS, min(blocks, AT_ONCE))
        choice = self.choice = UnitChoice(unit)
        if added:
            self.fields["reason"] = words(
                _("为什么补报"), hint=_("原来答复的是未发现，原答复保留在记录里。"), rows=2
            )
        for place in range(self.blocks):
            self.fields[f"text-{place}"] = words(
                _("问题"),
                required=False,
                hint=_("写清在哪里、什么事、到什么程度；一条只写一个能销号的问题。"),
                rows=3,
            )
            self.fields[f"measure-{place}"] = words(_("打算怎么改"), required=False, rows=2)
            if len(choice.labels) < 2:
                continue  # nobody below could lead it
            lead = UnitField(label=_("牵头单位"), required=False, help_text=_("不填就是本单位；可以写下级单位。"))
            lead.know(choice)
            self.fields[f"lead-{place}"] = lead

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields block by block."""
        names = ("text", "measure", "lead")
        return [
            [self[f"{name}-{place}"] for name in names if f"{name}-{place}" in self.fields]
            for place in range(self.blocks)
        ]

    @property
    def names(self) -> list[str]:
        """The names of units that stand in the page for choosing; none where they are looked up."""
        labels = list(self.choice.labels.values())
        return labels if len(labels) <= LISTED_AT_ONCE else []

    @property
    def more(self) -> int:
        """How many blocks there are once more were asked for."""
        return min(self.blocks + MORE_BLOCKS, AT_ONCE)

    @property
    def full(self) -> bool:
        """Can no further block be added?"""
        return self.blocks >= AT_ONCE

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for place in range(self.blocks):
            besides = said.get(f"measure-{place}") or said.get(f"lead-{place}")
            if besides and not said.get(f"text-{place}"):
                self.add_error(f"text-{place}", ValidationError(gettext("请写明是什么问题。")))
        if not self.errors and not self.found():
            self.add_error("text-0", ValidationError(gettext("请至少写一个问题；没有发现的，请答复未发现。")))
        return said

    def found(self) -> list[Found]:
        """The problems as they were typed in."""
        said = self.cleaned_data
        return [
            Found(said[f"text-{place}"], said[f"measure-{place}"], said.get(f"lead-{place}"))
            for place in range(self.blocks)
            if said.get(f"text-{place}")
        ]


def counted(count: int) -> str:
    """So many units, in words."""
    return ngettext("%(count)s个单位", "%(count)s个单位", count) % {"count": f"{count:,}"}
