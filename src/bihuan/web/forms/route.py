"""Forms over the route of a problem: a table of milestones and one of quantities, and what has been reached."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.route import (
    HUNDREDTHS,
    MONEY_WORD,
    MOST_MILESTONES,
    MOST_QUANTITIES,
    NAME_LENGTH,
    TEXT_LENGTH,
    WORD_LENGTH,
)
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, Reached
from bihuan.ledger.routes import route_of
from bihuan.web.amounts import amount_text
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import WorkingForm, words

if TYPE_CHECKING:
    from uuid import UUID

    from bihuan.ledger.models import Milestone

MILESTONES, QUANTITIES = "n", "q"
BLANK = {MILESTONES: 3, QUANTITIES: 2}
"""Empty rows offered where there is no route yet."""
_AMOUNT = re.compile(r"(\d{1,13})(?:\.(\d{1,2}))?")


class AmountField(forms.CharField):
    """An amount with up to two decimals, as people write it (1,666 or 12.5); cleans to hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "amount"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return amount_text(value, grouped=False) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        found = _AMOUNT.fullmatch(re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", text)))
        if found is None:
            raise ValidationError(
                gettext("“%(text)s”不是可用的数，请写成1666或12.5的样子，最多两位小数。") % {"text": text[:40]}
            )
        return int(found[1]) * HUNDREDTHS + int((found[2] or "0").ljust(2, "0"))


class MilestoneRow(forms.Form):
    """One milestone. Rows without anything are not rows yet."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("节点"), required=False, max_length=TEXT_LENGTH)
    planned_on = DayField(label=_("计划日期"), required=False)


class QuantityRow(forms.Form):
    """One quantity, or money."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("名称"), required=False, max_length=NAME_LENGTH)
    is_money = forms.BooleanField(label=_("资金"), required=False)
    unit_word = forms.CharField(label=_("计量单位"), required=False, max_length=WORD_LENGTH)
    target = AmountField(label=_("目标数"), required=False)


class _Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = gettext("去掉")
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label

    @property
    def said(self) -> list[dict[str, Any]]:
        """What stands in the rows that were filled in and are not taken out."""
        rows = [row.cleaned_data for row in self if not row.cleaned_data.get("DELETE")]
        return [row for row in rows if any(value for name, value in row.items() if name not in ("id", "DELETE"))]


def _rows_of(row: type[forms.Form], most: int) -> Any:
    return forms.formset_factory(
        row, formset=_Rows, extra=0, can_delete=True, max_num=most, validate_max=True, absolute_max=most * 2
    )


MilestoneRows = _rows_of(MilestoneRow, MOST_MILESTONES)
QuantityRows = _rows_of(QuantityRow, MOST_QUANTITIES)


class SetRoute(WorkingForm):
    """The milestones and quantities of a problem, as a whole."""

    BESIDE = ("version", "occurred_on")
    template = "web/act/route.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        self.due = self.about.problem.due
        route = route_of(self.about.problem)
        steps = [{"id": row.id, "text": row.text, "planned_on": row.planned_on} for row in route.milestones]
        amounts = [
            {
                "id": row.id,
                "name": row.name,
                "is_money": row.is_money,
                "unit_word": "" if row.is_money else row.unit_word,
                "target": row.target,
            }
            for row in route.quantities
        ]
        self.milestones = MilestoneRows(**self._given(MILESTONES, steps, MOST_MILESTONES, route=bool(route)))
        self.quantities = QuantityRows(**self._given(QUANTITIES, amounts, MOST_QUANTITIES, route=bool(route)))

    def _given(self, prefix: str, rows: list[dict[str, Any]], most: int, *, route: bool) -> dict[str, Any]:
        """What a table of rows is made of; with one row more where that was asked for."""
        data = dict(self.data.items()) if self.is_bound else None
        if data is not None and data.get("add") == prefix:
            sent = data.get(f"{prefix}-TOTAL_FORMS", "")
            count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 5 else 0
            data[f"{prefix}-TOTAL_FORMS"] = str(min(most, count + 1))
        blank: list[dict[str, Any]] = [{} for _n in range(BLANK[prefix])]
        return {"data": data, "prefix": prefix, "initial": rows or ([] if route else blank)}

    @property
    def asks_for_rows(self) -> bool:
        return self.is_bound and "add" in self.data

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def typed(self) -> list[tuple[str, str]]:
        rows = [(gettext("节点"), row["text"].value()) for row in self.milestones]
        rows += [(gettext("名称"), row["name"].value()) for row in self.quantities]
        return [*super().typed, *((label, value) for label, value in rows if value)]

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.milestones.is_valid(), self.quantities.is_valid()])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if all([self.milestones.is_valid(), self.quantities.is_valid()]):
            said["milestones"] = [
                PlannedMilestone(text=row["text"], planned_on=row.get("planned_on"), id=row.get("id"))
                for row in self.milestones.said
            ]
            said["quantities"] = [
                PlannedQuantity(
                    name=row["name"],
                    target=row.get("target") or 0,
                    unit_word=MONEY_WORD if row["is_money"] else row["unit_word"],
                    is_money=row["is_money"],
                    id=row.get("id"),
                )
                for row in self.quantities.said
            ]
        else:
            found = [*self.milestones.non_form_errors(), *self.quantities.non_form_errors()]
            self.add_error(None, found or [gettext("表里有几处需要改正，已在下面标出。")])
        return said


class ReportRoute(WorkingForm):
    """Which milestones are reached, how much of each quantity is done, and a word on the whole."""

    note = words(_("总体进展"), required=False, rows=3)

    template = "web/act/route_report.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        self.route = route_of(self.about.problem)
        for step in self.route.milestones:
            day = DayField(label=_("完成日期"), required=False, initial=step.done_on)
            note = forms.CharField(label=_("说明"), required=False, max_length=1000)
            for field in (day, note):
                field.widget.attrs["aria-label"] = f"{step.place}. {field.label}"
            self.fields[f"day-{step.id.hex}"], self.fields[f"note-{step.id.hex}"] = day, note
        for row in self.route.quantities:
            actual = AmountField(label=_("完成数"), required=False, initial=row.actual)
            actual.widget.attrs["aria-label"] = f"{row.name} {actual.label}"
            self.fields[f"actual-{row.id.hex}"] = actual

    @property
    def needs_nothing(self) -> bool:
        return False

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The milestones with their fields."""
        return [
            {"row": row, "day": self[f"day-{row.id.hex}"], "note": self[f"note-{row.id.hex}"]}
            for row in self.route.milestones
        ]

    @property
    def amounts(self) -> list[dict[str, Any]]:
        """The quantities with their fields."""
        return [{"row": row, "actual": self[f"actual-{row.id.hex}"]} for row in self.route.quantities]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        told = ((row, self._reached(row, said)) for row in self.route.milestones)
        reached: dict[UUID, Reached] = {row.id: now for row, now in told if now is not None}
        given = {row.id: said.get(f"actual-{row.id.hex}") for row in self.route.quantities}
        changed = {row.id: given[row.id] for row in self.route.quantities if given[row.id] != row.actual}
        said["reached"] = reached
        said["actual"] = {id_: value for id_, value in changed.items() if value is not None}
        return said

    @staticmethod
    def _reached(row: Milestone, said: dict[str, Any]) -> Reached | None:
        if f"day-{row.id.hex}" not in said:  # refused already, as no day
            return None
        day, note = said[f"day-{row.id.hex}"], said.get(f"note-{row.id.hex}") or ""
        return Reached(day, note) if day != row.done_on or note.strip() else None
