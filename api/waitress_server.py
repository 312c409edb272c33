"""Serves the app where gunicorn does not run, as on Windows: `python -m api.waitress_server`.

One process with threads, for a class on a local network. gunicorn_config.py serves everywhere else,
for strangers too: this has no limits for those who send or read slowly, beyond waitress's own.

A request has a thread from when all of it has arrived. So has each endless stream
(event_stream.py), for as long as it is read; Streams keeps enough threads for everything else.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from api import create_app
from api.errors import problem
from api.event_stream import KEEP_ALIVE, KEEP_ALIVE_SECONDS
from api.extensions import EXTENSION, Services
from api.headers import SECURITY_HEADERS
from api.listening import bound_socket, greet
from api.start import CannotStartError, one_sentence, prepare, read_start
from api.threads import STREAM, THREADS, Stream

MOST_STREAMS = 192
"""Six classes of thirty. A thread that waits costs some 50 kB."""
MOST_CONNECTIONS = 480
"""Windows' select() takes 512 sockets."""
LARGEST_BODY = 17_000_000
"""Bytes, a little more than any view takes: views refuse in our own words."""
LOOK_SECONDS = 1
"""Between looks whether a reader is gone, and at what is in use."""
SWEEP_SECONDS = 60
"""As in event_loop.py."""
GONE = "waitress.client_disconnected"
"""In the environment: a function that says whether the visitor is gone."""


class Streams:
    """A WSGI layer that sends endless streams, of which there may be MOST_STREAMS at a time."""

    def __init__(self, application: WSGIApplication, most: int = MOST_STREAMS) -> None:
        self._application = application
        self._free = threading.BoundedSemaphore(most)
        self._count = 0
        self._lock = threading.Lock()
        self._stops = threading.Event()

    @property
    def count(self) -> int:
        """Streams that are being sent."""
        return self._count

    def end(self) -> None:
        """The process stops: readers come back to the next one."""
        self._stops.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[Any] = []

        def note(*arguments: Any) -> Callable[[bytes], object]:
            begun[:] = arguments
            return start_response(*arguments) if STREAM not in environ else _refuse_to_write

        answer = self._application(environ, note)
        stream: Stream | None = environ.get(STREAM)
        if stream is None:
            return answer
        if not self._free.acquire(blocking=False):
            stream.close()
            return _too_many(environ, start_response)
        start_response(*begun)
        with self._lock:
            self._count += 1
        return Sending(stream, environ.get(GONE, lambda: False), self._stops, self._release)

    def _release(self) -> None:
        with self._lock:
            self._count -= 1
        self._free.release()


class Sending:
    """One stream, as a WSGI application returns it: closed whether or not it was read."""

    def __init__(
        self,
        stream: Stream,
        is_gone: Callable[[], bool],
        stops: threading.Event,
        release: Callable[[], None],
    ) -> None:
        self._stream = stream
        self._is_gone = is_gone
        self._stops = stops
        self._release: Callable[[], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        stream, has_come = self._stream, threading.Event()
        stream.listen(has_come.set)
        silent = 0.0
        while not (stream.has_ended or self._stops.is_set() or self._is_gone()):
            has_come.clear()
            piece = stream.take()
            if not piece and has_come.wait(LOOK_SECONDS):
                continue
            silent = 0.0 if piece else silent + LOOK_SECONDS
            if silent >= KEEP_ALIVE_SECONDS:
                piece, silent = KEEP_ALIVE, 0.0
            if piece:
                yield piece

    def close(self) -> None:
        """Called by the server when all is sent, or nobody is there to read it."""
        if self._release is not None:
            self._stream.close()
            self._release()
            self._release = None


def _too_many(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    answer = problem(503, "Too many pages listen to classes here. Close some, or try again soon.")
    answer.headers.extend([*SECURITY_HEADERS, ("Retry-After", "10")])
    return answer(environ, start_response)


def _refuse_to_write(_content: bytes) -> object:
    raise NotImplementedError("applications return their content")


def main() -> int:
    try:
        from waitress.server import create_server  # noqa: PLC0415 - its lack is a sentence
    except ImportError:
        with one_sentence():
            raise CannotStartError(
                "waitress is not installed: pip install waitress. Or use gunicorn, if this machine "
                "has it."
            ) from None
    prepare()
    with one_sentence():
        begun = read_start(os.environ, can_wait=True)
        settings = begun.settings
        bound = bound_socket(settings.host, settings.port)
        app = create_app(settings, begun.dataset, begun.params)
    streams = Streams(app.wsgi_app)
    app.wsgi_app = streams  # type: ignore[method-assign]
    server = create_server(
        app,
        sockets=[bound],
        threads=THREADS + MOST_STREAMS,
        connection_limit=MOST_CONNECTIONS,
        channel_request_lookahead=1,  # or nobody would notice that a reader is gone
        max_request_body_size=LARGEST_BODY,
        # DIGITS_PROXIES says which to trust; then the application reads these headers.
        clear_untrusted_proxy_headers=settings.proxies == 0,
        ident=None,
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that it has no thread free

    def stop(*_: object) -> None:
        streams.end()
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_tend, args=[app, streams, server], daemon=True).start()
    begun.dataset.begin_drawing()
    greet(settings, begun.dataset, bound.getsockname()[:2], os.environ)
    server.run()
    return 0


def _tend(app: Flask, streams: Streams, server: Any) -> None:
    """What event_loop.py does beside serving: forget classes that nobody uses, note what is in
    use."""
    found: Services = app.extensions[EXTENSION]
    pause = threading.Event()
    seconds = 0
    while True:
        if seconds % SWEEP_SECONDS == 0:
            found.classes.sweep()
        found.metrics.use(
            connections=len(server._map),
            streams=streams.count,
            threads_busy=max(0, server.task_dispatcher.active_count - streams.count),
            requests_waiting=len(server.task_dispatcher.queue),
            body_bytes=found.upload_budget.held,
            cache_bytes=sum(cache.held for cache in found.local_caches),
            database_connections=found.engine.pool.checkedout(),  # type: ignore[attr-defined]
        )
        seconds += LOOK_SECONDS
        pause.wait(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
