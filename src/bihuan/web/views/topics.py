"""Mandatory check topics: what the own unit has to answer, what it sent, and how the units below stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger import topics as reads
from bihuan.ledger.actions import topics as acts
from bihuan.ledger.actions.answering import ANSWERERS
from bihuan.organisations.access import may_see_problems
from bihuan.web import errors, tickets
from bihuan.web.forms.topics import RoundForm, SendForm, counted
from bihuan.web.gate import SignedInRequest
from bihuan.web.topic_rows import reminder_of, row_told, standing_told, topic_told

if TYPE_CHECKING:
    from bihuan.ledger.models import CheckTopic
    from bihuan.ledger.topics import Scope

PAGE = 50
UNITS_PAGE = 100
SETTLED, CLOSED = "settled", "closed"


@require_GET
def check_topics(request: SignedInRequest) -> HttpResponse:
    """What is to be answered and what was sent; `show` opens what is over: answered by us, or closed by us."""
    insist(may_see_problems(request.actor))
    show, before = request.GET.get("show", ""), _number(request.GET.get("before", ""))
    if show == SETTLED:
        return _settled(request, before)
    if show == CLOSED:
        return _closed(request, before)
    actor = request.actor
    sent = list(reads.sent_topics(actor)[: reads.MOST_OPEN])
    found = reads.standings(sent)
    above = reads.topics_from_above(actor)
    may_send = acts.refuses_sending(actor) is None
    context = {
        "waiting": [row_told(row) for row in reads.own_answers(actor, settled=False)[: reads.MOST_OPEN]],
        "has_settled": reads.own_answers(actor, settled=True).exists(),
        "sent": [topic_told(topic, found[topic.pk]) for topic in sent],
        "has_closed": reads.sent_topics(actor, closed=True).exists(),
        "from_above": [topic_told(topic, standing) for topic, standing in above],
        "gone": any(standing.gone for standing in [*found.values(), *(standing for _topic, standing in above)]),
        "answers": actor.role in ANSWERERS,
        "may_send": may_send and bool(acts.units_below(actor)),
    }
    return render(request, "web/topics/page.html", context)


def _settled(request: SignedInRequest, before: int) -> HttpResponse:
    rows = reads.own_answers(request.actor, settled=True)
    rows = rows.filter(topic_id__lt=before) if before else rows
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1].topic_id if len(found) > PAGE else None
    return render(
        request, "web/topics/over.html", {"settled": [row_told(row) for row in found[:PAGE]], "older": last}
    )


def _closed(request: SignedInRequest, before: int) -> HttpResponse:
    rows = reads.sent_topics(request.actor, closed=True)
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows[: PAGE + 1])
    counts = reads.standings(found)
    last = found[PAGE - 1].pk if len(found) > PAGE else None
    told = [topic_told(topic, counts[topic.pk]) for topic in found[:PAGE]]
    return render(request, "web/topics/over.html", {"sent": told, "older": last, "gone": True})


@require_http_methods(["GET", "POST"])
def check_topics_send(request: SignedInRequest) -> HttpResponse:
    """Type in or paste, look at how it was read and at how many units are asked, send once."""
    insist(acts.refuses_sending(request.actor))
    below = acts.units_below(request.actor)
    if not below:
        raise Refused(Denied(say("本单位没有下级单位，不能下发必查事项。")))
    form = SendForm(request.POST if request.method == "POST" else None, below=below)
    if request.method == "GET" or "back" in request.POST or not form.is_valid():
        return _send_page(request, form)
    said = form.cleaned_data
    denied = acts.refuses_topics(request.actor, said["topics"], said["due"])
    if denied is None and not form.count:
        denied = Denied(say("所选的类型和层级里没有单位。"), say("请放宽单位类型或层级。"))
    if denied and tickets.result_of(request, request.POST.get("ticket", "")) is None:
        form.add_error(None, errors.told(denied))
        return _send_page(request, form)
    if "confirm" not in request.POST:
        more = {"topics": said["topics"], "units": counted(form.count), "ticket": tickets.issue(request)}
        return _send_page(request, form, **more)
    return _sent(request, form)


def _send_page(request: SignedInRequest, form: SendForm, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors and "back" not in request.POST else 200
    return render(request, "web/topics/send.html", {"form": form, **more}, status=status)


def _sent(request: SignedInRequest, form: SendForm) -> HttpResponse:
    said = form.cleaned_data
    try:
        with tickets.held(request, request.POST.get("ticket", "")) as ticket:
            if not ticket.known:
                form.add_error(None, _("页面打开的时间太久，还没有下发。请核对后再下发。"))
                return _send_page(request, form)
            if ticket.result is None:
                made = acts.send_topics(
                    actor=request.actor, topics=said["topics"], due=said["due"], asked=form.asked
                )
                ticket.result = len(made)
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _send_page(request, form)
    values = {"count": ticket.result, "units": counted(form.count)}
    messages.success(request, _("已下发%(count)s项必查事项，发给%(units)s。") % values)
    return redirect("check_topics")


@require_GET
def check_topic(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """One topic: how the units in sight stand, one by one; who has not answered, as a text to copy."""
    scope = _scope(request, topic_id)
    today, state = clock.today(), request.GET.get("state", "")
    under_id = _number(request.GET.get("under", ""))
    under = reads.branch_unit(scope, under_id) if under_id else None
    if under_id and under is None:
        raise Http404
    rows = reads.in_state(scope, state, today, under=under)
    after = request.GET.get("after", "")
    shown = list((rows.filter(unit__path__gt=after) if _is_path(after) else rows)[: UNITS_PAGE + 1])
    mine = scope.topic.office_id == request.actor.unit_id
    context = {
        "topic": scope.topic,
        "standing": standing_told(scope.topic, reads.standing_of(scope)),
        "branches": [
            (unit, standing_told(scope.topic, standing, under=unit.pk))
            for unit, standing in reads.by_branch(scope, today)
        ],
        "state": state,
        "under": under,
        "rows": [row_told(row) for row in shown[:UNITS_PAGE]],
        "following": shown[UNITS_PAGE - 1].unit.path if len(shown) > UNITS_PAGE else "",
        "late": reads.in_state(scope, reads.LATE, today).count(),
        "reminder": reminder_of(scope, request.actor.unit_name),
        "may_close": mine and scope.topic.closed_on is None and acts.refuses_sending(request.actor) is None,
    }
    if context["may_close"]:
        context |= _further(request, scope.topic)
    return render(request, "web/topics/topic.html", context)


def _further(request: SignedInRequest, topic: CheckTopic, said: Any = None) -> dict[str, Any]:
    """The units that the topic was not sent to, and the form by which it is."""
    lacking = acts.lacking(request.actor, topic)
    if not lacking:
        return {}
    return {"lacking": counted(len(lacking)), "round": RoundForm(said, below=lacking)}


@require_POST
def check_topic_more(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Send a topic to units that do not have it yet."""
    scope = _scope(request, topic_id)
    form = RoundForm(request.POST, below=acts.units_below(request.actor))
    if not form.is_valid():
        messages.error(request, _("所选的单位类型或层级有误，请重新选择。"))
        return redirect("check_topic", topic_id)
    try:
        count = acts.send_on(actor=request.actor, topic_id=scope.topic.pk, asked=form.asked)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    else:
        messages.success(request, _("已补发给%(units)s。") % {"units": counted(count)})
    return redirect("check_topic", topic_id)


@require_POST
def check_topic_close(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Close a topic."""
    scope = _scope(request, topic_id)
    try:
        topic = acts.close_topic(actor=request.actor, topic_id=scope.topic.pk)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    else:
        messages.success(request, _("已关闭“%(title)s”，不再收答复。") % {"title": topic.title})
    return redirect("check_topic", topic_id)


def _scope(request: SignedInRequest, topic_id: int) -> Scope:
    """The topic in sight; raises Http404 where it is not, and refuses those who see no problems."""
    insist(may_see_problems(request.actor))
    scope = reads.find_topic(request.actor, topic_id)
    if scope is None:
        raise Http404
    return scope


def _number(text: str) -> int:
    """A key as an address names it; 0 for none, and for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _is_path(text: str) -> bool:
    return text.startswith("/") and len(text) <= 200 and text.isascii() and text.replace("/", "").isdigit()
