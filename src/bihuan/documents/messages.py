"""What a reader has to say to a person: a Chinese message template and its parameters.

The template is also the key under which delivery looks up the other languages; this module translates
nothing and formats only for programs (`str(fault)`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.domain.refusals import say

__all__ = ["Fault", "Unreadable", "say"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong or uncertain in a file.

    `text` is a template with %(name)s parameters, `params` their values; `place` names the cell
    ("sheet!E5"), line or row a person must look at, None where the whole file is meant.
    """

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    place: str | None = None

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text

    def as_json(self) -> dict[str, object]:
        """The fault as a program reads it: text filled in, template, parameters and place."""
        return {
            "text": str(self),
            "template": self.text,
            "params": {key: str(value) for key, value in self.params.items()},
            "place": self.place,
        }


class Unreadable(Exception):
    """A file that cannot be read at all; `fault` says why and what to do about it."""

    def __init__(self, text: str, place: str | None = None, **params: object) -> None:
        self.fault = Fault(text, params, place)
        super().__init__(str(self.fault))
