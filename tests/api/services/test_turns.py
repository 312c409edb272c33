import threading
from collections.abc import Callable

import pytest

from api.services.problems import BusyError
from api.services.turns import PLACES, WAIT_SECONDS, Turns
from api.threads import THREADS
from app.pyscript.worker.api_client import TIME_LIMIT_SECONDS


class Crowd:
    """Visitors who ask for a turn one after the other, while somebody has it."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._threads: list[threading.Thread] = []
        self.order: list[str] = []

    def ask(self, visitor: str) -> None:
        def take() -> None:
            with self._turns.turn(visitor):
                self.order.append(visitor)

        waiting = self._turns._count()
        self._threads.append(threading.Thread(target=take))
        self._threads[-1].start()
        wait_until(lambda: self._turns._count() > waiting)

    def end(self) -> list[str]:
        for thread in self._threads:
            thread.join(10)
        return self.order


def wait_until(holds: Callable[[], bool]) -> None:
    changed = threading.Event()
    for _ in range(1000):
        if holds():
            return
        changed.wait(0.01)
    raise AssertionError("it does not come")


def test_visitors_take_turns_whatever_the_flood_of_one() -> None:
    turns = Turns()
    crowd = Crowd(turns)
    with turns.turn("somebody"):
        for visitor in ("flood", "flood", "flood", "Ada", "flood", "Bob", "Ada"):
            crowd.ask(visitor)
    assert crowd.end() == ["flood", "Ada", "Bob", "flood", "Ada", "flood", "flood"]


def test_one_at_a_time_has_the_turn() -> None:
    turns, inside, most = Turns(), 0, 0

    def take() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns.turn("Ada"):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 1
    with turns.turn("Ada"):  # nobody has been forgotten
        pass


def test_who_waits_too_long_is_told_and_leaves_the_queue() -> None:
    turns = Turns(wait_seconds=0.01)
    with turns.turn("somebody"):
        for _ in range(2):
            with pytest.raises(BusyError), turns.turn("Ada"):
                pass
        assert turns._count() == 0
    with turns.turn("Ada"):
        pass


def test_an_error_ends_a_turn() -> None:
    turns = Turns(wait_seconds=0.01)
    with pytest.raises(ZeroDivisionError), turns.turn("Ada"):
        _ = 1 / 0
    with turns.turn("Bob"):
        pass


def test_no_visitor_takes_all_places() -> None:
    turns = Turns(places=3, places_of_one=2)
    crowd = Crowd(turns)
    with turns.turn("somebody"):
        crowd.ask("flood")
        crowd.ask("flood")
        with pytest.raises(BusyError), turns.turn("flood"):
            pass
        crowd.ask("Ada")
        with pytest.raises(BusyError), turns.turn("Bob"):
            pass
    assert len(crowd.end()) == 3


def test_those_who_wait_leave_threads_to_others_and_are_told_before_the_page_gives_up() -> None:
    assert PLACES <= THREADS - 16
    assert WAIT_SECONDS + 5 <= TIME_LIMIT_SECONDS
