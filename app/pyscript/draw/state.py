"""The state of drawing: the drawing on the grid, and the signals of its changes.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.drawing import Drawing
from app.pyscript.kit.signals import Event, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.draw.records import StoredDigit
    from app.pyscript.page import Page

# For this long after a change, the visitor counts as drawing.
DRAWING_MILLISECONDS = 250


class Draw:
    """drawing; version: counts the drawing's changes; sample: the label of the sample on the grid,
    or None.

    Signals: changed; ink: the whole drawing was replaced; brush: a tool or undo changed; kept: the
    drawing was put away, to make room for the next one. Events, which come at once: drawn: the
    drawing has changed; sample_wanted: the visitor asks for a sample.
    """

    def __init__(self, page: "Page") -> None:
        frame = page.frame
        self._now = page.browser.now
        self._drawn_at: float = -DRAWING_MILLISECONDS
        self.drawing = Drawing()
        self.version = 0
        self.sample: int | None = None
        self.changed: Signal[None] = Signal(frame)
        self.ink: Signal[None] = Signal(frame)
        self.brush: Signal[None] = Signal(frame)
        self.kept: Signal[None] = Signal(frame)
        self.drawn = Event()
        self.sample_wanted = Event()

    @property
    def hexadecimal(self) -> str:
        """The drawing as text, two digits per cell: the form that crosses fastest to the worker."""
        return self.drawing.pixels.hex()

    @property
    def is_busy(self) -> bool:
        """Is the visitor drawing now? Then what can wait should wait."""
        return bool(self._now() < self._drawn_at + DRAWING_MILLISECONDS)

    def drawing_changed(self) -> None:
        """The visitor has drawn, and the grid shows it already."""
        self._drawn_at = self._now()
        self.version += 1
        self.sample = None
        self.changed.mark()
        self.drawn.tell()

    def stroke_canceled(self, sample: "int | None") -> None:
        """The last stroke was taken back; sample: the value of `sample` before it."""
        self.drawing_changed()
        self.sample = sample

    def show_sample(self, label: int, pixels: list) -> None:
        """Put a sample on the grid: 784 integers from 0 to 255, and the digit it is."""
        self.drawing.replace(pixels)
        self.drawing_changed()
        self.sample = label
        self.ink.mark()

    def show_stored(self, digit: "StoredDigit") -> None:
        """Put a digit from one of the worker's lists on the grid; it has its pixels as text."""
        self.show_sample(digit["label"], list(bytes.fromhex(digit["pixels"])))

    def put_away(self, version: int) -> None:
        """This version of the drawing is kept elsewhere now: make room for the next one."""
        if self.version == version:
            self.drawing.clear()
            self.drawing_changed()
            self.ink.mark()
            self.kept.mark()
