"""How long a body may take to come: who announces one and sends nothing is given up.

Around whatever reads a body (views/bodies.py, requests.py). Headers are gunicorn's to wait for.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from wsgiref.types import WSGIEnvironment

IDLE_SECONDS = 10
"""Without a byte."""
LEAST_SECONDS = 15
LEAST_RATE = 100_000
"""Bytes a second: 16 MB may take 175 seconds in all."""
GIVEN_UP = "digits.body_given_up"
"""Set in the environment when the body will not come any more."""


class SlowBodyError(Exception):
    """The body did not come in time."""


@contextmanager
def body_deadline(environ: WSGIEnvironment, length: int) -> Iterator[None]:
    """Have reads of wsgi.input end after IDLE_SECONDS without a byte, and in all after a time in
    proportion to the length in bytes. Raises SlowBodyError.

    Under a server that does not give its socket, as in tests, nothing is limited.
    """
    connection: socket.socket | None = environ.get("gunicorn.socket")
    if connection is None:
        yield
        return
    is_late = threading.Event()

    def end_reading() -> None:
        # A time limit of the socket's starts again with each byte; this ends a read that waits. The
        # answer can still be sent.
        is_late.set()
        with suppress(OSError):  # closed by now
            connection.shutdown(socket.SHUT_RD)

    timer = threading.Timer(LEAST_SECONDS + length / LEAST_RATE, end_reading)
    timer.daemon = True
    usual_timeout = connection.gettimeout()
    connection.settimeout(IDLE_SECONDS)
    timer.start()
    try:
        yield
    except TimeoutError:
        is_late.set()
    finally:
        timer.cancel()
        connection.settimeout(usual_timeout)
    if is_late.is_set():
        environ[GIVEN_UP] = True
        raise SlowBodyError
