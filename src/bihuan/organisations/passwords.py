"""Passwords: one-time ones, made by the machine, shown once to the administrator and stored only as a hash; and
what is said of a chosen one that is too short."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hashers_by_algorithm, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that look alike on paper."""
GROUPS, GROUP = 3, 5
QUICK = "pbkdf2_sha256"
QUICK_ROUNDS = 20_000


def fresh_password() -> str:
    """Fifteen random letters (74 bits) in three groups, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(GROUP)) for _group in range(GROUPS))


def quick_hash(password: str) -> str:
    """The hash of a `fresh_password`, for many accounts at once.

    The slow default hash guards passwords that people choose; it would take minutes for an office of hundreds.
    A random one withstands guessing at this cost too, and the first sign-in stores it under the default hash.
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
