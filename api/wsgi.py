"""The composition root: settings, data and weights are read here, once, and the app is made.

What is wrong with them stops the program with a sentence. Under gunicorn this module is imported
before the processes are forked, so they share one copy of the data in memory.
"""

import logging
import os

from flask import Flask

from api import create_app
from api.extensions import EXTENSION
from api.start import one_sentence, read_start


def start() -> Flask:
    """The application as the environment asks for it; exits with a sentence if it cannot be."""
    with one_sentence():
        begun = read_start(os.environ)
        started = create_app(begun.settings, begun.dataset, begun.params)
    if problem := started.extensions[EXTENSION].browser_files.problem:
        logging.getLogger(__name__).warning("The page cannot be served: %s", problem)
    return started


app = start()
