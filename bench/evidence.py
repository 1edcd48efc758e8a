"""A handful of files that prove things, the same in every home: shared by all problems, as by their hash."""

from __future__ import annotations

from bihuan.ledger.files import StoredFile, store

PAPERS = (
    ("整改前后对比.png", b"\x89PNG\r\n\x1a\n" + b"bench-1" * 400),
    ("现场照片.jpg", b"\xff\xd8\xff\xe0" + b"bench-2" * 600),
    ("验收单.pdf", b"%PDF-1.4\n" + b"bench-3" * 500),
    ("会议纪要.pdf", b"%PDF-1.4\n" + b"bench-4" * 700),
    ("整改说明.txt", "整改情况说明：已按方案完成。\n".encode()),
    ("巡查记录.csv", "日期,地点,情况\n".encode()),
)


def store_papers() -> list[StoredFile]:
    """Put the files into the home; returns them as evidence names them."""
    return [store(name, [content]) for name, content in PAPERS]
