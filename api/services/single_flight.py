"""Work that several threads ask for at the same moment, done once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from api.representations import Representation


class SingleFlight:
    """Of overlapping calls with the same key, the first does the work, and the others take its
    result."""

    def __init__(self) -> None:
        self._flights: dict[str, Future[Representation]] = {}
        self._lock = threading.Lock()

    def do(self, key: str, work: Callable[[], Representation]) -> Representation:
        """Raises what the work raises, in every waiting thread."""
        with self._lock:
            flight = self._flights.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if is_first:
            try:
                flight.set_result(work())
            except BaseException as error:
                flight.set_exception(error)
            finally:
                with self._lock:
                    del self._flights[key]
        return flight.result()
