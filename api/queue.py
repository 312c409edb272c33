"""The queue that wakes a worker up: huey, in a SQLite file or in Redis.

It carries names of jobs and nothing else; which jobs there are is in the store (stores/jobs.py),
where a worker also looks by itself every few seconds, past the queue: a lost message, or a queue
that has failed, only costs time.
"""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from redis import ConnectionPool, RedisError

NAME = "digits"
TIMEOUT_SECONDS = 3
"""For an answer of Redis; a worker's question waits there for one second."""
CONNECT_SECONDS = 0.5


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON. Huey's own are pickles: who could write to the queue could run programs."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data._asdict()).encode()

    def _deserialize(self, data: bytes) -> Message:
        document = json.loads(data)
        return Message(*(document[field] for field in Message._fields))


class QueueError(Exception):
    """The queue cannot be written to, whatever it is kept in."""


class JobQueue:
    """`run` is what a worker does with the name of a job; web processes only send."""

    def __init__(self, huey: Huey, run: Callable[[str], None] | None = None) -> None:
        self.huey = huey

        @huey.task(name="retrain")  # type: ignore[untyped-decorator]
        def retrain(job: str) -> None:
            if run is not None:
                run(job)

        self._retrain = retrain

    def send(self, job: str) -> None:
        """Wake a worker up. Raises QueueError."""
        try:
            self._retrain(job)
        except (RedisError, sqlite3.Error, OSError) as error:
            raise QueueError(str(error)) from error


def open_queue(path: Path, redis_url: str | None) -> Huey:
    """A file of its own beside the database's, or Redis where processes share one."""
    options: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if redis_url is not None:
        pool = ConnectionPool.from_url(
            redis_url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=CONNECT_SECONDS
        )
        return RedisHuey(NAME, connection_pool=pool, **options)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(path), **options)
