import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.representations import JSON, Representation
from api.services.single_flight import SingleFlight

MADE = Representation(b"{}", JSON, "identity", "tag")


def test_who_comes_meanwhile_takes_what_is_being_made() -> None:
    flights, started, others_are_here = SingleFlight(), threading.Event(), threading.Event()
    made = []

    def make() -> Representation:
        started.set()
        assert others_are_here.wait(10)
        made.append(MADE)
        return MADE

    def join() -> Representation:
        waiting.release()
        return flights.do("a", make)

    waiting = threading.Semaphore(0)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(flights.do, "a", make)
        assert started.wait(10)
        others = [pool.submit(join) for _ in range(3)]
        for _ in others:
            waiting.acquire()
        assert flights.do("b", lambda: MADE) is MADE  # others wait for nothing
        others_are_here.set()
        assert all(future.result(10) is MADE for future in (first, *others))
    # One that has said it comes may have come when the first was done.
    assert len(made) < 4


def test_a_failure_is_told_and_forgotten() -> None:
    flights = SingleFlight()

    def fail() -> Representation:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        flights.do("a", fail)
    assert flights.do("a", lambda: MADE) is MADE
