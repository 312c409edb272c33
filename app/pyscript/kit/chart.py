"""A line chart in its place on the page, for as long as it is needed.

The chart is built once there is something to show and uPlot has loaded. It is built again when its
colors or its scale change. The numbers belong to the panel.
"""

from app.pyscript.kit.chart_library import ChartLibrary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page


class Chart:
    def __init__(
        self,
        page: "Page",
        identifier: str,
        render: "Callable",
        *,
        height: int,
        series: list,
        scale: "Record",
    ) -> None:
        """identifier: the id of the element around it. `render()` must call `show`; it is called
        when uPlot has loaded, and when the theme has changed.

        series: (label, color name) of each line. scale: uPlot's options for the vertical scale.
        """
        self._browser = page.browser
        self._watch = page.watch
        self._library = page.of(ChartLibrary)
        self._identifier = identifier
        self._height = height
        self._series = series
        self._scale = scale
        self._render = render
        self._drawn: JsProxy | None = None

    def mount(self) -> None:
        self._watch((self._library.is_there,), self._render)
        self._browser.on_theme_change(self._on_theme)

    def use_scale(self, scale: "Record") -> None:
        """Use this scale from the next `show` on."""
        if scale is not self._scale:
            self._scale = scale
            self._remove()

    def use_series(self, series: list) -> None:
        """Draw these lines from the next `show` on."""
        if series != self._series:
            self._series = series
            self._remove()

    def show(self, columns: "list | None") -> None:
        """Show the horizontal axis's values and each line's; None hides the chart's place.

        Until uPlot has loaded, the place stays as it is in the markup.
        """
        place = self._browser.element(self._identifier)
        if columns is None:
            place.hidden = True
        elif self._library.is_there.value:
            place.hidden = False
            if self._drawn is None:
                self._drawn = self._build()
            self._drawn.show(columns)

    def _build(self) -> "JsProxy":
        names = ["muted", "line"] + [color for _, color in self._series]
        colors = {name: self._browser.style_value(f"--{name}") for name in names}
        return self._browser.Chart(
            self._identifier, self._height, colors, self._series, self._scale
        )

    def _remove(self) -> None:
        if self._drawn is not None:
            self._drawn.remove()
            self._drawn = None

    def _on_theme(self) -> None:
        self._remove()
        self._render()


def in_percent(shares: list) -> list:
    """Shares from 0 to 1 as percentages for a chart; None stays a gap."""
    return [None if share is None else share * 100 for share in shares]
