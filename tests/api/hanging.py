"""A server between us and another one, that can be had to hang: it accepts, and stays silent."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

PIECE_SIZE = 1 << 16


class Hanging:
    """Passes on what comes, but not while `hangs`. Without a port behind it, it hangs always."""

    def __init__(self, port_behind: int | None = None) -> None:
        self._behind = port_behind
        self._passes = threading.Event()
        self.hangs = port_behind is None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def hangs(self) -> bool:
        return not self._passes.is_set()

    @hangs.setter
    def hangs(self, hangs: bool) -> None:
        if hangs:
            self._passes.clear()
        else:
            self._passes.set()

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
        self._passes.set()
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
                self._passes.wait()
                target.sendall(piece)
        _end(target)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
