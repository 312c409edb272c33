"""PostgreSQL as the database: with time limits on our side, so that one that hangs holds up nobody.

Imported only where DATABASE_URL names one: psycopg is an extra of the distribution.
"""

import builtins
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import TimeoutError
from sqlalchemy.pool import QueuePool

from api.patience import Patience, in_time
from api.stores.database import (
    DOUBT_SECONDS,
    DOUBTERS,
    OPTIONS,
    PAUSE_SECONDS,
    Limits,
    waited,
)


def create_postgresql(url: str, limits: Limits) -> Engine:
    """With time limits on our side: a server that hangs keeps none, while its system still
    answers."""
    patience = Patience(DOUBT_SECONDS, DOUBTERS, PAUSE_SECONDS)

    thread = threading.local()

    class TimedConnection(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            usual, left = timeout or limits.answer, waited.left()
            try:
                with patience.waiting(), waited.waiting(), _timeouts():
                    try:
                        return super().wait(gen, interval, min(usual, left))
                    except psycopg.errors._WaitTimeout as error:
                        self.pgconn.finish()  # a late answer would be of no use
                        if left < usual:  # it does answer, but too slowly
                            raise psycopg.OperationalError("it answers too slowly") from error
                        raise
            except builtins.TimeoutError as error:
                raise psycopg.OperationalError(str(error)) from error

        def rollback(self) -> None:
            if not self.closed:  # it is closed if it did not answer
                super().rollback()

    class PatientPool(QueuePool):
        def _do_get(self) -> Any:
            if not patience.is_answering():
                raise TimeoutError("PostgreSQL did not answer others a moment ago")
            thread.began = time.monotonic()
            return super()._do_get()

    def connect(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
        if patience.has_given_up_since(thread.began):
            # The connection that the pool gave did not answer; another would not, either.
            raise psycopg.OperationalError("it does not answer")
        seconds = float(options.setdefault("connect_timeout", limits.connect))
        try:
            with patience.waiting(), waited.waiting(), _timeouts():
                return in_time(
                    # Its own limit is reached first, unless the look-up of the name hangs.
                    seconds + 0.5,
                    lambda: TimedConnection.connect(*arguments, **options),
                )
        except builtins.TimeoutError as error:
            raise psycopg.OperationalError(str(error)) from error

    engine = create_engine(url, pool_pre_ping=True, poolclass=PatientPool, **OPTIONS)
    event.listen(engine, "do_connect", connect)
    return engine


@contextmanager
def _timeouts() -> Iterator[None]:
    """Turn psycopg's timeouts into Python's."""
    try:
        yield
    except (psycopg.errors.ConnectionTimeout, psycopg.errors._WaitTimeout) as error:
        raise builtins.TimeoutError("it does not answer") from error
