"""Pictures for tests and the demo's like: plain drawings of coloured boxes, with what a camera would write."""

from __future__ import annotations

import random
from io import BytesIO

from PIL import Image, ImageDraw


def drawing(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture unlike those of other seeds."""
    draw, image = random.Random(seed), Image.new("RGB", size, (205, 210, 220))
    pen, (width, height) = ImageDraw.Draw(image), size
    for _number in range(14):
        x, y = draw.randrange(width), draw.randrange(height)
        w, h = draw.randrange(width // 16, width // 3), draw.randrange(height // 12, height // 2)
        pen.rectangle((x - w, y - h, x + w, y + h), fill=tuple(draw.randrange(256) for _part in range(3)))
    return image


def jpeg(image: Image.Image, taken: object = None, quality: int = 88) -> bytes:
    """The picture as a camera hands it over; `taken` goes into the field of the moment as it is."""
    written, exif = BytesIO(), Image.Exif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken
    image.save(written, "JPEG", quality=quality, exif=exif)
    return written.getvalue()


def png(image: Image.Image) -> bytes:
    """The picture as a screenshot."""
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
