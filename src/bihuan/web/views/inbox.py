"""A person's inbox: notices with their receipts, the day's digest, what comes by mail.

For administrators, what became of the mails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import insist, say
from bihuan.notices import deliveries, inbox, mailing, wishes
from bihuan.notices.audience import CHECK, PROBLEM, TASK, WORKING
from bihuan.organisations.access import may_manage_people
from bihuan.web.forms.inbox import WishForm
from bihuan.web.gate import POST, SignedInRequest

if TYPE_CHECKING:
    from bihuan.notices.models import Notice
    from bihuan.organisations.models import Post

SHOWN = {inbox.UNREAD: say("未读"), inbox.ORDERS: say("直接交办"), inbox.ALL: say("全部")}
PAGES = {PROBLEM: "problem", TASK: "task", CHECK: "check_answer"}
"""Where a notice leads, by what it is about."""


@require_GET
def inbox_page(request: SignedInRequest) -> HttpResponse:
    """The notices of one kind, newest first; on the first page the last digest above them."""
    insist(inbox.may_have_inbox(request.actor))
    asked = request.GET.get("show", "")
    show, after = asked if asked in SHOWN else inbox.UNREAD, request.GET.get("after", "")
    page = inbox.page(request.actor, show, after)
    digest = None if after else inbox.newest_digest(request.actor)
    context = {
        "show": show,
        "shown": [(code, _(name)) for code, name in SHOWN.items()],
        "lines": page.lines,
        "following": page.following,
        "paged": bool(after),
        "unread": inbox.unread(request.actor),
        "held": inbox.held(request.actor),
        "told": inbox.told(request.actor, digest) if digest and show != inbox.ORDERS else None,
    }
    return render(request, "web/inbox/inbox.html", context)


@require_GET
def inbox_open(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Open what a notice is about, in the post that it concerns: that is its receipt."""
    notice = inbox.find(request.actor, notice_id)
    if notice is None:
        raise Http404
    inbox.read(request.actor, notice.id)
    post = _post_for(request, notice)
    if post is None:
        messages.warning(request, _("这件事项已经不在您的查看范围内。"))
        return redirect("inbox")
    if post.pk != request.actor.post_id:
        request.session[POST] = post.pk
        messages.info(request, _("已换到您在%(unit)s的岗位。") % {"unit": post.unit.name})
    return redirect(PAGES[notice.kind], notice.subject)


def _post_for(request: SignedInRequest, notice: Notice) -> Post | None:
    """A post of the person that sees what the notice is about: in the unit that it concerns where there is one."""
    seen = inbox.seen_from(request.actor, notice)
    posts = [post for post in request.posts if post.unit_id in seen and post.role in WORKING]
    posts.sort(key=lambda post: (post.unit_id != notice.unit_id, post.pk != request.actor.post_id))
    return posts[0] if posts else None


@require_POST
def inbox_read_all(request: SignedInRequest) -> HttpResponse:
    """Mark as read everything up to the newest notice that was on the page."""
    insist(inbox.may_have_inbox(request.actor))
    try:
        until = UUID(request.POST.get("until", ""))
    except ValueError:
        raise Http404 from None
    count = inbox.read_all(request.actor, until=until)
    messages.success(request, _("已标为已读：%(count)s条。") % {"count": count})
    return redirect("inbox")


@require_GET
def inbox_digest(request: SignedInRequest, digest_id: UUID) -> HttpResponse:
    """One digest; opening it is its receipt."""
    told = inbox.digest(request.actor, digest_id)
    if told is None:
        raise Http404
    inbox.read_digest(request.actor, digest_id)
    return render(request, "web/inbox/digest.html", {"told": told})


@require_GET
def inbox_turned(request: SignedInRequest, turned_id: UUID, kind: str) -> HttpResponse:
    """The rows behind a figure of a digest, as far as they still stand so."""
    insist(inbox.may_have_inbox(request.actor))
    still = inbox.still(request.actor, turned_id, kind)
    if still is None:
        raise Http404
    context = {"still": still, "by_due": still.part.kind.column == "due"}
    return render(request, "web/inbox/turned.html", context)


@require_http_methods(["GET", "POST"])
def inbox_settings(request: SignedInRequest) -> HttpResponse:
    """What comes by mail, and where to."""
    insist(inbox.may_have_inbox(request.actor))
    person = request.actor.person_id
    wants = wishes.wants_of([person])[person]
    said = {"address": wants.address, "orders": wants.orders, "digest": wants.digest, "language": wants.language}
    form = WishForm(request.POST) if request.method == "POST" else WishForm(initial=said)
    if request.method == "POST" and form.is_valid():
        wishes.wish(person=person, **form.cleaned_data)
        messages.success(request, _("通知设置已保存。"))
        return redirect("inbox_settings")
    context = {"form": form, "refuses": mailing.refuses_set_up()}
    return render(request, "web/inbox/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def mail_deliveries(request: SignedInRequest) -> HttpResponse:
    """What was held and refused, for administrators; a POST has one mail, or all that failed, tried again."""
    insist(may_manage_people(request.actor))
    if request.method == "POST":
        asked = request.POST.get("mail", "")
        count = deliveries.again(_uuid(asked) if asked != "all" else None)
        text = _("再试：%(count)s封邮件已重新排队。") if count else _("没有需要再试的邮件。")
        messages.success(request, text % {"count": count})
        return redirect("mail_deliveries")
    context: dict[str, Any] = {"state": deliveries.state()}
    return render(request, "web/inbox/deliveries.html", context)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
