"""Forms of the intake: the file and its ledger, and what holds for the whole file. One draft: `forms.drafts`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Urgency
from bihuan.domain.deadlines import URGENCY_NAMES
from bihuan.intake.mapping import Defaults
from bihuan.intake.receiving import NewLedger
from bihuan.ledger.actions.register import Origin
from bihuan.ledger.queries import sources
from bihuan.web.forms.problems import ORIGIN_NAMES
from bihuan.web.templatetags.bihuan import source_name

if TYPE_CHECKING:
    from django.forms import BoundField

    from bihuan.ledger.models import Ledger

ENDINGS = ".xlsx,.xls,.xlsm,.et,.ods,.csv,.tsv,.txt,.docx,.pdf,.html,.htm"
PREFIX = re.compile(r"[^\W_]{1,12}")
NEW, HALF_DONE = "new", "half_done"
"""The two ways in: problems that begin here, or a ledger that goes on from where its file says it is."""


class UploadForm(forms.Form):
    """A file, or pasted words, and the ledger it is for; the first ledger of an office is named here."""

    file = forms.FileField(
        label=_("选择文件"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
    )
    text = forms.CharField(
        label=_("或者粘贴文字"),
        required=False,
        strip=False,
        help_text=_("一段文字，或从表格里复制的几行（连同表头）。"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    ledger = forms.ChoiceField(label=_("登入哪本台账"))
    ledger_name = forms.CharField(label=_("台账名称"), max_length=120, help_text=_("例如：2026年度问题整改台账。"))
    ledger_prefix = forms.CharField(
        label=_("编号开头"),
        max_length=12,
        help_text=_("几个字母或汉字，例如 YT，问题就编号为 YT2026-00001。以后不能改。"),
    )

    def __init__(self, *args: Any, ledgers: list[Ledger], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ledgers = {str(row.id): row for row in ledgers}
        for name in ("ledger_name", "ledger_prefix") if ledgers else ("ledger",):
            del self.fields[name]
        chosen = self.fields.get("ledger")
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(key, row.name) for key, row in self.ledgers.items()]

    def clean(self) -> dict[str, Any]:
        """One thing is read at a time."""
        said = super().clean() or self.cleaned_data
        if said.get("file") is not None and said.get("text", "").strip():
            self.add_error(
                "text",
                gettext(
                    "选了文件，又粘贴了文字，一次只读一样。读文字的，再点“读取”；读文件的，清空文字后重新选择。"
                ),
            )
        elif said.get("file") is None and not said.get("text", "").strip() and "file" not in self.errors:
            self.add_error("file", gettext("请选择文件，或粘贴文字。"))
        return said

    def clean_ledger_prefix(self) -> str:
        prefix = self.cleaned_data["ledger_prefix"].strip()
        if not PREFIX.fullmatch(prefix):
            raise ValidationError(gettext("编号开头只用字母、数字或汉字，不带空格和符号。"))
        return str(prefix)

    def target(self) -> Ledger | NewLedger:
        """The ledger chosen, or the one to be opened."""
        said = self.cleaned_data
        if "ledger" in said:
            return self.ledgers[said["ledger"]]
        return NewLedger(name=said["ledger_name"].strip(), prefix=said["ledger_prefix"])


class ConfirmForm(forms.Form):
    """What holds for every problem of the file that does not say otherwise."""

    source = forms.TypedChoiceField(label=_("问题来源"), required=False, coerce=int, empty_value=None)
    origin = forms.ChoiceField(
        label=_("新旧"), required=False, initial=Origin.NEW.value, choices=list(ORIGIN_NAMES.items())
    )
    urgency = forms.ChoiceField(label=_("轻重缓急"), required=False, initial=Urgency.ORDINARY.value)

    way = forms.ChoiceField(choices=[(NEW, NEW), (HALF_DONE, HALF_DONE)], required=False)

    def __init__(self, *args: Any, half_done: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].initial = HALF_DONE if half_done else NEW
        for name, choices in (
            ("source", [("", "—"), *((row.pk, source_name(row)) for row in sources())]),
            ("urgency", [(key.value, gettext(text)) for key, text in URGENCY_NAMES.items()]),
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = choices

    @property
    def plain(self) -> list[BoundField]:
        """The fields that hold for every problem of the file."""
        return [field for field in self if field.name != "way"]

    @property
    def chosen_way(self) -> str:
        """The way in that is chosen, or offered first."""
        return str(self["way"].value() or NEW)

    @property
    def half_done(self) -> bool:
        """Are the problems taken over as the file claims, rather than registered as new ones?"""
        return bool(self.cleaned_data["way"] == HALF_DONE)

    def defaults(self) -> Defaults:
        """What was chosen; a version of a ledger that adds nothing asks for nothing."""
        said = self.cleaned_data
        origin, urgency = said["origin"] or Origin.NEW, said["urgency"] or Urgency.ORDINARY
        return Defaults(said["source"], Origin(origin), Urgency(urgency))
