"""The network as a Python program of one file, which needs NumPy and the saved weights.

How it prepares a drawing and computes is not written again here: the program holds the source of
the functions that this package itself uses.
"""

import inspect

import numpy as np

from app.model import preprocessing
from app.model.activations import log_softmax, relu
from app.model.arrays import ByteArray
from app.model.preprocessing import SIDE, checked_images, crop_to_ink

FUNCTIONS = (
    preprocessing.normalize_image,
    crop_to_ink,
    preprocessing._fit_box,
    preprocessing._resampling_matrix,
    preprocessing._first_index,
    relu,
    log_softmax,
)
CONSTANTS = ("SIDE", "BOX_SIDE", "CENTRE", "INK_THRESHOLD", "TIE_BREAKER")

BEGINNING = '''"""Reads a drawn digit, with NumPy alone: a network that was trained with Digits.

Put {weights} beside this file: the weights, which the same page saves.

    python {program}              reads the drawing that is stored below
    python {program} drawing.txt  reads a text of 784 numbers, row by row, 0 paper to 255 ink

In a program of your own, `from {module} import probabilities` gives the ten probabilities of an
image (28, 28) uint8 with 0 as paper. A photograph has to be inverted first: here ink is high.
"""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).with_name("{weights}")
{constants}
ByteArray = FloatArray = np.ndarray  # uint8, and float32 or float64

# The drawing that was on the page, or else a stroke: two hexadecimal digits for each cell.
DRAWING = """
{drawing}
"""


def probabilities(image: ByteArray) -> FloatArray:
    """Of the digits 0 to 9, (10,) float32, for an image (28, 28) uint8: 0 paper, 255 full ink.

    Names a digit whatever it gets: that a scribble is none, only the page says.
    """
    with np.load(WEIGHTS, allow_pickle=False) as weights:
        w1, w2 = weights["w1"], weights["w2"]
    inputs = normalize_image(image).reshape(1, SIDE * SIDE) / np.float32(255)
    return np.exp(log_softmax(relu(inputs @ w1) @ w2))[0]


'''
END = """

def main() -> None:
    if len(sys.argv) > 1:
        numbers = np.loadtxt(sys.argv[1])
        if numbers.size != SIDE * SIDE or numbers.min() < 0 or numbers.max() > 255:
            sys.exit(f"{sys.argv[1]}: expected 784 numbers from 0 to 255, found {numbers.size}")
        image = numbers.reshape(SIDE, SIDE).astype(np.uint8)
    else:
        image = np.frombuffer(bytes.fromhex(DRAWING), np.uint8).reshape(SIDE, SIDE)
    if not crop_to_ink(image).size:
        sys.exit("Nothing is drawn: expected cells of more than 25.")
    if not WEIGHTS.exists():
        sys.exit(f"The weights are missing: expected {WEIGHTS}")
    shares = probabilities(image)
    print(f"It reads a {shares.argmax()}.")
    for digit, share in enumerate(shares):
        print(f"{digit} {share:.6f}")


if __name__ == "__main__":
    main()
"""


def python_program(name: str, weights: str, drawing: ByteArray) -> str:
    """The text of a program that reads `drawing`, (784,) uint8, or another, when it is run.

    name, its file's, such as "read_digit.py"; weights, the name of the .npz beside it. In the place
    of a blank drawing stands an upright stroke. Raises ValueError for another shape and TypeError
    for another dtype.
    """
    rows = checked_images(drawing).reshape(SIDE, SIDE)
    if not crop_to_ink(rows).size:
        rows = np.zeros((SIDE, SIDE), np.uint8)
        rows[6:22, 13:16] = 255
    constants = "".join(f"{each} = {getattr(preprocessing, each)!r}\n" for each in CONSTANTS)
    beginning = BEGINNING.format(
        program=name,
        module=name.removesuffix(".py"),
        weights=weights,
        constants=constants,
        drawing="\n".join(row.tobytes().hex() for row in rows),
    )
    return beginning + "\n\n".join(inspect.getsource(each) for each in FUNCTIONS) + END
