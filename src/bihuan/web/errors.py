"""Error pages in plain words: what happened, what to do, and that nothing was lost or half-written."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.domain.refusals import Denied
from bihuan.web.signin import to_sign_in


def told(denied: Denied) -> str:
    """A refusal in the reader's language: the reason and what would mend it."""
    params = {
        name: _(str(value)) if isinstance(value, str) and value else value for name, value in denied.params.items()
    }
    text = _(denied.reason) % params
    if not denied.remedy:
        return text
    return text + (" " if text[-1:].isascii() else "") + _(denied.remedy) % params


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"title": title, "text": text, "status": status}
    return render(request, "web/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: it does not exist, or is not for these eyes; the two look the same."""
    return _page(request, 404, _("没有找到这个页面"), _("它可能已经不在，或者不在您的查看范围内。"))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: seen, but not allowed; with the reason where there is one."""
    denied = getattr(exception, "denied", None)
    text = told(denied) if isinstance(denied, Denied) else _("您现在的岗位没有这项权限。")
    return _page(request, 403, _("不能办理"), text)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the request cannot be understood; 413 where it is only too large."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    return _page(request, 400, _("这个请求有误"), _("请返回上一页，刷新后再试。"))


def too_large(request: HttpRequest) -> HttpResponse:
    """413: what was sent is larger than is taken."""
    return _page(request, 413, _("提交的内容过大"), _("请减少选择的条数或文件后再试，您填写的内容仍在原页面。"))


def file_missing(request: HttpRequest, name: str) -> HttpResponse:
    """404: the file is on the record, and the disk does not have it."""
    text = _("记录里有文件“%(name)s”，但服务器上没有找到它。请告知系统管理员，可以从备份中恢复。")
    return _page(request, 404, _("文件不在了"), text % {"name": name})


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the transaction was undone."""
    text = _("系统出错，您这次的操作没有生效，已有的记录没有受影响。请稍后再试，仍不行请联系系统管理员。")
    return _page(request, 500, _("系统出错了"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was opened too long ago, or sent from elsewhere; where nobody is signed in any more: sign in."""
    if not request.user.is_authenticated and request.path != reverse("account_login"):
        return to_sign_in(request)
    text = _("页面打开的时间太久，请返回上一页，刷新后再提交；您填写的内容仍在。")
    return _page(request, 403, _("页面已经过期"), text)


def without_post(request: HttpRequest) -> HttpResponse:
    """Somebody who can sign in but holds no post."""
    text = _("您的账号还没有岗位，所以看不到任何内容。请联系系统管理员。")
    return _page(request, 403, _("您还没有岗位"), text)
