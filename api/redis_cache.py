"""The cache in Redis: representations, shared by processes and machines.

Its own format, a line of JSON and the bytes: the library's pickles would let anyone who can write
to Redis run programs here. What Redis loses is made again, and while it is away the cache is empty.
"""

import json
import logging
import time
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache
from redis import Redis, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from api.redis_connections import redis_pool
from api.representations import Representation

logger = logging.getLogger(__name__)

PREFIX = "digits:"
SILENCE_SECONDS = 5
"""Seconds between two lines of the log: with a Redis that is full, every visitor would cause
one."""


class RedisCache(BaseCache):
    """What Flask-Caching needs of a cache: get and set, for representations only."""

    def __init__(self, url: str, default_timeout: int) -> None:
        super().__init__(default_timeout)
        self._redis = Redis(connection_pool=redis_pool(url))
        self._silent_until = 0.0

    @classmethod
    def factory(  # called by Flask-Caching, with more than it needs
        cls, _app: Flask, config: dict[str, Any], _args: list[Any], _options: dict[str, Any]
    ) -> "RedisCache":
        return cls(config["CACHE_REDIS_URL"], config["CACHE_DEFAULT_TIMEOUT"])

    def get(self, key: str) -> Representation | None:
        found = self._ask("GET", PREFIX + key)
        return None if found is None else unpack(found)

    def set(self, key: str, value: Any, timeout: int | timedelta | None = None) -> bool:
        seconds = self._normalize_timeout(timeout)
        return self._ask("SET", PREFIX + key, pack(value), "EX", seconds) is not None

    def _ask(self, *command: Any) -> Any:
        """Redis's answer; None if there is none."""
        try:
            return self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except (RedisConnectionError, RedisTimeoutError):  # which the connection has logged
            return None
        except RedisError as error:
            now = time.monotonic()
            if now >= self._silent_until:
                self._silent_until = now + SILENCE_SECONDS
                logger.warning("Redis refuses what the cache asks: %s", error)
            return None


def pack(representation: Representation) -> bytes:
    head = [representation.media_type, representation.coding, representation.etag]
    return json.dumps(head).encode() + b"\n" + representation.content


def unpack(packed: bytes) -> Representation | None:
    """None if it is not a representation: another program may have left it there."""
    head, _, content = packed.partition(b"\n")
    try:
        media_type, coding, etag = json.loads(head)
    except (ValueError, TypeError):
        return None
    return Representation(content, media_type, coding, etag)
