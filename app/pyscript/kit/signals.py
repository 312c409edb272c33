"""Values that tell their watchers when they change: the page's state is made of them.

A change only marks its signal; watchers are told together, once a frame, so that twenty changes
between two frames redraw once. An Event tells at once instead, for what cannot wait that long.

Runs on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Callable


class Frame:
    """Tells the watchers of what has changed since the last frame."""

    def __init__(self, schedule: "Callable") -> None:
        """`schedule(callback)` calls back before the next repaint."""
        self._schedule = schedule
        self._watchers: list = []
        self._changed: set = set()

    def watch(self, signals: tuple, callback: "Callable") -> "Callable":
        """Call `callback()` once in the frame after any of the signals changed.

        Returns a function that ends this.
        """
        watcher = (signals, callback)
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def mark(self, signal: "Signal") -> None:
        is_first = not self._changed
        self._changed.add(signal)
        if is_first:
            self._schedule(self.flush)

    def flush(self) -> None:
        """Tell the watchers now: for what a visitor is waiting to see."""
        changed = self._changed
        self._changed = set()
        for signals, callback in list(self._watchers):
            if any(signal in changed for signal in signals):
                callback()


class Signal:
    """A value with watchers; None where there is nothing to hold, only something to tell."""

    def __init__(self, frame: Frame, value: "Any" = None) -> None:
        self._frame = frame
        self.value = value

    def set(self, value: "Any") -> None:
        self.value = value
        self._frame.mark(self)

    def mark(self) -> None:
        """The value was changed in place."""
        self._frame.mark(self)


class Event:
    """Something that happens: whoever listens is told in that very moment."""

    def __init__(self) -> None:
        self._listeners: list = []

    def listen(self, listener: "Callable") -> None:
        self._listeners.append(listener)

    def tell(self, *arguments: "object") -> None:
        for listener in self._listeners:
            listener(*arguments)
