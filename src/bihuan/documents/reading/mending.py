"""Dirty text: traditional characters, text decoded by the wrong table, lost characters.

What is mended here serves to recognise a text, or stands beside the original with a doubt; nobody's words are
changed silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from opencc import OpenCC

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_LATIN = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac]"
)
# The commonest characters of UTF-8 text that was taken for GBK; real texts hardly know them.
_TAKEN_FOR_GBK = re.compile(
    r"[锛銆鐨涓浜浣闂鍏鍙鍥瀹宸甯骞搴寮鎴鎵鏁鏃鏄鏈鏍姘娌娴鐘鐞绔绾缁绗琛瑙璁璐璺閬閮閲闀闃鍔鍖鏀鐩绠寰澶鐜浠]"
)
_SUSPECT = re.compile(rf"{_LATIN.pattern[:-1]}{_TAKEN_FOR_GBK.pattern[1:]}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LOST = re.compile(r"\ufffd|锟斤拷|(?<=[\u4e00-\u9fff])\?+(?=[\u4e00-\u9fff])|\?{3,}|(?<=[\u4e00-\u9fff])\?\?")


@lru_cache(maxsize=1)
def _characters() -> Mapping[int, str]:
    """Traditional characters and what they are simplified to, one for one."""
    han = [chr(code) for code in range(_FIRST_HAN, _LAST_HAN + 1)]
    plain = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(old): new for old, new in zip(han, plain, strict=True) if old != new and len(new) == 1}


def simplified(text: str) -> str:
    """A text in simplified characters, each in the place of its own, so that places found in it hold in `text`."""
    return text if text.isascii() else text.translate(_characters())


def as_written(found: Iterable[str], plain: str, text: str) -> tuple[str, ...]:
    """Pieces found in a simplified text, as the text itself writes them."""
    if plain == text:
        return tuple(found)
    starts = ((piece, plain.find(piece)) for piece in found)
    return tuple(text[at : at + len(piece)] if at >= 0 else piece for piece, at in starts)


def has_lost(text: str) -> bool:
    """Whether characters of a text are lost: U+FFFD, or question marks in the middle of words."""
    return ("\ufffd" in text or "?" in text or "锟" in text) and bool(_LOST.search(text))


def unscrambled(text: str) -> str | None:
    """What a text said before its bytes were taken for another encoding; None where it is no such text."""
    if text.isascii() or not _SUSPECT.search(text):
        return None
    if len(_LATIN.findall(text)) >= 3 and not _HAN.search(text):
        return _again(text, ("latin-1", "cp1252"), ("utf-8", "gb18030"))
    if _TAKEN_FOR_GBK.search(text):
        return _again(text, ("gb18030",), ("utf-8",)) or _torn(text)
    return None


def _torn(text: str) -> str | None:
    """UTF-8 that was taken for GBK and lost every byte that had no partner; what is lost stays marked."""
    if "\ufffd" not in text and "?" not in text:
        return None
    found = text.replace("\ufffd", "?").encode("gb18030", "replace").decode("utf-8", "replace")
    sound = found.replace("\ufffd", "")
    return found if len(_HAN.findall(sound)) >= 2 and is_plain_chinese(sound) else None


def _again(text: str, taken_for: tuple[str, ...], true: tuple[str, ...]) -> str | None:
    for wrong in taken_for:
        for right in true:
            try:
                found = text.encode(wrong).decode(right)
            except UnicodeError:
                continue
            if is_plain_chinese(found) and _HAN.search(found):
                return found
    return None


def is_plain_chinese(text: str) -> bool:
    """Whether nearly all of its foreign characters are everyday ones (GB 2312); any bytes make some GBK."""
    foreign = [char for char in text if ord(char) > 127]
    known = sum(1 for char in foreign if _is_everyday(char))
    return known >= 0.9 * len(foreign)


def _is_everyday(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
