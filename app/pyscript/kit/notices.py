"""The notices to show, oldest first: what went wrong. start/status_bar.py draws them as boxes.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Notice
    from app.pyscript.kit.signals import Frame

LIMIT = 3


class Notices:
    def __init__(self, frame: "Frame") -> None:
        self.shown: Signal[list[Notice]] = Signal(frame, [])

    def notify(self, key: str, title: str, detail: str, action: "str | None" = None) -> None:
        """Tell the visitor what went wrong; a newer notice replaces the one of the same key."""
        others = [notice for notice in self.shown.value if notice["key"] != key]
        notice: Notice = {"key": key, "title": title, "detail": detail, "action": action}
        notices = others + [notice]
        if len(notices) > LIMIT:
            # Drop the oldest, but keep notices whose button the visitor needs.
            without_action = [notice for notice in notices if notice["action"] is None]
            notices.remove((without_action + notices)[0])
        self.shown.set(notices)

    def dismiss(self, key: str) -> None:
        """Remove a notice: the visitor has read it, or its cause is gone."""
        remaining = [notice for notice in self.shown.value if notice["key"] != key]
        if len(remaining) < len(self.shown.value):
            self.shown.set(remaining)
