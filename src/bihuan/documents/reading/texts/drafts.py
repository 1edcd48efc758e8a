"""What has been gathered for one problem of a text, before it is decided whether it is one."""

from __future__ import annotations

from dataclasses import dataclass, field

from bihuan.documents.reading.texts.blocks import Piece

TOLD = "told"


@dataclass
class Draft:
    """What has been gathered for one problem; `own_lines` counts label lines of its own.

    `about` problems name themselves as such (关于…问题), `listed` ones stand in a list of what was found; both
    need nothing else to be problems or to be told about.
    """

    fields: dict[str, list[Piece]] = field(default_factory=dict)
    own_lines: int = 0
    form: str | None = None
    number: str = ""
    category: str = ""
    duty_supports: bool = False
    about: bool = False
    listed: bool = False
    first: int = 0
    last: int = 0

    def add(self, name: str, piece: Piece) -> None:
        """Add a stretch to a field."""
        self.fields.setdefault(name, []).append(piece)
        self.last = max(self.last, piece.block)

    def text(self, name: str) -> str:
        """All stretches of a field, one a line."""
        return "\n".join(piece.text for piece in self.fields.get(name, ()) if piece.text)
