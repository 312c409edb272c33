"""The settings that are in force, and how the worker takes them over.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.kit.signals import Event, Signal
from app.pyscript.settings.limits import DEFAULT_SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.page import Page


class Settings:
    """values: all that messages.check_settings describes, by name; `changed` tells at once."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self.values = Signal(page.frame, dict(DEFAULT_SETTINGS))
        self.changed = Event()

    def change(self, changes: "Record") -> None:
        """These are in force now."""
        self.values.value.update(changes)
        self.values.mark()
        self.changed.tell()

    def send(self, changes: "Record") -> None:
        """Have the worker take these over; those that it refuses are taken back."""
        if self._page.bridge.worker is not None:
            self._page.browser.run(self.ask_with("change_settings", dict(changes)))

    async def ask_with(self, name: str, settings: "Record") -> "Record | None":
        """Call a function that takes settings over first; where it refuses, show those in force."""
        bridge = self._page.bridge
        try:
            answer: Record | None = await bridge.call(name, settings)
        except RefusedError as refusal:
            bridge.on_refused(name, refusal.title, refusal.detail)
            await self._take_back(settings)
            return None
        if answer is not None:
            bridge.on_done(name)
        return answer

    async def _take_back(self, settings: "Record") -> None:
        """Put what is in force in the worker in the place of these, unless they changed since."""
        try:
            answer = await self._page.bridge.call("change_settings", {})
        except RefusedError:
            return
        in_force = {} if answer is None else answer["settings"]
        shown = self.values.value
        changes = {
            name: in_force[name]
            for name in settings
            if name in in_force
            and shown[name] == settings[name]
            and in_force[name] != settings[name]
        }
        if changes:
            self.change(changes)
