"""A line chart drawn by uPlot. kit/chart.py decides when there is one."""

import js
from pyscript import ffi

from app.pyscript.kit.web.elements import element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record

# Possible steps of the horizontal axis, which counts iterations or versions.
WHOLE_STEPS = [digit * 10**power for power in range(9) for digit in (1, 2, 5)]
# Lines of this color are dashed, so that nobody needs the color to tell them apart.
DASHES = {"chart-3": [5, 4]}
# Of more lines than these, the points would hide the lines.
POINTS_LIMIT = 6


class Chart:
    """A uPlot line chart over iterations, always as wide as the element around it.

    The style sheet takes the chart out of the flow (.plot). So the chart never keeps the element
    wide, and resizing it in an observer's callback does not trigger the observer again.
    """

    def __init__(
        self,
        identifier: str,
        height: int,
        colors: "Record",
        series: list,
        scale: "Record",
    ) -> None:
        """series: (label, color name) of each line; colors: CSS colors by name.

        scale: uPlot's options for the vertical scale.
        """
        self._element = element(identifier)
        self._element.textContent = ""
        self._height = height
        axis = {
            "stroke": colors["muted"],
            "grid": {"stroke": colors["line"], "width": 1},
            "ticks": {"show": False},
            "font": "11px system-ui, sans-serif",
            "size": 38,
            "space": 28,
        }
        lines = [
            {
                "label": label,
                "stroke": colors[color],
                "width": 2,
                "spanGaps": True,
                "dash": DASHES.get(color, []),
                "points": {} if len(series) <= POINTS_LIMIT else {"show": False},
            }
            for label, color in series
        ]
        self._width = self._element.clientWidth  # 0 while a closed section hides it
        options = {
            "width": self._width,
            "height": height,
            "legend": {"show": False},
            "cursor": {"show": False},
            "scales": {"x": {"time": False}, "y": scale},
            "axes": [dict(axis, size=24, space=40, incrs=WHOLE_STEPS), axis],
            "padding": [6, 10, 0, 0],
            "series": [{}] + lines,
        }
        nothing: list = [[] for _ in range(len(series) + 1)]
        self._plot = js.uPlot.new(ffi.to_js(options), ffi.to_js(nothing), self._element)
        self._observer = js.ResizeObserver.new(ffi.create_proxy(self._on_size))
        self._observer.observe(self._element)

    def show(self, columns: list) -> None:
        """Show the iterations and each line's values; the line is drawn across a None."""
        self._plot.setData(ffi.to_js(columns))

    def _on_size(self, *_: "JsProxy") -> None:
        """The element has appeared, or its width has changed."""
        width = self._element.clientWidth
        if width and width != self._width:
            self._width = width
            size = js.Object.new()
            size.width = width
            size.height = self._height
            self._plot.setSize(size)

    def remove(self) -> None:
        """Remove it from the page; uPlot listens to the window until then."""
        self._observer.disconnect()
        self._plot.destroy()
