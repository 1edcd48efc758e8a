"""Passwords given on standard input, or made by chance and shown once. Never taken from the command's options."""

from __future__ import annotations

import sys

from bihuan.commands.frame import FAILED, MISUSED, Stopped
from bihuan.commands.words import _


def from_stdin() -> str:
    """The first line of standard input; raises `Stopped` where it is empty."""
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Stopped(_("标准输入里没有密码。"), MISUSED)
    return line


def chosen_password(given: str | None, *, username: str, name: str) -> str:
    """`given` where it is strong enough; a random one where none was given.

    Raises `Stopped` with the reasons where it is too weak.
    """
    from bihuan.organisations.passwords import fresh_password

    if given is None:
        return fresh_password()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(given, get_user_model()(username=username, name=name))
    except ValidationError as error:
        raise Stopped(" ".join(error.messages), FAILED) from error
    return given
