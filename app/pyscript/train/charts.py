"""The course of the run: loss, and accuracy with both validations, over iterations; drawn by uPlot,
and as a table.

Shows: boot, dataset, history. Changes: notices, has_charts.
"""

from app.pyscript.kit import chart_table
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.kit.live import Live
from app.pyscript.samples.state import Samples
from app.pyscript.train import texts
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page

MARKUP = f"""
<div class="chart">
  <h3><span class="key">{texts.CHARTS_LOSS}</span></h3>
  <div class="plot" id="loss-chart" role="img" aria-label="{texts.CHARTS_LOSS_LABEL}"
    data-empty="{texts.CHARTS_EMPTY}"></div>
</div>
<div class="chart">
  <h3><span class="key">{texts.CHARTS_ACCURACY}</span>
    <span class="key second" title="{texts.TRAINING_VALIDATION_HINT}"
      >{texts.CHARTS_VALIDATION}</span>
    <span class="key third" id="drawings-key" title="{texts.TRAINING_DRAWINGS_HINT}"
      >{texts.CHARTS_DRAWINGS}</span></h3>
  <div class="plot" id="accuracy-chart" role="img" aria-label="{texts.CHARTS_ACCURACY_LABEL}"
    data-empty="{texts.CHARTS_EMPTY}"></div>
</div>
""" + chart_table.markup(
    "run-numbers",
    (
        texts.CHARTS_ITERATION,
        texts.CHARTS_LOSS,
        texts.CHARTS_BATCH_ACCURACY,
        texts.CHARTS_VALIDATION,
        texts.CHARTS_DRAWINGS,
    ),
)
# Redrawing costs some milliseconds; the eye does not need it more often.
REDRAW_MILLISECONDS = 300
HEIGHT = 148
LOSSES = [(texts.CHARTS_LOSS, "chart-1")]
ACCURACIES = [
    (texts.CHARTS_BATCH, "chart-1"),
    (texts.CHARTS_VALIDATION, "chart-2"),
    (texts.CHARTS_DRAWINGS, "chart-3"),
]
COLOURS = ("muted", "line", "chart-1", "chart-2", "chart-3")
# Percent, up to 100 and from 90 at most, so that the curve does not dance when it is almost there.
ACCURACY_SCALE = {"range": {"min": {"pad": 0.05, "soft": 90, "mode": 1}, "max": {"hard": 100}}}
LOGARITHMIC = 3
LOSS_SCALE = {"distr": LOGARITHMIC}
# The loss has a logarithmic axis, where a batch without any loss would have no place.
LEAST_LOSS = 1e-4


class Charts:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._samples = page.of(Samples)
        self._train = page.of(Train)
        self._live = Live(page.browser, REDRAW_MILLISECONDS, lambda: True, self._draw)
        self._charts: list[JsProxy] = []
        self._table = chart_table.ChartTable(page.browser, "run-numbers", self._describe)

    def mount(self) -> None:
        self._browser.element("charts").innerHTML = MARKUP
        self._table.mount()
        self._page.watch((self._samples.dataset,), self.render_key)
        self._page.watch((self._train.history,), self._live.outdate)
        self._page.watch((self._page.of(ChartLibrary).is_there,), self._begin)

    def _begin(self) -> None:
        self._build()
        self._browser.on_theme_change(self._build)

    def _build(self) -> None:
        """Make both charts, in the theme's colours."""
        style = self._browser.style_value
        for old in self._charts:
            old.remove()
        colours = {name: style(f"--{name}") for name in COLOURS}
        chart = self._browser.Chart
        self._charts = [
            chart("loss-chart", HEIGHT, colours, LOSSES, LOSS_SCALE),
            chart("accuracy-chart", HEIGHT, colours, ACCURACIES, ACCURACY_SCALE),
        ]
        self.render()

    def render_key(self) -> None:
        """Name the drawings' line, unless there will be none."""
        splits = (self._samples.dataset.value or {}).get("splits", {})
        self._browser.element("drawings-key").hidden = not splits.get("validation_drawings")

    async def _draw(self) -> None:
        self.render()

    def render(self) -> None:
        self._table.render()
        if not self._charts:
            return  # uPlot has not come, or never will
        history = self._train.history.value
        loss, accuracy = self._charts
        is_empty = not history.iterations
        self._browser.element("charts").classList.toggle("is-empty", is_empty)
        loss.show([history.iterations, [max(loss, LEAST_LOSS) for loss in history.losses]])
        accuracy.show(
            [
                history.iterations,
                _percents(history.accuracies),
                _percents(history.validations),
                _percents(history.drawings),
            ]
        )

    def _describe(self) -> tuple:
        """What the table shows: its caption and rows."""
        rows = [
            [
                whole(iteration),
                decimal(loss, 4),
                percent(accuracy, 1),
                _validated(validation),
                _validated(drawings),
            ]
            for iteration, loss, accuracy, validation, drawings in self._train.history.value.rows(
                chart_table.ROW_LIMIT
            )
        ]
        return texts.CHARTS_TABLE_NOTE if rows else texts.CHARTS_EMPTY, rows


def _validated(share: "float | None") -> str:
    return texts.CHARTS_NOTHING if share is None else percent(share, 2)


def _percents(fractions: list) -> list:
    return [None if fraction is None else fraction * 100 for fraction in fractions]
