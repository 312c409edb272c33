"""A chart and a table of the run under way and a former one, over iterations.

Shows: runs, history.
"""

from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.runs import texts
from app.pyscript.runs.markup import FIGURES, LOSSES
from app.pyscript.runs.runs import aligned
from app.pyscript.runs.state import RunList
from app.pyscript.train.scales import ACCURACY_SCALE, LEAST_LOSS, LOSS_SCALE
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.train.history import History

HEIGHT = 200
SERIES = [("1", "chart-1"), ("2", "chart-2")]
TABLE_ROWS = 16
UNKNOWN = "\u2013"


class CourseChart:
    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._runs = page.of(RunList)
        self._train = page.of(Train)
        self._chart = Chart(
            page, "runs-chart", self.render, height=HEIGHT, series=SERIES, scale=LOSS_SCALE
        )

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        find, listen = self._browser.element, self._browser.listen
        listen(find("runs-figure"), "change", lambda event: self.render())
        listen(find("runs-table"), "toggle", lambda event: self._render_table())
        self._chart.mount()

    def render(self) -> None:
        """Show the chart, and the table if it is open."""
        runs, find = self._runs.runs.value, self._browser.element
        self._render_table()
        if not runs.former:
            return
        first, second = self._compared()
        columns = aligned(first, second, self._figure)
        self._chart.use_scale(LOSS_SCALE if self._figure == LOSSES else ACCURACY_SCALE)
        self._chart.show([columns[0]] + [self._scaled(values) for values in columns[1:]])
        names = texts.RUNS_CURRENT.format(number=runs.current.number)
        if second is not None:
            other = texts.RUNS_NAME.format(number=runs.compared)
            names = texts.RUNS_BOTH.format(first=names, second=other)
        label = texts.RUNS_CHART.format(figure=dict(FIGURES)[self._figure], runs=names)
        find("runs-chart").setAttribute("aria-label", label)

    @property
    def _figure(self) -> str:
        figure: str = self._browser.element("runs-figure").value or LOSSES
        return figure

    def _compared(self) -> tuple:
        """The history of the run under way, and of the compared one, or None."""
        run = self._runs.runs.value.find(self._runs.runs.value.compared)
        return self._train.history.value, None if run is None else run.history

    def _scaled(self, values: list) -> list:
        """The values for the chart: a loss above 0, accuracies in percent."""
        if self._figure == LOSSES:
            return [None if value is None else max(value, LEAST_LOSS) for value in values]
        return in_percent(values)

    def _render_table(self) -> None:
        """The chart's lines at some of its iterations; only while it is open."""
        find, runs = self._browser.element, self._runs.runs.value
        if not find("runs-table").open or not runs.former:
            return
        first, second = self._compared()
        iterations = some_of(aligned(first, second, self._figure)[0])
        find("runs-head-1").textContent = texts.RUNS_CURRENT.format(number=runs.current.number)
        other = UNKNOWN if second is None else texts.RUNS_NAME.format(number=runs.compared)
        find("runs-head-2").textContent = other
        rows = [
            f"<tr><td>{whole(iteration)}</td><td>{self._value(first, iteration)}</td>"
            f"<td>{self._value(second, iteration)}</td></tr>"
            for iteration in iterations
        ]
        find("runs-rows").innerHTML = "".join(rows)

    def _value(self, history: "History | None", iteration: int) -> str:
        """A history's value at an iteration as text; empty if the run did not get that far."""
        if history is None or not history.iterations or iteration > history.iterations[-1]:
            return UNKNOWN
        values = [
            value
            for at, value in zip(history.iterations, getattr(history, self._figure))
            if at <= iteration and value is not None
        ]
        if not values:
            return UNKNOWN
        return decimal(values[-1], 4) if self._figure == LOSSES else percent(values[-1], 1)


def some_of(iterations: list) -> list:
    """A few of the iterations, evenly chosen, with the last one."""
    count = len(iterations)
    if count <= TABLE_ROWS:
        return iterations
    return [iterations[(index + 1) * count // TABLE_ROWS - 1] for index in range(TABLE_ROWS)]
