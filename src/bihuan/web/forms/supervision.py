"""Forms for urging, supervision letters, listed supervision and referral. They ask, they decide nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.book import clock
from bihuan.ledger.actions.referring import DOCUMENT_LENGTH, RECEIVER_LENGTH
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import MoveForm, WorkingForm, words
from bihuan.web.templatetags.bihuan import day as day_text

FORTNIGHT = timedelta(days=14)


class Urge(MoveForm):
    """What the unit is urged to do."""

    text = words(gettext_lazy("催办内容"), hint=gettext_lazy("说清催什么、什么时候要结果。"))


class _Demand(MoveForm):
    text = words(gettext_lazy("督办要求"), hint=gettext_lazy("写明存在的问题和要求。"), rows=6)

    def prepare(self) -> None:
        self.fields["reply_by"].initial = clock.today() + FORTNIGHT


class SendLetter(_Demand):
    """What a letter demands, and by when it is to be answered."""

    reply_by = DayField(label=gettext_lazy("回复期限"))


class ListSupervision(_Demand):
    """What listed supervision demands, and by when it is to be done."""

    reply_by = DayField(label=gettext_lazy("督办期限"))


class AnswerLetter(WorkingForm):
    """The answer to a letter; which one is asked where several wait."""

    letter = forms.TypedChoiceField(
        label=gettext_lazy("回复哪一份"), coerce=UUID, required=False, empty_value=None
    )
    answer = words(gettext_lazy("回复内容"), rows=6)

    def prepare(self) -> None:
        letters = self.about.pending.letters if self.about else []
        field = self.fields["letter"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            (str(row.id), _("%(number)s（%(day)s前回复）") % {"number": row.number, "day": day_text(row.reply_by)})
            for row in letters
        ]
        if len(letters) == 1:
            field.widget = forms.HiddenInput()
            field.initial = str(letters[0].id)


class EndSupervision(MoveForm):
    """Why a problem is taken off the list."""

    note = words(gettext_lazy("摘牌的理由"))


class Refer(WorkingForm):
    """To whom a case goes, with which letter, and why."""

    receiver = forms.CharField(label=gettext_lazy("接收机关"), max_length=RECEIVER_LENGTH)
    document = forms.CharField(label=gettext_lazy("移送文号"), max_length=DOCUMENT_LENGTH, required=False)
    reason = words(gettext_lazy("移送的理由"), hint=gettext_lazy("只有本单位整改办和有权的审计人员看得到。"))
