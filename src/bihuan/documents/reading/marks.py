"""Ticks and boxes: what stands in a cell to say "this one", and boxes printed before a choice of words."""

from __future__ import annotations

import re

# R, P and ü are the ticks of the fonts Wingdings 2 and Wingdings.
_TICKS = set("√✓✔☑✅●■★▲◆⬤○◎△☆◯Vv*1是有YyRPüþ对")
_CROSSES = set("×✗✘☒❌xX□☐0否无-—/\\NnO")
_SECOND = set("○◎△☆◯")
_BOX = re.compile(r"([☑✅■√✓✔☒☐□○●◉])\s*([^☑✅■√✓✔☒☐□○●◉\s，,；;、/]{1,14})")
_CHECKED = set("☑✅■√✓✔☒●◉")


def is_tick(text: str) -> bool:
    """Whether a cell holds nothing but a mark that chooses."""
    bare = text.strip("()（）[]【】 \u3000")
    return 0 < len(bare) <= 2 and all(char in _TICKS for char in bare)


def is_mark(text: str) -> bool:
    """Whether a cell holds nothing but a mark, chosen or not."""
    bare = text.strip("()（）[]【】 \u3000")
    return is_tick(text) or (0 < len(bare) <= 2 and all(char in _CROSSES for char in bare))


def is_second(text: str) -> bool:
    """Whether a tick is of the hollow kind that marks the supporting role where both are used."""
    return text.strip()[:1] in _SECOND


def chosen(text: str) -> str | None:
    """The words behind the ticked box of a cell such as ☑已完成 □未完成; None where there are no boxes."""
    boxes = _BOX.findall(text)
    if len(boxes) < 2 and not text.strip().startswith(("☑", "■", "✅")):
        return None
    ticked = [words for box, words in boxes if box in _CHECKED]
    return ticked[0] if len(ticked) == 1 else None
