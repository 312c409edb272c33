from collections.abc import Callable

import pytest

from app.pyscript.kit.signals import Event, Frame, Signal


class Frames:
    """The browser's frames: callbacks wait for the next one."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def request(self, callback: Callable[[], object]) -> None:
        self.waiting.append(callback)

    def next(self) -> None:
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()


@pytest.fixture
def frames() -> Frames:
    return Frames()


@pytest.fixture
def frame(frames: Frames) -> Frame:
    return Frame(frames.request)


def heard(frame: Frame, *signals: Signal) -> list[Signal]:
    """A list that grows by a signal each time its watchers are told."""
    told: list[Signal] = []
    for signal in signals:
        frame.watch((signal,), lambda signal=signal: told.append(signal))
    return told


def test_watchers_hear_of_many_changes_once_a_frame(frame: Frame, frames: Frames) -> None:
    signal = Signal(frame, 1)
    told = heard(frame, signal)
    for value in (2, 3, 4):
        signal.set(value)
    assert (signal.value, told, len(frames.waiting)) == (4, [], 1)

    frames.next()

    assert told == [signal]
    assert frames.waiting == []


def test_watchers_hear_of_their_signals_alone(frame: Frame, frames: Frames) -> None:
    first, second = Signal(frame), Signal(frame)
    told = heard(frame, first, second)
    second.mark()
    frames.next()

    assert told == [second]


def test_a_watcher_of_several_signals_is_called_once(frame: Frame, frames: Frames) -> None:
    first, second = Signal(frame), Signal(frame)
    told: list[str] = []
    frame.watch((first, second), lambda: told.append("both"))
    first.mark()
    second.mark()
    frames.next()

    assert told == ["both"]


def test_watching_ends(frame: Frame, frames: Frames) -> None:
    signal = Signal(frame)
    told: list[str] = []
    end = frame.watch((signal,), lambda: told.append("told"))
    end()
    signal.mark()
    frames.next()

    assert told == []


def test_what_watchers_change_is_told_in_the_next_frame(frame: Frame, frames: Frames) -> None:
    first, second = Signal(frame), Signal(frame)
    told = heard(frame, second)
    frame.watch((first,), second.mark)
    first.mark()
    frames.next()
    assert told == []
    frames.next()

    assert told == [second]


def test_what_somebody_waits_to_see_is_told_at_once(frame: Frame, frames: Frames) -> None:
    signal = Signal(frame)
    told = heard(frame, signal)
    signal.mark()
    frame.flush()
    assert told == [signal]
    frames.next()

    assert told == [signal]


def test_listeners_to_an_event_are_told_in_that_moment() -> None:
    told: list[tuple[object, ...]] = []
    event = Event()
    event.listen(lambda *arguments: told.append(arguments))
    event.tell(1, "a")

    assert told == [(1, "a")]
