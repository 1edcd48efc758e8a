"""The text of a mail, plain, in the language its reader chose: what was done, number and title, where to open it.

Line breaks and control characters in a title never reach a header. No text of a problem, no person is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.notices.audience import PROBLEM
from bihuan.notices.contents import Line, Part, Subject, lines, parts_of, working_units
from bihuan.notices.models import Digest, Mail, Notice
from bihuan.notices.turned import NAMED

SUBJECT_LENGTH = 120
MOST_LINES = 50


@dataclass(frozen=True)
class Letter:
    """A mail's subject (one line) and body."""

    subject: str
    body: str


def letter_of(mail: Mail, language: str) -> Letter | None:
    """What this mail says now; None where there is nothing left to say: all read, or out of sight."""
    with translation.override(language):
        return _digest(mail) if mail.digest_id else _orders(mail)


def _orders(mail: Mail) -> Letter | None:
    notices = list(Notice.objects.filter(mail_id=mail.id, read_at__isnull=True).order_by("id"))
    told = [line for line in lines(notices, working_units(mail.person_id)) if line.subject is not None]
    if not told:
        return None
    count = len(told)
    if count == 1:
        subject = _heading(told[0])
    else:
        subject = _("%(count)s件事项直接交给您办理") % {"count": count}
    opening = _("以下事项直接交给您或您所在的单位办理：")
    return Letter(_one_line(subject), "\n".join([opening, "", *_listed(told), "", *_closing()]))


def _digest(mail: Mail) -> Letter | None:
    assert mail.digest_id is not None, "a mail that brings a digest"
    digest = Digest.objects.filter(id=mail.digest_id, person_id=mail.person_id).first()
    if digest is None or digest.read_at is not None:
        return None
    units = working_units(mail.person_id)
    notices = list(Notice.objects.filter(digest_id=digest.id, read_at__isnull=True).order_by("id")[:MOST_LINES])
    told = [line for line in lines(notices, units) if line.subject is not None]
    parts = parts_of(digest, units)
    if not told and not parts:
        return None
    subject = _("%(day)s工作提要") % {"day": digest.day.isoformat()}
    body = [subject, *(text for part in parts for text in _part(part))]
    if told:
        body += ["", _("新通知%(count)s条：") % {"count": digest.notices}, *_listed(told[:NAMED])]
        if digest.notices > NAMED:
            body.append(_("其余的请在收件箱中查看。"))
    return Letter(_one_line(subject), "\n".join([*body, "", *_closing(f"/inbox/digests/{digest.id}/")]))


def _part(part: Part) -> Iterator[str]:
    """A kind with its count and the first of its problems."""
    yield ""
    values = {"unit": part.unit.name, "kind": _(part.kind.name), "count": part.count}
    yield _("%(unit)s：%(kind)s%(count)s项") % values
    for place, subject in enumerate(part.problems, start=1):
        yield f"{place}. {_named(subject)}"


def _listed(told: Sequence[Line]) -> Iterator[str]:
    for place, line in enumerate(told[:MOST_LINES], start=1):
        yield f"{place}. {_heading(line)}"
        yield f"   {line.by or '—'} · {line.at.strftime('%Y-%m-%d %H:%M')}"
        if settings.PUBLIC_URL:
            yield f"   {settings.PUBLIC_URL}/inbox/{line.notice.id}/"
    if len(told) > MOST_LINES:
        yield _("其余的请在收件箱中查看。")


def _heading(line: Line) -> str:
    subject = _named(line.subject) if line.subject else ""
    return f"[{_(line.verb)}] {subject}"


def _named(subject: Subject) -> str:
    """Number, title, day; of what has no title but a whole text, the day alone."""
    due = _("期限%(due)s") % {"due": subject.due.isoformat()} if subject.due else ""
    name = f"{subject.number} {subject.title}" if subject.kind == PROBLEM else ""
    return _one_line(" ".join(filter(None, [name, due])))


def _closing(path: str = "/inbox/") -> Iterator[str]:
    if settings.PUBLIC_URL:
        yield _("打开：%(address)s") % {"address": f"{settings.PUBLIC_URL}{path}"}
    else:
        yield _("请登录系统，在收件箱中查看。")
    yield _("不想再收到这类邮件，请在“收件箱”的“通知设置”中关闭。")


def _one_line(text: str) -> str:
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"
