"""Forms of results and good examples."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.outcomes import PLACES
from bihuan.ledger.actions.examples import FIELD_LENGTH, Story
from bihuan.ledger.actions.examples import TITLE_LENGTH as EXAMPLE_TITLE
from bihuan.ledger.actions.results import BASIS_LENGTH, NAME_LENGTH, UNIT_LENGTH, Reading, Stated
from bihuan.ledger.campaigns import campaigns_of
from bihuan.ledger.rulebook import numbered
from bihuan.organisations.access import Actor
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import words

DIGITS = 11 + PLACES


def _figure(label: Any, *, required: bool = True, hint: Any = "") -> forms.DecimalField:
    """A figure as it is typed; one that is none is named by the field."""
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=DIGITS,
        decimal_places=PLACES,
        help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "control figure"}),
    )


class ResultForm(forms.Form):
    """What a result is; with `now` where it is new."""

    name = forms.CharField(label=_("指标名称"), max_length=NAME_LENGTH, help_text=_("例如：全年发文数。"))
    measured_in = forms.CharField(label=_("计量单位"), max_length=UNIT_LENGTH, help_text=_("件、公里、万元、%……"))
    fewer_is_better = forms.BooleanField(label=_("越少越好"), required=False)
    baseline = _figure(_("整改前"))
    baseline_on = DayField(label=_("整改前的日期"))
    now = _figure(_("现在"), required=False)
    now_on = DayField(label=_("现在这个数的日期"), required=False)
    basis = forms.CharField(
        label=_("数据出处"),
        required=False,
        max_length=BASIS_LENGTH,
        help_text=_("从哪里查得到：报表名称、系统、单位。"),
    )
    problem = forms.CharField(label=_("关联的问题编号"), required=False, max_length=40)
    campaign = forms.TypedChoiceField(label=_("或关联的专项"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, actor: Actor, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        rows = [(seen.campaign.pk, seen.campaign.name) for seen in campaigns_of(actor)]
        field = self.fields["campaign"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *rows]
        if not rows:
            del self.fields["campaign"]
        if not is_new:
            del self.fields["now"], self.fields["now_on"]

    def clean_problem(self) -> UUID | None:
        number = self.cleaned_data["problem"].strip()
        if not number:
            return None
        found = numbered(self.actor, [number]).get(number)
        if found is None:
            raise ValidationError(gettext("没有找到编号：%(numbers)s。") % {"numbers": number})
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if (said.get("now") is None) != (said.get("now_on") is None) and not self.errors:
            raise ValidationError(gettext("现在的数和它的日期要一起填写。"))
        return said

    def stated(self) -> Stated:
        """What was typed."""
        said = self.cleaned_data
        return Stated(
            name=said["name"],
            measured_in=said["measured_in"],
            baseline=said["baseline"],
            baseline_on=said["baseline_on"],
            basis=said["basis"],
            fewer_is_better=said["fewer_is_better"],
            problem=said["problem"],
            campaign=said.get("campaign"),
        )

    def reading(self) -> Reading | None:
        """The figure of now, where one was typed."""
        said = self.cleaned_data
        return Reading(said["now"], said["now_on"]) if said.get("now") is not None else None


class UpdateForm(forms.Form):
    """The figure as it is now."""

    now = _figure(_("现在"))
    now_on = DayField(label=_("现在这个数的日期"))
    note = forms.CharField(label=_("说明"), required=False, max_length=BASIS_LENGTH)


class StoryForm(forms.Form):
    """What a good example says."""

    title = forms.CharField(label=_("标题"), max_length=EXAMPLE_TITLE)
    field = forms.CharField(
        label=_("领域"), required=False, max_length=FIELD_LENGTH, help_text=_("例如：城市建设、乡村振兴。")
    )
    text = words(
        _("做法和成效"),
        hint=_("原来是什么情况，怎么做的，效果如何，别的单位照着做要注意什么。发布以后所有单位都看得到。"),
        rows=10,
    )

    def story(self) -> Story:
        """What was typed."""
        said = self.cleaned_data
        return Story(said["title"], said["text"], said["field"])


class AdoptForm(forms.Form):
    """How the unit means to do it."""

    note = words(_("打算怎么做"), required=False, rows=3)


class EffectForm(forms.Form):
    """What came of it."""

    effect = words(_("采用的效果"), rows=3)


class SpreadForm(forms.Form):
    """Why it is recommended."""

    note = forms.CharField(label=_("推广意见"), required=False, max_length=200)
