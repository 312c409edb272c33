"""The settings now in use on the page, and how they are sent to the worker.

Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.kit.signals import Event, Signal
from app.pyscript.settings.limits import DEFAULT_SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Record
    from app.pyscript.page import Page


class Settings:
    """values: all settings in checks.check_settings, by name; `changed` comes at once."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self.values = Signal(page.frame, dict(DEFAULT_SETTINGS))
        self.changed = Event()

    def change(self, changes: "Record") -> None:
        """Use these settings from now on."""
        self.values.value.update(changes)
        self.values.mark()
        self.changed.tell()

    def send(self, changes: "Record") -> None:
        """Send these to the worker; if it refuses them, undo them here."""
        if self._page.bridge.worker is not None:
            self._page.browser.run(self.ask_with("change_settings", dict(changes)))

    async def ask_with(self, name: str, settings: "Record") -> "Any":
        """Call a function that also sets settings; if it refuses, show those the worker uses."""
        bridge = self._page.bridge
        try:
            answer = await bridge.call(name, settings)
        except RefusedError as refusal:
            bridge.on_refused(name, refusal.title, refusal.detail)
            await self._take_back(settings)
            return None
        if answer is not None:
            bridge.on_done(name)
        return answer

    async def _take_back(self, settings: "Record") -> None:
        """Replace these by the settings that the worker uses, unless they changed since."""
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
