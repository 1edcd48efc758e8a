"""Units and persons written into a cell as it writes them, so that the reader hears each one's part again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bihuan.documents.reading.duty import part_persons
from bihuan.documents.reading.mending import as_written, simplified
from bihuan.documents.reading.units import LEAD, Units, read_persons, read_units

_SEPARATORS = "、，,；;/\n"


@dataclass(frozen=True)
class UnitCell:
    """How a cell of units is read: what part its column gives, whether the first one leads, persons mix in."""

    role: str
    first: bool = False
    mixed: bool = False

    def read(self, text: str) -> Units:
        """What the reader makes of a text in such a cell."""
        plain = simplified(text)
        if self.mixed:
            plain = text = part_persons(plain)
        found = read_units(plain, self.role, self.first, self.mixed)
        return Units(*(as_written(names, plain, text) for names in (found.lead, found.support, found.persons)))


def units_as_text(wanted: Units, cell: UnitCell, old: str, samples: Sequence[str]) -> str:
    """The text for `wanted`: the old one with names replaced if that will do, else a list as the column has it.

    Where no form is read back as wanted (a name with a separator in it), it is a plain list.
    """
    if not (wanted.lead or wanted.support or wanted.persons):
        return ""
    before = cell.read(old) if old else Units()
    separator = _separator([old, *samples])
    forms = [*_replaced(old, before, wanted), *_lists(wanted, cell, separator)]
    return next((text for text in forms if cell.read(text) == wanted), forms[-1])


def persons_as_text(wanted: str, old: str, samples: Sequence[str]) -> str:
    """The text for persons (joined by 、): the old one with names replaced if that will do, else a list."""
    before = read_persons(old).split("、")
    names = wanted.split("、")
    listed = _separator([old, *samples]).join(names)
    forms = [_with_names(old, before, names), listed] if len(before) == len(names) and old else [listed]
    return next((text for text in forms if read_persons(text) == wanted), wanted)


def _separator(texts: Sequence[str]) -> str:
    for text in texts:
        found = [char for char in text if char in _SEPARATORS]
        if found:
            return found[0]
    return "、"


def _replaced(old: str, before: Units, wanted: Units) -> Iterator[str]:
    """The old text with new names in the places of old ones."""
    pairs = (
        (before.lead, wanted.lead),
        (before.support, wanted.support),
        (before.persons, wanted.persons),
    )
    if old and all(len(one) == len(other) for one, other in pairs):
        yield _with_names(
            old, [name for one, _ in pairs for name in one], [name for _, other in pairs for name in other]
        )


def _with_names(text: str, before: Sequence[str], names: Sequence[str]) -> str:
    """Each old name replaced once by the new one, the longest first so that none is cut in two."""
    pairs = [(old, new) for old, new in zip(before, names, strict=True) if old and old != new]
    pairs.sort(key=lambda pair: -len(pair[0]))
    for number, (old, _) in enumerate(pairs):
        text = text.replace(old, f"\x01{number}\x02", 1)
    for number, (_, new) in enumerate(pairs):
        text = text.replace(f"\x01{number}\x02", new)
    return text


def _lists(wanted: Units, cell: UnitCell, separator: str) -> Iterator[str]:
    names = [*wanted.lead, *wanted.support]
    people = "、".join(wanted.persons)
    ends = [f"{separator}{people}", f" {people}"] if people else [""]
    for end in ends:
        if cell.role == LEAD and len(wanted.lead) > 1 and cell.first:
            yield f"牵头单位：{separator.join(wanted.lead)}{end}"
        yield separator.join(names) + end
        if wanted.lead and wanted.support:
            yield separator.join([*(f"{name}（牵头）" for name in wanted.lead), *wanted.support]) + end
            lead, support = ("、".join(part) for part in (wanted.lead, wanted.support))
            yield f"牵头单位：{lead}；配合单位：{support}{end}"
        elif wanted.support:
            yield f"配合单位：{separator.join(wanted.support)}{end}"
    yield separator.join([*names, *wanted.persons])
