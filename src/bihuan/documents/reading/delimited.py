"""Decode a csv, tsv or txt export and cut it into cells.

Offices send UTF-8 with and without a mark, UTF-16 from Excel's "Unicode text", and GBK from everything
older; the bytes decide, never the file's name.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import charset_normalizer

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.mending import is_plain_chinese

_DELIMITERS = ("\t", ",", ";", "|", "，")
_GAP = "  "
_BLANK = " "
_ONE_BLANK = re.compile(r"(?<=\S)[ \u3000](?=\S)")
_BLANKS = re.compile(r"(?<=\S)(?: {2,}|\u3000+)(?=\S)")
_FORMULA_SIGNS = tuple("=+-@＝＋－＠\t\r\n")
_SAMPLE = 300
_SAMPLED = 1 << 18
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def decode(data: bytes) -> str:
    """The text of a file; characters that cannot be told come out as U+FFFD for the reader to point at."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    if b"\x00" in data[:4096]:
        return data.decode(_utf16_order(data), "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or is_plain_chinese(text[:_SAMPLED]):
            return text
    return _guess(data)


def _utf16_order(data: bytes) -> str:
    head = data[:4096]
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _guess(data: bytes) -> str:
    """Neither clean UTF-8 nor clean GBK: keep UTF-8 with losses if it mostly is, else ask for a likely one."""
    lossy = data.decode("utf-8", "replace")
    if lossy.count("\ufffd") * 20 <= len(lossy):
        return lossy
    best = charset_normalizer.from_bytes(data[: 1 << 16], cp_isolation=["big5", "gb18030", "utf_16"]).best()
    return data.decode(best.encoding if best else "gb18030", "replace")


def cells(text: str, name: str, limits: Limits) -> list[list[str]]:
    """Cut a text into rows of cells; Unreadable when a limit is passed or a quotation never ends."""
    text = text.replace("\x00", "")
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return _cut(rest, first.strip()[4], limits)
    delimiter = _delimiter(text, name)
    if delimiter in (_GAP, _BLANK):
        text, delimiter = (_gaps_to_tabs(text) if delimiter == _GAP else _blanks_to_tabs(text)), "\t"
    rows = _cut(text, delimiter, limits)
    return [[] if _is_ruled(row) else row for row in rows] if delimiter == "|" else rows


def _delimiter(text: str, name: str) -> str:
    """The separator that cuts most lines into the same number of cells; the name breaks a tie."""
    sample = "\n".join(text[:_SAMPLED].splitlines()[:_SAMPLE])
    likely = {"csv": ",", "tsv": "\t"}.get(name.lower().rpartition(".")[2], "\t")
    best = max(_DELIMITERS, key=lambda mark: (_evenness(sample, mark), mark == likely))
    if _evenness(sample, best) == 0 and _evenness(_gaps_to_tabs(sample), "\t") > 0:
        return _GAP
    if _evenness(sample, best) == 0 and _is_even(_blanks_to_tabs(sample)):
        return _BLANK
    return best


def is_table(text: str) -> bool:
    """Whether at least two lines are cut into the same three cells or more."""
    sample = "\n".join(text[:_SAMPLED].splitlines()[:_SAMPLE])
    return any(_evenness(sample, mark) >= 2 * 2 for mark in ("\t", ","))


def _gaps_to_tabs(text: str) -> str:
    """Columns lined up with blanks: two blanks and more, or one wide one, part two cells."""
    return _BLANKS.sub("\t", text)


def _blanks_to_tabs(text: str) -> str:
    """Columns parted by single blanks, for texts in which every line has the same number of them."""
    return _ONE_BLANK.sub("\t", text)


def _is_even(text: str) -> bool:
    counts = {line.count("\t") for line in text.splitlines() if line.strip()}
    return len(counts) == 1 and counts.pop() >= 2 and text.count("\n") > 0


def _is_ruled(row: list[str]) -> bool:
    """A line of dashes between the header and the rows, as Markdown has it."""
    return any("-" in cell for cell in row) and all(set(cell.strip()) <= set("-: +") for cell in row)


def _evenness(sample: str, delimiter: str) -> int:
    try:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter))
    except csv.Error:
        return 0
    return max((count * (width - 1) for width, count in widths.items()), default=0)


def _cut(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    total = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            rows.append([_unprotect(cell) for cell in row])
            total += len(row)
            if len(rows) > limits.rows or len(row) > limits.columns or total > limits.cells:
                raise Unreadable(
                    say("文本表格太大：第 %(line)s 行超出上限（%(rows)s 行、%(columns)s 列），请分成几个文件。"),
                    line=reader.line_num,
                    rows=limits.rows,
                    columns=limits.columns,
                )
    except csv.Error as error:
        raise Unreadable(
            say("文本表格第 %(line)s 行附近的引号不成对，无法分列，请检查后重新导出。"), line=reader.line_num
        ) from error
    return rows


def _unprotect(cell: str) -> str:
    """Undo the tricks by which systems stop Excel from spoiling what a cell says.

    ="001" and a leading tab keep long numbers whole, an apostrophe keeps =1+1 a text.
    """
    bare = cell.strip("\t")
    if bare.startswith("'") and bare.lstrip("' \u3000\xa0")[:1] in _FORMULA_SIGNS:
        return bare[1:]
    if bare.startswith('="') and bare.endswith('"') and len(bare) > 3:
        return bare[2:-1]
    return bare
