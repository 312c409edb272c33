"""The network as a Python program that needs NumPy alone, packed with its weights.

How it prepares a drawing and computes is not written twice: the program holds the source of the
functions that this package itself uses.
"""

import inspect
import io
import zipfile

import numpy as np

from app.model import ink, preprocessing
from app.model.activations import log_softmax, relu
from app.model.arrays import ByteArray, FloatArray
from app.model.ink import crop_to_ink
from app.model.preprocessing import SIDE, checked_images
from app.model.serialization import ZIP_TIME, weights_to_npz

PROGRAM, WEIGHTS = "read_digit.py", "weights.npz"

DEFINITIONS = (
    ink.Run,
    ink.Part,
    preprocessing.normalize_image,
    ink.without_specks,
    ink.stray_specks,
    ink._distance,
    ink.connected_parts,
    ink._runs,
    crop_to_ink,
    preprocessing._fit_box,
    preprocessing._lean,
    preprocessing._resampling_weights,
    preprocessing._resampling_matrix,
    preprocessing._first_index,
    relu,
    log_softmax,
)
CONSTANTS = (
    *(
        (preprocessing, name)
        for name in ("SIDE", "BOX_SIDE", "CENTER", "GREATEST_LEAN", "TIE_BREAKER")
    ),
    *((ink, name) for name in ("INK_THRESHOLD", "SPECK_SIDE", "SPECK_GAP")),
)

BEGINNING = '''"""Reads a drawn digit, with NumPy alone: a network that was trained with Digits.

It needs {weights} beside it: that one, or any other that the page saves, under this name.

    python {program}              reads the drawing that is stored below
    python {program} drawing.txt  reads a text of 784 numbers, row by row, 0 paper to 255 ink,
                                        or 0 to 1, however they are separated; or an .npy file

In a program of your own, `from {module} import probabilities` gives the ten probabilities of an
image (28, 28) uint8 with 0 as paper. A photograph has to be inverted first: here ink is high.
"""

from __future__ import annotations

import io
import math
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

if sys.version_info < (3, 10):  # noqa: UP036 - who runs this may have an older one
    sys.exit("This program needs Python 3.10 or newer.")
try:
    import numpy as np
except ImportError:
    if __name__ == "__main__":
        sys.exit("This program needs NumPy: python -m pip install numpy")
    raise

WEIGHTS = Path(__file__).with_name("{weights}")
{constants}
ByteArray = FloatArray = np.ndarray  # uint8, and float32 or float64

# The drawing that was on the page, or else a stroke: two hexadecimal digits for each cell.
DRAWING = """
{drawing}
"""


def probabilities(image: ByteArray) -> FloatArray:
    """Of the digits 0 to 9, (10,) float32, for an image (28, 28) uint8: 0 paper, 255 full ink.

    It names a digit even for a scribble: only the page rejects those.
    """
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        w1, w2 = weights["w1"], weights["w2"]
    inputs = normalize_image(image).reshape(1, SIDE * SIDE) / np.float32(255)
    return np.exp(log_softmax(relu(inputs @ w1) @ w2))[0]


'''
END = r'''

def read_drawing(path: str) -> ByteArray:
    """The image, (28, 28) uint8, in a file. Raises OSError, or ValueError for other contents."""
    with open(path, "rb") as file:
        content = file.read(1_000_000)
    if content.startswith(b"\x93NUMPY"):
        numbers = np.load(io.BytesIO(content), allow_pickle=False).astype(float)
    else:
        is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError("found no text; turn a picture into numbers first") from None
        words = re.findall(r"[^\s,;()\[\]]+", re.sub("#.*", "", text))
        numbers = np.array([number(word) for word in words])
    if numbers.size != SIDE * SIDE:
        raise ValueError(f"found {numbers.size}")
    if not np.isfinite(numbers).all():
        raise ValueError("found nan or inf among them")
    if numbers.min() < 0 or numbers.max() > 255:
        raise ValueError(f"found {numbers.min():g} to {numbers.max():g}")
    if numbers.max() <= 1:
        numbers = 255 * numbers
    return np.rint(numbers).astype(np.uint8).reshape(SIDE, SIDE)


def number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"found {word[:20]!r}") from None


def main() -> None:
    if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    image = np.frombuffer(bytes.fromhex(DRAWING), np.uint8).reshape(SIDE, SIDE)
    if len(sys.argv) == 2:
        path = sys.argv[1]
        try:
            image = read_drawing(path)
        except OSError as error:
            sys.exit(f"{path}: cannot be read: {error.strerror}")
        except Exception as error:  # also whatever NumPy has against the file
            sys.exit(f"{path}: expected {SIDE * SIDE} numbers from 0 to 255, {error}")
    if not crop_to_ink(image).size:
        sys.exit("Nothing is drawn: expected cells of more than 25.")
    if not WEIGHTS.exists():
        sys.exit(f"The weights are missing: expected {WEIGHTS}")
    try:
        with np.errstate(all="ignore"):
            shares = probabilities(image)
    except Exception as error:  # whatever NumPy has against the file
        sys.exit(f"{WEIGHTS}: expected w1 of 784x128 and w2 of 128x10: {error}")
    if not np.isfinite(shares).all():
        sys.exit(f"There is no answer: the weights in {WEIGHTS.name} are too large.")
    print(f"It reads a {shares.argmax()}.")
    for digit, share in enumerate(shares):
        print(f"{digit} {share:.6f}")


if __name__ == "__main__":
    main()
'''


def python_archive(params: dict[str, FloatArray], drawing: ByteArray, folder: str) -> bytes:
    """A .zip of `folder` with PROGRAM and, in WEIGHTS, the parameters; equal ones give equal bytes.

    drawing: see `python_program`.
    """
    contents = {PROGRAM: python_program(drawing).encode(), WEIGHTS: weights_to_npz(params)}
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", ZIP_TIME), content)
    return archive_bytes.getvalue()


def python_program(drawing: ByteArray) -> str:
    """The text of PROGRAM, which reads `drawing`, (784,) uint8, or another, when it is run.

    An upright stroke takes the place of a blank drawing. Raises ValueError for another shape and
    TypeError for another dtype.
    """
    rows = checked_images(drawing).reshape(SIDE, SIDE)
    if not crop_to_ink(rows).size:
        rows = np.zeros((SIDE, SIDE), np.uint8)
        rows[6:22, 13:16] = 255
    constants = "".join(f"{name} = {getattr(module, name)!r}\n" for module, name in CONSTANTS)
    beginning = BEGINNING.format(
        program=PROGRAM,
        module=PROGRAM.removesuffix(".py"),
        weights=WEIGHTS,
        constants=constants,
        drawing="\n".join(row.tobytes().hex() for row in rows),
    )
    return beginning + "\n\n".join(inspect.getsource(each) for each in DEFINITIONS) + END
