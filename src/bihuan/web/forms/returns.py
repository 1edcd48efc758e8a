"""Forms of the units' own Excel files: those that came back, and what the office adds to one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.intake.returns import Answers
from bihuan.ledger.actions.behalf import NAME_LENGTH
from bihuan.web.forms.days import DayField
from bihuan.web.forms.measures import FilesField

ENDINGS = ".xlsx,.xls,.et,.ods,.csv"
MOST = 50


class ReturnsForm(forms.Form):
    """The files that units sent back, any number of them."""

    sheets = FilesField(label=_("单位交回的表"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheets"].widget.attrs["accept"] = ENDINGS

    def clean_sheets(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["sheets"]
        if not files:
            raise ValidationError(gettext("还没有选文件。"))
        if len(files) > MOST:
            raise ValidationError(gettext("一次最多%(most)s个文件。") % {"most": MOST})
        return files


class AnswersForm(forms.Form):
    """Who signed what the unit handed in, and on which day; which overtaken problems are gone on with."""

    signed_by = forms.CharField(
        label=_("表上的签字人"),
        max_length=NAME_LENGTH,
        help_text=_("单位负责人或填报人的姓名；签收人在表里另有填写的，以表里的为准。"),
    )
    day = DayField(label=_("填报日期"), help_text=_("单位填表的日子；签收日期在表里另有填写的，以表里的为准。"))

    def answers(self, taken: frozenset[UUID]) -> Answers:
        """What was typed, and what was ticked."""
        return Answers(self.cleaned_data["signed_by"].strip(), self.cleaned_data["day"], taken)


class SignForForm(forms.Form):
    """Which problems a paper signs for."""

    ids = forms.TypedMultipleChoiceField(coerce=UUID)

    def __init__(self, *args: Any, problems: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["ids"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(str(problem), str(problem)) for problem in problems]
        chosen.error_messages = {
            "required": gettext("请选中要签收的问题。"),
            "invalid_choice": gettext("所选的问题有变化，请重新选择。"),
        }
