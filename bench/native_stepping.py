"""Times training steps on native Python, as a program: `python -m bench.native_stepping`.

It answers each line [contender, batch size, seconds] of standard input with the milliseconds of a
step (stepping.py).
"""

import json
import os
import sys
from pathlib import Path

from app.model.data.datasets import find_dataset
from bench.stepping import SAMPLES, StepTimer


def main() -> None:
    train = find_dataset(os.environ, Path(__file__).parents[1]).splits["train"]
    timer = StepTimer(train.images[:SAMPLES], train.labels[:SAMPLES])
    for line in sys.stdin:
        print(timer.measure(*json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
