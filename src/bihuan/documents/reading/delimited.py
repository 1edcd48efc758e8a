"""Decode a csv, tsv or txt export and cut it into cells.

Offices send UTF-8 with and without a mark, UTF-16 from Excel's "Unicode text", and GBK from everything
older; the bytes decide, never the file's name.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

import charset_normalizer

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.limits import Limits

_DELIMITERS = ("\t", ",", ";", "|", "，")
_SAMPLE = 300
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
        if encoding == "utf-8" or _is_plain_chinese(text):
            return text
    return _guess(data)


def _utf16_order(data: bytes) -> str:
    head = data[:4096]
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _is_plain_chinese(text: str) -> bool:
    """Almost any bytes are legal GB18030; real text keeps to the characters of GB 2312."""
    foreign = [char for char in text if ord(char) > 127]
    known = sum(1 for char in foreign if _in_gb2312(char))
    return known >= 0.9 * len(foreign)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


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
    return _cut(text, _delimiter(text, name), limits)


def _delimiter(text: str, name: str) -> str:
    """The separator that cuts most lines into the same number of cells; the name breaks a tie."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])
    likely = {"csv": ",", "tsv": "\t"}.get(name.lower().rpartition(".")[2], "\t")
    return max(_DELIMITERS, key=lambda mark: (_evenness(sample, mark), mark == likely))


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
    """Undo the tricks by which systems stop Excel from spoiling long numbers: ="001" and a leading tab."""
    bare = cell.strip("\t")
    if bare.startswith('="') and bare.endswith('"') and len(bare) > 3:
        return bare[2:-1]
    return bare
