"""The composition root: settings, data and weights are read here, once, and the app is made.

What is wrong with them stops the program with a sentence. Under gunicorn this module is imported
before the processes are forked, so they share one copy of the data in memory.
"""

import logging
import os
import sys

from flask import Flask

from api import create_app
from api.config import CHECKOUT, SettingsError, read_settings
from api.extensions import EXTENSION
from app.model.datasets import DatasetError, find_dataset
from app.model.serialization import WeightsError, weights_from_npz

WEIGHTS_PATH = CHECKOUT / "api" / "assets" / "weights.npz"

# Gunicorn's code for "the application cannot be loaded": it stops, where another code would make
# it start the process again and again.
CANNOT_START = 4


def start() -> Flask:
    """The application as the environment asks for it; exits with a sentence if it cannot be."""
    try:
        settings = read_settings(os.environ)
        logging.basicConfig(
            level=settings.log_level.upper(),
            format="%(asctime)s [%(process)d] [%(levelname)s] %(message)s",
            datefmt="[%Y-%m-%d %H:%M:%S %z]",  # as gunicorn writes its own lines
        )
        dataset = find_dataset(os.environ, CHECKOUT)
        w1, w2 = weights_from_npz(WEIGHTS_PATH.read_bytes())
    except (SettingsError, DatasetError, WeightsError, OSError) as error:
        sentence = f"{WEIGHTS_PATH.name}: {error}" if isinstance(error, WeightsError) else error
        print(f"Digits cannot start: {sentence}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(CANNOT_START)
    started = create_app(settings, dataset, {"w1": w1, "w2": w2})
    if problem := started.extensions[EXTENSION].browser_files.problem:
        logging.getLogger(__name__).warning("The page cannot be served: %s", problem)
    return started


app = start()
