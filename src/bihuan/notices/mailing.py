"""Mails: put together within the flood guard, sent, and what the server said noted. Nothing is lost by a
refusal.

A mail is claimed, sent and noted in three steps, with no transaction open while the server is talked to. Where
the process ends between sending and noting, the mail is sent once more and never a third time
(`Mail.State.UNCLEAR`); both carry the same Message-ID.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count

from bihuan.book import clock
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.notices import mailserver
from bihuan.notices.letters import letter_of
from bihuan.notices.mailserver import Answer
from bihuan.notices.models import ByMail, Mail, Notice
from bihuan.notices.wishes import wants_of

State = Mail.State
PAUSES = tuple(timedelta(minutes=n) for n in (5, 15, 60, 240, 720, 1440))
"""After each try that failed for the time being; when they are used up, the mail is given up."""
LEASE = timedelta(minutes=15)
"""A try that was not noted by then never will be."""
HOUR = timedelta(hours=1)


def refuses_set_up() -> Denied | None:
    """Why no mail can be sent by how this installation is set up; None where one can."""
    if not settings.MAIL_URL:
        return Denied(
            say("没有设置邮件服务器，不发邮件；通知只在收件箱里。"),
            say("需要发邮件的，请设置 BIHUAN_MAIL_URL 和 BIHUAN_MAIL_FROM。"),
        )
    try:
        mailserver.connection()
        validate_email(parseaddr(settings.MAIL_FROM)[1])
    except Refused as refused:
        return refused.denied
    except (ValidationError, ValueError):
        return Denied(
            say("发件人地址（BIHUAN_MAIL_FROM）或邮件服务器地址不正确，不能发邮件。"), say("请改正后重启服务。")
        )
    return None


def plan() -> int:
    """Put the direct orders that are due into one mail a person, hold those above the guard; how many mails."""
    due = list(Notice.objects.filter(by_mail=ByMail.DUE).values_list("person_id", flat=True).distinct())
    since = clock.now() - HOUR
    lately = Mail.objects.filter(person_id__in=due, made_at__gt=since, digest_id__isnull=True)
    had = dict(lately.values_list("person_id").annotate(Count("id")))
    made = 0
    for person in sorted(due):
        if had.get(person, 0) < settings.MAILS_PER_HOUR and made < settings.MAILS_PER_RUN:
            made += _put_together(person)
        else:
            Notice.objects.filter(person_id=person, by_mail=ByMail.DUE).update(by_mail=ByMail.HELD)
    return made


def _put_together(person: int) -> int:
    now = clock.now()
    with transaction.atomic():
        due = Notice.objects.filter(person_id=person, by_mail=ByMail.DUE)
        region = due.values_list("region_id", flat=True).first()
        if region is None:
            return 0
        mail = Mail.objects.create(person_id=person, region_id=region, next_at=now, made_at=now)
        if not due.update(by_mail=ByMail.PUT, mail_id=mail.id):
            mail.delete()  # somebody else was faster
            return 0
    return 1


def send() -> int:
    """Send what waits; how many the server took. Ends at the first failure that concerns every mail."""
    if refuses_set_up():
        return 0
    now = clock.now()
    waiting = Mail.objects.filter(state__in=[State.QUEUED, State.SENDING], next_at__lte=now)
    sent = 0
    with _open() as server:
        for mail in waiting.order_by("next_at", "id")[: settings.MAILS_PER_RUN]:
            if not _claim(mail):
                continue
            answer = _try(mail, server)
            sent += mail.state == State.SENT
            if answer is not None and answer.server:
                break
    return sent


class _open:
    """A connection for several mails, opened by the first of them, closed at the end whatever happens."""

    def __enter__(self) -> EmailBackend:
        self.server = mailserver.connection()
        return self.server

    def __exit__(self, *error: object) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self.server.close()


def _claim(mail: Mail) -> bool:
    """Take a mail in hand; False where somebody else did, or where it was sent twice and the end never noted."""
    before = {"id": mail.id, "state": mail.state, "next_at": mail.next_at}
    stranded = mail.state == State.SENDING
    if stranded and mail.strandings:
        done = {"state": State.UNCLEAR, "done_at": clock.now()}
        Mail.objects.filter(**before).update(**done)
        _hold(mail)
        return False
    mail.strandings += stranded
    mail.tries += 1
    mail.state, mail.next_at = State.SENDING, clock.now() + LEASE
    columns = {"state": mail.state, "next_at": mail.next_at, "tries": mail.tries, "strandings": mail.strandings}
    return Mail.objects.filter(**before).update(**columns) == 1


def _try(mail: Mail, server: EmailBackend) -> Answer | None:
    """Send one mail and note what came of it; what went wrong, or None."""
    wants = wants_of([mail.person_id])[mail.person_id]
    wanted = wants.digest_by_mail if mail.digest_id else wants.orders_by_mail
    letter = letter_of(mail, wants.language) if wanted else None
    if letter is None:
        _note(mail, State.NEEDLESS)
        return None
    mail.address = wants.address
    try:
        server.open()
        server.send_messages(
            [
                EmailMessage(
                    letter.subject,
                    letter.body,
                    settings.MAIL_FROM,
                    [wants.address],
                    headers={"Message-ID": _message_id(mail), "Auto-Submitted": "auto-generated"},
                )
            ]
        )
    except (smtplib.SMTPException, OSError, ValueError) as error:
        answer = mailserver.answer(error)
        _note_failure(mail, answer)
        return answer
    _note(mail, State.SENT)
    return None


def _message_id(mail: Mail) -> str:
    """The same for every try, so that a second copy can be known for one."""
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]
    return f"<{mail.id}@{domain}>"


def _note_failure(mail: Mail, answer: Answer) -> None:
    mail.told = answer.text
    if answer.lasting or mail.tries > len(PAUSES):
        _note(mail, State.REFUSED)
        _hold(mail)
        return
    mail.next_at = clock.now() + PAUSES[mail.tries - 1]
    _note(mail, State.QUEUED)


def _note(mail: Mail, state: Mail.State) -> None:
    mail.state = state
    mail.done_at = None if state == State.QUEUED else clock.now()
    if state == State.SENT:
        mail.told = ""
    mail.save(update_fields=["state", "next_at", "done_at", "told", "address"])


def _hold(mail: Mail) -> None:
    """What did not go out waits for the digest, and the inbox says so."""
    Notice.objects.filter(mail_id=mail.id).update(by_mail=ByMail.HELD)
