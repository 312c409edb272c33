"""Pictures of the same drawing are the same drawing, however they are stored."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin

from app.model.arrays import ByteArray
from app.model.data.datasets import load_embedded
from app.model.evaluate.readings import SHIPPED_WEIGHTS, load_network
from app.model.predict.pictures import (
    MAX_PNG_SIZE,
    MAX_SIDE,
    SIGNATURE,
    DrawingError,
    drawing_of_png,
    png_size,
)
from app.model.predict.readings import read_drawings
from app.model.readability import BLANK

NETWORK = load_network(SHIPPED_WEIGHTS)
DIGITS = load_embedded().splits["test"]
DIGIT = DIGITS.images[0].reshape(28, 28)
"""White on black, as MNIST has it."""
BLACK = np.zeros_like(DIGIT)
READ = read_drawings(NETWORK, DIGITS.images[:100])
SURE = [index for index, reading in enumerate(READ) if reading.probabilities.max() > 0.99][:40]
"""The others are blurred so much that they are only just named."""
UNUSED = next(level for level in range(1, 255) if level not in 255 - DIGIT)


def png(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, **options)
    return file.getvalue()


def gray(pixels: ByteArray) -> Image.Image:
    return Image.fromarray(pixels)


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def header(width: int, height: int) -> bytes:
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return chunk(b"IHDR", sides + bytes([8, 0, 0, 0, 0]))


EXACT: dict[str, Callable[[], bytes]] = {
    "white on black": lambda: png(gray(DIGIT)),
    "black on white": lambda: png(gray(255 - DIGIT)),
    "colors": lambda: png(gray(255 - DIGIT).convert("RGB")),
    "palette": lambda: png(gray(DIGIT).convert("P")),
    "16 bits": lambda: png(Image.fromarray(DIGIT.astype(np.uint16) * 257)),
    "black on transparency": lambda: png(Image.merge("LA", [gray(BLACK), gray(DIGIT)])),
    "red on transparency": lambda: png(
        Image.merge("RGBA", [gray(BLACK + 255), gray(BLACK), gray(BLACK), gray(DIGIT)])
    ),
    "opaque with transparency": lambda: png(gray(255 - DIGIT).convert("RGBA")),
    "one gray is transparent": lambda: png(gray(255 - DIGIT), transparency=UNUSED),
}


@pytest.mark.parametrize("form", EXACT)
def test_a_small_picture_is_the_drawing_pixel_by_pixel(form: str) -> None:
    assert np.array_equal(drawing_of_png(EXACT[form]()), DIGIT.ravel())


def test_a_smaller_one_lies_in_the_middle() -> None:
    drawing = drawing_of_png(png(gray(np.full((1, 3), 255, np.uint8)))).reshape(28, 28)
    assert not drawing.any()  # all of it is paper
    picture = np.zeros((5, 3), np.uint8)
    picture[1:4, 1] = 200
    drawing = drawing_of_png(png(gray(picture))).reshape(28, 28)
    assert np.argwhere(drawing == 200).tolist() == [[12, 13], [13, 13], [14, 13]]


def enlarged(pixels: ByteArray, size: tuple[int, int]) -> Image.Image:
    """On a larger sheet, not in its middle."""
    sheet = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    sheet.paste(gray(pixels).resize(size, Image.Resampling.BICUBIC), (size[0] // 3, size[1] // 2))
    return sheet


@pytest.mark.parametrize("paper", ["black", "white", "yellowish", "pencil"])
def test_large_pictures_read_as_the_digits_that_they_show(paper: str) -> None:
    looks: dict[str, Callable[[Image.Image], Image.Image]] = {
        "black": lambda sheet: sheet,
        "white": lambda sheet: sheet.point(lambda ink: 255 - ink),
        "yellowish": lambda sheet: Image.composite(
            Image.new("RGB", sheet.size, (20, 20, 90)),
            Image.new("RGB", sheet.size, (240, 230, 190)),
            sheet,
        ),
        "pencil": lambda sheet: sheet.point(lambda ink: 255 - ink // 2),
    }
    drawings = np.stack(
        [
            drawing_of_png(png(looks[paper](enlarged(pixels.reshape(28, 28), (150, 190)))))
            for pixels in DIGITS.images[SURE]
        ]
    )
    readings = read_drawings(NETWORK, drawings)
    alike = [each.digit == READ[index].digit for index, each in zip(SURE, readings, strict=True)]
    assert sum(alike) >= 38


def test_thin_lines_do_not_become_faint() -> None:
    picture = Image.new("L", (700, 700), 255)
    ImageDraw.Draw(picture).line([(200, 150), (500, 150), (330, 560)], fill=0, width=5)
    drawing = drawing_of_png(png(picture))
    assert np.median(drawing[drawing > 25]) == 255
    assert read_drawings(NETWORK, drawing)[0].digit == 7


@pytest.mark.parametrize("shade", [0, 200, 255])
def test_a_picture_of_paper_alone_is_blank(shade: int) -> None:
    for size in ((28, 28), (300, 90)):
        drawing = drawing_of_png(png(Image.new("L", size, shade)))
        assert read_drawings(NETWORK, drawing)[0].unreadable == BLANK


def test_the_size_is_known_before_anything_is_unpacked() -> None:
    assert png_size(png(Image.new("L", (30, 400)))) == (30, 400)


WHOLE = png(gray(DIGIT))
AFTER_HEADER = len(SIGNATURE) + 25
TEXTS = PngImagePlugin.PngInfo()
TEXTS.add_text("Comment", "a" * 10_000_000, zip=True)
BAD = {
    "nothing": (b"", "expected a PNG file"),
    "text": (b"[0, 0, 255]", "expected a PNG file"),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "expected a PNG file"),
    "the signature alone": (SIGNATURE, "expected a PNG file"),
    "the header alone": (SIGNATURE + header(28, 28), "whole PNG file"),
    "half": (WHOLE[: len(WHOLE) // 2], "whole PNG file"),
    "wide": (SIGNATURE + header(MAX_SIDE + 1, 1), "2049x1"),
    "a bomb": (SIGNATURE + header(2**31 - 1, 2**31 - 1), "2147483647x2147483647"),
    "empty": (SIGNATURE + header(0, 5), "0x5"),
    "two headers": (
        WHOLE[:AFTER_HEADER] + header(20_000, 20_000) + WHOLE[AFTER_HEADER:],
        "PNG",
    ),
    "too long": (WHOLE + bytes(MAX_PNG_SIZE), f"{MAX_PNG_SIZE} bytes"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_picture_is_refused_with_a_reason(kind: str) -> None:
    content, words = BAD[kind]
    with pytest.raises(DrawingError, match=words):
        drawing_of_png(content)


def test_texts_are_not_unpacked() -> None:
    assert np.array_equal(drawing_of_png(png(gray(DIGIT), pnginfo=TEXTS)), DIGIT.ravel())


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_a_damaged_file_is_a_drawing_or_is_refused(data: st.DataObject) -> None:
    content = bytearray(EXACT[data.draw(st.sampled_from(list(EXACT)))]())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        drawing = drawing_of_png(bytes(content))
    except DrawingError:
        return
    assert drawing.shape == (784,)
    assert drawing.dtype == np.uint8
