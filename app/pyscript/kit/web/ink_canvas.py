"""Draws pixels on canvases: the grid's ink, and many small pictures at once."""

import js

from app.pyscript.kit.web.elements import create_element, element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Iterable, JsProxy


class InkCanvas:
    """A canvas of 28x28 pixels that shows intensities as the opacity of black ink.

    The style sheet scales it up and inverts it in the dark theme.
    """

    def __init__(self, identifier: str) -> None:
        options = js.Object.new()
        # Keep it in plain memory: the graphics processor does not help with a canvas this small.
        options.willReadFrequently = True
        self._context = element(identifier).getContext("2d", options)
        self._image = self._context.createImageData(28, 28)
        self._data = self._image.data

    def show_cells(self, pixels: bytearray, cells: "Iterable") -> None:
        """Redraw some cells, by index, from 784 intensities."""
        data = self._data
        for index in cells:
            data[4 * index + 3] = pixels[index]
        self._context.putImageData(self._image, 0, 0)

    def show_rgba(self, rgba: "JsProxy | None") -> None:
        """Show 28x28 RGBA pixels as the worker sends them; None blanks the canvas."""
        self._data.fill(0)
        if rgba is not None:
            self._data.set(rgba)
        self._context.putImageData(self._image, 0, 0)


def fill_canvas(canvas: "JsProxy", rgba: "JsProxy | None", start: int = 0) -> None:
    """Fill a canvas with the worker's RGBA pixels from this byte on; None blanks it."""
    options = js.Object.new()
    options.willReadFrequently = True
    context = canvas.getContext("2d", options)
    image = context.createImageData(canvas.width, canvas.height)
    if rgba is not None:
        image.data.set(rgba.subarray(start, start + image.data.length))
    context.putImageData(image, 0, 0)


def show_ink(canvas: "JsProxy", text: str) -> None:
    """Fill a canvas of 28x28 pixels from two hexadecimal digits each; an empty text blanks it."""
    options = js.Object.new()
    options.willReadFrequently = True
    context = canvas.getContext("2d", options)
    image = context.createImageData(canvas.width, canvas.height)
    data = image.data
    for index, value in enumerate(bytes.fromhex(text)):
        if value:
            data[4 * index + 3] = value
    context.putImageData(image, 0, 0)


def pictures(rgba: "JsProxy", count: int) -> list:
    """Canvases of 28x28 pixels, filled one after another with the worker's RGBA pixels."""
    canvases = []
    for index in range(count):
        canvas = create_element("canvas")
        canvas.width = canvas.height = 28
        fill_canvas(canvas, rgba, index * 4 * 28 * 28)
        canvases.append(canvas)
    return canvases
