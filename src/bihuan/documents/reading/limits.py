"""How much a file may hold before it is refused; the figures are our own and only guard the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Ceilings of one file: sizes in bytes, the rest in counts.

    `inflated` bounds everything inside a zip together; `ratio` is how far one part larger than
    `ratio_from` bytes may inflate; `cells` is rows × columns of the area a sheet spans.
    `characters` and `paragraphs` bound a text, `pages` and `seconds` (of the clock) a PDF.
    """

    file_size: int = 50 * 1024 * 1024
    inflated: int = 400 * 1024 * 1024
    ratio: int = 300
    ratio_from: int = 10 * 1024 * 1024
    parts: int = 5_000
    elements: int = 12_000_000
    rows: int = 200_000
    columns: int = 500
    cells: int = 4_000_000
    merges: int = 200_000
    characters: int = 600_000
    paragraphs: int = 20_000
    pages: int = 300
    seconds: float = 9.0
