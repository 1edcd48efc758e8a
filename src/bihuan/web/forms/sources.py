"""The form for a source of the inventory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.sources import ENGLISH_LENGTH, KEEPER_LENGTH, NAME_LENGTH, Entered
from bihuan.ledger.inventory import all_sources
from bihuan.web.templatetags.bihuan import source_name


class SourceForm(forms.Form):
    """A source as it shall stand in the inventory."""

    name = forms.CharField(label=_("名称"), max_length=NAME_LENGTH)
    name_en = forms.CharField(label=_("英文名称"), required=False, max_length=ENGLISH_LENGTH)
    parent = forms.TypedChoiceField(label=_("上级来源"), required=False, coerce=int, empty_value=None)
    keeper = forms.CharField(
        label=_("谁负责收集"),
        required=False,
        max_length=KEEPER_LENGTH,
        help_text=_("如督查科、12345热线办；写科室或岗位。"),
    )
    reports = forms.BooleanField(
        label=_("每季度都要报"),
        required=False,
        help_text=_("选中后，每个单位每季度要么从它登记问题，要么报一次“无新增”，不会漏掉。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["parent"]
        assert isinstance(chosen, forms.ChoiceField)
        offered = [(row.pk, "\u3000" * depth + source_name(row)) for row, depth in all_sources() if row.is_active]
        now = kwargs.get("initial", {}).get("parent")
        if now and now not in {key for key, _name in offered}:
            offered += [(row.pk, source_name(row)) for row, _depth in all_sources() if row.pk == now]
        chosen.choices = [("", "—"), *offered]

    def entered(self) -> Entered:
        """What was typed in."""
        said = self.cleaned_data
        return Entered(
            name=said["name"],
            name_en=said["name_en"],
            parent_id=said["parent"],
            reports=said["reports"],
            keeper=said["keeper"],
        )
