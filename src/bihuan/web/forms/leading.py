"""Forms for what leaders do: cases, instructions, tasks, dispatch meetings. They ask, they decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.instructing import Wanted
from bihuan.ledger.actions.meetings import CHAIR_LENGTH, MINUTES_LENGTH, PLACE_LENGTH, TITLE_LENGTH, Plan
from bihuan.ledger.actions.tasks import PERSON_LENGTH, NewTask
from bihuan.ledger.leading import own_unit
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import MoveForm, WorkingForm, words
from bihuan.web.forms.units import UnitChoice, UnitField

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Unit


class UnitsAndBelow(UnitChoice):
    """The units of a branch, and some units of a problem that stand elsewhere."""

    def __init__(self, office: Unit, others: Iterable[Unit] = ()) -> None:
        super().__init__(office)
        self.others = {unit.pk: unit for unit in others if unit.pk not in self.labels}
        self.labels = {**{pk: unit.name for pk, unit in self.others.items()}, **self.labels}

    def id_of(self, text: str) -> int:
        """See `UnitChoice`; the units of the problem are known by their full and short names too."""
        try:
            return super().id_of(text)
        except ValidationError:
            named = [pk for pk, unit in self.others.items() if text in (unit.name, *unit.short_names)]
            if len(named) != 1:
                raise
            return named[0]


def know(field: forms.Field, choice: UnitChoice) -> None:
    """Tell a field which units there are; what is beyond a page is looked up where everybody may."""
    assert isinstance(field, UnitField)
    field.know(choice)
    if "hx-get" in field.widget.attrs:
        field.widget.attrs["hx-get"] = reverse_lazy("task_units")


class LeaveCase(MoveForm):
    """Why a leader leaves a case."""

    reason = words(_("退出包案的理由"))


class Instruct(WorkingForm):
    """An instruction, and whom it makes do something by when."""

    text = words(_("批示内容"), rows=5)
    unit = UnitField(
        label=_("承办单位"),
        required=False,
        help_text=_("要形成任务的，填写承办单位和完成日期；只填日期的，由牵头单位承办。"),
    )
    due = DayField(label=_("完成日期"), required=False)
    person = forms.CharField(label=_("承办人"), required=False, max_length=PERSON_LENGTH)

    template = "web/act/instruct_fields.html"

    def prepare(self) -> None:
        assert self.about is not None
        assert self.actor is not None
        rows = [row for row in self.about.responsibilities if not row.dropped]
        self.choice = UnitsAndBelow(own_unit(self.actor), [row.unit for row in rows])
        know(self.fields["unit"], self.choice)

    @property
    def wanted(self) -> Wanted:
        """Whom the instruction makes do something."""
        said = self.cleaned_data
        return Wanted(said["unit"], said["due"], said["person"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            said["wanted"] = self.wanted
        return said


class TaskStep(forms.Form):
    """What is said with a step on a task."""

    text = words(_("说明"), rows=4)

    def __init__(self, *args: Any, label: Any = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].required = required


class MeetingForm(forms.Form):
    """When, where and with whom a meeting is held, and what it is about."""

    title = forms.CharField(label=_("会议名称"), max_length=TITLE_LENGTH)
    held_on = DayField(label=_("会议日期"))
    place = forms.CharField(label=_("地点"), required=False, max_length=PLACE_LENGTH)
    chair = forms.CharField(label=_("主持人"), max_length=CHAIR_LENGTH)
    attendees = words(_("参会人员"), required=False, rows=3)
    problem = forms.TypedMultipleChoiceField(required=False, coerce=UUID, label=_("议题"))

    def __init__(self, *args: Any, offered: Sequence[UUID] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["problem"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(str(id_), str(id_)) for id_ in offered]
        field.error_messages["invalid_choice"] = _("所选的议题有的已经不在可选的范围内，请重新选择。")

    @property
    def plan(self) -> Plan:
        """The meeting as it is planned."""
        said = dict(self.cleaned_data)
        return Plan(problems=tuple(said.pop("problem")), **said)


class DecisionForm(forms.Form):
    """What a meeting decided: who does what by when, about which problem of the agenda."""

    text = words(_("议定事项"), rows=3)
    unit = UnitField(label=_("承办单位"), required=True)
    due = DayField(label=_("完成日期"), required=False)
    person = forms.CharField(label=_("承办人"), required=False, max_length=PERSON_LENGTH)
    about = forms.TypedChoiceField(label=_("关于哪个议题"), required=False, coerce=UUID, empty_value=None)

    prefix = "decision"

    def __init__(self, *args: Any, actor: Actor, agenda: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = UnitsAndBelow(own_unit(actor))
        know(self.fields["unit"], self.choice)
        about = self.fields["about"]
        assert isinstance(about, forms.TypedChoiceField)
        about.choices = [
            ("", _("不针对某个问题")),
            *((item["problem"], f"{item['number']} {item['title']}"[:60]) for item in agenda),
        ]

    @property
    def task(self) -> NewTask:
        """The decision as a task; a date that is missing is refused by the action."""
        said = self.cleaned_data
        return NewTask(said["text"], said["unit"], said["due"], said["person"])


class MinutesForm(forms.Form):
    """The minutes of a meeting."""

    minutes = forms.CharField(
        label=_("会议纪要"),
        required=False,
        max_length=MINUTES_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": MINUTES_LENGTH}),
    )
