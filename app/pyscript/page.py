"""What all features of the page have in common, and the way to each other's state.

A feature's state is a class that takes the Page; there is one of each, made when it is first asked
for: `page.of(Draw)`. Its signals are watched by whoever shows them, and changed by its own methods.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.bridge import Bridge
from app.pyscript.kit.notices import Notices
from app.pyscript.kit.signals import Event, Frame, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, State


class Page:
    """browser, the module; frame, what its signals wait for; bridge, to the worker; notices.

    hidden holds the parts of the page that a link has hidden: names of lesson.HIDEABLE.
    network_changed(is_training) tells that what was read may be read otherwise now.
    """

    def __init__(self, browser: "Browser") -> None:
        self.browser = browser
        self.frame = Frame(browser.next_frame)
        self.watch = self.frame.watch
        self.notices = Notices(self.frame)
        self.bridge = Bridge(browser, self.frame)
        self.hidden = Signal(self.frame, [])
        self.network_changed = Event()
        self._states: dict = {}

    def of(self, kind: "type[State]") -> "State":
        """The one state of this kind."""
        if kind not in self._states:
            self._states[kind] = kind(self)  # type: ignore[call-arg]
        state: State = self._states[kind]
        return state
