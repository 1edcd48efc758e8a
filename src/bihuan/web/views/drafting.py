"""What is done to single drafts on the screen where a file is gone over: each deed is kept at once.

Where somebody else was faster, nothing is changed: the screen comes back with who it was, what they changed, and
what was typed still in the form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.domain.refusals import Refused
from bihuan.intake import drafting, regrouping
from bihuan.intake.drafting import Overtaken
from bihuan.intake.lineup import At, at_of, before_in_file, find_at, parts_at
from bihuan.web import errors
from bihuan.web.confirming import address_of, asked_in, at_in
from bihuan.web.drafts import where
from bihuan.web.forms.drafts import DraftForm, SplitForm, is_unchanged, meanwhile, seen_in
from bihuan.web.gate import SignedInRequest
from bihuan.web.panels import Given
from bihuan.web.templatetags.bihuan import listed
from bihuan.web.views.reading import UNDO, back, going_over, own_reading

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, Reading

KEEP = "keep"


@require_http_methods(["GET", "POST"])
def reading_draft(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """A draft open in its form; by POST it is corrected; with `keep` its words are kept, no more."""
    found = own_reading(request, reading_id)
    draft = _draft(found, at)
    if request.method == "GET":
        return going_over(request, found, asked_in(request.GET, at))
    form = DraftForm(request.POST, draft=draft)
    keeps = KEEP in request.POST
    if not form.is_valid():
        return _kept(request, found, draft, form) if keeps else _again(request, found, at, Given(form=form))
    try:
        changed = _correct(request, found, at, draft, form, keeps)
    except Overtaken as overtaken:
        return _overtaken(request, found, at, overtaken)
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _kept(request, found, draft, form) if keeps else _again(request, found, at, Given(form=form))
    if keeps:
        return _kept(request, found, changed, DraftForm(draft=changed))
    messages.success(request, _("%(place)s已核对。") % {"place": where(changed)})
    return _on(request, found, at)


def _correct(
    request: SignedInRequest, found: Reading, at: At, draft: Draft, form: DraftForm, keeps: bool
) -> Draft:
    """Keep what was typed; a form that says what the draft says changes none of its words."""
    seen = seen_in(request.POST)
    if is_unchanged(request.POST, draft) and (keeps or not draft.faulty):
        if keeps:
            return draft
        return drafting.pass_draft(actor=request.actor, reading=found, place=at.place, part=at.part, seen=seen)
    return drafting.edit_draft(
        actor=request.actor,
        reading=found,
        place=at.place,
        part=at.part,
        seen=seen,
        correction=form.correction(),
        settle=not keeps,
    )


def _kept(request: SignedInRequest, found: Reading, draft: Draft, form: DraftForm) -> HttpResponse:
    """The part of the form that says what is kept, and of which version."""
    context = {
        "reading": found,
        "at": str(at_of(draft)),
        "form": form,
        "problems": [error for errors in form.errors.values() for error in errors],
        "editor": request.user,
        "edited_at": draft.edited_at,
    }
    return render(request, "web/intake/kept.html", context)


def _overtaken(request: SignedInRequest, found: Reading, at: At, overtaken: Overtaken) -> HttpResponse:
    between = meanwhile(request.POST, overtaken.draft)
    told = errors.told(overtaken.denied)
    if between.labels:
        told += _("改动的是：%(fields)s。") % {"fields": listed(_(label) for label in between.labels)}
    messages.error(request, told)
    answer = _again(request, found, at, Given(meanwhile=between))
    # What is kept in passing is answered with one field; this is the whole screen.
    answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"] = "#going-over", "#going-over", "outerHTML"
    return answer


def _again(request: SignedInRequest, found: Reading, at: At, given: Given) -> HttpResponse:
    return going_over(request, found, asked_in(request.GET, at), given)


@require_POST
def reading_pass(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """Take a draft as it was read."""

    def deed(found: Reading, draft: Draft, seen: int | None) -> None:
        drafting.pass_draft(actor=request.actor, reading=found, place=at.place, part=at.part, seen=seen)
        messages.success(request, _("%(place)s按读到的采用。") % {"place": where(draft)})

    return _done(request, reading_id, at, deed)


@require_POST
def reading_drop(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """Leave a draft out, or take it in again."""
    dropped = request.POST.get("dropped") == "1"

    def deed(found: Reading, draft: Draft, seen: int | None) -> None:
        drafting.drop_draft(
            actor=request.actor, reading=found, place=at.place, part=at.part, seen=seen, dropped=dropped
        )
        told = _("%(place)s已去掉，不会登记。") if dropped else _("%(place)s已恢复。")
        undo = _undo("reading_drop", at, "dropped", "0") if dropped else ""
        messages.success(request, told % {"place": where(draft)}, extra_tags=undo)

    return _done(request, reading_id, at, deed)


@require_http_methods(["GET", "POST"])
def reading_split(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """A draft open in the form that takes it apart; by POST it is taken apart."""
    found = own_reading(request, reading_id)
    draft = _draft(found, at)
    if request.method == "GET":
        return _again(request, found, at, Given(split=SplitForm(draft=draft)))
    form = SplitForm(request.POST, draft=draft)
    if not form.is_valid():
        return _again(request, found, at, Given(split=form))
    try:
        parts = regrouping.split_draft(
            actor=request.actor,
            reading=found,
            place=at.place,
            part=at.part,
            seen=seen_in(request.POST),
            pieces=form.pieces(),
        )
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _again(request, found, at, Given(split=form))
    values = {"place": where(draft), "count": len(parts)}
    told = ngettext("%(place)s已拆成%(count)s条。", "%(place)s已拆成%(count)s条。", len(parts)) % values
    messages.success(request, told, extra_tags=_undo("reading_merge", at, "parts", "1"))
    return redirect(address_of(found, asked_in(request.GET), at))


@require_POST
def reading_merge(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """Put a draft into the one before it in the file, or with `parts` all parts of its place into the first."""
    found = own_reading(request, reading_id)
    draft = _draft(found, at)
    address = address_of(found, asked_in(request.GET), at)
    into, others = _to_merge(found, draft, whole="parts" in request.POST)
    if into is None:
        messages.error(request, _("前面没有可以合并的问题。"))
        return redirect(address)
    seen = seen_in(request.POST)
    try:
        merged = regrouping.merge_drafts(
            actor=request.actor,
            reading=found,
            into=at_of(into),
            others=[at_of(row) for row in others],
            seen={at: seen} if seen is not None else None,
        )
    except Refused as refused:
        return back(request, found, refused, address)
    told = _("已合并为一条：%(place)s。") % {"place": where(merged)}
    messages.success(request, told, extra_tags=_undo("reading_unmerge", at_of(merged), "version", ""))
    return redirect(address_of(found, asked_in(request.GET), at_of(merged)))


def _to_merge(found: Reading, draft: Draft, *, whole: bool) -> tuple[Draft | None, list[Draft]]:
    if whole:
        parts = parts_at(found, draft.place)
        return (parts[0], parts[1:]) if len(parts) > 1 else (None, [])
    return before_in_file(found, draft), [draft]


@require_POST
def reading_unmerge(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """Take a merged draft apart again, each as it was."""

    def deed(found: Reading, draft: Draft, seen: int | None) -> None:
        parts = regrouping.unmerge_draft(
            actor=request.actor, reading=found, place=at.place, part=at.part, seen=seen
        )
        messages.success(request, _("已拆回合并前的%(count)s条。") % {"count": len(parts)})

    return _done(request, reading_id, at, deed, stays=True)


def _draft(found: Reading, at: At) -> Draft:
    draft = find_at(found, at)
    if draft is None:
        raise Http404
    return draft


def _undo(deed: str, at: At, name: str, value: str) -> str:
    return "|".join((UNDO, deed, str(at), name, value))


Deed = Callable[["Reading", "Draft", "int | None"], None]


def _done(request: SignedInRequest, reading_id: UUID, at: At, deed: Deed, *, stays: bool = False) -> HttpResponse:
    """Do a deed and go on; a refusal is told with the draft open."""
    found = own_reading(request, reading_id)
    draft = _draft(found, at)
    try:
        deed(found, draft, seen_in(request.POST))
    except Overtaken as overtaken:
        return _overtaken(request, found, at, overtaken)
    except Refused as refused:
        return back(request, found, refused, address_of(found, asked_in(request.GET), at))
    return redirect(address_of(found, asked_in(request.GET), at)) if stays else _on(request, found, at)


def _on(request: SignedInRequest, found: Reading, at: At) -> HttpResponse:
    """To the draft that the screen named as the next one."""
    then = request.POST.get("then")
    return redirect(address_of(found, asked_in(request.GET), at if then is None else at_in(then)))
