"""Forms about orders: declining and what is ruled on it, handing on to another unit, dividing a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Role
from bihuan.ledger.actions.splitting import MOST, NewPart
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import TEXT_LENGTH, MoveForm, words
from bihuan.web.forms.units import UnitChoice, UnitField

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit

ROWS = "p"
FIRST_ROWS = 2
RULING = "web/act/ruling.html"
"""What was declined and said stands above the fields."""
LOOKING_UP = ("hx-get", "hx-trigger", "hx-target")


class WithUnit(MoveForm):
    """A move that names a unit: typed, matched, and offered from a list."""

    template = "web/act/unit_fields.html"
    choice: UnitChoice

    def prepare(self) -> None:
        self.choice = UnitChoice(self.office)
        for field in self.fields.values():
            if isinstance(field, UnitField):
                self.know(field)

    @property
    def office(self) -> Unit:
        """At or below which unit one may choose."""
        assert self.about is not None
        return self.about.problem.office

    def know(self, field: UnitField) -> None:
        """Let the field know what may be chosen. Names are looked up while typing only by who keeps ledgers."""
        field.know(self.choice)
        if self.actor is None or self.actor.role is not Role.COORDINATOR:
            for name in LOOKING_UP:
                field.widget.attrs.pop(name, None)


class Decline(WithUnit):
    """Who refuses an order, why, and whose it is instead."""

    refuser = forms.CharField(
        label=_("退单人"), max_length=60, help_text=_("写明是谁决定不接的：姓名，可加职务。会记在台账上。")
    )
    reason = words(_("退单的理由"), hint=_("写明依据：职责分工、属地、权限等。"))
    proposed = UnitField(label=_("建议由哪个单位承办"), required=False, help_text=_("可写简称，从列表中选。"))


class NewLead(WithUnit):
    """The unit that takes an order over, and a later date for it."""

    template = RULING

    unit = UnitField(label=_("新的牵头单位"), help_text=_("可写简称，从列表中选。"))
    due = DayField(
        label=_("新的整改时限"),
        required=False,
        help_text=_("不填：时限不变。只能比现在的时限晚，原时限一直保留在台账上。"),
    )

    def prepare(self) -> None:
        super().prepare()
        if self.about and self.about.decline:
            self.fields["unit"].initial = self.about.decline.proposed_id


class GrantDecline(NewLead):
    """A decline granted."""

    opinion = words(_("意见"), required=False, rows=3)


class OverturnDecline(NewLead):
    """The final ruling for the unit that declined."""

    ruling = words(_("终裁的理由"))

    @property
    def office(self) -> Unit:
        office = super().office
        return office.parent or office


class RefuseDecline(MoveForm):
    """A decline refused."""

    template = RULING
    opinion = words(_("不同意退单的理由"))


class AppealDecline(MoveForm):
    """Why the level above shall rule."""

    template = RULING
    reason = words(_("申请终裁的理由"), hint=_("由交办单位的上一级裁定，结果为最终结果。"))


class UpholdDecline(MoveForm):
    """The final ruling for the office."""

    template = RULING
    ruling = words(_("终裁的理由"))


class Reassign(WithUnit):
    """Another lead unit, and why."""

    unit = UnitField(label=_("新的牵头单位"), help_text=_("可写简称，从列表中选。"))
    reason = words(_("改派的理由"))


class Transfer(WithUnit):
    """The unit below to which an order is passed on."""

    unit = UnitField(label=_("转给哪个下级单位"), help_text=_("可写简称，从列表中选。"))
    note = words(_("转办要求"), required=False, rows=3)

    @property
    def office(self) -> Unit:
        assert self.about is not None
        lead = self.about.problem.lead_unit
        return lead if lead is not None else super().office


class PartRow(forms.Form):
    """One part that becomes a problem of its own. Rows without a text are not rows yet."""

    text = forms.CharField(
        label=_("问题内容"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": TEXT_LENGTH}),
    )
    unit = UnitField(label=_("牵头单位"), required=False)
    due = DayField(label=_("拟定时限"), required=False)


PartRows = forms.formset_factory(PartRow, extra=0, max_num=MOST, validate_max=True, absolute_max=MOST * 2)


class Split(WithUnit):
    """What stays in the problem, and the parts that become problems of their own."""

    title = forms.CharField(label=_("原问题的标题"), max_length=120)
    text = words(_("保留在原问题中的内容"), hint=_("只留下由这个问题继续办的那一部分。"), rows=5)

    template = "web/act/split.html"
    prefilled = True

    def prepare(self) -> None:
        super().prepare()
        assert self.about is not None
        self.fields["title"].initial, self.fields["text"].initial = (
            self.about.problem.title,
            self.about.problem.text,
        )
        data = dict(self.data.items()) if self.is_bound else None
        if data is not None and self.asks_for_rows:
            data[f"{ROWS}-TOTAL_FORMS"] = str(min(MOST, _count(data) + 1))
        self.rows = PartRows(data, prefix=ROWS, initial=[{} for _row in range(FIRST_ROWS)])
        for row in self.rows:
            unit = row.fields["unit"]
            assert isinstance(unit, UnitField)
            self.know(unit)

    @property
    def asks_for_rows(self) -> bool:
        return self.is_bound and "add" in self.data

    @property
    def full(self) -> bool:
        """Are there as many rows as there may be?"""
        return len(self.rows) >= MOST

    @property
    def typed(self) -> list[tuple[str, str]]:
        texts = [row["text"].value() or "" for row in self.rows]
        return [*super().typed, *((gettext("拆出的部分"), text) for text in texts if text.strip())]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return self.rows.is_valid() and valid

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.rows.is_valid():
            said["parts"] = [
                _part(row.cleaned_data) for row in self.rows if row.cleaned_data.get("text", "").strip()
            ]
        else:
            told = list(self.rows.non_form_errors()) or [gettext("拆出的部分里有几处需要改正，已在下面标出。")]
            self.add_error(None, told)
        return said


def _part(said: dict[str, Any]) -> NewPart:
    return NewPart(said["text"].strip(), said["unit"], said["due"])


def _count(data: dict[str, Any]) -> int:
    count = str(data.get(f"{ROWS}-TOTAL_FORMS", ""))
    return int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
