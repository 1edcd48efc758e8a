"""How far a problem has come, in the words (or boxes) of the column it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from bihuan.documents.reading.marks import chosen
from bihuan.documents.reading.statuses import DONE, MOSTLY, NOT_STARTED, ONGOING, STAGE, read_status

_USUAL = {
    DONE: ("已完成", "是", "100%"),
    MOSTLY: ("基本完成",),
    STAGE: ("阶段性完成",),
    ONGOING: ("整改中", "否"),
    NOT_STARTED: ("未启动", "0%"),
}
_BOX = re.compile(r"([☑✅■√✓✔☒☐□○●◉])(\s*)([^☑✅■√✓✔☒☐□○●◉\s，,；;、/]{1,14})")
_EMPTY_BOX = {"☑": "□", "✅": "□", "■": "□", "√": "□", "✓": "□", "✔": "□", "☒": "☐", "●": "○", "◉": "○"}


def status_as_text(wanted: str, old: str, samples: Sequence[str], asked: bool) -> str | None:
    """The text of a status cell: `wanted` is a status of the contract, or a text that is taken as it is.

    None where the column's words cannot say it. `asked`: the column asks whether the problem is done.
    """
    if wanted not in _USUAL:
        return wanted
    forms = [*_boxed(wanted, [old, *samples]), *_used(wanted, samples, asked), *_by_need(wanted, asked)]
    return next((text for text in forms if read_status(chosen(text) or text, asked) == wanted), None)


def tick_for(wanted: str, labels: Sequence[str]) -> str | None:
    """The label to tick for a status, or for a text that is one of the labels; None where there is none."""
    if wanted in labels:
        return wanted
    return next((label for label in labels if read_status(label, True) == wanted), None)


def _boxed(wanted: str, samples: Sequence[str]) -> Iterator[str]:
    """A cell of printed boxes with another one ticked."""
    for sample in samples:
        boxes = _BOX.findall(sample)
        ticked = next((box for box, _, words in boxes if words == chosen(sample)), None)
        if ticked is not None and len(boxes) > 1:
            empty = next((box for box, _, _ in boxes if box != ticked), _EMPTY_BOX.get(ticked, "□"))
            yield _BOX.sub(partial(_box, wanted, ticked, empty), sample)


def _box(wanted: str, ticked: str, empty: str, found: re.Match[str]) -> str:
    return (ticked if read_status(found[3]) == wanted else empty) + found[2] + found[3]


def _used(wanted: str, samples: Sequence[str], asked: bool) -> Iterator[str]:
    """The words this column uses for it, the most usual first."""
    counted = Counter(text for text in samples if read_status(text, asked) == wanted)
    return (text for text, _ in counted.most_common())


def _by_need(wanted: str, asked: bool) -> Iterator[str]:
    usual = _USUAL[wanted]
    if asked:
        yield from (text for text in usual if text in ("是", "否"))
    yield from usual
