"""Forms of the register of rules: entering and correcting, issuing, reviewing; tying problems to a rule."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.rules_made import DOCUMENT_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, Wording
from bihuan.ledger.actions.tying import NOTE_LENGTH
from bihuan.ledger.files import StoredFile, store
from bihuan.ledger.rulebook import named, numbered, offered
from bihuan.organisations.access import Actor
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import MoveForm, words

MOST_NUMBERS = 500
_GAP = re.compile(r"[\s,，、;；]+")


class WordingForm(forms.Form):
    """What is said of a rule."""

    title = forms.CharField(label=_("制度名称"), max_length=TITLE_LENGTH)
    document = forms.CharField(
        label=_("文号"), required=False, max_length=DOCUMENT_LENGTH, help_text=_("例如：云住建〔2026〕3号。")
    )
    issued_on = DayField(label=_("印发日期"), required=False, help_text=_("还没有印发的不填，先存为草稿。"))
    review_on = DayField(
        label=_("到期评估日期"), required=False, help_text=_("到这一天再看一次：还管不管用，要不要修订。")
    )
    summary = forms.CharField(
        label=_("主要内容"),
        required=False,
        max_length=SUMMARY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("堵住了什么漏洞，规定了什么。"),
    )
    file = forms.FileField(label=_("制度文件"), required=False, help_text=_("PDF或Word。"))

    def wording(self) -> Wording:
        """What was typed, with the file stored. Raises `Refused` for a file that is not taken."""
        said, upload = self.cleaned_data, self.cleaned_data.get("file")
        stored: StoredFile | None = store(upload.name or "", upload.chunks()) if upload else None
        return Wording(
            title=said["title"],
            document=said["document"],
            summary=said["summary"],
            issued_on=said["issued_on"],
            review_on=said["review_on"],
            file=stored,
        )


class IssueForm(forms.Form):
    """Issuing a draft."""

    issued_on = DayField(label=_("印发日期"))
    document = forms.CharField(label=_("文号"), required=False, max_length=DOCUMENT_LENGTH)
    review_on = DayField(label=_("到期评估日期"), required=False)


class ReviewForm(forms.Form):
    """What a review found, and when the next one is due."""

    finding = words(_("评估结论"), hint=_("执行得怎么样，还有没有漏洞；继续执行，还是要修订、废止。"), rows=3)
    next_on = DayField(label=_("下次评估日期"), required=False, help_text=_("不填：不再定期评估。"))


class ReasonForm(forms.Form):
    """A reason."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = words(label, rows=2)


class NumbersForm(forms.Form):
    """Problems by their numbers."""

    numbers = forms.CharField(
        label=_("问题编号"),
        max_length=MOST_NUMBERS * 40,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个，或用逗号、空格隔开；可以从台账里整列粘贴。"),
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_numbers(self) -> list[Any]:
        """The ids of the problems named."""
        typed = list(dict.fromkeys(filter(None, _GAP.split(self.cleaned_data["numbers"]))))
        if len(typed) > MOST_NUMBERS:
            raise ValidationError(gettext("一次最多%(most)s个编号。") % {"most": MOST_NUMBERS})
        found = numbered(self.actor, typed)
        missing = [number for number in typed if number not in found]
        if missing:
            raise ValidationError(gettext("没有找到编号：%(numbers)s。") % {"numbers": "、".join(missing[:5])})
        return list(found.values())


class TieRule(MoveForm):
    """Which rule it led to: one of those offered, or any other in sight by its number or title."""

    rule = forms.ChoiceField(label=_("选择制度"), required=False, help_text=_("本单位和牵头单位现行的制度。"))
    named = forms.CharField(
        label=_("或填写文号、名称"),
        required=False,
        max_length=TITLE_LENGTH,
        help_text=_("上级或下级单位的制度，照登记的文号或名称填写。"),
    )
    note = forms.CharField(
        label=_("说明"), required=False, max_length=NOTE_LENGTH, help_text=_("这个问题促成了哪一条规定。")
    )

    @property
    def needs_nothing(self) -> bool:
        return False

    def prepare(self) -> None:
        units = [self.about.problem.lead_unit_id] if self.about else []
        rows = offered(self.actor, units=units) if self.actor else []
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((str(row.id), _label(row)) for row in rows)]
        if not rows:
            field.help_text = gettext("还没有登记过现行的制度；先到“建章立制”登记。")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("rule") and "rule" not in self.errors:
            said["rule"] = self._named(str(said.get("named", "")).strip())
        return said

    def _named(self, text: str) -> str:
        if not text or self.actor is None:
            raise ValidationError({"rule": gettext("还没有选择制度。")})
        found = named(self.actor, text)
        if len(found) == 1:
            return str(found[0].id)
        said = gettext("有几项制度叫“%(text)s”，请填写文号。") if found else gettext("没有找到制度“%(text)s”。")
        raise ValidationError({"named": said % {"text": text}})


def _label(row: Any) -> str:
    return f"{row.title}（{row.document}）" if row.document else str(row.title)
