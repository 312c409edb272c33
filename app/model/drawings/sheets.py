"""Sheets of drawings as PNG files, for people to look at in the documentation."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from app.model.arrays import ByteArray
from app.model.preprocessing import SIDE

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAYSCALE_8_BIT = (8, 0, 0, 0, 0)
"""Bits, color type, compression, filter and interlacing, as PNG's header lists them."""
GAP = 2
GAP_SHADE = 128


def sheet(rows: Sequence[Sequence[ByteArray]], magnification: int = 2) -> bytes:
    """A PNG of rows of drawings, (784,) uint8 each, dark ink on white, with gray between them.

    A row may hold fewer drawings than the longest: the rest of it is gray.
    """
    step = SIDE + GAP
    columns = max((len(row) for row in rows), default=0)
    shape = (len(rows) * step + GAP, columns * step + GAP)
    picture = np.full(shape, GAP_SHADE, np.uint8)
    for row_number, row in enumerate(rows):
        for column, drawing in enumerate(row):
            top, left = GAP + row_number * step, GAP + column * step
            picture[top : top + SIDE, left : left + SIDE] = 255 - drawing.reshape(SIDE, SIDE)
    return png(picture.repeat(magnification, axis=0).repeat(magnification, axis=1))


def png(picture: ByteArray) -> bytes:
    """A grayscale picture, (height, width) uint8, 0 black to 255 white, as a PNG file.

    Format: Portable Network Graphics (PNG) Specification, W3C, sections 5 and 11; each line of
    pixels begins with the number of its filter, here 0, none.
    """
    height, width = picture.shape
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = picture
    header = struct.pack(">II5B", width, height, *GRAYSCALE_8_BIT)
    return PNG_SIGNATURE + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(lines.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
