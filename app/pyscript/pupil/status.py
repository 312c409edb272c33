"""What a pupil's page tells the class: how training goes and, if the pupil shares it, the drawing.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.read.state import Read
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.classroom.records import PupilStatus, SharedDrawing
    from app.pyscript.page import Page

CURVE_POINTS = 60
# For this long after the last stroke a pupil counts as drawing.
DRAWING_MILLISECONDS = 5000


class Status:
    """Puts the status together; the last drawing stays in it when the grid is cleared."""

    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._read = page.of(Read)
        self._train = page.of(Train)
        self._drawn_at: float = -DRAWING_MILLISECONDS
        self._drawing: SharedDrawing | None = None
        self._draw.drawn.listen(self._on_drawn)

    def _on_drawn(self) -> None:
        self._drawn_at = self._browser.now()

    def take(self, shares: bool) -> "PupilStatus":
        """The status as the server wants it. shares: whether the drawing may go along."""
        validation = self._train.validation.value
        return {
            "doing": self._doing(),
            "steps": self._train.iteration,
            "validation_digits": None if validation is None else validation["accuracy"],
            "validation_drawings": None if validation is None else validation["drawings"],
            "curve": self._curve(),
            "drawing": self._last_drawing() if shares else None,
        }

    def _doing(self) -> str:
        if self._train.is_training:
            return "training"
        if self._browser.now() < self._drawn_at + DRAWING_MILLISECONDS:
            return "drawing"
        return "paused" if self._train.iteration else "idle"

    def _curve(self) -> list:
        rows = self._train.history.value.rows(CURVE_POINTS)
        return [round(accuracy, 3) for _, _, accuracy, *_ in rows]

    def _last_drawing(self) -> "SharedDrawing | None":
        reading = self._read.prediction.value
        is_blank, version = self._draw.drawing.is_blank, self._draw.version
        if reading is not None and reading["version"] == version and not is_blank:
            self._drawing = {"pixels": self._draw.hexadecimal, "prediction": reading["digit"]}
        return self._drawing
