"""The charts of the run: loss, and accuracy with both validations, over iterations. uPlot draws
them; a table has the same numbers.

Shows: boot, dataset, history. Changes: notices, has_charts.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit import chart_table
from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.kit.live import Live
from app.pyscript.train import texts
from app.pyscript.train.data import TrainingData
from app.pyscript.train.scales import ACCURACY_SCALE, LEAST_LOSS, LOSS_SCALE
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
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
# Redrawing takes some milliseconds, and people do not need it more often.
REDRAW_MILLISECONDS = 300
HEIGHT = 148
LOSSES = [(texts.CHARTS_LOSS, "chart-1")]
ACCURACIES = [
    (texts.CHARTS_BATCH, "chart-1"),
    (texts.CHARTS_VALIDATION, "chart-2"),
    (texts.CHARTS_DRAWINGS, "chart-3"),
]


class Charts:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._data = page.of(TrainingData)
        self._train = page.of(Train)
        # While the visitor draws, the page has readings to show.
        draw = page.of(Draw)
        self._live = Live(
            page.browser, REDRAW_MILLISECONDS, lambda: True, self._draw, lambda: draw.is_busy
        )
        self._loss = Chart(
            page, "loss-chart", self._render_loss, height=HEIGHT, series=LOSSES, scale=LOSS_SCALE
        )
        self._accuracy = Chart(
            page,
            "accuracy-chart",
            self._render_accuracy,
            height=HEIGHT,
            series=ACCURACIES,
            scale=ACCURACY_SCALE,
        )
        self._table = chart_table.ChartTable(page.browser, "run-numbers", self._describe)

    def mount(self) -> None:
        self._browser.element("charts").innerHTML = MARKUP
        self._table.mount()
        self._page.watch((self._data.dataset,), self.render_key)
        self._page.watch((self._train.history,), self._live.outdate)
        self._loss.mount()
        self._accuracy.mount()

    def render_key(self) -> None:
        """Show the name of the drawings' line, if the data set has drawings to validate on."""
        dataset = self._data.dataset.value
        has_drawings = dataset is not None and dataset["splits"].get("validation_drawings")
        self._browser.element("drawings-key").hidden = not has_drawings

    async def _draw(self) -> None:
        self.render()

    def render(self) -> None:
        is_empty = not self._train.history.value.iterations
        self._browser.element("charts").classList.toggle("is-empty", is_empty)
        self._table.render()
        self._render_loss()
        self._render_accuracy()

    def _render_loss(self) -> None:
        history = self._train.history.value
        self._loss.show([history.iterations, [max(loss, LEAST_LOSS) for loss in history.losses]])

    def _render_accuracy(self) -> None:
        history = self._train.history.value
        shares = (history.accuracies, history.validations, history.drawings)
        self._accuracy.show([history.iterations] + [in_percent(each) for each in shares])

    def _describe(self) -> tuple:
        """The table's caption and rows."""
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
