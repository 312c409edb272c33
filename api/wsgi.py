"""The application for gunicorn: `api.wsgi:app`. How it is built: api/__init__.py.

Settings, data or weights that cannot be used stop the program with a sentence. Gunicorn imports
this module before it forks the processes, so they share one copy of the data in memory.
"""

import os

from api import create_app
from api.start import one_sentence, read_start

with one_sentence():
    begun = read_start(os.environ, can_wait=True)
    app = create_app(begun.settings, begun.dataset, begun.params)
