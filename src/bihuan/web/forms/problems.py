"""Forms for what a problem is: amending one before dispatch, and typing in a new one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.classes import IMPACT_NAMES, NATURES
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.ledger.actions.amending import Amendment
from bihuan.ledger.actions.classing import NATURE_LENGTH, Classes
from bihuan.ledger.actions.register import Impact, NewMeasure, NewProblem, Origin
from bihuan.ledger.queries import sources
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import TEXT_LENGTH, MoveForm, words
from bihuan.web.forms.units import UnitChoice, UnitField, UnitsField
from bihuan.web.templatetags.bihuan import source_name

if TYPE_CHECKING:
    from bihuan.ledger.models import Ledger
    from bihuan.organisations.models import Unit

ORIGIN_NAMES = {Origin.NEW: _("新发现"), Origin.CARRIED: _("以前遗留")}
MEASURE_ROWS = 3


def nature_field() -> forms.CharField:
    """What kind of problem it is: free words, some offered."""
    offered = forms.TextInput(attrs={"list": "natures"})
    return forms.CharField(label=_("问题性质"), required=False, max_length=NATURE_LENGTH, widget=offered)


def impact_field() -> forms.TypedChoiceField:
    """How far it reaches."""
    return forms.TypedChoiceField(
        label=_("影响程度"),
        required=False,
        coerce=Impact,
        empty_value=None,
        choices=[("", "—"), *((code, _(name)) for code, name in IMPACT_NAMES.items())],
    )


def natures() -> list[str]:
    """The natures offered, in the reader's language."""
    return [gettext(name) for name in NATURES]


def _source_choices() -> list[tuple[Any, str]]:
    return [("", "—"), *((row.pk, source_name(row)) for row in sources())]


class ProblemForm(MoveForm):
    """What both forms ask for."""

    text = words(_("问题内容"), hint=_("写清在哪里、什么事、到什么程度；一条只写一个能销号的问题。"), rows=5)
    title = forms.CharField(
        label=_("标题"), required=False, max_length=120, help_text=_("不填则取问题内容的第一句。")
    )
    lead_unit = UnitField(label=_("牵头单位"), required=False, help_text=_("可写简称，从列表中选。交办前必须填。"))
    support_units = UnitsField(label=_("配合单位"), required=False)
    person = forms.CharField(label=_("牵头单位负责人"), required=False, max_length=60)
    horizon = forms.ChoiceField(label=_("整改类型"), initial=Horizon.BY_DATE.value)
    urgency = forms.ChoiceField(label=_("轻重缓急"), initial=Urgency.ORDINARY.value)
    wanted_due = DayField(
        label=_("拟定时限"), required=False, help_text=_("不填则在交办时按轻重缓急从交办之日起算。")
    )
    source = forms.TypedChoiceField(label=_("来源"), required=False, coerce=int, empty_value=None)
    category = forms.CharField(label=_("类别"), required=False, max_length=60)
    nature = nature_field()
    impact = impact_field()
    goal = words(_("整改目标"), required=False, hint=_("改到什么程度算改好。"), rows=3)

    template = "web/act/problem_fields.html"
    prefilled = True

    @property
    def natures(self) -> list[str]:
        """What is offered as nature."""
        return natures()

    def know(self, office: Unit) -> None:
        """Take the units below `office`, the sources and the names of classes as choices."""
        self.choice = UnitChoice(office)
        for name in ("lead_unit", "support_units"):
            field = self.fields[name]
            assert isinstance(field, UnitField | UnitsField)
            field.know(self.choice)
        for name, choices in (
            ("horizon", [(key.value, _(text)) for key, text in HORIZON_NAMES.items()]),
            ("urgency", [(key.value, _(text)) for key, text in URGENCY_NAMES.items()]),
            ("source", cache(_source_choices)),  # asked of the database where they are shown or one was chosen
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = choices


class Amend(ProblemForm):
    """Everything that may be changed before dispatch, as it stands."""

    def prepare(self) -> None:
        assert self.about is not None
        problem, lead = self.about.problem, self.about.lead
        self.know(problem.office)
        self.fields["title"].required = True
        self.fields["title"].help_text = ""
        for name in ("text", "title", "horizon", "urgency", "wanted_due", "category", "goal", "nature", "impact"):
            self.fields[name].initial = getattr(problem, name)
        self.fields["source"].initial = problem.source_id
        self.fields["lead_unit"].initial = problem.lead_unit_id
        self.fields["support_units"].initial = self.about.supports
        self.fields["person"].initial = lead.person if lead else ""

    def amendment(self) -> Amendment:
        """What the problem shall be."""
        said = self.cleaned_data
        return Amendment(
            title=said["title"],
            text=said["text"],
            category=said["category"],
            goal=said["goal"],
            source_id=said["source"],
            urgency=Urgency(said["urgency"]),
            horizon=Horizon(said["horizon"]),
            wanted_due=said["wanted_due"],
            lead_unit_id=said["lead_unit"],
            support_unit_ids=said["support_units"],
            person=said["person"],
            classes=Classes(said["nature"], said["impact"]),
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            said["amendment"] = self.amendment()
        return said


class NewProblemForm(ProblemForm):
    """A problem typed in, with the measures already known (shares are divided evenly until the unit sets them)."""

    ledger = forms.ChoiceField(label=_("台账"))
    origin = forms.ChoiceField(label=_("新旧"), initial=Origin.NEW.value, choices=list(ORIGIN_NAMES.items()))
    occurred_on = DayField(label=_("发现日期"), required=False, help_text=_("不填则为今天。"))

    def __init__(self, *args: Any, ledgers: list[Ledger], **kwargs: Any) -> None:
        self.ledgers = {str(row.id): row for row in ledgers}
        super().__init__(*args, **kwargs)

    @property
    def first_ledger(self) -> Ledger:
        """The ledger offered first."""
        return next(iter(self.ledgers.values()))

    def prepare(self) -> None:
        self.know(self.first_ledger.office)
        chosen = self.fields["ledger"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(key, row.name) for key, row in self.ledgers.items()]
        for place in range(MEASURE_ROWS):
            self.fields[f"measure-{place}"] = forms.CharField(
                label=gettext("第%(place)s项") % {"place": place + 1},
                required=False,
                max_length=TEXT_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"measure-due-{place}"] = DayField(label=_("完成日期"), required=False)

    @property
    def measure_rows(self) -> list[tuple[Any, Any]]:
        """The fields of the measures, row by row."""
        return [(self[f"measure-{place}"], self[f"measure-due-{place}"]) for place in range(MEASURE_ROWS)]

    @property
    def chosen_ledger(self) -> Ledger:
        """The ledger to put it on."""
        return self.ledgers[self.cleaned_data["ledger"]]

    def problem(self) -> NewProblem:
        """The problem as it was typed in."""
        said = self.cleaned_data
        return NewProblem(
            text=said["text"],
            title=said["title"],
            category=said["category"],
            goal=said["goal"],
            source_id=said["source"],
            nature=said["nature"],
            impact=said["impact"],
            origin=Origin(said["origin"]),
            urgency=Urgency(said["urgency"]),
            horizon=Horizon(said["horizon"]),
            wanted_due=said["wanted_due"],
            lead_unit_id=said["lead_unit"],
            support_unit_ids=said["support_units"],
            person=said["person"],
            measures=tuple(
                NewMeasure(said[f"measure-{place}"].strip(), due=said[f"measure-due-{place}"])
                for place in range(MEASURE_ROWS)
                if said[f"measure-{place}"].strip()
            ),
        )
