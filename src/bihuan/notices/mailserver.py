"""The mail server named by `BIHUAN_MAIL_URL`, and what its answers mean.

`smtp://user:password@host:587/?tls=true` speaks STARTTLS, `smtps://…:465` TLS from the beginning, `smtp://host:25`
neither. Nothing here knows what is in a mail.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import BadHeaderError

from bihuan.domain.refusals import Denied, Refused, say

TIMEOUT = 30
TOLD = 300
"""So many characters of an answer are kept."""


@dataclass(frozen=True)
class Answer:
    """What the server said to one mail. `lasting`: trying again would not help; `server`: it concerns every
    mail.
    """

    text: str
    lasting: bool
    server: bool = False


def connection() -> EmailBackend:
    """A connection, not opened yet. Raises `Refused` where the address of the server is none."""
    parts = urlsplit(settings.MAIL_URL)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Refused(
            Denied(
                say("邮件服务器地址（BIHUAN_MAIL_URL）不正确。"),
                say("请写成 smtp://用户:密码@主机:587/?tls=true 的形式。"),
            )
        )
    secure = parts.scheme == "smtps"
    return EmailBackend(
        host=parts.hostname,
        port=parts.port or (465 if secure else 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=secure,
        use_tls=not secure and parse_qs(parts.query).get("tls", [""])[0].lower() in ("1", "true"),
        timeout=TIMEOUT,
    )


def host() -> str:
    """The host of the server, to be shown; empty where none is set up."""
    return urlsplit(settings.MAIL_URL).hostname or ""


def answer(error: Exception) -> Answer:
    """What an error while sending means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        return Answer(_text(code, said), lasting=code >= 500)
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Answer(_text(error.smtp_code, error.smtp_error), lasting=False, server=True)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Answer(_text(error.smtp_code, error.smtp_error), lasting=False, server=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(_text(error.smtp_code, error.smtp_error), lasting=error.smtp_code >= 500)
    if isinstance(error, BadHeaderError | UnicodeError | ValueError):
        return Answer(_text(0, str(error)), lasting=True)
    return Answer(_text(0, str(error) or type(error).__name__), lasting=False, server=True)


def _text(code: int, said: bytes | str) -> str:
    """An answer as one line without control characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return (f"{code} {line}" if code else line)[:TOLD]
