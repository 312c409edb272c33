"""How long to wait for another server, the database or Redis, and when to stop asking it."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


def in_time(seconds: float, function: Callable[[], Result]) -> Result:
    """What the function returns, or raises. For functions without a time limit of their own, such
    as the look-up of a name: raises TimeoutError when it takes too long, and closes what it opens
    later."""
    outcome: Future[Result] = Future()

    def call() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        if outcome.done() and outcome.exception() is not None:
            raise
        outcome.add_done_callback(_close)
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None


def _close(outcome: "Future[Result]") -> None:
    close = None if outcome.exception() else getattr(outcome.result(), "close", None)
    if close is not None:
        close()


class Patience:
    """The patience of a process with one other server: only a few threads wait for a server that
    does not answer.

    While `most` questions are open, one of them for longer than `doubt_seconds`, and for
    `pause_seconds` after one was given up, nobody else should ask. Then one may; the others once
    that is answered.
    """

    def __init__(self, doubt_seconds: float, most: int, pause_seconds: float) -> None:
        self._doubt = doubt_seconds
        self._most = most
        self._pause = pause_seconds
        self._given_up = 0.0
        self._away_until = 0.0
        self._is_away = False
        self._open: dict[object, float] = {}
        """When the open questions were asked, the oldest first."""
        self._lock = threading.Lock()

    def is_answering(self) -> bool:
        """May the caller ask? The first to hear yes after a pause is the one that tries."""
        now = time.monotonic()
        with self._lock:
            oldest = next(iter(self._open.values()), now)
            is_doubtful = len(self._open) >= self._most and now - oldest > self._doubt
            if is_doubtful or now < self._away_until:
                return False
            if self._is_away:
                self._away_until = now + self._pause
        return True

    def has_given_up_since(self, moment: float) -> bool:
        """Has anyone, since that time.monotonic()?"""
        return self._given_up > moment

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a question. A TimeoutError means that there was no answer."""
        question = object()
        with self._lock:
            self._open[question] = time.monotonic()
        try:
            yield
        except TimeoutError:
            self.give_up()
            raise
        except BaseException:
            self.answered()
            raise
        else:
            self.answered()
        finally:
            with self._lock:
                del self._open[question]

    def give_up(self) -> None:
        """There was no answer."""
        with self._lock:
            self._is_away = True
            self._given_up = time.monotonic()
            self._away_until = self._given_up + self._pause

    def answered(self) -> None:
        """There was one: all may ask."""
        with self._lock:
            self._is_away = False
            self._away_until = 0.0
