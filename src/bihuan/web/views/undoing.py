"""Taking back as a whole: what was dispatched together, and what came with a file. First what would happen.

Both for the coordinators of the office that did it. What a unit has acted on is never taken back; the page then
says which problems stand in the way, with the reasons, and what can be done instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.intake import queries, withdrawing
from bihuan.ledger.actions.step import Refusal
from bihuan.ledger.actions.undoing import recall_dispatch
from bihuan.ledger.batches import RECENT_DAYS, batch_of, recent_batches
from bihuan.ledger.choices import unit_titles
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.forms.mending import Undo
from bihuan.web.gate import SignedInRequest
from bihuan.web.refusals import EXAMPLES, grouped
from bihuan.web.tickets import held, issue, result_of

if TYPE_CHECKING:
    from bihuan.intake.models import Reading
    from bihuan.ledger.models import Problem

UNITS_NAMED = 8


@dataclass
class _Whole:
    """What is to be taken back, how that is said, and how it is done."""

    heading: str
    verb: str
    done: Sequence[Problem]
    refused: Sequence[Refusal]
    consequences: list[str]
    back: str
    perform: Callable[[str], dict[str, Any]]
    aside: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Differs as soon as anything happened to one of the problems."""
        rows = [*self.done, *(refusal.problem for refusal in self.refused)]
        return f"{len(self.done)}/{len(self.refused)}/{sum(row.version for row in rows)}"


@require_GET
def dispatches(request: SignedInRequest) -> HttpResponse:
    """The office's dispatches of the last weeks, each with what came of it, and a way back where nothing did."""
    insist(may_keep_ledgers(request.actor))
    context = {"batches": recent_batches(request.actor), "days": RECENT_DAYS}
    return render(request, "web/undo/dispatches.html", context)


@require_http_methods(["GET", "POST"])
def dispatch_recall(request: SignedInRequest, dispatch_id: UUID) -> HttpResponse:
    """Recall everything that went out with one dispatch."""
    insist(may_keep_ledgers(request.actor))
    settled = result_of(request, request.POST.get("ticket", ""))
    if settled:  # the second of two clicks
        return _told(request, settled, reverse("dispatches"))
    day = batch_of(request.actor, dispatch_id).values_list("dispatched_on", flat=True).first()
    if day is None:
        raise Http404

    def perform(reason: str) -> dict[str, Any]:
        outcome = recall_dispatch(actor=request.actor, dispatch=dispatch_id, reason=reason)
        if outcome.refused:
            raise Refused(outcome.refused[0].denied)
        return {"text": _recalled(outcome.done)}

    outcome = recall_dispatch(actor=request.actor, dispatch=dispatch_id, reason="—", dry_run=True)
    return _page(
        request,
        _Whole(
            heading=_("撤回这次交办"),
            verb=_("撤回交办"),
            done=outcome.done,
            refused=outcome.refused,
            consequences=_recall_consequences(len(outcome.done)),
            back=reverse("dispatches"),
            perform=perform,
            extra={"dispatched_on": day, "list": f"{reverse('ledger')}?dispatch={dispatch_id}"},
        ),
    )


def _recall_consequences(count: int) -> list[str]:
    return [
        ngettext("%(count)s个问题回到“已入账”。", "%(count)s个问题回到“已入账”。", count) % {"count": count},
        _("这次交办定下的整改时限、签收期限全部取消，重新交办时再定。"),
        _("责任单位不再看到这些问题；重新交办后，交办过和撤回过都能在记录里看到。"),
        _("以前各天的统计不变。"),
    ]


def _recalled(done: Sequence[Problem]) -> str:
    """What was recalled, and who had it before them: they no longer see it, so somebody has to tell them."""
    counts = Counter(row.lead_unit_id for row in done if row.lead_unit_id)
    titles = unit_titles(counts)
    named = [f"{titles[unit]} {number}" for unit, number in counts.most_common(UNITS_NAMED)]
    more = "……" if len(counts) > UNITS_NAMED else ""
    text = ngettext(
        "已撤回交办%(count)s件，回到“已入账”。请另行告知：%(units)s。",
        "已撤回交办%(count)s件，回到“已入账”。请另行告知：%(units)s。",
        len(done),
    )
    return text % {"count": len(done), "units": "、".join(named) + more}


@require_http_methods(["GET", "POST"])
def reading_withdraw(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Take everything that a file brought in off the ledger again."""
    found = own_reading(request, reading_id)
    address = reverse("reading", args=[found.id])
    settled = result_of(request, request.POST.get("ticket", ""))
    if settled:
        return _told(request, settled, address)
    try:
        prospect = withdrawing.prospect(actor=request.actor, reading=found)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect(address)

    def perform(reason: str) -> dict[str, Any]:
        done = withdrawing.withdraw(actor=request.actor, reading=found, reason=reason)
        text = ngettext(
            "已撤回导入：%(count)s个问题撤销，编号不再使用。可以重新核对这份文件，或导入正确的文件。",
            "已撤回导入：%(count)s个问题撤销，编号不再使用。可以重新核对这份文件，或导入正确的文件。",
            len(done.problems),
        )
        return {"text": text % {"count": len(done.problems)}}

    return _page(
        request,
        _Whole(
            heading=_("撤回这次导入"),
            verb=_("撤回导入"),
            done=prospect.problems,
            refused=prospect.refused,
            consequences=_withdrawal_consequences(prospect),
            back=address,
            perform=perform,
            aside=prospect.aside,
            extra={"reading": found, "list": f"{reverse('ledger')}?reading={found.id}"},
        ),
    )


def _withdrawal_consequences(prospect: withdrawing.Prospect) -> list[str]:
    count, sent = len(prospect.problems), sum(1 for row in prospect.problems if row.dispatched_on)
    said = [
        ngettext(
            "%(count)s个问题撤销，编号不再使用；记录仍可查看。",
            "%(count)s个问题撤销，编号不再使用；记录仍可查看。",
            count,
        )
        % {"count": count}
    ]
    if sent:
        told = ngettext(
            "其中%(count)s个已经交办但没有单位签收，责任单位会在记录里看到撤回和理由。",
            "其中%(count)s个已经交办但没有单位签收，责任单位会在记录里看到撤回和理由。",
            sent,
        )
        said.append(told % {"count": sent})
    if prospect.aside:
        left = ngettext(
            "另有%(count)s个先前已经撤销或并案，保持不变。",
            "另有%(count)s个先前已经撤销或并案，保持不变。",
            prospect.aside,
        )
        said.append(left % {"count": prospect.aside})
    return [
        *said,
        _("这份文件可以重新核对、重新导入；选定过的单位名称对应会记得。"),
        _("以前各天的统计不变。"),
    ]


@require_POST
def reading_again(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Go over the rows of a withdrawn or dropped file anew."""
    found = own_reading(request, reading_id)
    try:
        again = withdrawing.take_up_again(actor=request.actor, reading=found)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("reading", found.id)
    messages.success(request, _("已按上次核对的结果重新打开，请核对后登记。"))
    return redirect("reading", again.id)


def own_reading(request: SignedInRequest, reading_id: UUID) -> Reading:
    """The reading where it is the actor's office's own; raises Http404 where it is not."""
    insist(may_keep_ledgers(request.actor))
    found = queries.find_reading(request.actor, reading_id)
    if found is None:
        raise Http404
    return found


def _page(request: SignedInRequest, whole: _Whole) -> HttpResponse:
    """The preview; or what comes of confirming it."""
    form, status = Undo(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        if request.POST.get("shown") != whole.mark:
            form.add_error(None, _("您打开页面之后情况有了变化，还没有撤回。请看过现在的情况再确认。"))
            status = 409
        elif form.is_valid() and not whole.refused and (result := _performed(request, whole, form)):
            return _told(request, result, whole.back)
    context = {
        "whole": whole,
        "form": form,
        "first": whole.done[:EXAMPLES],
        "count": len(whole.done),
        "refused": len(whole.refused),
        "groups": grouped(whole.refused),
        "ticket": issue(request),
        **whole.extra,
    }
    return render(request, "web/undo/page.html", context, status=status)


def _performed(request: SignedInRequest, whole: _Whole, form: Undo) -> dict[str, Any] | None:
    """Do it, once for each ticket; None where it is refused, with the reason as an error of the form."""
    try:
        with held(request, request.POST.get("ticket", "")) as ticket:
            if ticket.known and ticket.result is None:
                ticket.result = whole.perform(form.cleaned_data["reason"])
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return None
    if not ticket.known:
        form.add_error(None, _("页面打开得太久了，还没有撤回。请再确认一次。"))
        return None
    result: dict[str, Any] = ticket.result
    return result


def _told(request: SignedInRequest, result: dict[str, Any], back: str) -> HttpResponse:
    messages.success(request, result["text"])
    return redirect(back)
