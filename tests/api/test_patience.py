import os
import threading
import time

import pytest

from api.patience import Patience, in_time


class Opened:
    def __init__(self) -> None:
        self.is_closed = threading.Event()

    def close(self) -> None:
        self.is_closed.set()


def test_what_comes_in_time_is_given() -> None:
    assert in_time(20, lambda: 3) == 3
    with pytest.raises(KeyError):
        in_time(20, lambda: os.environ["DIGITS_NO_SUCH"])


def test_what_comes_too_late_is_closed() -> None:
    opened, may_open = Opened(), threading.Event()

    def open_late() -> Opened:
        may_open.wait()
        return opened

    with pytest.raises(TimeoutError, match=r"within 0\.01 seconds"):
        in_time(0.01, open_late)
    may_open.set()
    assert opened.is_closed.wait(20)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock shows, to be changed."""
    shown = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: shown[0])
    return shown


def give_up(asked: Patience) -> None:
    with pytest.raises(TimeoutError), asked.waiting():
        raise TimeoutError


def test_who_gave_no_answer_is_left_alone_for_a_while(seconds: list[float]) -> None:
    asked = Patience(1, 8, 5)
    assert asked.is_answering()
    seconds[0] += 1
    give_up(asked)
    assert [asked.has_given_up_since(moment) for moment in (100, 102)] == [True, False]
    assert not asked.is_answering()
    seconds[0] += 5
    assert [asked.is_answering(), asked.is_answering()] == [True, False]  # one tries
    with asked.waiting():
        pass
    assert asked.is_answering()


def test_who_fails_again_is_left_alone_again(seconds: list[float]) -> None:
    asked = Patience(1, 8, 5)
    give_up(asked)
    seconds[0] += 5
    assert asked.is_answering()
    give_up(asked)
    assert not asked.is_answering()


def test_few_wait_where_one_has_waited_long(seconds: list[float]) -> None:
    asked = Patience(1, 2, 5)
    with asked.waiting():
        seconds[0] += 1.5
        assert asked.is_answering()
        with asked.waiting():
            assert not asked.is_answering()
        assert asked.is_answering()


def test_an_error_is_an_answer() -> None:
    asked = Patience(1, 2, 5)
    with pytest.raises(ValueError, match="no"), asked.waiting():
        raise ValueError("no")
    assert asked.is_answering()
