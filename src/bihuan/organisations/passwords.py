"""Passwords: one-time ones, made by the machine, shown once to the administrator and stored only as a hash; and
what is said of a chosen one that will not do."""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers_by_algorithm, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bihuan.book import clock

if TYPE_CHECKING:
    from bihuan.organisations.models import Person

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike on paper."""
GROUPS, GROUP = 3, 5
ONE_TIME = re.compile(rf"[{LETTERS}]{{{GROUP}}}(-[{LETTERS}]{{{GROUP}}}){{{GROUPS - 1}}}", re.IGNORECASE)
QUICK = "pbkdf2_sha256"
QUICK_ROUNDS = 20_000


def fresh_password() -> str:
    """Fifteen random letters (74 bits) in three groups, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(GROUP)) for _group in range(GROUPS))


def last_day() -> date:
    """The last day on which a one-time password made today can be used."""
    return clock.today() + timedelta(days=settings.ONE_TIME_DAYS)


def quick_hash(password: str) -> str:
    """The hash of a `fresh_password`, for many accounts at once.

    The slow default hash guards passwords that people choose; at a fifth of a second each it would take minutes
    for an office of hundreds. A random one of 74 bits withstands guessing at this cost too: whoever stole the
    database and tried a thousand million of these hashes a second would need some half a million years for one.
    It opens the door for two weeks at most, and the first sign-in stores it under the default hash.
    """
    hasher = get_hashers_by_algorithm().get(QUICK)
    if not isinstance(hasher, PBKDF2PasswordHasher):
        return make_password(password)
    return hasher.encode(password, hasher.salt(), iterations=QUICK_ROUNDS)


class LongEnough(MinimumLengthValidator):
    """Django's check of the length (`min_length` characters), told in our words.

    Django 5.2 words its own refusal in a way that its Chinese translation does not know, so it comes in English.
    """

    def get_error_message(self) -> str:
        """Why a shorter password is refused."""
        return _("密码太短，至少要有%(count)s个字符。") % {"count": self.min_length}


class NotOneTime:
    """Nobody keeps a one-time password, or goes back to one: it stood on paper and on somebody else's screen.

    Told by its form, so that no list of used ones has to be kept.
    """

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises `ValidationError` where `password` has the form of a one-time one."""
        if ONE_TIME.fullmatch(password):
            raise ValidationError(_("这是一次性密码的样式，不能用作自己的密码。请另设一个。"))

    def get_help_text(self) -> str:
        """What is asked for, in words."""
        return _("不能使用一次性密码。")


class NotThePresentOne:
    """Whoever changes a password changes it."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises `ValidationError` where it is the password that `user` has already."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("新密码和现在的密码相同，请另设一个。"))

    def get_help_text(self) -> str:
        """What is asked for, in words."""
        return _("不能与现在的密码相同。")
