"""Campaigns: the list, one campaign with its figures, and the forms that set up, change and close one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.insight.campaigns import overviews, sheet_of
from bihuan.ledger.actions import campaigns as actions
from bihuan.ledger.campaigns import SeenCampaign, State, find_campaign, items_of, stamp, state_on, templates
from bihuan.ledger.choices import offered
from bihuan.organisations.access import may_keep_ledgers, may_see_problems
from bihuan.web import errors
from bihuan.web.campaigns import STATES, column_heads, listed, shown_sheet, summary_file, template_names
from bihuan.web.forms.campaigns import CloseForm, ItemForm, PlanForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.stored import handed_out

if TYPE_CHECKING:
    from bihuan.ledger.models import CampaignItem


@require_GET
def campaigns(request: SignedInRequest) -> HttpResponse:
    """The campaigns that one's unit organises, takes part in or stands above."""
    insist(may_see_problems(request.actor))
    rows = listed(overviews(request.actor, clock.today()))
    context = {
        "running": [row for row in rows if not row["closed"]],
        "past": [row for row in rows if row["closed"]],
    }
    return render(request, "web/campaigns/list.html", context)


@require_http_methods(["GET", "POST"])
def campaign_new(request: SignedInRequest) -> HttpResponse:
    """Set up a campaign of the own unit, from a template."""
    insist(may_keep_ledgers(request.actor))
    known = templates()
    template = known.get((request.POST or request.GET).get("template", ""), known[""])
    form = _plan_form(request, initial={"lead_unit": request.actor.unit_id, "starts": clock.today()})
    if form.is_valid():
        try:
            made = actions.open_campaign(
                actor=request.actor, plan=form.plan(form.stored()), template=template.code
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("专项“%(name)s”已建立。") % {"name": made.name})
            return redirect("campaign", made.pk)
    context = {"form": form, "template": template, "templates": template_names(template)}
    return render(request, "web/campaigns/plan.html", context, status=422 if form.errors else 200)


@require_GET
def campaign(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """One campaign: scheme, units, items with their figures, and what was kept when it was closed."""
    seen, today = _in_sight(request, campaign_id), clock.today()
    row = seen.campaign
    mine = request.actor.role is Role.COORDINATOR and row.closed_on is None
    sheet = sheet_of(request.actor, seen, today)
    context = {
        **shown_sheet(request.actor, sheet, today),
        "campaign": row,
        "seen": seen,
        "state": _(STATES[sheet.state]),
        "heads": column_heads(),
        "may_change": mine and seen.organises,
        "may_add": mine and (seen.organises or seen.takes_part),
        "may_enlist": mine and seen.below and sheet.state is not State.ENDED,
    }
    return render(request, "web/campaigns/page.html", context)


@require_http_methods(["GET", "POST"])
def campaign_edit(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """Change what a campaign is to be."""
    seen = _own(request, campaign_id)
    row = seen.campaign
    initial = {
        "name": row.name,
        "goal": row.goal,
        "starts": row.starts,
        "ends": row.ends,
        "lead_unit": row.lead_unit_id,
        "members": row.members,
    }
    form = _plan_form(request, initial=initial)
    if form.is_valid():
        try:
            actions.revise_campaign(
                actor=request.actor,
                campaign=campaign_id,
                plan=form.plan(form.stored()),
                seen=request.POST.get("seen", ""),
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("专项已修改。"))
            return redirect("campaign", campaign_id)
    context = {"form": form, "campaign": row, "seen": request.POST.get("seen") or stamp(row)}
    return render(request, "web/campaigns/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def campaign_item_new(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """Add an item: a set one, or one of a unit's own."""
    seen = _in_sight(request, campaign_id)
    insist(may_keep_ledgers(request.actor) or _refuses_closed(seen) or _refuses_outsider(seen))
    form = ItemForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_item(actor=request.actor, campaign=campaign_id, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("事项已增加。"))
            return redirect("campaign", campaign_id)
    context = {"form": form, "campaign": seen.campaign, "seen": seen}
    return render(request, "web/campaigns/item.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def campaign_item(request: SignedInRequest, campaign_id: int, item_id: int) -> HttpResponse:
    """Word an item otherwise, or take it off."""
    seen = _in_sight(request, campaign_id)
    item = _item(seen, item_id)
    insist(
        may_keep_ledgers(request.actor)
        or _refuses_closed(seen)
        or actions.refuses_item_change(request.actor, seen, item, clock.today())
    )
    form = ItemForm(request.POST or None, initial={"title": item.title, "text": item.text})
    drops = "drop" in request.POST
    if drops or form.is_valid():
        said: dict[str, Any] = {"actor": request.actor, "campaign": campaign_id, "item": item_id}
        try:
            if drops:
                actions.drop_item(**said)
            else:
                actions.rephrase_item(**said, **form.cleaned_data)
        except Refused as refused:
            form = ItemForm(request.POST)
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("事项已去掉。") if drops else _("事项已修改。"))
            return redirect("campaign", campaign_id)
    context = {"form": form, "campaign": seen.campaign, "item": item, "seen": seen}
    return render(request, "web/campaigns/item.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def campaign_close(request: SignedInRequest, campaign_id: int) -> HttpResponse:
    """End a campaign with its summary."""
    seen, today = _own(request, campaign_id), clock.today()
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            actions.close_campaign(
                actor=request.actor,
                campaign=campaign_id,
                summary=form.cleaned_data["summary"],
                seen=request.POST.get("seen", ""),
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("专项已结束，今天的数字已经固定。"))
            return redirect("campaign", campaign_id)
    context = {
        **shown_sheet(request.actor, sheet_of(request.actor, seen, today), today),
        "form": form,
        "campaign": seen.campaign,
        "stamp": request.POST.get("seen") or stamp(seen.campaign),
    }
    return render(request, "web/campaigns/close.html", context, status=422 if form.errors else 200)


@require_GET
def campaign_scheme(request: SignedInRequest, campaign_id: int) -> HttpResponse | FileResponse:
    """The scheme document."""
    scheme = _in_sight(request, campaign_id).campaign.scheme
    if not scheme:
        raise Http404
    return handed_out(request, sha256=scheme["sha256"], name=scheme["name"], media_type=scheme["media_type"])


@require_GET
def campaign_summary(request: SignedInRequest, campaign_id: int) -> HttpResponse | FileResponse:
    """The summary of a closed campaign as a Word document; of a running one there is none yet."""
    seen = _in_sight(request, campaign_id)
    if state_on(seen.campaign, clock.today()) is not State.CLOSED:
        raise Http404
    name = f"{seen.campaign.name}-{_('专项总结')}.docx"
    return FileResponse(summary_file(request.actor, seen), as_attachment=True, filename=name)


def _plan_form(request: SignedInRequest, *, initial: dict[str, Any]) -> PlanForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return PlanForm(*sent, units=offered(request.actor).units, own=request.actor.unit_id, initial=initial)


def _in_sight(request: SignedInRequest, campaign_id: int) -> SeenCampaign:
    insist(may_see_problems(request.actor))
    seen = find_campaign(request.actor, campaign_id)
    if seen is None:
        raise Http404
    return seen


def _own(request: SignedInRequest, campaign_id: int) -> SeenCampaign:
    """A campaign of the own unit that is not closed, for its coordinators."""
    seen = _in_sight(request, campaign_id)
    insist(may_keep_ledgers(request.actor))
    if not seen.organises:
        insist(Denied(say("只有组织单位的整改办人员可以修改、结束专项。"), say("请与组织单位联系。")))
    insist(_refuses_closed(seen))
    return seen


def _item(seen: SeenCampaign, item_id: int) -> CampaignItem:
    found = (row for row in items_of([seen.campaign.pk]).get(seen.campaign.pk, ()) if row.pk == item_id)
    item = next(found, None)
    if item is None:
        raise Http404
    return item


def _refuses_outsider(seen: SeenCampaign) -> Denied | None:
    if seen.organises or seen.takes_part:
        return None
    return Denied(say("只有牵头、成员单位及其下级可以增加事项。"), say("请与专项的组织单位联系。"))


def _refuses_closed(seen: SeenCampaign) -> Denied | None:
    return Denied(say("这个专项已经结束，不能再改。")) if seen.campaign.closed_on is not None else None
