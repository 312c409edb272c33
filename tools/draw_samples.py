"""Draw, once, what the API serves beside the stored digits, so that the first start is quick.

Usage: python -m tools.draw_samples

It goes into the user's cache. The server does the same when it finds nothing there.
"""

from __future__ import annotations

import os
import sys

# Before NumPy is imported, which reads it: products are small here, and on a busy machine
# OpenBLAS's threads wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from app.model.data.datasets import DatasetError
from app.model.served.dataset import served_dataset
from digits import HOME


def main() -> int:
    print("Drawing the training digits: once, some ten seconds", flush=True)
    try:
        dataset = served_dataset(os.environ, HOME, report=report)
    except DatasetError as error:
        # The server reports an unusable folder too.
        print(f"They could not be drawn: {error}")
        return 0
    print(f"{len(dataset.splits['mixture']):,} training digits are ready")
    return 0


def report(name: str, done: int, total: int) -> None:
    """Redraw the line, if the output is a terminal."""
    if sys.stdout.isatty():
        print(f"  {name}: {done:,} of {total:,}", end="\r" if done < total else "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
