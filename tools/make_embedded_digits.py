"""Convert scikit-learn's `load_digits` into app/model/assets/embedded_digits.npy.

Run it to check or rebuild the committed file; nothing else needs scikit-learn, so it is not in the
project's requirements. In a virtual environment outside the checkout:

    python -m venv /path/to/scratch && /path/to/scratch/bin/pip install scikit-learn
    /path/to/scratch/bin/python tools/make_embedded_digits.py

The result, (1797, 65) uint8, label first and then 8x8 counts of 0-16, is the same bytes every time.
"""

import hashlib
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits  # type: ignore[import-not-found]

OUTPUT_PATH = Path(__file__).parents[1] / "app" / "model" / "assets" / "embedded_digits.npy"


def main() -> None:
    digits = load_digits()
    samples = np.column_stack((digits.target, digits.data)).astype(np.uint8)
    np.save(OUTPUT_PATH, samples)
    print(f"{hashlib.sha256(OUTPUT_PATH.read_bytes()).hexdigest()}  {OUTPUT_PATH}")


if __name__ == "__main__":
    main()
