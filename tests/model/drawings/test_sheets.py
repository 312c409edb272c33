import struct
import zlib

import numpy as np
import pytest

from app.model.drawings.sheets import png, sheet


def read_png(content: bytes) -> list[list[int]]:
    """The pixels of a grayscale PNG without filters; its checksums are checked."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, start = {}, 8
    while start < len(content):
        (size,) = struct.unpack_from(">I", content, start)
        kind, data = content[start + 4 : start + 8], content[start + 8 : start + 8 + size]
        assert struct.unpack_from(">I", content, start + 8 + size) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        start += 12 + size
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *kind_of_pixels = struct.unpack(">II5B", chunks[b"IHDR"])
    assert kind_of_pixels == [8, 0, 0, 0, 0]
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    pixels: list[list[int]] = lines[:, 1:].tolist()
    return pixels


def test_a_png_holds_the_pixels() -> None:
    assert read_png(png(np.array([[0, 255, 7], [1, 2, 3]], np.uint8))) == [[0, 255, 7], [1, 2, 3]]


@pytest.mark.parametrize("magnification", [1, 3])
def test_a_sheet_shows_each_drawing_in_its_place(magnification: int) -> None:
    full, blank = np.full(784, 255, np.uint8), np.zeros(784, np.uint8)

    pixels = np.array(read_png(sheet([[full, blank], [blank]], magnification)))
    pixels = pixels[::magnification, ::magnification]

    assert pixels.shape == (62, 62)
    assert (pixels[2:30, 2:30] == 0).all()
    assert (pixels[2:30, 32:60] == 255).all()
    assert (pixels[32:60, 2:30] == 255).all()
    assert (pixels[32:60, 32:60] == 128).all()
    assert (pixels[30:32] == 128).all()
