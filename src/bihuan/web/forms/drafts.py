"""Forms for one draft: gone over as a whole, or taken apart; and what two people changed in it at the same time.

The form carries the version it was filled from and the values it showed (`base`), so that a change that somebody
else made meanwhile is found field by field, and nothing that was typed is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.documents.reading.numbering import split_steps
from bihuan.domain.case import Horizon
from bihuan.domain.deadlines import HORIZON_NAMES
from bihuan.intake.drafting import Correction
from bihuan.intake.mapping import NAME_LENGTH, day_of, horizon_of
from bihuan.intake.regrouping import Piece
from bihuan.web.claims import STATUS_NAMES
from bihuan.web.forms.days import DayField

if TYPE_CHECKING:
    from bihuan.intake.models import Draft

UNIT_SEPARATORS = re.compile(r"[、，,；;\n]+(?![^（(]*[）)])")
"""What parts two unit names; within brackets it belongs to the name: 各县（市、区）人民政府."""
TEXT_LENGTH = 5000
EACH, ALL = "each", "all"
"""How measures go to the problems of a split draft: one to each, or all to all."""


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

    problem = _text(_("问题内容"), rows=3)
    title = forms.CharField(
        label=_("标题"), required=False, max_length=120, help_text=_("不填则取问题内容的第一句。")
    )
    lead_units = NamesField(
        label=_("牵头单位"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
        help_text=_("几个单位用顿号隔开，第一个牵头。"),
    )
    support_units = NamesField(label=_("配合单位"), required=False, widget=forms.Textarea(attrs={"rows": 1}))
    person = forms.CharField(label=_("责任人"), required=False, max_length=60)
    horizon = forms.ChoiceField(label=_("整改类型"))
    deadline_date = DayField(label=_("整改时限"), required=False)
    no_date = forms.BooleanField(label=_("不要这个日期，暂不定时限"), required=False)
    measures = LinesField(label=_("整改措施"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("一行一条。"))
    goal = _text(_("整改目标"), rows=1, required=False)
    category = forms.CharField(label=_("类别"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("文件所称状态"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    base = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        self.item = item = draft.item
        shown = _shown(item)
        kwargs["initial"] = shown | {
            "version": draft.version,
            "base": json.dumps(written(item), ensure_ascii=False),
        }
        kwargs.setdefault("auto_id", "draft_%s")
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
        said = {name: value for name, value in self.cleaned_data.items() if name in WRITTEN}
        now = written(self.item)
        for name in LISTS:  # what nobody touched stays as it was read, however its parts are written
            if _plain(self.data.get(name, "")) == now[name]:
                said[name] = tuple(self.item.get(name, ()))
        return Correction(**{**said, "horizon": Horizon(said["horizon"])})


WRITTEN = (
    "problem",
    "title",
    "lead_units",
    "support_units",
    "person",
    "horizon",
    "deadline_date",
    "measures",
    "goal",
    "category",
    "status",
)
"""The fields of a draft that a person may change."""
LISTS = ("measures", "lead_units", "support_units")


def _shown(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item.get(name) for name in WRITTEN} | {
        "horizon": horizon_of(item).value,
        "deadline_date": day_of(item),
    }


def written(item: Mapping[str, Any]) -> dict[str, str]:
    """Every field of a draft as it stands in the form."""
    fields: Mapping[str, forms.Field] = DraftForm.base_fields
    values = {name: fields[name].prepare_value(value) for name, value in _shown(item).items()}
    return {name: _plain("" if value is None else str(value)) for name, value in values.items()}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def is_unchanged(data: QueryDict, draft: Draft) -> bool:
    """Does the form say nothing else than the draft does?"""
    now = written(draft.item)
    return all(_plain(data.get(name, "")) == now[name] for name in WRITTEN) and not data.get("no_date")


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else changed since a form was filled: the labels, and their values where both changed a field.

    `form` holds what both want: what was typed, and the other's changes where nothing else was typed.
    """

    labels: tuple[str, ...]
    theirs: Mapping[str, str]
    form: DraftForm


def meanwhile(data: QueryDict, draft: Draft) -> Meanwhile:
    """The form to go on with after somebody else has changed the draft to what it is now."""
    base, now = _base(data), written(draft.item)
    changed = [name for name in WRITTEN if base.get(name, now[name]) != now[name]]
    both = {name: _plain(data.get(name, "")) for name in changed}
    theirs = {name: now[name] for name in changed if both[name] not in (base[name], now[name])}
    values = data.copy()
    for name in changed:
        if name not in theirs:
            values[name] = now[name]
    values["version"] = str(draft.version)
    values["base"] = json.dumps(now, ensure_ascii=False)
    labels = tuple(str(DraftForm.base_fields[name].label) for name in changed)
    return Meanwhile(labels, theirs, DraftForm(values, draft=draft))


def _base(data: QueryDict) -> dict[str, str]:
    try:
        found = json.loads(data.get("base", ""))
    except ValueError:
        return {}
    return {name: str(found[name]) for name in WRITTEN if name in found} if isinstance(found, dict) else {}


def seen_in(data: QueryDict) -> int | None:
    """The version of the draft that the person had before them."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class SplitForm(forms.Form):
    """A draft taken apart: one problem a line; its measures go one to each, or all to all."""

    problems = LinesField(
        label=_("拆成这些问题"), help_text=_("一行一个问题。"), widget=forms.Textarea(attrs={"rows": 6})
    )
    measures = forms.ChoiceField(label=_("整改措施"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        self.kept = tuple(draft.item.get("measures", ()))
        text = draft.item.get("problem", "")
        stretches = stretches_of(text)
        by_measure = len(stretches) < 2 <= len(self.kept)
        one_each = by_measure or len(stretches) == len(self.kept) > 1
        kwargs["initial"] = {
            "problems": [text] * len(self.kept) if by_measure else stretches,
            "measures": EACH if one_each else ALL,
        }
        kwargs["auto_id"] = "split_%s"
        super().__init__(*args, **kwargs)
        chosen = self.fields["measures"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [
            (EACH, gettext("按顺序，每个问题一条；多出的归最后一个")),
            (ALL, gettext("每个问题都带全部措施")),
        ]

    def pieces(self) -> list[Piece]:
        """The problems to be made."""
        problems = self.cleaned_data["problems"]
        if self.cleaned_data["measures"] != EACH:
            return [Piece(text, self.kept) for text in problems]
        last = len(problems) - 1
        return [
            Piece(text, self.kept[n:] if n == last else self.kept[n : n + 1]) for n, text in enumerate(problems)
        ]


def stretches_of(text: str) -> list[str]:
    """Where a text may be cut into problems: at its numbers, lines or semicolons, else at its sentences."""
    steps = split_steps(text)
    if len(steps) < 2:
        steps = tuple(part for part in re.split(r"(?<=[。！？])\s*", text.strip()) if part)
    return list(steps)
