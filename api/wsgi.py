"""The composition root: settings, data and weights are read here, once, and the app is made.

What is wrong with them stops the program with a sentence. Under gunicorn this module is imported
before the processes are forked, so they share one copy of the data in memory.
"""

import logging
import os
import sys

from flask import Flask

from api import create_app
from api.extensions import EXTENSION
from api.start import CannotStartError, read_start
from api.stores.database import DatabaseError

# Gunicorn's code for "the application cannot be loaded": it stops, where another code would make
# it start the process again and again.
CANNOT_START = 4


def start() -> Flask:
    """The application as the environment asks for it; exits with a sentence if it cannot be."""
    try:
        begun = read_start(os.environ)
        started = create_app(begun.settings, begun.dataset, begun.params)
    except (CannotStartError, DatabaseError) as error:
        print(f"Digits cannot start: {error}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(CANNOT_START)
    if problem := started.extensions[EXTENSION].browser_files.problem:
        logging.getLogger(__name__).warning("The page cannot be served: %s", problem)
    return started


app = start()
