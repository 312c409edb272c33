"""A server between us and another one, to hang and to be slow in its place."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

PIECE_SIZE = 1 << 16


class Hanging:
    """Accepts, and passes on what comes after `delay_seconds`. Without a port behind it, it stays
    silent."""

    def __init__(self, port_behind: int | None = None, delay_seconds: float = 0) -> None:
        self._behind = port_behind
        self.delay_seconds = delay_seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._behind = None
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for each in self._sockets:
            _end(each)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                visitor = self._listener.accept()[0]
            except OSError:  # the end
                return
            self._sockets.append(visitor)
            if self._behind is None:
                continue
            behind = socket.create_connection(("127.0.0.1", self._behind))
            self._sockets.append(behind)
            for ends in ((visitor, behind), (behind, visitor)):
                thread = threading.Thread(target=self._pass_on, args=ends)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE_SIZE):
                time.sleep(self.delay_seconds)
                target.sendall(piece)
        _end(target)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
