"""One move on many problems: first what would be done and refused and why, then doing it, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.book import clock
from bihuan.domain.case import Side, Standing
from bihuan.domain.lifecycle import Move, right
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.taking import take
from bihuan.web import errors
from bihuan.web.acts import ACTS, Act
from bihuan.web.claimed import doubtful_among
from bihuan.web.filters import LedgerFilter
from bihuan.web.forms.moves import MoveForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.refusals import EXAMPLES, grouped
from bihuan.web.sections.papersigns import warned_of
from bihuan.web.tickets import held, issue, result_of
from bihuan.web.views.ledger import parsed_ids

MOST = 20_000

Selection = Mapping[UUID, int]


class _Otherwise(Exception):
    """Raised inside the transaction where the step would do something else than was shown; undoes it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@require_http_methods(["GET", "POST"])
def bulk(request: SignedInRequest, move: str) -> HttpResponse:
    """Preview, confirm and result of a move on a list of problems."""
    chosen = ACTS.get(move)
    if chosen is None or not chosen.bulk:
        raise Http404
    insist(right(chosen.move, Standing(request.actor.role, frozenset(Side))))
    if request.method == "GET":
        return _result(request, chosen)
    selection = _selection(request)
    if not selection:
        messages.error(request, _("请先选中要办理的问题。"))
        return redirect(_back(request))
    if "confirm" in request.POST:
        return _confirm(request, chosen, selection)
    again = "recheck" in request.POST
    form = _filled_in(request, chosen, selection) if again else _blank(request, chosen, selection)
    return _preview(request, chosen, selection, form)


def _selection(request: SignedInRequest) -> Selection:
    """The problems chosen with the versions that the person saw: by hand, or all that a filter finds."""
    if request.POST.get("all") == "1":
        asked = LedgerFilter.from_query(QueryDict(request.POST.get("filter", "")))
        found = asked.apply(request.actor, clock.today()).values_list("id", "version").order_by("id")
        selection: Selection = dict(found[: MOST + 1])
    else:
        try:
            selection = parsed_ids(request.POST.getlist("ids"))
        except ValueError as error:
            raise SuspiciousOperation("ids that no page of ours has sent") from error
    if len(selection) > MOST:
        raise Refused(Denied(say("一次最多办理%(most)s件。"), say("请加上筛选条件，分几次办理。"), {"most": MOST}))
    return selection


def _filled_in(request: SignedInRequest, chosen: Act, selection: Selection) -> MoveForm:
    return chosen.form(request.POST, actor=request.actor, among=list(selection))


def _blank(request: SignedInRequest, chosen: Act, selection: Selection) -> MoveForm:
    """The form as it is first shown; bound where nothing has to be filled in, so that it can be tried at once."""
    form = chosen.form(actor=request.actor, among=list(selection))
    return chosen.form({}, actor=request.actor) if form.needs_nothing else form


def _rehearse(request: SignedInRequest, chosen: Act, selection: Selection, form: MoveForm) -> Outcome:
    """What would be done: asked of the action with what was filled in, else of the table of moves alone."""
    ids = list(selection)
    if form.is_bound and form.is_valid():
        return chosen.perform(request.actor, ids, form.cleaned_data, {"seen": selection, "dry_run": True})
    return take(
        chosen.move, lambda case, moment: None, actor=request.actor, problems=ids, seen=selection, dry_run=True
    )


def _preview(
    request: SignedInRequest, chosen: Act, selection: Selection, form: MoveForm, outcome: Outcome | None = None
) -> HttpResponse:
    differs = outcome is not None
    if outcome is None:
        try:
            outcome = _rehearse(request, chosen, selection, form)
        except Refused as refused:
            messages.error(request, errors.told(refused.denied))
            return redirect(_back(request))
    context = {
        "act": chosen,
        "form": form,
        "ids": ",".join(f"{id_.hex}:{version}" for id_, version in selection.items()),
        "filter": request.POST.get("filter", ""),
        "ticket": issue(request),
        "shown": _summary(outcome),
        "count": len(outcome.done),
        "first": outcome.done[:EXAMPLES],
        "refused": len(outcome.refused),
        "groups": grouped(outcome.refused),
        "differs": differs,
        "doubtful": doubtful_among(outcome.done) if chosen.move is Move.TAKE_OVER else 0,
        "signed_over": warned_of(outcome.done) if chosen.move is Move.ACCEPT else None,
        "back": _back(request),
    }
    return render(request, "web/act/bulk.html", context, status=422 if form.errors else 200)


def _confirm(request: SignedInRequest, chosen: Act, selection: Selection) -> HttpResponse:
    form = _filled_in(request, chosen, selection)
    number = request.POST.get("ticket", "")
    if not form.is_valid():
        return _preview(request, chosen, selection, form)
    try:
        with held(request, number) as ticket:
            if not ticket.known:
                return _preview(request, chosen, selection, form)
            if ticket.result is None:
                ticket.result = _perform(request, chosen, selection, form)
    except _Otherwise as otherwise:
        return _preview(request, chosen, selection, form, otherwise.outcome)
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _preview(request, chosen, selection, form)
    return redirect(f"{reverse('bulk', args=[chosen.move.value])}?done={number}")


def _perform(request: SignedInRequest, chosen: Act, selection: Selection, form: MoveForm) -> dict[str, Any]:
    """Do it, provided it is what was shown; returns what the result page needs, as JSON values."""
    outcome = chosen.perform(request.actor, list(selection), form.cleaned_data, {"seen": selection})
    if _summary(outcome) != request.POST.get("shown"):
        raise _Otherwise(outcome)
    return {
        "move": chosen.move.value,
        "count": len(outcome.done),
        "refused": len(outcome.refused),
        "groups": grouped(outcome.refused),
        "back": _back(request),
        "dispatch": _recallable(chosen, outcome),
    }


def _recallable(chosen: Act, outcome: Outcome) -> str:
    """By what the list just dispatched can be recalled as a whole; empty for other moves."""
    sent = chosen.move is Move.DISPATCH and outcome.done
    return str(outcome.done[0].dispatch_id) if sent else ""


def _summary(outcome: Outcome) -> str:
    return f"{len(outcome.done)}/{len(outcome.refused)}"


def _result(request: SignedInRequest, chosen: Act) -> HttpResponse:
    result = result_of(request, request.GET.get("done", ""))
    if not result or result["move"] != chosen.move:
        return redirect("ledger")
    return render(request, "web/act/bulk_done.html", {"act": chosen, "result": result})


def _back(request: SignedInRequest) -> str:
    """The list one came from, with its filter."""
    query = QueryDict(request.POST.get("filter", "")[:2000]).urlencode()
    return reverse("ledger") + (f"?{query}" if query else "")
