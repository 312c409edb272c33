"""The drawing on the grid, and what else shows or changes it.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.drawing import Drawing
from app.pyscript.kit.signals import Event, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.page import Page


class Draw:
    """drawing, and its version, which counts its changes; sample: the label of the sample that it
    shows, or None.

    Signals: changed; ink, the drawing was replaced whole; brush, a tool or undo changed; kept, the
    drawing was put away and made room. `drawn` tells in the very moment that it has changed,
    sample_wanted that the visitor asks for a sample.
    """

    def __init__(self, page: "Page") -> None:
        frame = page.frame
        self.drawing = Drawing()
        self.version = 0
        self.sample: int | None = None
        self.changed = Signal(frame)
        self.ink = Signal(frame)
        self.brush = Signal(frame)
        self.kept = Signal(frame)
        self.drawn = Event()
        self.sample_wanted = Event()

    @property
    def hexadecimal(self) -> str:
        """The drawing as text, two digits a cell: what crosses fastest from here to the worker."""
        return self.drawing.pixels.hex()

    def drawing_changed(self) -> None:
        """The drawing was drawn on, and the grid shows it already."""
        self.version += 1
        self.sample = None
        self.changed.mark()
        self.drawn.tell()

    def stroke_canceled(self, sample: "int | None") -> None:
        """The last stroke was taken back; sample: what `sample` was before it."""
        self.drawing_changed()
        self.sample = sample

    def show_sample(self, label: int, pixels: list) -> None:
        """Put a sample on the grid: 784 integers from 0 to 255, and the digit it is."""
        self.drawing.replace(pixels)
        self.drawing_changed()
        self.sample = label
        self.ink.mark()

    def show_stored(self, digit: "Record") -> None:
        """The same of a digit as the worker lists it, with its pixels as text."""
        self.show_sample(digit["label"], list(bytes.fromhex(digit["pixels"])))

    def put_away(self, version: int) -> None:
        """The drawing as it was in this version is kept elsewhere: make room for the next one."""
        if self.version == version:
            self.drawing.clear()
            self.drawing_changed()
            self.ink.mark()
            self.kept.mark()
