"""A PDF with text → blocks: lines joined into paragraphs, tables, without what is printed on every page.

PDF is taken apart in a process of its own that may be stopped at any moment: a page can be written so that
reading it never ends. A scan holds no text and is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import encrypted
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.cleaning import block_of, table_of

_ENCRYPTED, _TOO_MANY, _DAMAGED = 3, 4, 5
_MEMORY = 1 << 30


def blocks_of_pages(data: bytes, limits: Limits) -> list[Block]:
    """The blocks of a PDF; Unreadable when it is damaged, encrypted, a scan, or takes too long."""
    command = [sys.executable, "-m", "bihuan.documents.reading.texts.printed", str(limits.pages), str(_MEMORY)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=limits.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            say("读取这份 PDF 超过 %(seconds)s 秒，已停止。请分成几个文件，或另存为 Word（docx）再上传。"),
            seconds=round(limits.seconds),
        ) from error
    if done.returncode == _ENCRYPTED:
        raise encrypted()
    if done.returncode == _TOO_MANY:
        raise Unreadable(say("PDF 超过 %(limit)s 页，请分成几个文件上传。"), limit=limits.pages)
    if done.returncode:
        raise Unreadable(say("PDF 已损坏，无法读取。请重新导出，或另存为 Word（docx）再上传。"))
    blocks = [_block(one) for one in json.loads(done.stdout)]
    if not blocks:
        raise Unreadable(say("这份 PDF 是扫描件，里面没有文字。请上传由 Word 导出的 PDF，或 Word（docx）原件。"))
    return blocks


def _block(found: dict[str, object]) -> Block:
    page = int(str(found["page"]))
    rows = found.get("rows")
    if isinstance(rows, list):
        return table_of(tuple(tuple(str(cell) for cell in row) for row in rows), page=page)
    return block_of(str(found["text"]), page=page)
