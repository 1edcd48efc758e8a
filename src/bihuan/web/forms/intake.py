"""Forms of the intake: the file and its ledger, one draft gone over, and what holds for the whole file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.intake.actions import Correction, NewLedger
from bihuan.intake.mapping import NAME_LENGTH, Defaults, day_of, horizon_of
from bihuan.ledger.actions.register import Origin
from bihuan.ledger.queries import sources
from bihuan.web.claims import STATUS_NAMES
from bihuan.web.forms.days import DayField
from bihuan.web.forms.problems import ORIGIN_NAMES
from bihuan.web.templatetags.bihuan import source_name

if TYPE_CHECKING:
    from django.forms import BoundField

    from bihuan.intake.models import Draft
    from bihuan.ledger.models import Ledger

ENDINGS = ".xlsx,.xls,.xlsm,.et,.ods,.csv,.tsv,.txt"
PREFIX = re.compile(r"[^\W_]{1,12}")
UNIT_SEPARATORS = re.compile(r"[、，,；;\n]+")
TEXT_LENGTH = 5000
NEW, HALF_DONE = "new", "half_done"
"""The two ways in: problems that begin here, or a ledger that goes on from where its file says it is."""


class UploadForm(forms.Form):
    """A ledger file and the ledger it is for; the first ledger of an office is named here."""

    file = forms.FileField(
        label=_("台账文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
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
    origin = forms.ChoiceField(label=_("新旧"), initial=Origin.NEW.value, choices=list(ORIGIN_NAMES.items()))
    urgency = forms.ChoiceField(label=_("轻重缓急"), initial=Urgency.ORDINARY.value)

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
        """What was chosen."""
        said = self.cleaned_data
        return Defaults(said["source"], Origin(said["origin"]), Urgency(said["urgency"]))


class LinesField(forms.CharField):
    """Several texts, one a line; cleans to a tuple without empty ones."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=TEXT_LENGTH * 4, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "\n".join(value)

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = (line.strip() for line in super().clean(value).splitlines())
        return tuple(line for line in lines if line)


class NamesField(forms.CharField):
    """Several unit names as written, parted by 、; cleans to a tuple, each once."""

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else "、".join(value)

    def clean(self, value: Any) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(part.strip() for part in UNIT_SEPARATORS.split(super().clean(value))))
        if any(len(name) > NAME_LENGTH for name in names):
            raise ValidationError(gettext("单位名称超过%(limit)s字。") % {"limit": NAME_LENGTH})
        return tuple(name for name in names if name)


def _text(label: Any, *, rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


class DraftForm(forms.Form):
    """One draft gone over by a person. A date that does not exist is put right or taken back in so many words."""

    problem = _text(_("问题内容"), rows=4)
    title = forms.CharField(
        label=_("标题"), required=False, max_length=120, help_text=_("不填则取问题内容的第一句。")
    )
    lead_units = NamesField(
        label=_("牵头单位"),
        required=False,
        help_text=_("按文件里的写法，几个单位用顿号隔开，第一个牵头，其余配合。"),
    )
    support_units = NamesField(label=_("配合单位"), required=False)
    person = forms.CharField(label=_("责任人"), required=False, max_length=60)
    horizon = forms.ChoiceField(label=_("整改类型"))
    deadline_date = DayField(label=_("整改时限"), required=False)
    no_date = forms.BooleanField(label=_("不要这个日期，暂不定时限"), required=False)
    measures = LinesField(label=_("整改措施"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("一行一条。"))
    goal = _text(_("整改目标"), rows=2, required=False)
    category = forms.CharField(label=_("类别"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("文件所称状态"), required=False)

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        item = draft.item
        kwargs["initial"] = _shown(item)
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("horizon", [(key.value, gettext(text)) for key, text in HORIZON_NAMES.items()]),
            ("status", [("", "—"), *((key, gettext(text)) for key, text in STATUS_NAMES.items())]),
        ):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = choices
        self.wants_date = draft.faulty and bool(item.get("deadline_raw")) and bool(item.get("problem"))
        if not self.wants_date:
            del self.fields["no_date"]
        if item.get("deadline_raw"):
            self.fields["deadline_date"].help_text = gettext("文件里写的是“%(text)s”。") % {
                "text": item["deadline_raw"]
            }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.wants_date and "deadline_date" in said and not (said["deadline_date"] or said.get("no_date")):
            self.add_error("deadline_date", gettext("文件里的日期不存在：请填写正确的日期，或勾选不要这个日期。"))
        return said

    def correction(self) -> Correction:
        """The draft as the person wants it."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "no_date"}
        return Correction(**{**said, "horizon": Horizon(said["horizon"])})


def _shown(item: Mapping[str, Any]) -> dict[str, Any]:
    same = ("problem", "title", "lead_units", "support_units", "person", "measures", "goal", "category", "status")
    return {name: item.get(name) for name in same} | {
        "horizon": horizon_of(item).value,
        "deadline_date": day_of(item),
    }
