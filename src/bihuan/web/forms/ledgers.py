"""Forms for opening and renaming a ledger of the own unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.ledgers import NAME_LENGTH, PREFIX_LENGTH


class LedgerName(forms.Form):
    """What a ledger is called."""

    name = forms.CharField(label=_("台账名称"), max_length=NAME_LENGTH)


class NewLedger(LedgerName):
    """A new ledger: its name, what its numbers begin with, and whose list it is."""

    begins = forms.CharField(
        label=_("编号前缀"),
        max_length=PREFIX_LENGTH,
        help_text=_("问题编号以它开头，如YT的编号是YT2026-00001；以后不能改。"),
    )
    person = forms.TypedChoiceField(
        label=_("谁的台账"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("单位的台账，或一位领导班子成员自己的清单。"),
    )

    def __init__(self, *args: Any, leaders: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["person"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", gettext("单位的台账")), *leaders]
