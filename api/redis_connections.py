"""Connections to Redis, for which no request waits as long as a second.

Three parts of the program may ask in one request: the limits of writes, the cache, and the queue
of jobs. Each goes on without an answer.
"""

from functools import lru_cache
from typing import Any

from redis import ConnectionPool
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.exceptions import TimeoutError as RedisTimeoutError

from api.patience import Patience, in_time

CONNECT_SECONDS = 0.3
"""The look-up of the name, all addresses that it has, and TLS included."""
ANSWER_SECONDS = 0.3
DOUBT_SECONDS = 0.2
DOUBTERS = 4
PAUSE_SECONDS = 5
"""See Patience."""


def redis_pool(url: str, answer_seconds: float = ANSWER_SECONDS) -> ConnectionPool:
    """Of connections that raise RedisError in time."""
    kind = parse_url(url).get("connection_class", Connection)  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {"socket_timeout": answer_seconds}
    if kind is not UnixDomainSocketConnection:
        options["socket_connect_timeout"] = CONNECT_SECONDS
    return ConnectionPool.from_url(url, connection_class=_timed(kind, url), **options)


@lru_cache
def _patience(_url: str) -> Patience:
    """What all connections to one Redis know of it."""
    return Patience(DOUBT_SECONDS, DOUBTERS, PAUSE_SECONDS)


def _timed(kind: type[Connection | SSLConnection | UnixDomainSocketConnection], url: str) -> Any:
    patience = _patience(url)

    class Timed(kind):  # type: ignore[misc, valid-type]
        def _connect(self) -> Any:
            if not patience.is_answering():
                raise OSError("it did not answer a moment ago")
            with patience.waiting():
                return in_time(CONNECT_SECONDS, super()._connect)

        def read_response(self, *arguments: Any, **options: Any) -> Any:
            try:
                return super().read_response(*arguments, **options)
            except RedisTimeoutError:
                patience.give_up()
                raise

    return Timed
