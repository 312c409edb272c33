"""The state of the tour: its current step.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class TourState:
    """step: the current step of the tour, from 0, or None."""

    def __init__(self, page: "Page") -> None:
        self.step: Signal[int | None] = Signal(page.frame)
