"""Few digits, for servers and programs that tests start, and what is drawn beside them.

Drawing costs ten seconds of processor. It is kept with pytest's cache, for all processes of a run
and for the next run. The file names carry digests of the digits and of the code that draws, so
other code has other files.
"""

import fcntl
from functools import lru_cache
from pathlib import Path

from app.model.data.datasets import load_embedded
from app.model.served.dataset import served_dataset
from tests.model.data.idx_files import write_mnist_folder

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / ".pytest_cache" / "few-digits"
TRAIN_SIZE, TEST_SIZE = 240, 40


@lru_cache(1)
def few_digits() -> dict[str, str]:
    """Settings that name them: 240 to train on and 40 to test, and a cache that has the drawings.

    Tests must not change what is in these folders.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = {"DIGITS_DATA": str(FOLDER / "data"), "XDG_CACHE_HOME": str(FOLDER / "cache")}
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process of this run may be drawing them
        if not (FOLDER / "data").exists():
            write_digits(FOLDER / "data.part")
            (FOLDER / "data.part").rename(FOLDER / "data")
        served_dataset(settings, CHECKOUT)
    return settings


def write_digits(folder: Path, train_size: int = TRAIN_SIZE, test_size: int = TEST_SIZE) -> None:
    """Such digits in a folder of the test's own."""
    write_mnist_folder(folder, load_embedded().splits["train"], train_size, test_size)
