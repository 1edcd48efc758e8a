"""The forms of close-out: asking with a grade and a word on each standard, checking, accepting, objecting, filing.

Standards are ticked one by one and stand empty at first. What the rules forbid is refused by the actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Horizon
from bihuan.domain.closing import possible_grades
from bihuan.domain.flows import GRADE_NAMES, Grade, Standard
from bihuan.ledger.actions.closing import Asked, Claim, Judged, Verdict
from bihuan.ledger.actions.objecting import CHANNEL_LENGTH, OBJECTOR_LENGTH, Raised
from bihuan.ledger.closeouts import proofs_of, signers_of, standards_among
from bihuan.web.forms.days import DayField
from bihuan.web.forms.measures import FilesField
from bihuan.web.forms.moves import MoveForm, WorkingForm, words
from bihuan.web.tiers import Step, steps_of

if TYPE_CHECKING:
    from bihuan.ledger.models import Objection

LINE_LENGTH = 500


def _line(label: Any, rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": LINE_LENGTH, "class": "control"})
    return forms.CharField(label=label, required=False, max_length=LINE_LENGTH, widget=area)


def _graded(grades: list[Grade]) -> list[tuple[str, str]]:
    return [(grade.value, gettext(GRADE_NAMES[grade])) for grade in grades]


class AskCloseout(WorkingForm):
    """What was done, how far, and what is said of each standard with the files that prove it."""

    grade = forms.ChoiceField(label=_("申请的等次"), required=False, widget=forms.RadioSelect)
    summary = words(_("整改完成情况"), hint=_("做了什么、达到什么效果、同类问题是否一并排查。"), rows=6)
    rest = words(_("尚未完成的内容和后续安排"), required=False, rows=3)

    template = "web/act/closeout_ask.html"

    def prepare(self) -> None:
        assert self.about is not None
        self.grades = possible_grades(self.about.case) or [Grade.DONE]
        chosen = self.fields["grade"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = _graded(self.grades)
        chosen.initial = self.grades[0].value
        if self.grades == [Grade.DONE]:
            del self.fields["grade"], self.fields["rest"]
        self.standards = self.about.case.signing.flow.standards
        choices = [(str(proof.file.id), _proof_named(proof)) for proof in proofs_of(self.about.problem)]
        for standard in self.standards:
            self.fields[f"said-{standard.code}"] = _line(_("做了什么"))
            self.fields[f"files-{standard.code}"] = forms.MultipleChoiceField(
                label=_("材料"), required=False, choices=choices, widget=forms.CheckboxSelectMultiple
            )

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The standards with their fields."""
        return [
            {
                "text": standard.text,
                "said": self[f"said-{standard.code}"],
                "files": self[f"files-{standard.code}"],
                "chosen": len(self[f"files-{standard.code}"].value() or ()),
            }
            for standard in self.standards
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        claims = {
            standard.code: Claim(
                said.get(f"said-{standard.code}") or "",
                tuple(UUID(file) for file in said.get(f"files-{standard.code}") or ()),
            )
            for standard in self.standards
        }
        grade = Grade(said.get("grade") or self.grades[0])
        rest = said.get("rest") or "" if grade is not Grade.DONE else ""
        said["asked"] = Asked(grade, rest, claims)
        return said


def _proof_named(proof: Any) -> str:
    if proof.place is None:
        return str(proof.file.name)
    return gettext("%(name)s（第%(place)s项措施）") % {"name": proof.file.name, "place": proof.place}


class Check(MoveForm):
    """What a supervisor found on the spot: the day, the finding, pictures."""

    visited_on = DayField(label=_("到现场的日期"), required=False, help_text=_("不填就是今天。"))
    finding = words(_("现场核查情况"), hint=_("到了哪里、看了什么、与报告是否一致。"), rows=6)
    photos = FilesField(label=_("现场照片"), help_text=_("可一次选多个。"))

    template = "web/act/closeout_check.html"
    many_parts = True

    @property
    def steps(self) -> list[Step]:
        """The line of steps of the request."""
        return _steps(self)


def _steps(form: MoveForm) -> list[Step]:
    about = form.about
    if about is None:
        return []
    names = signers_of([about.closeout] if about.closeout else [])
    return steps_of(about.case.signing.flow, about.closeout, about.problem, names)


class Accept(WorkingForm):
    """The verdict on every standard, the grade, and the opinion of whoever accepts. `about` None for a list."""

    grade = forms.ChoiceField(label=_("验收等次"), required=False, widget=forms.RadioSelect)
    opinion = words(_("验收意见"), required=False)

    template = "web/act/closeout_accept.html"

    def prepare(self) -> None:
        self.standards: list[Standard] = []
        if self.about is not None:
            self.standards = list(self.about.case.signing.flow.standards)
        elif self.actor is not None:
            self.standards = standards_among(self.actor, self.among)
        grades = self._grades()
        chosen = self.fields["grade"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices, chosen.initial = _graded(grades), grades[0].value if grades else ""
        if len(grades) < 2:
            del self.fields["grade"]
        for name, standard in self._named():
            box = forms.CheckboxInput(attrs={"value": "on"})
            self.fields[f"met-{name}"] = forms.BooleanField(
                label=gettext(standard.text), required=False, widget=box
            )
            self.fields[f"note-{name}"] = _line(_("没有达到的，写明原因"), rows=1)

    def _grades(self) -> list[Grade]:
        """The grades that may be given: not above the one asked for; stage results for standing problems."""
        if self.about is None:
            return []
        asked = self.about.case.grade
        standing = self.about.case.horizon is Horizon.STANDING
        below = list(Grade)[list(Grade).index(asked) :]
        return [grade for grade in below if grade is not Grade.STAGE or standing]

    def _named(self) -> Iterator[tuple[str, Standard]]:
        """The standards with the names of their fields; in a list one code may stand for several texts."""
        seen: dict[str, int] = {}
        for standard in self.standards:
            seen[standard.code] = seen.get(standard.code, 0) + 1
            again = seen[standard.code]
            yield standard.code if again == 1 else f"{standard.code}-{again}", standard

    @property
    def needs_nothing(self) -> bool:
        return not self.standards

    @property
    def steps(self) -> list[Step]:
        """The line of steps of the request."""
        return _steps(self)

    @property
    def signing_last(self) -> bool:
        """Is the next signature the one that accepts?"""
        return self.about is not None and self.about.case.signing.signed().waits is None

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The standards with what the unit said of each, what an earlier tier found, and their fields."""
        closeout = self.about.closeout if self.about else None
        rows = {row["code"]: row for row in closeout.standards} if closeout else {}
        files = {str(p.file.id): p.file for p in proofs_of(self.about.problem)} if self._has_files(rows) else {}  # type: ignore[union-attr]
        return [
            {
                "row": rows.get(standard.code),
                "files": [files[id_] for id_ in rows.get(standard.code, {}).get("files", ()) if id_ in files],
                "met": self[f"met-{name}"],
                "note": self[f"note-{name}"],
            }
            for name, standard in self._named()
        ]

    @staticmethod
    def _has_files(rows: dict[str, Any]) -> bool:
        return any(row["files"] for row in rows.values())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        verdicts: dict[str, Verdict] = {}
        for name, standard in self._named():
            note = said.get(f"note-{name}") or ""
            before = verdicts.get(standard.code, Verdict(True))
            met = before.met and bool(said.get(f"met-{name}"))
            verdicts[standard.code] = Verdict(met, note or before.note)
        grade = said.get("grade")
        said["judged"] = Judged(Grade(grade) if grade else None, verdicts)
        return said


class Return(WorkingForm):
    """What is wanting."""

    reason = words(_("退回的理由"), hint=_("写明还差什么，单位照此继续整改。"))

    def prepare(self) -> None:
        waiting = len(self.about.pending.objections) if self.about else 0
        if waiting:
            told = gettext("有%(count)s条公示异议还没有答复，退回后一并记为“异议成立”。") % {"count": waiting}
            self.fields["reason"].help_text = told


class ObjectTo(MoveForm):
    """An objection to the public notice."""

    text = words(_("异议内容"), rows=5)
    received_on = DayField(label=_("收到日期"), required=False, help_text=_("不填就是今天。"))
    channel = forms.CharField(
        label=_("反映渠道"), required=False, max_length=CHANNEL_LENGTH, help_text=_("如来电、来信、当面反映。")
    )
    objector = forms.CharField(
        label=_("提出人"),
        required=False,
        max_length=OBJECTOR_LENGTH,
        help_text=_("只有交办单位看得到，责任单位看不到。"),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        said["raised"] = Raised(
            said.get("text") or "", said.get("received_on"), said.get("channel") or "", said.get("objector") or ""
        )
        return said


class AnswerObjection(MoveForm):
    """Which objection does not hold, and why."""

    objection = forms.TypedChoiceField(
        label=_("异议"), coerce=UUID, empty_value=None, widget=forms.RadioSelect, required=False
    )
    reason = words(_("不成立的理由"), hint=_("异议成立的不在这里答复，请“退回整改”。"))

    def prepare(self) -> None:
        waiting = self.about.pending.objections if self.about else []
        chosen = self.fields["objection"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(str(row.id), _objection_named(row)) for row in waiting]
        if len(waiting) == 1:
            chosen.initial = str(waiting[0].id)


def _objection_named(row: Objection) -> str:
    start = row.text if len(row.text) <= 60 else f"{row.text[:60]}…"
    return " · ".join(part for part in (row.received_on.isoformat(), row.channel, start) if part)


class FileCloseout(MoveForm):
    """A word on filing, if there is any."""

    note = words(_("备案意见"), required=False, rows=3)


class RefuseFiling(MoveForm):
    """What is wanting, so that it cannot be filed."""

    reason = words(_("不予备案的理由"), hint=_("写明还差什么，问题会退回责任单位继续整改。"))
