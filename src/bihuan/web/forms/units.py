"""Fields for units: type part of a name and pick; what is typed is matched, and near names are offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from bihuan.intake.matching import directory_of, normal
from bihuan.web.templatetags.bihuan import english

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit

LIST_ID = "unit-names"
LISTED_AT_ONCE = 300
"""Up to this many names stand in the page; beyond it they are looked up while one types."""
FOUND_AT_ONCE = 30
NEAR = 3


class UnitChoice:
    """The units of an office's subtree, each under a label of its own."""

    def __init__(self, office: Unit) -> None:
        self.directory = directory_of(office)
        self.labels = self.directory.labels

    def holding(self, text: str) -> list[str]:
        """The labels of the first units whose name or short name holds `text`."""
        wanted = normal(text)
        found = (
            self.labels[pk]
            for pk, unit in self.directory.units.items()
            if any(wanted in normal(name) for name in (self.labels[pk], *unit.short_names))
        )
        return [label for label, _place in zip(found, range(FOUND_AT_ONCE), strict=False)]

    def id_of(self, text: str) -> int:
        """The id of the unit that `text` names; raises ValidationError saying what comes near."""
        match = None if (labelled := self.directory.labelled(text)) else self.directory.match([text]).get(text)
        units = labelled or list(match.units if match else ())
        if len(units) == 1:
            return units[0]
        near = ("; " if english() else "；").join(self.labels[pk] for pk in self.directory.near(text, NEAR))
        if near:
            raise ValidationError(
                _("没有找到单位“%(name)s”。名称相近的有：%(units)s。") % {"name": text, "units": near}
            )
        raise ValidationError(_("没有找到单位“%(name)s”，请从列表中选择。") % {"name": text})


class _Knowing(forms.Field):
    """A field that is told which units there are by its form."""

    choice: UnitChoice | None = None

    def know(self, choice: UnitChoice) -> None:
        """Take `choice` as what may be chosen from."""
        self.choice = choice
        attrs: dict[str, Any] = {"list": LIST_ID, "autocomplete": "off"}
        if len(choice.labels) > LISTED_AT_ONCE:
            attrs |= {
                "hx-get": reverse_lazy("unit_names"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{LIST_ID}",
            }
        self.widget.attrs.update(attrs)

    def id_of(self, text: str) -> int:
        """The id of the unit named."""
        assert self.choice is not None, "the form tells its unit fields what may be chosen"
        return self.choice.id_of(text)


class UnitField(_Knowing):
    """One unit by its name; cleans to its id, or None."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return self.choice.labels.get(value, "") if isinstance(value, int) and self.choice else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return self.id_of(text.strip()) if text and text.strip() else None


class UnitsInput(forms.Widget):
    """Several text fields of the same name, some of them to spare."""

    template_name = "web/act/units_input.html"
    spare = 2

    def format_value(self, value: Any) -> Any:
        return value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        context["widget"]["values"] = [*(text for text in value or () if text), *[""] * self.spare]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sequence[str]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [text.strip() for text in found if text.strip()]

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_0" if id_ else id_


class UnitsField(_Knowing):
    """Several units by their names; cleans to their ids."""

    widget = UnitsInput

    def prepare_value(self, value: Any) -> Any:
        labels = self.choice.labels if self.choice else {}
        return [labels.get(item, "") if isinstance(item, int) else item for item in value or ()]

    def clean(self, value: Any) -> tuple[int, ...]:
        texts: Sequence[str] = super().clean(value) or ()
        return tuple(dict.fromkeys(self.id_of(text) for text in texts))
