"""Builds small PDFs for the reader's tests: lines of Chinese text and ruled tables, set without any font file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
SIZE = 16
LEFT, RIGHT, TOP = 80, 515, 760


@dataclass
class Page:
    """A page as drawing commands; `down` is where the next line stands."""

    commands: list[str] = field(default_factory=list)
    down: float = TOP

    def put(self, text: str, x: float, y: float, size: int = SIZE) -> None:
        """Set a text at a point."""
        code = text.encode("utf-16-be").hex()
        self.commands.append(f"BT /F1 {size} Tf {x} {y} Td <{code}> Tj ET")

    def paragraph(self, text: str, indent: int = 2) -> None:
        """Set a paragraph with its first line indented, broken where the line is full."""
        room = (RIGHT - LEFT) // SIZE
        first, rest = text[: room - indent], text[room - indent :]
        lines = [first, *(rest[at : at + room] for at in range(0, len(rest), room))]
        for place, line in enumerate(lines):
            self.put(line, LEFT + (indent * SIZE if not place else 0), self.down)
            self.down -= 2 * SIZE

    def table(self, rows: Sequence[Sequence[str]], width: int = 110) -> None:
        """Set a table with all its rules."""
        height = 2 * SIZE
        top = self.down + SIZE
        for number, row in enumerate(rows):
            y = top - (number + 1) * height
            for column, cell in enumerate(row):
                x = LEFT + column * width
                self.commands.append(f"{x} {y} {width} {height} re S")
                self.put(cell, x + 4, y + 10, 10)
        self.down = top - len(rows) * height - 2 * SIZE

    def furniture(self, head: str, number: int) -> None:
        """Set a running head and a page number."""
        self.put(head, 200, 810, 9)
        self.put(f"— {number} —", 280, 30, 9)


def pdf(pages: Sequence[Page]) -> bytes:
    """The file of some pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{6 + 2 * place} 0 R" for place in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H "
        b"/DescendantFonts [4 0 R] >>"
    )
    objects.append(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>"
    )
    objects.append(
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
    )
    for place, page in enumerate(pages):
        drawn = "\n".join(page.commands).encode("ascii")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] /Contents {7 + 2 * place} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
