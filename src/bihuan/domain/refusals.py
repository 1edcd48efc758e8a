"""Refusals: what a rule answers when it says no.

A rule returns `None` when it has nothing against a step, or a `Denied` that says in plain words why not and
what would help. Texts are Chinese message templates with named parameters; whoever shows them translates the
template first and fills it afterwards. Nothing here knows about languages, requests or databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def say(text: str) -> str:
    """Mark `text` as a message for users, so that the translation test finds it. Returns it unchanged."""
    return text


@dataclass(frozen=True)
class Denied:
    """Why a step is refused (`reason`), what would mend it (`remedy`), and the values both mention."""

    reason: str
    remedy: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return (self.reason + self.remedy) % self.params


class Refused(Exception):
    """Raised where a single step cannot go on; carries the `Denied` that explains it."""

    def __init__(self, denied: Denied) -> None:
        super().__init__(str(denied))
        self.denied = denied


def insist(denied: Denied | None) -> None:
    """Raise `Refused` unless `denied` is `None`."""
    if denied is not None:
        raise Refused(denied)
