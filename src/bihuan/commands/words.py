"""The language of the command line, without Django: messages are Chinese in the code, English by catalogue.

`BIHUAN_LANG` decides, else the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`); Chinese where neither names a language.
"""

from __future__ import annotations

import gettext
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import click

from bihuan.domain.refusals import Denied

CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
NO_LANGUAGE = frozenset({"", "c", "posix"})


def language() -> str:
    """The code of the language to speak: `zh-hans` or `en`."""
    names = ("BIHUAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    code = wanted.partition(".")[0].lower()
    return "zh-hans" if code in NO_LANGUAGE or code.startswith("zh") else "en"


@cache
def _catalogue() -> gettext.NullTranslations:
    if language() == "zh-hans":
        return gettext.NullTranslations()
    return gettext.translation("django", str(CATALOGUES), ["en"], fallback=True)


def _(text: str) -> str:
    """`text` in the language of the command line."""
    return _catalogue().gettext(text) if text else ""


def told(denied: Denied) -> str:
    """A refusal in the language of the command line: the reason and what would mend it."""
    params = {name: _(value) if isinstance(value, str) else value for name, value in denied.params.items()}
    between = " " if denied.remedy and language() == "en" else ""
    return (_(denied.reason) + between + _(denied.remedy)) % params


def show(text: str = "") -> None:
    """Print a line of the answer."""
    click.echo(text)


def note(text: str) -> None:
    """Print a line about the work itself, where it is not in the way of an answer that a program reads."""
    click.echo(text, err=True)


def show_json(data: Any) -> None:
    """Print an answer for a program: one JSON value, UTF-8."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))
