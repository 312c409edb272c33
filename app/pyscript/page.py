"""What all features of the page share, and how one feature gets the state of another.

A feature's state is a class that takes the Page. There is one object of each such class, made at
the first request: `page.of(Draw)`. Panels watch its signals; only its own methods change them.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.bridge import Bridge
from app.pyscript.kit.notices import Notices
from app.pyscript.kit.signals import Event, Frame, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, State


class Page:
    """browser: the module; frame: signals wait for it; bridge: leads to the worker; notices.

    hidden holds the parts of the page that a link has hidden: names of link.HIDEABLE.
    network_changed(is_training) says that the network may now read the same drawing differently.
    """

    def __init__(self, browser: "Browser") -> None:
        self.browser = browser
        self.frame = Frame(browser.next_frame)
        self.watch = self.frame.watch
        self.notices = Notices(self.frame)
        self.bridge = Bridge(browser, self.frame)
        self.hidden: Signal[list[str]] = Signal(self.frame, [])
        self.network_changed = Event()
        self._states: dict = {}

    def of(self, kind: "type[State]") -> "State":
        """The one state of this class; made at the first call."""
        if kind not in self._states:
            self._states[kind] = kind(self)  # type: ignore[call-arg]
        state: State = self._states[kind]
        return state
