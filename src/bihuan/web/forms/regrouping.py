"""Forms for renaming, moving and merging a unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.regrouping import NewUnit
from bihuan.organisations.accounts import UnitKind
from bihuan.organisations.directory import Branch
from bihuan.organisations.importing import SPLIT
from bihuan.organisations.spreadsheets import KIND_NAMES
from bihuan.web.forms.organisation import UnitChoiceField

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit


def names_in(text: str) -> tuple[str, ...]:
    """Short names as typed, each once."""
    return tuple(dict.fromkeys(name for part in SPLIT.split(text) if (name := part.strip())))


class RenameForm(forms.Form):
    """A unit's name and short names as they shall be."""

    name = forms.CharField(label=_("单位全称"), max_length=120)
    short_names = forms.CharField(
        label=_("简称"),
        required=False,
        max_length=300,
        help_text=_("文件里常用的叫法，多个用顿号隔开；导入台账时按它识别单位。"),
    )

    def clean_short_names(self) -> tuple[str, ...]:
        return names_in(self.cleaned_data["short_names"])


class MoveForm(forms.Form):
    """The unit below which it shall stand."""

    parent = UnitChoiceField(label=_("新的上级单位"))

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, UnitChoiceField)
        parent.know(branches)


class MergeForm(forms.Form):
    """Into which unit it is merged: one that is there, or a new one that it forms with another."""

    INTO, NEW = "into", "new"
    way = forms.ChoiceField(
        label=_("怎样合并"),
        choices=[(INTO, _("并入一个已有的单位")), (NEW, _("与另一个单位合并成新单位"))],
        widget=forms.RadioSelect,
        initial=INTO,
    )
    into = UnitChoiceField(label=_("并入哪个单位"), required=False)
    other = UnitChoiceField(label=_("与哪个单位合并"), required=False)
    name = forms.CharField(label=_("新单位全称"), max_length=120, required=False)
    short_names = forms.CharField(label=_("简称"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("类型"), required=False)
    parent = UnitChoiceField(label=_("上级单位"), required=False)
    needed = {INTO: ("into",), NEW: ("other", "name", "parent")}

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(branches)
        for name in ("into", "other", "parent"):
            field = self.fields[name]
            assert isinstance(field, UnitChoiceField)
            field.know(known)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(key.value, gettext(text)) for key, text in KIND_NAMES.items()]

    @property
    def fields_of_new(self) -> list[forms.BoundField]:
        """The fields of the second way."""
        return [self[name] for name in ("other", "name", "short_names", "kind", "parent")]

    def clean_short_names(self) -> tuple[str, ...]:
        return names_in(self.cleaned_data["short_names"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in self.needed.get(said.get("way", ""), ()):
            if name not in self.errors and not said.get(name):
                self.add_error(name, ValidationError(gettext("这一项要填写。")))
        return said

    def units(self, unit: Unit) -> list[Unit]:
        """The units to be merged, the one of the page first."""
        return [unit] if self.cleaned_data["way"] == self.INTO else [unit, self.cleaned_data["other"]]

    def target(self) -> Unit | NewUnit:
        """What they are merged into."""
        said = self.cleaned_data
        if said["way"] == self.INTO:
            found: Unit = said["into"]
            return found
        kind = UnitKind(said["kind"] or UnitKind.BUREAU.value)
        return NewUnit(said["name"].strip(), kind, said["parent"], said["short_names"])
