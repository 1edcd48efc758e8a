"""Forms of look-back: the result with pictures, the rebound, and what a sample is to be drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.domain.flows import GRADE_NAMES
from bihuan.domain.lookback import FOUND_BY
from bihuan.domain.sampling import MOST_DRAWN, SEED_LENGTH
from bihuan.ledger.actions.drawing import NAME_LENGTH, Asked
from bihuan.ledger.leading import own_unit
from bihuan.ledger.populations import Conditions
from bihuan.ledger.queries import sources
from bihuan.organisations.access import Actor
from bihuan.web.forms.days import DayField
from bihuan.web.forms.leading import know
from bihuan.web.forms.measures import FilesField
from bihuan.web.forms.moves import WorkingForm, words
from bihuan.web.forms.units import UnitChoice, UnitField
from bihuan.web.templatetags.bihuan import source_name

PHOTOS = _("回头看照片")


def _choices(names: Mapping[Any, str]) -> list[tuple[str, Any]]:
    return [(str(code), _(name)) for code, name in names.items()]


ANY = [("", _("不限"))]


class Confirm(WorkingForm):
    """What the look-back found, where the result held."""

    finding = words(_("回头看情况"), hint=_("到现场看了什么，成果是否还在。"), rows=6)
    photos = FilesField(label=PHOTOS, help_text=_("可一次选多个。"))

    many_parts = True


class Reopen(WorkingForm):
    """What the look-back, or an exposure, found where the problem is back."""

    found_by = forms.ChoiceField(label=_("怎么发现的"), choices=_choices(FOUND_BY))
    finding = words(_("反弹情况"), hint=_("哪里又出现了问题，是怎么发现的。"), rows=6)
    due = DayField(label=_("新的整改时限"))
    photos = FilesField(label=PHOTOS, help_text=_("可一次选多个。"))

    many_parts = True


class DrawForm(forms.Form):
    """How many to draw, from what, for which day, by which seed."""

    name = forms.CharField(label=_("抽取名称"), max_length=NAME_LENGTH, help_text=_("如：第一季度回头看抽查。"))
    by_risk = forms.IntegerField(
        label=_("按风险抽取"), min_value=0, max_value=MOST_DRAWN, initial=5, help_text=_("风险每一分，多一张签。")
    )
    at_random = forms.IntegerField(
        label=_("随机抽取"),
        min_value=0,
        max_value=MOST_DRAWN,
        initial=5,
        help_text=_("每个问题一张签，都可能抽到。"),
    )
    planned_for = DayField(
        label=_("回头看日期"), help_text=_("抽中的问题安排在这一天以前；原来安排得更早的不推迟。")
    )
    closed_from = DayField(label=_("销号日期从"), required=False)
    closed_to = DayField(label=_("到"), required=False)
    unit = UnitField(label=_("牵头单位（含下级）"), required=False)
    source = forms.TypedChoiceField(label=_("来源（含下级来源）"), required=False, coerce=int, empty_value=None)
    horizon = forms.ChoiceField(label=_("整改期限类型"), required=False, choices=[*ANY, *_choices(HORIZON_NAMES)])
    urgency = forms.ChoiceField(label=_("轻重缓急"), required=False, choices=[*ANY, *_choices(URGENCY_NAMES)])
    grade = forms.ChoiceField(label=_("完成等次"), required=False, choices=[*ANY, *_choices(GRADE_NAMES)])
    seed = forms.CharField(
        label=_("种子"),
        required=False,
        max_length=SEED_LENGTH,
        help_text=_("当场摇出的数字或约定的文字；留空由系统产生。相同的种子和名单，抽出的一定相同。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = UnitChoice(own_unit(actor))
        know(self.fields["unit"], self.choice)
        field = self.fields["source"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", gettext("不限")), *((str(row.pk), source_name(row)) for row in sources())]

    @property
    def sizes(self) -> Iterable[Any]:
        """The fields of how many, and for when."""
        return [self[name] for name in ("by_risk", "at_random", "planned_for")]

    @property
    def narrowing(self) -> Iterable[Any]:
        """The fields of what is drawn from."""
        names = ("closed_from", "closed_to", "unit", "source", "horizon", "urgency", "grade")
        return [self[name] for name in names]

    def asked(self) -> Asked:
        """What is to be drawn."""
        said = self.cleaned_data
        conditions = Conditions(
            closed_from=said["closed_from"],
            closed_to=said["closed_to"],
            unit_id=said["unit"],
            source_id=said["source"],
            horizon=said["horizon"],
            urgency=said["urgency"],
            grade=said["grade"],
        )
        return Asked(
            said["name"],
            said["by_risk"],
            said["at_random"],
            said["planned_for"],
            conditions,
            said["seed"].strip(),
        )
