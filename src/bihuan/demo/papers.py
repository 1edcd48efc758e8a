"""Small real files that stand for evidence in the demo: each opens, each says what it stands for."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from hashlib import shake_256

import xlsxwriter  # type: ignore[import-untyped]


def paper(name: str, text: str) -> bytes:
    """A small file of the kind that `name` says, telling `text` where its kind can."""
    ending = name.rpartition(".")[2].lower()
    makers = {"xlsx": _sheet, "docx": _letter, "pdf": _page, "png": _picture, "jpg": _photo, "jpeg": _photo}
    return makers.get(ending, _plain)(text)


def _plain(text: str) -> bytes:
    return text.encode()


def _sheet(text: str) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet().write_string(0, 0, text)
    return target.getvalue()


def _letter(text: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    office = "http://schemas.openxmlformats.org"
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": f'{head}<w:document xmlns:w="{office}/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>{_escaped(text)}</w:t></w:r></w:p></w:body></w:document>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return target.getvalue()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _page(text: str) -> bytes:
    """A one-page PDF; its title (which PDF readers show) is the text, the page itself is blank."""
    title = b"\xfe\xff" + text.encode("utf-16-be")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Title<" + title.hex().encode() + b">>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + tail % (table, len(body))


def _picture(text: str) -> bytes:
    """A picture of coloured fields drawn from the text, so that no two look alike."""
    across, down, field = 12, 8, 8
    width, height = across * field, down * field
    colours = shake_256(text.encode()).digest(across * down * 3)
    fields = [colours[place : place + 3] * field for place in range(0, len(colours), 3)]
    rows = b"".join(b"\0" + b"".join(fields[y // field * across :][:across]) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


_GREY_PIXEL = bytes.fromhex(
    "ffdb004300" + "10" * 64 + "ffc0000b080001000101011100"
    "ffc4001f0000010501010101010100000000000000000102030405060708090a0b"
    "ffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f0"
    "24336272820a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778"
    "797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9"
    "dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
    "ffda0008010100003f00fbd0ffd9"
)


def _photo(text: str) -> bytes:
    """A photograph of one grey pixel, with the text as its comment."""
    comment = text.encode()[:2000]
    segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    return b"\xff\xd8" + b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + segment + _GREY_PIXEL
