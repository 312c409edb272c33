"""Connections to Redis: no request waits for them as long as a second.

Two parts of the program may ask in one request, the limits of writes and the cache, each more than
once. Both go on without an answer. After an answer that was missing or late, nobody asks for a
while: see Patience.
"""

import logging
from functools import lru_cache
from typing import Any

from redis import ConnectionPool
from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection, parse_url
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from api.patience import Patience, in_time

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 0.3
"""Seconds to connect, with the look-up of the name, all its addresses, and TLS."""
ANSWER_SECONDS = 0.1
"""A Redis nearby takes a thousandth of a second. Several answers that are all just in time have to
fit into the second of a request."""
DOUBT_SECONDS = 0.2
DOUBTERS = 4
PAUSE_SECONDS = 5
"""See Patience."""


def redis_pool(url: str) -> ConnectionPool:
    """A pool of connections that raise RedisError in time."""
    patience = _patience(url)
    kind = parse_url(url).get("connection_class", Connection)  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "socket_timeout": ANSWER_SECONDS,
        # Without the client's introduction, each part of which has an answer to wait for.
        "protocol": 2,
        "driver_info": None,
    }
    if kind is not UnixDomainSocketConnection:
        options["socket_connect_timeout"] = CONNECT_SECONDS

    class PatientPool(ConnectionPool):
        def get_connection(self, *arguments: Any, **keywords: Any) -> Any:
            """Called once for each command."""
            if not patience.is_answering():
                raise RedisConnectionError("it did not answer others a moment ago")
            return super().get_connection(*arguments, **keywords)

    return PatientPool.from_url(url, connection_class=_timed(kind, patience), **options)


@lru_cache
def _patience(_url: str) -> Patience:
    """One for all connections to a Redis."""
    return Patience(DOUBT_SECONDS, DOUBTERS, PAUSE_SECONDS)


def _timed(
    kind: type[Connection | SSLConnection | UnixDomainSocketConnection], patience: Patience
) -> Any:
    def give_up(error: Exception) -> None:
        patience.give_up()
        logger.warning("Redis does not answer, going on without it for a while: %s", error)

    class Timed(kind):  # type: ignore[misc, valid-type]
        def _connect(self) -> Any:
            try:
                with patience.waiting():
                    return in_time(CONNECT_SECONDS, super()._connect)
            except OSError as error:  # refused, no such name, or no answer
                give_up(error)
                raise

        def read_response(self, *arguments: Any, **options: Any) -> Any:
            try:
                answer = super().read_response(*arguments, **options)
            except (RedisTimeoutError, RedisConnectionError) as error:
                give_up(error)
                raise
            patience.answered()
            return answer

    return Timed
