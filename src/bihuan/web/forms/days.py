"""A day as people write it: 2025-03-01, 2025/3/1, 2025年3月1日; one that does not exist is named, not mended."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WRITTEN = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})\s*[\u65e5\u53f7]?")
FIRST_YEAR, LAST_YEAR = 2000, 2099


class DayInput(forms.DateInput):
    """The browser's own date field; a plain one where it has to show what was typed and is no date."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if context["widget"]["value"] and not _is_iso(context["widget"]["value"]):
            context["widget"]["type"] = "text"
        return context


class DayField(forms.DateField):
    """A day; raises ValidationError that names a date which is none."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = unicodedata.normalize("NFKC", str(value)).strip()
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise ValidationError(
                _("看不懂日期“%(text)s”，请写成2025-03-01或2025年3月1日的样子。") % {"text": text[:40]}
            )
        return _existing(text, *(int(part) for part in found.groups()))


def _existing(text: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise ValidationError(_("没有“%(text)s”这一天，请核对日期。") % {"text": text}) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            _("日期“%(text)s”的年份应在%(first)s到%(last)s之间。")
            % {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return found


def _is_iso(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False
