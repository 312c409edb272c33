"""MicroPython's read-only file system; that MicroPython reads it is told by
tests/ui/test_micropython.py."""

from collections.abc import Iterator

import pytest

from api.services.rom_image import FILE, FOLDER, HEADER, VERBATIM, rom_image

FILES = {
    "app/main.mpy": b"main",
    "app/draw/grid.mpy": b"g" * 20_000,
    "app/draw/deep/er.mpy": b"",
    "boot.mpy": b"boot",
}


def number(content: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = 0
    while True:
        value = value << 7 | content[at] & 0x7F
        at += 1
        if content[at - 1] < 0x80:
            return value, at


def records(content: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at < end:
        kind, at = number(content, at)
        size, at = number(content, at)
        yield kind, content[at : at + size]
        at += size
    assert at == end


def read(content: bytes, folder: str = "") -> dict[str, bytes]:
    """As the format's description has it."""
    found: dict[str, bytes] = {}
    for kind, named in records(content, 0, len(content)):
        length, at = number(named, 0)
        path = folder + named[at : at + length].decode()
        if kind == FOLDER:
            found |= read(named[at + length :], f"{path}/")
        else:
            assert kind == FILE
            ((how, inside),) = records(named, at + length, len(named))
            assert how == VERBATIM
            found[path] = inside
    return found


@pytest.mark.parametrize("extra", range(3))
def test_has_all_files_and_an_even_length(extra: int) -> None:
    files = FILES | {"extra.mpy": b"x" * extra}
    image = rom_image(files)
    assert len(image) % 2 == 0
    assert image.startswith(HEADER)
    size, at = number(image, len(HEADER))
    assert at + size == len(image)
    assert read(image[at:]) == files


def test_does_not_depend_on_the_order() -> None:
    assert rom_image(dict(reversed(FILES.items()))) == rom_image(FILES)
