"""A paragraph as found → a block to read: width and characters made plain, mojibake undone, losses told.

The original always stays beside what is read, and whatever was mended beyond plain width is told as a doubt.
"""

from __future__ import annotations

import re
import unicodedata

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.mending import has_lost, simplified, unscrambled
from bihuan.documents.reading.texts.blocks import Block

# Digits, letters and the marks between them; Chinese punctuation is wide by right.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_WIDE |= {ord("％"): "%", ord("．"): ".", ord("／"): "/", ord("－"): "-", ord("＋"): "+", ord("\u2028"): "\n"}
_INVISIBLE = dict.fromkeys((8203, 8204, 8205, 8288, 65279, 173), " ")
# PDF programs write radicals for the characters they look like; nobody sees the difference, but words break.
_LOOK_ALIKES = dict(
    zip(
        "⺁⺄⺆⺈⺊⺌⺎⺑⺓⺕⺖⺗⺘⺙⺛⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺳⺶⺷⺻⺼⺽⻀⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻏⻐⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙冂刀卜小兀尤幺彐忄心扌攵旡月歹母民氵水灬爪爫爿牛犭王疋罒示礻竹糸纟网羊羊聿月臼艹衤覀西见角讠贝车辶辶邑钅镸长门雨青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟",
        strict=True,
    )
)
_LOOK_ALIKES |= {
    chr(code): unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00))
}
_RADICALS = {ord(radical): sign for radical, sign in _LOOK_ALIKES.items() if len(sign) == 1}
_PLAIN = {**_WIDE, **_INVISIBLE}
_TWISTED = re.compile(r"[\u00c0-\u00ff][\u0080-\u00ff\u0152-\u0178\u02c6\u2013-\u203a\u20ac]")
_TWISTED_RUN = re.compile(
    r"[\u0080-\u00ff\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,2000}"
)
_PARTS = re.compile(r"(?<=[：:，,。；;、\s])")
_LONGEST_SHOWN = 30


def block_of(original: str, *, number: str = "", page: int | None = None) -> Block:
    """The block of one paragraph; doubts name it by its first words and give no place of their own."""
    original = without_radicals(original)
    doubts: list[Fault] = []
    text = untwisted(original)
    if text is not None:
        note = say("原文是乱码，已还原为“%(text)s”，请对照原件核对。")
        doubts.append(Fault(note, {"text": _shown(text), "original": original}))
    plain = simplified((text or original).translate(_PLAIN))
    if has_lost(plain) or "锟斤拷" in plain:
        doubts.append(Fault(say("“%(text)s”中有丢失的字符，请对照原件补上。"), {"text": _shown(original)}))
    return Block(plain, original, number=number, page=page, doubts=tuple(doubts))


def table_of(rows: tuple[tuple[str, ...], ...], *, page: int | None = None) -> Block:
    """The block of one table; its cells are kept as written, for ledgers are read with their own care."""
    return Block(rows=tuple(tuple(map(without_radicals, row)) for row in rows), page=page)


def without_radicals(text: str) -> str:
    """A text with the characters meant where a PDF has radicals and compatibility forms that look the same."""
    return text if text.isascii() else text.translate(_RADICALS)


def untwisted(text: str) -> str | None:
    """What a text said before it was decoded by the wrong table, None where it was not or it cannot be told."""
    if text.isascii():
        return None
    found = unscrambled(text)
    if found is None:
        found = "".join(unscrambled(part) or part for part in _PARTS.split(text))
    if found == text and _TWISTED.search(text):
        found = _fixed(text)
    return found if found != text else None


def _fixed(text: str) -> str:
    """A text with its twisted stretches put right one by one, so that what is sound beside them does no harm."""
    import ftfy

    return _TWISTED_RUN.sub(lambda run: ftfy.fix_encoding(run[0]), text)


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
