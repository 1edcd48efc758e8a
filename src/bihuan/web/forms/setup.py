"""Forms for the set-up: a flow of close-out, a class of problems, limits, number formats, the calendar, a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.book import clock
from bihuan.domain.case import Terms, Urgency
from bihuan.domain.classes import IMPACT_NAMES
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.domain.flows import MOST_SIGNATURES, SIGNERS, Flow, Kind, Standard, Tier
from bihuan.domain.names import ROLE_NAMES
from bihuan.domain.numbering import Numbers
from bihuan.domain.refusals import Denied, Refused
from bihuan.domain.roles import Role
from bihuan.domain.setup import MOST_DAYS, MOST_TIMES, Fits, ProblemClass, SetUp, limits_from_data
from bihuan.web import errors
from bihuan.web.forms.days import DayField

ACCEPT_TIERS = 4
_SIGNERS = [role for role in Role if role in SIGNERS[Kind.ACCEPT]]


def _days(label: Any, *, required: bool = True, most: int = MOST_DAYS, hint: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=0, max_value=most, help_text=hint)


class Saving(forms.Form):
    """What every change of the set-up needs: the day from which it counts, and why."""

    effective_from = DayField(
        label=_("生效日期"), help_text=_("今天或以后；已经在走销号流程的问题仍按原来的流程。")
    )
    note = forms.CharField(label=_("修改原因"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_from"].initial = clock.today()


class FlowForm(Saving):
    """A flow of close-out. Tiers of acceptance without any role ticked are left out."""

    name = forms.CharField(label=_("流程名称"), max_length=40)
    check = forms.BooleanField(label=_("先由督导人员现场核查"), required=False)
    check_quorum = forms.IntegerField(label=_("核查签字人数"), min_value=1, max_value=MOST_SIGNATURES, initial=1)
    notice = forms.BooleanField(label=_("验收后公示"), required=False)
    notice_days = _days(_("公示几个工作日"), hint=_("填0表示按台账的时限。"), most=365)
    filing = forms.BooleanField(label=_("销号后报上一级备案"), required=False)
    standards = forms.CharField(
        label=_("验收标准"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("每行一条，验收时逐条勾选。"),
        required=False,
    )

    field_order = ("name", "check", "check_quorum", "notice", "notice_days", "filing", "standards")

    def __init__(self, *args: Any, flow: Flow | None, **kwargs: Any) -> None:
        self.flow = flow
        super().__init__(*args, initial=_flow_said(flow) if flow else _flow_said(None), **kwargs)
        roles = [(role.value, gettext(ROLE_NAMES[role])) for role in _SIGNERS]
        for place in range(1, ACCEPT_TIERS + 1):
            self.fields[f"tier{place}_name"] = forms.CharField(
                label=gettext("第%(place)s级验收") % {"place": place}, max_length=40, required=False
            )
            self.fields[f"tier{place}_roles"] = forms.MultipleChoiceField(
                label=gettext("由谁签字"),
                choices=roles,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"tier{place}_quorum"] = forms.IntegerField(
                label=gettext("签字人数"), min_value=1, max_value=MOST_SIGNATURES, initial=1
            )

    def tiers(self) -> list[Sequence[forms.BoundField]]:
        """The rows of acceptance, for the page."""
        return [
            [self[f"tier{place}_{column}"] for column in ("name", "roles", "quorum")]
            for place in range(1, ACCEPT_TIERS + 1)
        ]

    def made(self, code: str) -> Flow:
        """The flow as it was filled in; whether it can be used is asked by the action."""
        said = self.cleaned_data
        tiers = [Tier(Kind.CHECK, roles=SIGNERS[Kind.CHECK], quorum=said["check_quorum"])] if said["check"] else []
        for place in range(1, ACCEPT_TIERS + 1):
            roles = frozenset(Role(role) for role in said[f"tier{place}_roles"])
            if roles:
                name = said[f"tier{place}_name"].strip()
                tiers.append(Tier(Kind.ACCEPT, name, roles, said[f"tier{place}_quorum"]))
        if said["notice"]:
            tiers.append(Tier(Kind.NOTICE, days=said["notice_days"]))
        if said["filing"]:
            tiers.append(Tier(Kind.FILING))
        return Flow(code, _kept(said["name"], self.flow), tuple(tiers), self._standards())

    def _standards(self) -> tuple[Standard, ...]:
        """One for each line; a standard whose words stay keeps its code."""
        known = {gettext(row.text): row for row in self.flow.standards} if self.flow else {}
        lines = [" ".join(line.split()) for line in self.cleaned_data["standards"].splitlines()]
        return tuple(known.get(line) or Standard(_code(line), line) for line in lines if line)


def _kept(name: str, old: Flow | ProblemClass | None) -> str:
    """A name as it was filled in; one that stays as it was shown keeps the words on record, whatever language."""
    said = " ".join(name.split())
    return old.name if old is not None and said == gettext(old.name) else said


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _flow_said(flow: Flow | None) -> dict[str, Any]:
    if flow is None:
        return {"check_quorum": 1, "notice_days": 0}
    check, notice = flow.tier(Kind.CHECK), flow.tier(Kind.NOTICE)
    said: dict[str, Any] = {
        "name": gettext(flow.name),
        "check": check is not None,
        "check_quorum": check.quorum if check else 1,
        "notice": notice is not None,
        "notice_days": notice.days if notice else 0,
        "filing": flow.tier(Kind.FILING) is not None,
        "standards": "\n".join(gettext(row.text) for row in flow.standards),
    }
    accepting = [tier for tier in flow.tiers if tier.kind is Kind.ACCEPT]
    for place, tier in enumerate(accepting[:ACCEPT_TIERS], start=1):
        said[f"tier{place}_name"] = gettext(tier.name) if tier.name else ""
        said[f"tier{place}_roles"] = [role.value for role in tier.roles]
        said[f"tier{place}_quorum"] = tier.quorum
    return said


class ClassForm(Saving):
    """A class of problems: which problems it holds, its flow, when to come back, what differs from the limits."""

    name = forms.CharField(label=_("类别名称"), max_length=40)
    urgencies = forms.MultipleChoiceField(label=_("紧急程度"), required=False, widget=forms.CheckboxSelectMultiple)
    horizons = forms.MultipleChoiceField(label=_("整改类型"), required=False, widget=forms.CheckboxSelectMultiple)
    impacts = forms.MultipleChoiceField(label=_("影响程度"), required=False, widget=forms.CheckboxSelectMultiple)
    sources = forms.MultipleChoiceField(
        label=_("问题来源"), required=False, help_text=_("选上级来源即包括它下面的来源；可多选。")
    )
    categories = forms.CharField(label=_("所属领域"), required=False, help_text=_("几个领域用顿号或逗号隔开。"))
    natures = forms.CharField(label=_("问题性质"), required=False, help_text=_("几种性质用顿号或逗号隔开。"))
    flow = forms.ChoiceField(label=_("销号流程"))
    days = _days(_("整改时限（天）"), required=False, hint=_("不填则按台账的时限。"))
    cap_times = _days(_("最多延期次数"), required=False, most=MOST_TIMES)
    cap_days = _days(_("累计最多延期（天）"), required=False)
    lookback_days = _days(_("销号多少天后回头看"), required=False, hint=_("不填则按台账的时限。"))
    lookback_days_mostly = _days(_("“基本完成”的，多少天后回头看"))

    def __init__(
        self, *args: Any, row: ProblemClass | None, flows: Sequence[Flow], sources: Sequence[Any], **kwargs: Any
    ) -> None:
        self.row = row
        super().__init__(*args, initial=_class_said(row), **kwargs)
        self._choices("urgencies", {u.value: name for u, name in URGENCY_NAMES.items()})
        self._choices("horizons", {h.value: name for h, name in HORIZON_NAMES.items()})
        self._choices("impacts", IMPACT_NAMES)
        self._choices("flow", {flow.code: flow.name for flow in flows})
        chosen = self.fields["sources"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(sources)

    def _choices(self, name: str, words: Mapping[str, str]) -> None:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(value, gettext(word)) for value, word in words.items()]

    def clean(self) -> dict[str, Any]:
        """Times and days of extensions belong together."""
        said: dict[str, Any] = super().clean() or {}
        if (said.get("cap_times") is None) != (said.get("cap_days") is None):
            self.add_error("cap_days", gettext("延期的次数和天数请一起填写，或都不填。"))
        return said

    def made(self) -> ProblemClass:
        """The class as it was filled in."""
        said = self.cleaned_data
        fits = {name: frozenset(said[name]) for name in ("urgencies", "horizons", "impacts", "sources")}
        fits |= {name: frozenset(_words(said[name])) for name in ("categories", "natures")}
        return ProblemClass(
            name=_kept(said["name"], self.row),
            fits=Fits(**fits),
            flow=said["flow"],
            lookback_days=said["lookback_days"],
            lookback_days_mostly=said["lookback_days_mostly"],
            terms=_class_terms(said),
        )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[、，,；;\s]+", text) if word]


def _class_terms(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the class has of its own, for problems of each urgency alike."""
    terms: dict[str, Any] = {}
    for urgency in Urgency:
        if said["days"] is not None:
            terms[f"{urgency.value}_days"] = said["days"]
        if said["cap_times"] is not None:
            terms[f"{urgency.value}_cap"] = {"times": said["cap_times"], "days": said["cap_days"]}
    return terms


def _class_said(row: ProblemClass | None) -> dict[str, Any]:
    if row is None:
        return {"lookback_days_mostly": ProblemClass("").lookback_days_mostly}
    cap = row.terms.get("ordinary_cap", {})
    return {
        "name": gettext(row.name),
        **{name: sorted(getattr(row.fits, name)) for name in ("urgencies", "horizons", "impacts", "sources")},
        **{name: "、".join(sorted(getattr(row.fits, name))) for name in ("categories", "natures")},
        "flow": row.flow,
        "days": row.terms.get("ordinary_days"),
        "cap_times": cap.get("times"),
        "cap_days": cap.get("days"),
        "lookback_days": row.lookback_days,
        "lookback_days_mostly": row.lookback_days_mostly,
    }


class LimitsForm(Saving):
    """The limits that count where neither the ledger nor the class says otherwise."""

    working_days = forms.BooleanField(label=_("整改时限按工作日计算"), required=False)
    sign_days = _days(_("签收（工作日）"))
    urgent_days = _days(_("紧急问题（天）"))
    ordinary_days = _days(_("一般问题（天）"))
    difficult_days = _days(_("疑难问题（天）"))
    notice_days = _days(_("公示（工作日）"))
    lookback_days = _days(_("销号多少天后回头看"))
    mostly_progress = _days(_("按“基本完成”申请的最低进度（百分比）"), most=100)
    declines = _days(_("同一问题最多退单几次"), most=MOST_TIMES)
    check_required = forms.BooleanField(label=_("验收前要现场核查"), required=False)
    notice_required = forms.BooleanField(label=_("销号前要公示"), required=False)
    filing_required = forms.BooleanField(label=_("销号后要报上级备案"), required=False)

    def __init__(self, *args: Any, setup: SetUp, **kwargs: Any) -> None:
        terms = asdict(setup.terms({}))
        caps = {f"{u.value}_{k}": terms[f"{u.value}_cap"][k] for u in Urgency for k in ("times", "days")}
        renamed = {f"{u.value}_cap_{k}": caps[f"{u.value}_{k}"] for u in Urgency for k in ("times", "days")}
        super().__init__(*args, initial={**terms, **renamed}, **kwargs)
        for urgency, word in URGENCY_NAMES.items():
            name = gettext(word)
            self.fields[f"{urgency.value}_cap_times"] = _days(
                gettext("%(urgency)s问题最多延期几次") % {"urgency": name}, most=MOST_TIMES
            )
            self.fields[f"{urgency.value}_cap_days"] = _days(
                gettext("%(urgency)s问题累计最多延期几天") % {"urgency": name}
            )

    def made(self) -> dict[str, Any]:
        """What differs from the defaults of the field, as JSON values."""
        said, default = self.cleaned_data, asdict(Terms())
        for urgency in Urgency:
            cap = {key: said[f"{urgency.value}_cap_{key}"] for key in ("times", "days")}
            said = {**said, f"{urgency.value}_cap": cap}
        return limits_from_data({name: said[name] for name in default if said[name] != default[name]})


class NumbersForm(Saving):
    """The formats of numbers."""

    problem = forms.CharField(
        label=_("问题编号"),
        max_length=40,
        help_text=_("要有台账前缀{prefix}、年份{year}、流水号{n}（{n:5}表示五位）。"),
    )
    letter = forms.CharField(label=_("督办函文号"), max_length=40, help_text=_("要有年份{year}、流水号{n}。"))

    def __init__(self, *args: Any, numbers: Numbers, **kwargs: Any) -> None:
        super().__init__(*args, initial=asdict(numbers), **kwargs)

    def made(self) -> dict[str, str]:
        """The formats as JSON values."""
        return {"problem": self.cleaned_data["problem"], "letter": self.cleaned_data["letter"]}


class CalendarForm(forms.Form):
    """The days off and the make-up days of one year, one for each line."""

    days_off = forms.CharField(label=_("放假（工作日里不上班的日子）"), required=False, widget=forms.Textarea)
    makeup_days = forms.CharField(label=_("调休上班（周末上班的日子）"), required=False, widget=forms.Textarea)
    published = forms.BooleanField(
        label=_("本年安排已经公布"), required=False, help_text=_("没有公布的年份，算出的时限标为“暂定”。")
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        self.year = year
        super().__init__(*args, **kwargs)

    def clean_days_off(self) -> frozenset[date]:
        """The days, each of this year."""
        return self._read("days_off")

    def clean_makeup_days(self) -> frozenset[date]:
        """The days, each of this year."""
        return self._read("makeup_days")

    def clean(self) -> dict[str, Any]:
        """No day is off and made up for."""
        said: dict[str, Any] = super().clean() or {}
        both = said.get("days_off", frozenset()) & said.get("makeup_days", frozenset())
        if both:
            told = gettext("%(day)s既放假又上班，请只留一处。") % {"day": min(both).isoformat()}
            self.add_error("makeup_days", told)
        return said

    def _read(self, name: str) -> frozenset[date]:
        found = set()
        for word in _words(self.cleaned_data[name]):
            first, _dash, last = word.partition("~")
            days = [self._day(part) for part in (first, last or first)]
            if (days[1] - days[0]).days not in range(366):
                raise forms.ValidationError(gettext("“%(word)s”的先后不对。") % {"word": word})
            found |= {days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)}
        return frozenset(found)

    def _day(self, word: str) -> date:
        try:
            day = date.fromisoformat(word if word.count("-") == 2 else f"{self.year}-{word}")
        except ValueError:
            told = gettext("“%(word)s”不是日期，请写成10-01或10-01~10-07。") % {"word": word[:20]}
            raise forms.ValidationError(told) from None
        if day.year != self.year:
            raise forms.ValidationError(
                gettext("“%(word)s”不在%(year)s年。") % {"word": word[:20], "year": self.year}
            )
        return day


class SetUpUpload(forms.Form):
    """A file with the set-up of another office."""

    file = forms.FileField(label=_("设置文件"))


class Adopting(Saving):
    """Which parts of a file are taken over."""

    content = forms.CharField(widget=forms.HiddenInput)
    parts = forms.MultipleChoiceField(label=_("接收哪些"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["parts"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(choices)
        self.fields["effective_from"].initial = clock.today() + timedelta(days=1)


def tell(form: forms.Form, refused: Refused | Denied) -> None:
    """Put a refusal above the form."""
    form.add_error(None, errors.told(refused.denied if isinstance(refused, Refused) else refused))
