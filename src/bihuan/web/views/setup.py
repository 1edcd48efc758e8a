"""The set-up: classes with their flows, limits, number formats, the calendar.

Everybody may read it, because it says by which rules one is held; who may change it is asked by the actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.book.writing import Conflict
from bihuan.domain.flows import Flow
from bihuan.domain.numbering import written
from bihuan.domain.refusals import Refused, insist
from bihuan.domain.setup import EVERYTHING, PART_NAMES, SetUp, classes_data
from bihuan.domain.workdays import Calendar
from bihuan.ledger.actions.setting_up import FIRST_YEAR, LAST_YEAR, set_calendar, set_part
from bihuan.ledger.inventory import all_sources
from bihuan.ledger.rules import rules_on_record
from bihuan.ledger.setup import newest, setup_on, versions_of
from bihuan.organisations.access import may_set_up
from bihuan.web import errors
from bihuan.web.forms.setup import CalendarForm, ClassForm, FlowForm, LimitsForm, NumbersForm, Saving
from bihuan.web.gate import SignedInRequest
from bihuan.web.setupwords import class_words, limit_words, tier_words

YEARS_SHOWN = 3


@require_GET
def classes(request: SignedInRequest) -> HttpResponse:
    """The classes of problems and the flows of close-out."""
    setup = setup_on(clock.today())
    sources = {row.code: row for row, _depth in all_sources()}
    context = {
        "classes": [(place, row, class_words(row, setup, sources)) for place, row in enumerate(setup.classes)],
        "flows": [(flow, [tier_words(tier) for tier in flow.tiers], _users(flow, setup)) for flow in setup.flows],
        "last": len(setup.classes) - 1,
        **_about(request, "classes"),
    }
    return render(request, "web/setup/classes.html", context)


def _users(flow: Flow, setup: SetUp) -> list[str]:
    return [row.name for row in setup.classes if row.flow == flow.code]


def _about(request: SignedInRequest, part: str) -> dict[str, Any]:
    """What every page of a part shows beside it: whether this person may change it, and its versions."""
    today, versions = clock.today(), versions_of(part)
    return {
        "may_change": may_set_up(request.actor) is None,
        "denied": may_set_up(request.actor),
        "versions": versions,
        "coming": [row for row in versions if row.begins > today],
        "seen": versions[0].version if versions else 0,
        "part_name": PART_NAMES[part],
    }


@require_http_methods(["GET", "POST"])
def flow_edit(request: SignedInRequest, code: str = "") -> HttpResponse:
    """One flow: changed, or a new one."""
    insist(may_set_up(request.actor))
    setup = _latest("classes")
    flow = next((row for row in setup.flows if row.code == code), None)
    if code and flow is None:
        raise Http404
    form = FlowForm(request.POST if request.method == "POST" else None, flow=flow)

    def data() -> dict[str, Any]:
        made = form.made(flow.code if flow else uuid4().hex[:12])
        kept = [made if row is flow else row for row in setup.flows]
        return classes_data(kept if flow else [*kept, made], setup.classes)

    saved = _saved(request, form, "classes", data)
    return saved or _page(request, "web/setup/flow.html", form, flow=flow, seen=newest("classes"))


@require_http_methods(["GET", "POST"])
def class_edit(request: SignedInRequest, place: int | None = None) -> HttpResponse:
    """One class: changed, or a new one before the last."""
    insist(may_set_up(request.actor))
    setup = _latest("classes")
    if place is not None and place >= len(setup.classes):
        raise Http404
    row = setup.classes[place] if place is not None else None
    sources = [(source.code, " " * 2 * depth + source.name) for source, depth in all_sources() if source.is_active]
    posted = request.POST if request.method == "POST" else None
    form = ClassForm(posted, row=row, flows=setup.flows, sources=sources)

    def data() -> dict[str, Any]:
        rows = list(setup.classes)
        if place is None:
            rows.insert(len(rows) - 1, form.made())
        else:
            rows[place] = form.made()
        return classes_data(setup.flows, rows)

    saved = _saved(request, form, "classes", data)
    return saved or _page(request, "web/setup/class.html", form, row=row, seen=newest("classes"))


@require_POST
def class_move(request: SignedInRequest, place: int) -> HttpResponse:
    """Move a class up or down, or remove it, or remove a flow that none uses: with a version of its own."""
    setup = _latest("classes")
    rows, flows = list(setup.classes), list(setup.flows)
    if place >= len(rows):
        raise Http404
    asked = request.POST.get("to", "")
    if asked == "up" and place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif asked == "remove":
        del rows[place]
    note = _("删除类别“%(name)s”") if asked == "remove" else _("调整类别“%(name)s”的次序")
    told = note % {"name": _(setup.classes[place].name)}
    return _put_on_record(request, classes_data(flows, rows or [EVERYTHING]), told)


@require_POST
def flow_remove(request: SignedInRequest, code: str) -> HttpResponse:
    """Remove a flow that no class uses."""
    setup = _latest("classes")
    flow = next((row for row in setup.flows if row.code == code), None)
    if flow is None:
        raise Http404
    kept = [row for row in setup.flows if row is not flow]
    return _put_on_record(
        request, classes_data(kept, setup.classes), _("删除流程“%(name)s”") % {"name": _(flow.name)}
    )


def _put_on_record(request: SignedInRequest, data: Mapping[str, Any], note: str) -> HttpResponse:
    try:
        set_part(
            actor=request.actor,
            part="classes",
            data=data,
            effective_from=clock.today(),
            note=note,
            seen=newest("classes"),
        )
        messages.success(request, _("已保存，今天起生效。"))
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    return redirect("settings_classes")


@require_http_methods(["GET", "POST"])
def limits(request: SignedInRequest) -> HttpResponse:
    """Limits, horizons and caps."""
    form = LimitsForm(request.POST if request.method == "POST" else None, setup=_latest("limits"))
    if request.method == "POST":
        insist(may_set_up(request.actor))
    saved = _saved(request, form, "limits", form.made)
    context = {"words": limit_words(setup_on(clock.today()).terms({})), **_about(request, "limits")}
    return saved or _page(request, "web/setup/limits.html", form, **context)


@require_http_methods(["GET", "POST"])
def numbers(request: SignedInRequest) -> HttpResponse:
    """How numbers are written."""
    form = NumbersForm(request.POST if request.method == "POST" else None, numbers=_latest("numbers").numbers)
    if request.method == "POST":
        insist(may_set_up(request.actor))
    saved = _saved(request, form, "numbers", form.made)
    now, year = setup_on(clock.today()).numbers, clock.today().year
    context = {
        "examples": [
            (_("问题编号"), now.problem, written(now.problem, prefix="YT", year=year, n=27)),
            (_("督办函文号"), now.letter, written(now.letter, year=year, n=3)),
        ],
        **_about(request, "numbers"),
    }
    return saved or _page(request, "web/setup/numbers.html", form, **context)


def _latest(part: str) -> SetUp:
    """The set-up with the newest version of a part, be it still to come: what an editor goes on from."""
    versions = versions_of(part)
    last = max((row.begins for row in versions), default=clock.today())
    return setup_on(max(last, clock.today()))


def _saved(
    request: SignedInRequest, form: Saving, part: str, data: Callable[[], Mapping[str, Any]]
) -> HttpResponse | None:
    """Put what was filled in on record and go back to the part's page; None where the form is to be shown."""
    if request.method != "POST" or not form.is_valid():
        return None
    seen = request.POST.get("seen", "")
    try:
        row = set_part(
            actor=request.actor,
            part=part,
            data=data(),
            effective_from=form.cleaned_data["effective_from"],
            note=form.cleaned_data["note"],
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else newest(part),
        )
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return None
    except Conflict:
        form.add_error(None, _("别人刚刚改过这项设置，请刷新后再改。"))
        return None
    messages.success(
        request,
        _("已保存为第%(version)s版，%(day)s起生效。") % {"version": row.version, "day": row.effective_from},
    )
    return redirect(f"settings_{part}")


def _page(request: SignedInRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    context = {"form": form, **context}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


@dataclass(frozen=True)
class Year:
    """A year of the calendar as shown."""

    number: int
    days_off: list[date]
    makeup: list[date]
    published: bool


@require_http_methods(["GET", "POST"])
def calendar(request: SignedInRequest) -> HttpResponse:
    """Days off and make-up days, year by year."""
    today, now = clock.today(), rules_on_record().calendar
    year = _year(request.GET.get("year", ""), today.year)
    shown = _shown_year(now, year)
    initial = {
        "days_off": _lines(shown.days_off),
        "makeup_days": _lines(shown.makeup),
        "published": shown.published,
    }
    form = CalendarForm(request.POST if request.method == "POST" else None, year=year, initial=initial)
    if request.method == "POST":
        insist(may_set_up(request.actor))
        if form.is_valid():
            set_calendar(actor=request.actor, calendar=_with_year(now, year, form.cleaned_data))
            messages.success(request, _("%(year)s年的工作日历已保存。") % {"year": year})
            return redirect(f"{request.path}?year={year}")
    context = {
        "form": form,
        "shown": shown,
        "years": range(today.year - 1, today.year + YEARS_SHOWN),
        "may_change": may_set_up(request.actor) is None,
        "denied": may_set_up(request.actor),
    }
    return render(
        request, "web/setup/calendar.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _year(asked: str, today: int) -> int:
    known = asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:9]) <= LAST_YEAR
    return int(asked) if known else today


def _shown_year(now: Calendar, year: int) -> Year:
    days_off = sorted(day for day in now.off if day.year == year)
    return Year(year, days_off, sorted(day for day in now.makeup if day.year == year), year in now.published)


def _lines(days: list[date]) -> str:
    """The days, one for each line, stretches of them joined."""
    stretches: list[list[date]] = []
    for day in days:
        if stretches and (day - stretches[-1][-1]).days == 1:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return "\n".join(f"{s[0]:%m-%d}~{s[-1]:%m-%d}" if len(s) > 1 else f"{s[0]:%m-%d}" for s in stretches)


def _with_year(now: Calendar, year: int, said: Mapping[str, Any]) -> Calendar:
    off = frozenset(day for day in now.off if day.year != year) | said["days_off"]
    makeup = frozenset(day for day in now.makeup if day.year != year) | said["makeup_days"]
    published = now.published | {year} if said["published"] else now.published - {year}
    return replace(now, off=off, makeup=makeup, published=published)
