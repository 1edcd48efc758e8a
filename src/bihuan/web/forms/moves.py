"""The forms of the moves that ask for little: a reason, a day, an opinion.

A form asks and understands; it decides nothing. What the rules forbid is refused by the action and shown as the
form's error, so a form never repeats a rule. Forms over measures and over the problem itself stand in files of
their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.web.forms.days import DayField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.forms import BoundField
    from django.utils.functional import _StrPromise

    from bihuan.ledger.actions.step import Opened
    from bihuan.organisations.access import Actor

TEXT_LENGTH = 4000


def words(
    label: str | _StrPromise, *, required: bool = True, hint: str | _StrPromise = "", rows: int = 4
) -> forms.CharField:
    """A field for some sentences."""
    area = forms.Textarea(attrs={"rows": rows, "maxlength": TEXT_LENGTH})
    return forms.CharField(label=label, required=required, help_text=hint, max_length=TEXT_LENGTH, widget=area)


class MoveForm(forms.Form):
    """What a move asks for. `version` is the version of the problem that the person has in front of them."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    BESIDE = ("version", "occurred_on")
    template = "web/act/fields.html"
    many_parts = False
    """Does the form send files?"""
    prefilled = False
    """Does the form show what stands on the record? Then text kept from before it changed is not put back."""

    def __init__(
        self,
        *args: Any,
        about: Opened | None = None,
        actor: Actor | None = None,
        among: Sequence[UUID] = (),
        **kwargs: Any,
    ) -> None:
        self.about, self.actor = about, actor
        self.among = among
        """The problems of a list, where the form is for many."""
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the problem; forms that need it say how."""

    @property
    def asks_for_rows(self) -> bool:
        """Was a button pressed that only changes the form itself?"""
        return False

    @property
    def needs_nothing(self) -> bool:
        """Can the move be made without filling in anything?"""
        return not any(field.required for field in self.fields.values())

    @property
    def main(self) -> list[BoundField]:
        """The fields that are asked first, in their order."""
        return [field for field in self.visible_fields() if field.name not in self.BESIDE]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Labels and texts of what was typed, to be shown where the form itself can no longer be."""
        found = [(str(field.label), field.value()) for field in self.main]
        return [(label, value) for label, value in found if isinstance(value, str) and value.strip()]


class WorkingForm(MoveForm):
    """A move that may be put down some days after it happened."""

    occurred_on = DayField(
        label=_("实际发生日期"),
        required=False,
        help_text=_("不是今天办的，填实际日期；记录上会同时写明今天补记。"),
    )


class Dispatch(MoveForm):
    """An order to the lead unit."""

    due = DayField(
        label=_("整改时限"), required=False, help_text=_("不填：用拟定时限；没有拟定的，按轻重缓急从今天起算。")
    )
    note = words(_("交办要求"), required=False, hint=_("随交办一起送达责任单位。"))
    no_transfer = forms.BooleanField(
        label=_("不得转办"), required=False, help_text=_("牵头单位要自己办，不能转给下级单位。")
    )


class Sign(WorkingForm):
    """Signing for an order."""

    remark = words(_("签收意见"), required=False, rows=3)


class AskExtension(WorkingForm):
    """A request for more time."""

    due = DayField(label=_("申请延至"))
    reason = words(_("延期理由"), hint=_("写明原因、目前进展和到期前要完成的事。"))


class GrantExtension(MoveForm):
    """More time, until a definite day."""

    due = DayField(label=_("新的整改时限"), help_text=_("原时限会一直保留在台账上。"))
    opinion = words(_("意见"), required=False, rows=3)

    def prepare(self) -> None:
        if self.about and self.about.request:
            self.fields["due"].initial = self.about.request.asked_due


class RefuseExtension(MoveForm):
    """No more time, and why."""

    opinion = words(_("不同意的理由"))


class PlanLookback(MoveForm):
    """The day to come back on."""

    day = DayField(label=_("回头看日期"))

    def prepare(self) -> None:
        if self.about:
            self.fields["day"].initial = self.about.problem.lookback_on


class Suspend(MoveForm):
    """Why the clock stops."""

    reason = words(_("中止的理由"))


class Resume(MoveForm):
    """The clock runs again."""

    note = words(_("说明"), required=False, rows=3)


class Merge(MoveForm):
    """The problem that goes on, and why."""

    into = forms.CharField(
        label=_("并入问题的编号"), max_length=40, help_text=_("本单位台账上还没有办结的另一个问题。")
    )
    reason = words(_("并案的理由"))


class Withdraw(MoveForm):
    """Why a problem leaves the ledger."""

    reason = words(_("撤销的理由"))


class Warn(WorkingForm):
    """Why supervision says red."""

    reason = words(_("亮红的理由"))


class LiftWarning(WorkingForm):
    """Why it is red no more."""

    reason = words(_("解除的理由"))
