"""Runs compared: the course of the one under way and of a former one, on one chart.

Shows: history, runs, settings, has_charts. Changes: runs. A part of the
section on time travel, which builds it.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.formats import decimal, in_sentence, percent, whole
from app.pyscript.kit.live import Live
from app.pyscript.lessons.lesson import in_words
from app.pyscript.runs import texts
from app.pyscript.runs.runs import aligned
from app.pyscript.runs.state import RunList
from app.pyscript.settings.checks import SETTING_CHECKS
from app.pyscript.train.charts import ACCURACY_SCALE, LEAST_LOSS, LOSS_SCALE
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record
    from app.pyscript.page import Page
    from app.pyscript.runs.runs import Run
    from app.pyscript.train.history import History

LOSSES = "losses"
# Lists of a History, and what they are called.
FIGURES = (
    (LOSSES, texts.RUNS_LOSS),
    ("accuracies", texts.RUNS_ACCURACY),
    ("validations", texts.RUNS_VALIDATIONS),
    ("drawings", texts.RUNS_DRAWINGS),
)
MARKUP = (
    f"""
<h3 id="runs-title" tabindex="-1">{texts.RUNS_TITLE}</h3>
<p class="note" id="runs-note"></p>
<ul class="runs-list" id="runs-list" hidden></ul>
<div class="runs-course" id="runs-course" hidden>
  <div class="row"><label for="runs-figure">{texts.RUNS_FIGURE}</label>
    <select id="runs-figure">"""
    + "".join(f'<option value="{figure}">{name}</option>' for figure, name in FIGURES)
    + f"""</select></div>
  <div class="chart"><div class="plot" id="runs-chart" role="img"></div></div>
  <details id="runs-table">
    <summary>{texts.RUNS_TABLE}</summary>
    <div class="table-scroll" tabindex="0" role="region" aria-label="{texts.RUNS_TABLE}">
      <table><thead><tr><th scope="col">{texts.RUNS_ITERATION}</th>
        <th scope="col" id="runs-head-1"></th><th scope="col" id="runs-head-2"></th></tr></thead>
        <tbody id="runs-rows"></tbody></table>
    </div>
  </details>
</div>
"""
)
NAMES = {name: in_sentence(title) for name, title, *_ in SETTING_CHECKS}
HEIGHT = 200
REDRAW_MILLISECONDS = 1000
TABLE_ROWS = 16
UNKNOWN = "\u2013"


class RunsPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._chart_library = page.of(ChartLibrary)
        self._runs = page.of(RunList)
        self._train = page.of(Train)
        self._chart: JsProxy | None = None
        self._live = Live(page.browser, REDRAW_MILLISECONDS, self._can_be_seen, self._draw)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("runs").innerHTML = MARKUP
        listen(find("runs-list"), "click", self.on_click)
        listen(find("runs-figure"), "change", lambda event: self.on_figure())
        listen(find("runs-table"), "toggle", lambda event: self._render_table())
        self._page.watch((self._runs.runs,), self.render)
        self._page.watch((self._train.history,), self._live.outdate)
        self._page.watch((self._chart_library.is_there, self._page.hidden), self.render)
        self._browser.on_theme_change(self.on_figure)
        self.render()

    def follow(self) -> None:
        """The section was opened, or scrolled to: show how far the run has come meanwhile."""
        self._live.follow()

    # What the visitor chooses

    def on_click(self, event: "JsProxy") -> None:
        """One listener for all buttons, as they come and go."""
        action = event.target.getAttribute("data-action")
        if action is None:
            return
        number = int(event.target.getAttribute("data-run"))
        run = self._runs.runs.value.find(number)
        if run is None:
            return
        if action == "compare":
            is_compared = self._runs.runs.value.compared == number
            self._runs.compare(None if is_compared else number)
        elif action == "pin":
            self._runs.pin(number, not run.is_pinned)
        else:
            self._runs.delete(number)
        self._page.frame.flush()
        # The list was made anew: who works by keyboard stays where they were.
        button = self._browser.element(f"run-{action}-{number}")
        (button or self._browser.element("runs-title")).focus()

    def on_figure(self) -> None:
        """Another figure, or another theme, has another chart."""
        if self._chart is not None:
            self._chart.remove()
            self._chart = None
        self.render_course()

    # Drawing

    def _can_be_seen(self) -> bool:
        return self._browser.is_in_view(self._browser.element("runs"))

    async def _draw(self) -> None:
        """The run goes on."""
        self._render_figures()
        self.render_course()

    def render(self) -> None:
        find, runs = self._browser.element, self._runs.runs.value
        has_former = bool(runs.former)
        find("runs-note").hidden = has_former
        find("runs-note").textContent = possible(common.RUNS_NOTHING, self._page)
        find("runs-list").hidden = not has_former
        find("runs-course").hidden = not has_former
        items = find("runs-list")
        items.textContent = ""
        if has_former:
            items.appendChild(self._item(runs.current))
            for run in reversed(runs.former):
                items.appendChild(self._item(run))
        self.render_course()

    def _item(self, run: "Run") -> "JsProxy":
        create, runs = self._browser.create_element, self._runs.runs.value
        item, name, words = create("li"), create("strong"), create("span")
        is_current = run is runs.current
        name.textContent = self._name(run)
        words.className = "note"
        if is_current:
            words.setAttribute("id", "runs-now")
        words.textContent = figures_of(run.history or self._train.history.value)
        is_shown = is_current or runs.compared == run.number
        name.classList.toggle("key" if is_shown else "no-key", True)
        name.classList.toggle("second", not is_current)
        item.append(name, words)
        if not is_current:
            compare = texts.RUNS_COMPARED if is_shown else texts.RUNS_COMPARE
            item.appendChild(self._button("compare", run, compare, is_shown))
            pin = texts.RUNS_PINNED if run.is_pinned else texts.RUNS_PIN
            button = self._button("pin", run, pin, run.is_pinned)
            button.disabled = not (run.is_pinned or runs.can_pin)
            button.title = texts.RUNS_PIN_HINT
            item.appendChild(button)
            item.appendChild(self._button("delete", run, texts.RUNS_DELETE, None))
        return item

    def _button(self, action: str, run: "Run", words: str, is_pressed: "bool | None") -> "JsProxy":
        button = self._browser.create_element("button")
        button.textContent = words
        button.setAttribute("id", f"run-{action}-{run.number}")
        button.setAttribute("data-action", action)
        button.setAttribute("data-run", str(run.number))
        label = texts.RUNS_LABEL.format(action=words, number=run.number)
        button.setAttribute("aria-label", label)
        if is_pressed is not None:
            button.setAttribute("aria-pressed", "true" if is_pressed else "false")
        return button

    def _name(self, run: "Run") -> str:
        runs = self._runs.runs.value
        number = texts.RUNS_CURRENT if run is runs.current else texts.RUNS_NAME
        title = number.format(number=run.number)
        return name_of(run, title, runs.former + [runs.current], runs.differences())

    def _render_figures(self) -> None:
        """How far the run under way has come."""
        words = self._browser.element("runs-now")
        if words:
            words.textContent = figures_of(self._train.history.value)

    def render_course(self) -> None:
        """The chart, and the table where it is open."""
        runs, find = self._runs.runs.value, self._browser.element
        self._render_table()
        if not runs.former or not self._chart_library.is_there.value:
            return
        if self._chart is None:
            self._chart = self._make_chart()
        first, second = self._compared()
        columns = aligned(first, second, self._figure)
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
        """The course of the run under way, and of the other, or None."""
        run = self._runs.runs.value.find(self._runs.runs.value.compared)
        return self._train.history.value, None if run is None else run.history

    def _make_chart(self) -> "JsProxy":
        """In the theme's colours, for the figure that is chosen."""
        style = self._browser.style_value
        colours = {name: style(f"--{name}") for name in ("muted", "line", "chart-1", "chart-2")}
        series = [("1", "chart-1"), ("2", "chart-2")]
        scale = LOSS_SCALE if self._figure == LOSSES else ACCURACY_SCALE
        return self._browser.Chart("runs-chart", HEIGHT, colours, series, scale)

    def _scaled(self, values: list) -> list:
        """As the chart has them: a loss above 0, accuracies in percent."""
        if self._figure == LOSSES:
            return [None if value is None else max(value, LEAST_LOSS) for value in values]
        return [None if value is None else 100 * value for value in values]

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
        """What the course had come to at an iteration, if it came so far."""
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
    """A few, evenly chosen, the last among them."""
    count = len(iterations)
    if count <= TABLE_ROWS:
        return iterations
    return [iterations[(index + 1) * count // TABLE_ROWS - 1] for index in range(TABLE_ROWS)]


def figures_of(history: "History") -> str:
    """How far a course came, and with what result."""
    if not history.iterations:
        return texts.RUNS_NOT_YET
    words = texts.RUNS_STEPS.format(
        iteration=whole(history.iterations[-1]),
        loss=decimal(history.losses[-1], 4),
        accuracy=percent(history.accuracies[-1], 1),
    )
    validation, drawings = last_of(history.validations), last_of(history.drawings)
    if validation is not None and drawings is not None:
        words += texts.RUNS_VALIDATION_BOTH.format(
            validation=percent(validation, 1), drawings=percent(drawings, 1)
        )
    elif validation is not None:
        words += texts.RUNS_VALIDATION.format(validation=percent(validation, 1))
    return words


def last_of(shares: list) -> "float | None":
    """The last that was measured, if any was."""
    measured = [each for each in shares if each is not None]
    return measured[-1] if measured else None


def name_of(run: "Run", title: str, runs: list, settings: list) -> str:
    """title, which says its number, and what of the run is not so in all others."""
    parts = []
    starts = {start_of(each) for each in runs}
    if len(starts) > 1 and start_of(run):
        parts.append(start_of(run))
    if run.last_settings:
        for name in settings:
            before, after = [
                in_words(values.get(name)) for values in (run.first_settings, run.last_settings)
            ]
            value = (
                after if before == after else texts.RUNS_CHANGE.format(before=before, after=after)
            )
            parts.append(texts.RUNS_SETTING.format(name=NAMES[name], value=value))
    return f"{title}: {', '.join(parts)}" if parts else title


def start_of(run: "Run") -> str:
    """What a run began with, in words; empty where that is not known."""
    start: Record | None = run.start
    if start is None:
        return ""
    if start["run"] is not None:
        iteration = whole(start["iteration"])
        return texts.RUNS_FROM_RUN.format(run=start["run"], iteration=iteration)
    if start["iteration"] is not None:
        return texts.RUNS_FROM_ITERATION.format(iteration=whole(start["iteration"]))
    sources: Record = {"shared": texts.RUNS_SHARED, "random": texts.RUNS_RANDOM}
    weights: str = sources.get(start["source"]) or start["name"]
    return texts.RUNS_TRAINED.format(weights=weights) if start["is_trained"] else weights
