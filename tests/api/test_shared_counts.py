import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from limits import parse
from limits.strategies import MovingWindowRateLimiter

from api import shared_counts
from api.shared_counts import SharedCounts
from tests.api.killing import wait_for
from tests.api.server import NO_LIMITS, environment, only_gunicorn, ready_server
from tests.api.servers import children
from tests.api.test_processes import ask

PROCESSES = 2
MINUTE = parse("6/minute")
VISITOR = "192.0.2.7"


@pytest.fixture
def counts() -> SharedCounts:
    return SharedCounts()


@pytest.fixture
def limiter(counts: SharedCounts) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(counts)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.5

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(shared_counts, "time", clock)
    return clock


def test_a_window_moves(limiter: MovingWindowRateLimiter, clock: Clock) -> None:
    assert limiter.get_window_stats(MINUTE, VISITOR) == (clock.now + 60, 6)
    assert limiter.hit(MINUTE, VISITOR, cost=4)
    clock.now += 30
    assert not limiter.hit(MINUTE, VISITOR, cost=3)
    assert limiter.hit(MINUTE, VISITOR, cost=2)
    assert limiter.get_window_stats(MINUTE, VISITOR) == (1_800_000_060, 0)
    clock.now += 29
    assert not limiter.test(MINUTE, VISITOR)
    clock.now += 1  # the first are a minute old
    assert limiter.get_window_stats(MINUTE, VISITOR) == (1_800_000_090, 4)
    assert limiter.hit(MINUTE, VISITOR, cost=4)
    assert not limiter.hit(MINUTE, VISITOR)
    clock.now += 1000
    assert limiter.hit(MINUTE, VISITOR, cost=6)
    clock.now -= 500  # somebody has set it
    assert not limiter.hit(MINUTE, VISITOR)


def test_each_limit_and_each_visitor_has_counts_of_its_own(
    limiter: MovingWindowRateLimiter, counts: SharedCounts
) -> None:
    day = parse("6/day")
    assert limiter.hit(MINUTE, VISITOR, cost=6)
    assert limiter.hit(MINUTE, "192.0.2.8", cost=6)
    assert limiter.hit(day, VISITOR, cost=2)
    assert not limiter.hit(day, VISITOR, cost=7)
    limiter.clear(MINUTE, VISITOR)
    assert limiter.hit(MINUTE, VISITOR)
    assert not limiter.hit(MINUTE, "192.0.2.8")
    counts.reset()
    assert limiter.hit(MINUTE, "192.0.2.8")


def test_where_there_are_too_many_those_are_forgotten_that_came_first(
    limiter: MovingWindowRateLimiter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "GROUPS", 1)
    for number in range(shared_counts.IN_GROUP + 1):
        clock.now += 1
        assert limiter.hit(MINUTE, str(number), cost=6)
    assert [limiter.test(MINUTE, str(number)) for number in range(3)] == [True, False, False]


def in_process(do: Callable[[], int]) -> int:
    """Calls it in a process that is forked from this one; returns the number of that process."""
    number = os.fork()
    if not number:
        os._exit(do())
    return number


def exit_code(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_processes_at_once_pass_as_many_as_one(limiter: MovingWindowRateLimiter) -> None:
    """A race would pass more, or count some twice."""
    limit = parse("200/day")

    def press() -> int:
        return sum(limiter.hit(limit, VISITOR) for _ in range(1000))

    passed = [exit_code(process) for process in [in_process(press) for _ in range(4)]]
    assert sum(passed) == 200
    assert limiter.get_window_stats(limit, VISITOR).remaining == 0


def test_a_process_that_is_killed_keeps_no_lock(
    limiter: MovingWindowRateLimiter, counts: SharedCounts
) -> None:
    reading, writing = os.pipe()

    def hold() -> int:
        with counts._locked():
            os.write(writing, b"!")
            signal.pause()
        return 0

    holder = in_process(hold)
    assert os.read(reading, 1) == b"!"
    os.kill(holder, signal.SIGKILL)
    assert exit_code(holder) == -signal.SIGKILL
    assert limiter.hit(MINUTE, VISITOR)
    for end in (reading, writing):
        os.close(end)


@only_gunicorn
def test_a_server_counts_for_all_its_processes(tmp_path: Path) -> None:
    """Also for those that it starts in the place of killed ones."""
    settings = NO_LIMITS | {"DIGITS_ATTEMPT_LIMIT": "6/day", "DIGITS_PROCESSES": str(PROCESSES)}
    with ready_server(environment(tmp_path, **settings)) as (server, port):

        def attempt() -> int:
            return ask(port, "/api/weights", "DELETE")[0]

        assert Counter(attempt() for _ in range(30)) == {403: 6, 429: 24}
        master = server.process.pid
        wait_for(lambda: len(children(master)) == PROCESSES, "the master starts no process")
        killed = children(master)
        for process in killed:
            os.kill(process, signal.SIGKILL)
        wait_for(
            lambda: len(set(children(master)) - set(killed)) == PROCESSES,
            "the master starts no other process",
        )
        assert Counter(attempt() for _ in range(10)) == {429: 10}
