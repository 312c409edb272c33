"""Values that call their watchers when they change. The page's state is made of them.

A change only marks its signal. The watchers are called once in the next frame, so that twenty
changes between two frames redraw once. An Event calls its listeners at once, when a frame is too
long to wait.

Runs on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Callable, Generic, Value
else:  # MicroPython has no typing, where Generic[Value] must stand for a class
    Generic, Value = {None: object}, None


class Frame:
    """Calls the watchers of all signals that have changed since the last frame."""

    def __init__(self, schedule: "Callable") -> None:
        """`schedule(callback)` calls back before the next repaint."""
        self._schedule = schedule
        self._watchers: list = []
        self._changed: set = set()

    def watch(self, signals: tuple, callback: "Callable") -> "Callable":
        """Call `callback()` once in the frame after any of the signals changed.

        Returns a function that stops watching.
        """
        watcher = (signals, callback)
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def mark(self, signal: "Signal[Any]") -> None:
        is_first = not self._changed
        self._changed.add(signal)
        if is_first:
            self._schedule(self.flush)

    def flush(self) -> None:
        """Call the watchers now, when the visitor is waiting to see the change."""
        changed = self._changed
        self._changed = set()
        for signals, callback in list(self._watchers):
            if any(signal in changed for signal in signals):
                callback()


class Signal(Generic[Value]):
    """A value with watchers. The value is None if only the change itself matters."""

    def __init__(self, frame: Frame, value: "Value" = None) -> None:  # type: ignore[assignment]
        self._frame = frame
        self.value = value

    def set(self, value: "Value") -> None:
        self.value = value
        self._frame.mark(self)

    def mark(self) -> None:
        """Call the watchers: the value was changed in place."""
        self._frame.mark(self)


class Event:
    """Something that happens; its listeners are called at once."""

    def __init__(self) -> None:
        self._listeners: list = []

    def listen(self, listener: "Callable") -> None:
        self._listeners.append(listener)

    def tell(self, *arguments: "object") -> None:
        for listener in self._listeners:
            listener(*arguments)
