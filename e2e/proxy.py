"""What stands between a visitor and the server: a proxy that can spoil answers, and a stranger."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self

from e2e.server import free_port

LOGIN_PAGE = b"<!doctype html><title>Login</title><h1>Log in to this network</h1>"
HOP_BY_HOP = ("connection", "date", "keep-alive", "server", "transfer-encoding")


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def page(status: int, body: bytes = LOGIN_PAGE, cache_control: str = "no-store") -> Answer:
    """A web page; by default a network's login page."""
    return Answer(status, [("Content-Type", "text/html"), ("Cache-Control", cache_control)], body)


class Listener:
    """Answers at a port whatever `answer(path, headers)` returns."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Answer], port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = answer(self.path, dict(self.headers))
                self.send_response(found.status)
                for name, value in found.headers:
                    self.send_header(name, value)
                if found.status != 304:
                    self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                # A visitor who has left meanwhile is no failure.
                with suppress(ConnectionError):
                    self.wfile.write(b"" if found.status == 304 else found.body)

            def log_message(self, *_: object) -> None: ...

        self.url = f"http://127.0.0.1:{port}"
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Proxy(Listener):
    """Hands GETs on to a server, but for what it is told to spoil."""

    def __init__(self, target: str, prefix: str = "") -> None:
        """prefix: what its addresses begin with, which it strips."""
        self._prefix = prefix
        self.asked: list[str] = []
        """The paths of all requests."""
        self._target = target
        self._spoiled: list[tuple[str, int, Callable[[Answer], Answer]]] = []
        super().__init__(self._answer, free_port())

    def spoil(self, pattern: str, change: Callable[[Answer], Answer], times: int = 1000) -> None:
        """Change so many of the next answers to paths that a regular expression is found in."""
        self._spoiled.append((pattern, times, change))

    def heal(self) -> None:
        self._spoiled = []

    def _answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append(path)
        if not path.startswith(self._prefix):
            return page(404)
        path = path.removeprefix(self._prefix)
        for index, (pattern, times, change) in enumerate(self._spoiled):
            if times and re.search(pattern, path):
                self._spoiled[index] = (pattern, times - 1, change)
                return change(self._fetch(path, {**headers, "Accept-Encoding": "identity"}))
        return self._fetch(path, headers)

    def _fetch(self, path: str, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(self._target + path, headers=headers)
        try:
            with urllib.request.urlopen(request) as response:
                status, pairs, body = response.status, response.getheaders(), response.read()
        except urllib.error.HTTPError as error:
            status, pairs, body = error.code, list(error.headers.items()), error.read()
        ignored = (*HOP_BY_HOP, "content-length")
        return Answer(status, [pair for pair in pairs if pair[0].lower() not in ignored], body)


def cut(answer: Answer) -> Answer:
    """The first half, as if that were all."""
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def garbled(answer: Answer) -> Answer:
    """As long as it should be."""
    middle = len(answer.body) // 2
    return answer._replace(body=answer.body[:middle] + b"?" * (len(answer.body) - middle))
