"""The state of lessons: the one that is proposed or was started, from the list or a link.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Event, Signal
from app.pyscript.lessons.lesson import RANDOM, SHARED
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.lessons.records import Lesson
    from app.pyscript.page import Page


class Lessons:
    """lesson: made by lesson.make_lesson, or None. The event `proposed` has a lesson that the page
    is to propose: it came from a class's teacher."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self.lesson: Signal[Lesson | None] = Signal(page.frame)
        self.proposed = Event()

    def start(self, lesson: "Lesson") -> None:
        """Begin the run that a lesson describes."""
        self._page.browser.run(self._start(lesson))

    async def _start(self, lesson: "Lesson") -> None:
        settings = dict(lesson["settings"], tray_share=0)
        # Stop first, so that no step is taken meanwhile.
        if await self._page.bridge.ask("reset_training") is None:
            return
        if not await self._have_weights(lesson["weights"], settings):
            return
        self._settings.change(settings)
        started = lesson.copy()
        started["is_started"] = True
        self.lesson.set(started)
        await self._train.start_training()

    async def _have_weights(self, weights: "str | int", settings: "Record") -> bool:
        ask = self._weights.ask
        if weights == RANDOM:
            return await ask("randomize_weights", settings["seed"], settings["initializer"])
        if weights == SHARED:
            return await ask("load_shared_weights")
        return await ask("load_version", int(weights))
