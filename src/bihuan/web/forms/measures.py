"""Forms over the measures of a problem: what will be done (a table one edits in), and how far each one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Side
from bihuan.ledger.actions.working import PlannedMeasure, Progress
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import TEXT_LENGTH, WorkingForm, words

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from bihuan.ledger.models import Measure

MOST_ROWS = 60
ROWS = "m"


class MeasureRow(forms.Form):
    """One row of the table. Rows without a text are not rows yet."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("措施"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": TEXT_LENGTH}),
    )
    unit = forms.TypedChoiceField(label=_("责任单位"), required=False, coerce=int, empty_value=None)
    person = forms.CharField(label=_("责任人"), required=False, max_length=60)
    share = forms.IntegerField(
        label=_("占比%"), required=False, widget=forms.NumberInput(attrs={"min": 1, "max": 100, "step": 1})
    )
    due = DayField(label=_("完成日期"), required=False)

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["unit"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = units

    def name_fields(self) -> None:
        """Give every field its heading as its name, for people who do not see the heading above it."""
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext("去掉")
        form.name_fields()


MeasureRows = forms.formset_factory(
    MeasureRow,
    formset=_Rows,
    extra=0,
    can_delete=True,
    max_num=MOST_ROWS,
    validate_max=True,
    absolute_max=MOST_ROWS * 2,
)


class SetMeasures(WorkingForm):
    """The measures of a problem, with who is in charge. Shares are in per cent and add up to 100."""

    person = forms.CharField(label=_("本单位负责人"), required=False, max_length=60)

    BESIDE = ("version", "occurred_on")
    template = "web/act/measures.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        case = self.about
        if case.lead:
            self.fields["person"].initial = case.lead.person
        self.below = [measure for measure in case.measures if measure.part_id is not None]
        self.rest = 100 - sum(measure.share for measure in self.below)
        rows = [self._row(measure) for measure in case.measures if measure.part_id is None]
        first = {"share": 100, "due": case.problem.due, "unit": case.problem.lead_unit_id}
        data = dict(self.data.items()) if self.is_bound else None
        if data is not None and self.asks_for_rows:
            data[f"{ROWS}-TOTAL_FORMS"] = str(min(MOST_ROWS, _count(data) + 1))
        self.rows = MeasureRows(
            data,
            prefix=ROWS,
            initial=rows or ([] if self.below else [first]),
            form_kwargs={"units": assigned(case.responsibilities)},
        )

    @staticmethod
    def _row(measure: Measure) -> dict[str, Any]:
        return {
            "id": measure.id,
            "text": measure.text,
            "unit": measure.unit_id,
            "person": measure.person,
            "share": measure.share,
            "due": measure.due,
        }

    @property
    def asks_for_rows(self) -> bool:
        return self.is_bound and "add" in self.data

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def typed(self) -> list[tuple[str, str]]:
        return [
            *super().typed,
            *((gettext("措施"), row["text"].value() or "") for row in self.rows if row["text"].value()),
        ]

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return self.rows.is_valid() and valid

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.rows.is_valid():
            said["measures"] = [
                _planned(row.cleaned_data)
                for row in self.rows
                if not row.cleaned_data.get("DELETE") and (row.cleaned_data.get("text") or "").strip()
            ]
        else:
            told = list(self.rows.non_form_errors()) or [gettext("措施表里有几处需要改正，已在下面标出。")]
            self.add_error(None, told)
        return said


def assigned(responsibilities: Any) -> list[tuple[int, str]]:
    """The units assigned to a problem, the lead unit first, as choices."""
    rows = sorted((row for row in responsibilities if not row.dropped), key=lambda row: row.role != "lead")
    return [(row.unit_id, row.unit.name) for row in rows]


def _planned(said: dict[str, Any]) -> PlannedMeasure:
    return PlannedMeasure(
        text=said["text"],
        share=said.get("share") or 0,
        due=said.get("due"),
        unit_id=said.get("unit"),
        person=said.get("person") or "",
        id=said.get("id"),
    )


def _count(data: Any) -> int:
    found = data.get(f"{ROWS}-TOTAL_FORMS", "")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 5 else 0


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleans to a list. What may be taken is asked where they are stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, widget=FilesInput(), allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or [] if one]


class Report(WorkingForm):
    """How far each measure is, what was done, and the files that prove it."""

    note = words(_("总体进展"), required=False)
    proof = FilesField(label=_("其他佐证材料"), help_text=_("不属于某一项措施的材料放在这里。"))

    template = "web/act/report.html"
    prefilled = True
    many_parts = True

    def prepare(self) -> None:
        assert self.about is not None
        own = [row for row in self.about.measures if not row.dropped and row.part_id is None]
        self.measures = [row for row in own if self._reports_on(row)]
        for row in self.measures:
            percent = forms.IntegerField(
                label=_("进度%"),
                required=False,
                initial=row.progress,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput(attrs={"step": 1}),
            )
            self.fields[f"percent-{row.id.hex}"] = percent
            self.fields[f"note-{row.id.hex}"] = words(_("做了什么"), required=False, rows=2)
            self.fields[f"files-{row.id.hex}"] = FilesField(label=_("佐证材料"))

    def _reports_on(self, row: Measure) -> bool:
        assert self.about is not None
        return row.unit_id == self.about.acting_for or Side.LEAD in self.about.standing.works_as

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The measures with their fields."""
        return [
            {
                "measure": row,
                "files": self.about.files.get(row.id, 0) if self.about else 0,
                "percent": self[f"percent-{row.id.hex}"],
                "note": self[f"note-{row.id.hex}"],
                "proof": self[f"files-{row.id.hex}"],
            }
            for row in self.measures
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["progress"] = {row.id: now for row in self.measures if (now := self._progress(row, said))}
        proofs: list[tuple[UploadedFile[bytes], UUID | None]] = [(file, None) for file in said.get("proof") or []]
        for row in self.measures:
            proofs += [(file, row.id) for file in said.get(f"files-{row.id.hex}") or []]
        said["proofs"] = proofs
        return said

    @staticmethod
    def _progress(row: Measure, said: dict[str, Any]) -> Progress | None:
        percent, note = said.get(f"percent-{row.id.hex}"), said.get(f"note-{row.id.hex}") or ""
        if percent is None or (percent == row.progress and not note.strip()):
            return None
        return Progress(percent, note)
