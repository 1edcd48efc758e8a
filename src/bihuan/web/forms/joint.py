"""Forms of joint work and of named people: which units with which tasks, who answers for what, their own word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.joint import DUTY_NAMES, MOST_PARTS, Wanted
from bihuan.ledger.actions.naming_duties import NAME_LENGTH, Named, Word
from bihuan.ledger.duties import NAMED, awaited, candidates, holders, unit_names_of
from bihuan.web.forms.moves import TEXT_LENGTH, MoveForm, WorkingForm, words
from bihuan.web.forms.units import LISTED_AT_ONCE, UnitChoice, UnitField
from bihuan.web.templatetags.bihuan import role

if TYPE_CHECKING:
    from bihuan.ledger.duties import Candidate
    from bihuan.ledger.models import Duty

ROWS = "u"
SPARE = 2
KEPT, BARE = "kept", "bare"


class PartRow(forms.Form):
    """A supporting unit with its task. Rows without a unit are no rows yet."""

    unit = UnitField(label=_("配合单位"), required=False)
    task = forms.CharField(
        label=_("任务"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": TEXT_LENGTH}),
    )

    def __init__(self, *args: Any, choice: UnitChoice, problem: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitField)
        unit.know(choice)
        if len(choice.labels) > LISTED_AT_ONCE:
            unit.widget.attrs["hx-get"] = f"{reverse('unit_names')}?problem={problem}"

    def name_fields(self) -> None:
        """Give every field its heading as its name, for people who do not see the heading above it."""
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext("去掉")
        form.name_fields()


PartRows = forms.formset_factory(
    PartRow, formset=_Rows, extra=0, can_delete=True, max_num=MOST_PARTS * 2, absolute_max=MOST_PARTS * 2
)


class Join(MoveForm):
    """The supporting units as they shall be, each with its task, and why."""

    reason = words(_("调整的理由"), rows=3)

    template = "web/act/joint.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        case = self.about
        self.choice = UnitChoice(case.problem.office)
        rows = [row for row in case.responsibilities if row.role == "support" and not row.dropped]
        labels = self.choice.labels
        initial = [{"unit": row.unit_id, "task": row.task or ""} for row in rows if row.unit_id in labels]
        self.apart = [Wanted(row.unit_id, row.task or "") for row in rows if row.unit_id not in labels]
        data = dict(self.data.items()) if self.is_bound else None
        if data is not None and self.asks_for_rows:
            data[f"{ROWS}-TOTAL_FORMS"] = str(min(MOST_PARTS * 2, _count(data) + 1))
        self.rows = PartRows(
            data,
            prefix=ROWS,
            initial=[*initial, *[{}] * SPARE],
            form_kwargs={"choice": self.choice, "problem": str(case.problem.id)},
        )

    @property
    def asks_for_rows(self) -> bool:
        return self.is_bound and "add" in self.data

    @property
    def typed(self) -> list[tuple[str, str]]:
        tasks = [(str(row["unit"].value() or ""), str(row["task"].value() or "")) for row in self.rows]
        return [*super().typed, *(told for told in tasks if any(told))]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return self.rows.is_valid() and valid

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.rows.is_valid():
            self.add_error(None, gettext("配合单位中有几处需要改正，已在下面标出。"))
            return said
        rows = [row.cleaned_data for row in self.rows if not row.cleaned_data.get("DELETE")]
        told = [Wanted(row["unit"], row.get("task") or "") for row in rows if row.get("unit")]
        said["wanted"] = [*told, *self.apart]  # units of elsewhere cannot be chosen here and stay
        if any(not row.get("unit") and (row.get("task") or "").strip() for row in rows):
            self.add_error(None, gettext("有一条任务没有写单位。"))
        return said


def _count(data: Any) -> int:
    found = data.get(f"{ROWS}-TOTAL_FORMS", "")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 5 else 0


class SignPart(WorkingForm):
    """Signing for the own unit's part."""

    remark = words(_("签收意见"), required=False, rows=3)


class NameDuties(MoveForm):
    """Who answers for what: for each duty somebody with an account, or a bare name."""

    template = "web/act/duties.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        self.held: dict[str, Duty] = {row.duty: row for row in holders(self.about)}
        self.people = {f"{one.unit_id}-{one.person_id}": one for one in candidates(self.about)}
        units = list(unit_names_of(self.about).items())
        for kind in NAMED:
            who = forms.ChoiceField(label=_(DUTY_NAMES[kind.value]), required=False, choices=self._choices(kind))
            who.initial = self._initial(kind)
            name = forms.CharField(label=_("姓名"), required=False, max_length=NAME_LENGTH)
            unit = forms.TypedChoiceField(label=_("单位"), required=False, coerce=int, choices=units)
            held = self.held.get(kind.value)
            if held is not None and held.person_id is None:
                name.initial, unit.initial = held.name, held.unit_id
            self.fields |= {f"who-{kind}": who, f"name-{kind}": name, f"unit-{kind}": unit}

    def _choices(self, kind: Duty.Kind) -> list[tuple[str, str]]:
        listed = [(key, _told(one)) for key, one in self.people.items()]
        held = self.held.get(kind.value)
        kept = []
        if held is not None and held.person_id is not None and _key(held) not in self.people:
            kept = [(KEPT, gettext("%(name)s（现任，已不在岗）") % {"name": held.name})]
        return [("", "—"), *kept, *listed, (BARE, gettext("没有账号的人（写姓名）"))]

    def _initial(self, kind: Duty.Kind) -> str:
        held = self.held.get(kind.value)
        if held is None:
            return ""
        if held.person_id is None:
            return BARE
        return _key(held) if _key(held) in self.people else KEPT

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The duties with their fields."""
        return [
            {"who": self[f"who-{kind}"], "name": self[f"name-{kind}"], "unit": self[f"unit-{kind}"]}
            for kind in NAMED
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = {kind: said.get(f"who-{kind}", "") for kind in NAMED}
        said["named"] = {kind: self._named(kind, who, said) for kind, who in chosen.items() if who != KEPT}
        return said

    def _named(self, kind: Duty.Kind, who: str, said: dict[str, Any]) -> Named | None:
        if who == BARE:
            return Named(said.get(f"unit-{kind}") or 0, None, said.get(f"name-{kind}") or "")
        one = self.people.get(who)
        return Named(one.unit_id, one.person_id) if one else None


def _key(held: Duty) -> str:
    return f"{held.unit_id}-{held.person_id}"


def _told(one: Candidate) -> str:
    return f"{one.name} · {one.unit} · {one.title or role(one.role)}"


class ConfirmDuty(MoveForm):
    """Yes or no of the person named, for each duty that was not answered yet."""

    template = "web/act/duty_words.html"

    def prepare(self) -> None:
        assert self.about is not None
        assert self.actor is not None
        self.duties = awaited(self.about, self.actor)
        answers = [("yes", _("认可，由我负责")), ("no", _("不认可"))]
        for row in self.duties:
            label = _(DUTY_NAMES[row.duty])
            answer = forms.ChoiceField(label=label, choices=answers, widget=forms.RadioSelect, required=False)
            reason = words(_("不认可的理由"), required=False, rows=2)
            self.fields |= {f"answer-{row.id.hex}": answer, f"reason-{row.id.hex}": reason}

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The duties with their fields."""
        return [
            {"duty": row, "answer": self[f"answer-{row.id.hex}"], "reason": self[f"reason-{row.id.hex}"]}
            for row in self.duties
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        answers = {row.id: said.get(f"answer-{row.id.hex}") for row in self.duties}
        said["words"] = {
            id_: Word(answer == "yes", said.get(f"reason-{id_.hex}") or "")
            for id_, answer in answers.items()
            if answer
        }
        return said
