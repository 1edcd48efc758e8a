"""Forms of links between levels: handing down to many units at once, linking, raising and answering.

The units of a problem handed down come as lines, as they are copied out of a table: unit, share, deadline, own
text, divided by tabs or upright bars. A line that cannot be read is named with its number; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.links import MOST_PARTS, MOST_WITH_SHARES
from bihuan.ledger.actions.handing_down import NewPart
from bihuan.ledger.actions.raising import TakenOn
from bihuan.ledger.links import ledgers_in_use, own_unit, units_directly_below
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import TEXT_LENGTH, MoveForm, words
from bihuan.web.forms.units import UnitChoice, UnitField

_CELLS = re.compile(r"[ \u3000]*[\t|｜][ \u3000]*")
_SHARE = re.compile(r"(\d{1,3})\s*[%％]?")
LINES_LENGTH = 200_000


def _share_field(label: Any, hint: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=100,
        help_text=hint,
        widget=forms.NumberInput(attrs={"min": 1, "max": 100, "step": 1}),
    )


class _OnOwnLedger(MoveForm):
    """A form that puts something on one of the acting unit's ledgers: it asks which where there are several."""

    def offer_ledgers(self) -> None:
        """Let one of the ledgers be chosen; the field goes where there is nothing to choose."""
        assert self.actor is not None
        ledgers = ledgers_in_use(self.actor)
        chosen = self.fields["ledger"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(str(row.id), row.name) for row in ledgers]
        if len(ledgers) < 2:
            del self.fields["ledger"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["ledger"] = UUID(said["ledger"]) if said.get("ledger") else None
        return said


class HandDown(_OnOwnLedger):
    """Which units get which part, with what share, by when."""

    ledger = forms.ChoiceField(label=_("下级问题登记在"))
    everybody = forms.BooleanField(label=_("全部直接下级单位"), required=False)
    lines = forms.CharField(
        label=_("承办单位"),
        required=False,
        max_length=LINES_LENGTH,
        help_text=_(
            "一行一个单位；后面可以依次写占比、时限、这个单位要办的事，用制表符或“|”隔开，可从表格中粘贴。"
            "不写占比的平均分配；不写时限和内容的，按整个问题。"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "class": "handing-lines"}),
    )
    due = DayField(label=_("统一时限"), required=False, help_text=_("不填：按整个问题的时限；不能晚于它。"))
    together = _share_field(_("下级各部分合计占比%"), _("本单位原有的措施保留，占其余部分；不填：按项数分。"))
    at_once = forms.BooleanField(
        label=_("立即交办给各单位"), required=False, initial=True, help_text=_("不勾选：先登记，之后再交办。")
    )
    note = words(_("交办要求"), required=False, rows=3, hint=_("随交办一起送达各单位。"))

    @property
    def needs_nothing(self) -> bool:
        return False

    def prepare(self) -> None:
        assert self.about is not None
        assert self.actor is not None
        self.offer_ledgers()
        self.below = units_directly_below(self.actor)
        self.fields["everybody"].help_text = gettext("共%(count)s个单位。") % {"count": len(self.below)}
        if not self.below:
            del self.fields["everybody"]
        if not self.about.measures:
            del self.fields["together"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors:
            parts = list(self._parts(said))
            if not parts:
                self.add_error("lines", gettext("还没有填承办单位。"))
            said["parts"] = parts
        return said

    def _parts(self, said: dict[str, Any]) -> Iterator[NewPart]:
        named = set()
        for part in self._lines(said.get("lines") or "", said.get("due")):
            named.add(part.unit_id)
            yield part
        if said.get("everybody"):
            yield from (NewPart(unit, due=said.get("due")) for unit in self.below if unit not in named)

    def _lines(self, text: str, due: Any) -> Iterator[NewPart]:
        lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if len(lines) > MOST_PARTS:
            self.add_error("lines", gettext("最多填%(most)s行。") % {"most": MOST_PARTS})
            return
        assert self.actor is not None
        choice = UnitChoice(own_unit(self.actor)) if lines else None
        for place, line in lines:
            try:
                assert choice is not None
                yield _part(choice, line, due)
            except ValidationError as error:
                told = gettext("第%(place)s行：%(error)s") % {"place": place, "error": " ".join(error.messages)}
                self.add_error("lines", told)


def _part(choice: UnitChoice, line: str, due: Any) -> NewPart:
    """One line as a part; raises ValidationError saying what cannot be read."""
    name, share, day, text = [*_CELLS.split(line, maxsplit=3), "", "", ""][:4]
    return NewPart(
        choice.id_of(name),
        text=text[:TEXT_LENGTH],
        share=_share(share),
        due=DayField(required=False).clean(day) or due,
    )


def _share(text: str) -> int | None:
    if not text:
        return None
    found = _SHARE.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 100:
        raise ValidationError(
            gettext("看不懂占比“%(text)s”，请填1到100的整数；超过%(most)s个单位时不填占比。")
            % {"text": text[:20], "most": MOST_WITH_SHARES}
        )
    return int(found[1])


class LinkPart(MoveForm):
    """The problem that becomes a part, and its share."""

    part = forms.CharField(
        label=_("下级问题的编号"),
        max_length=40,
        help_text=_("本单位或下级台账上的问题，不能已经是别的问题的一部分。"),
    )
    share = _share_field(_("占比%"), _("不填：按项数分；其他各项按原来的比例缩减。"))


class Raise(MoveForm):
    """Why the root lies higher, and what is wanted."""

    reason = words(_("上提的理由"), hint=_("写明问题的根子在哪里，本级为什么解决不了。"))
    wanted = words(_("希望上级做什么"), hint=_("一件一件写，上级据此答复。"))


class AcceptRaised(_OnOwnLedger):
    """The problem under which the question is taken on."""

    ledger = forms.ChoiceField(label=_("登记在"))
    title = forms.CharField(label=_("标题"), required=False, max_length=120)
    text = words(_("问题内容"), rows=5)
    lead_unit = UnitField(label=_("牵头单位"), required=False, help_text=_("可以先不填，交办前再定。"))
    wanted_due = DayField(label=_("拟定时限"), required=False)
    opinion = words(_("答复意见"), required=False, rows=3)

    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        assert self.actor is not None
        self.offer_ledgers()
        field = self.fields["lead_unit"]
        assert isinstance(field, UnitField)
        self.choice = UnitChoice(own_unit(self.actor))
        field.know(self.choice)
        raising = self.about.raising
        self.fields["title"].initial = self.about.problem.title
        self.fields["text"].initial = f"{raising.reason}\n{raising.wanted}" if raising else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors:
            said["taken_on"] = TakenOn(
                text=said["text"],
                title=said["title"],
                lead_unit_id=said["lead_unit"],
                wanted_due=said["wanted_due"],
            )
        return said


class RefuseRaised(MoveForm):
    """Why it is not taken on."""

    opinion = words(_("不接受的理由"))
