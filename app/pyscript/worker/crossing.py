"""The forms of drawings, pictures and files that several features' calls take or answer."""

from typing import TYPE_CHECKING

import numpy as np

from app.model.arrays import ByteArray
from app.pyscript.worker.report_fields import is_count

if TYPE_CHECKING:
    from app.pyscript.annotations import File


def pixels_of(text: str) -> ByteArray:
    """A drawing, (784,), from two hexadecimal digits for each cell. Raises ValueError."""
    return np.frombuffer(bytes.fromhex(text), np.uint8)


def rgba(images: ByteArray) -> ByteArray:
    """RGBA bytes of images, with ink as the opacity of black: one array, four bytes per pixel."""
    opacities = np.zeros((images.size, 4), np.uint8)
    opacities[:, 3] = images.ravel()
    return opacities.ravel()


def place(first: int) -> int:
    """The place where a page of a list begins. Raises ValueError if it is not valid."""
    if not is_count(first):
        raise ValueError(f"Expected a whole number from 0, found {first}.")
    return first


def file_of(name: str, content: bytes) -> "File":
    """The answer that the page saves as a file for the visitor."""
    return {"name": name, "content": np.frombuffer(content, np.uint8)}
