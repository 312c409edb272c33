"""What web processes and workers begin with: settings, data and the shipped weights, read once.

And the one place where the cause of a failed start becomes one sentence, `one_sentence`.
"""

import io
import logging.config
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from sqlalchemy.exc import SQLAlchemyError

from api.config import CHECKOUT, Settings, SettingsError, read_settings
from api.env_file import restore_values
from api.logs import logging_config
from api.stores.database import DatabaseError, reason
from app.model.arrays import FloatArray
from app.model.data.datasets import DatasetError
from app.model.evaluate.bounds import OutOfBoundsError, require_bounded
from app.model.serialization import WeightsError, weights_from_npz
from app.model.served.dataset import ServedDataset, served_dataset

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

WEIGHTS_PATH = CHECKOUT / "api" / "assets" / "weights.npz"

# Gunicorn's code for "the application cannot be loaded": it stops, where another code would make
# it start the process again and again.
CANNOT_START = 4
INTERRUPTED = 130


class CannotStartError(Exception):
    """The message says what is wrong and what to do."""


@contextmanager
def one_sentence(program: str = "Digits") -> Iterator[None]:
    """If something outside of the program makes its start fail, end it with a sentence.

    A mistake of ours keeps its traceback.
    """
    try:
        yield
    except (CannotStartError, SettingsError, DatabaseError) as error:
        _end(f"{program} cannot start: {error}")
    except SQLAlchemyError as error:
        # It could be opened, but its content cannot be used.
        _end(
            f"{program} cannot start: the database cannot be used: {reason(error)}. Restore a "
            "back-up, or set DATABASE_URL to another."
        )
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _end(f"{program} cannot start: {place}{error.strerror or error}.")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
    sys.exit(CANNOT_START)


def prepare() -> None:
    """What a process does before it reads its settings."""
    write_to_any_terminal()
    with one_sentence():
        hold_what_it_runs_on(CHECKOUT)
        restore_values(os.environ, Path(".env"))


def hold_what_it_runs_on(checkout: Path) -> None:
    """Keep set-up from replacing packages and runtimes while this process lives (tools/setup.py).

    Raises CannotStartError while set-up does so.
    """
    if fcntl is None:  # where set-up does not run, either
        return
    with suppress(FileNotFoundError, PermissionError):  # not made by set-up: nothing to hold
        in_use = os.open(checkout / ".setup" / "in-use", os.O_RDONLY)
        try:
            fcntl.flock(in_use, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(in_use)
            raise CannotStartError(
                "set-up is at work in its folder. Start again when that has ended."
            ) from error


def write_to_any_terminal() -> None:
    """Characters that the terminal or the file cannot show become question marks: where output is
    not UTF-8, a dash would end the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@dataclass(frozen=True)
class Start:
    settings: Settings
    dataset: ServedDataset
    params: dict[str, FloatArray]


def read_start(environ: Mapping[str, str], *, can_wait: bool = False) -> Start:
    """Also sets up the log. can_wait: for who serves, see served_dataset. Raises
    CannotStartError."""
    try:
        settings = read_settings(environ)
        logging.config.dictConfig(logging_config(settings))
        w1, w2 = weights_from_npz(WEIGHTS_PATH.read_bytes())
        require_bounded({"w1": w1, "w2": w2})
        dataset = served_dataset(environ, CHECKOUT, can_wait=can_wait)
    except (WeightsError, OutOfBoundsError) as error:
        raise CannotStartError(f"{WEIGHTS_PATH.name}: {error}") from error
    except (SettingsError, DatasetError, OSError) as error:
        raise CannotStartError(str(error)) from error
    return Start(settings, dataset, {"w1": w1, "w2": w2})
