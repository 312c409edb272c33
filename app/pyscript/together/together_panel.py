"""Learning together on the board: the teacher begins and stops it, and all see how it goes.

Shows: document, problem. Emits the intents to begin, to stop, and to take the result.
"""

from app.pyscript.classroom.state import TEACHER, Classroom
from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.chart_table import ChartTable
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.live_region import say
from app.pyscript.together import texts
from app.pyscript.together.markup import PANEL, SERIES
from app.pyscript.together.state import RUNNING, Together
from app.pyscript.together.words import columns_of, left_out_of, rows_of, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

CHART_HEIGHT = 220
SCALE = {"range": [0, 100]}
# The fields' lowest and highest numbers; rounds may be left blank.
LIMITS = {
    "together-steps": (1, 1000, texts.TOGETHER_STEPS),
    "together-rounds": (1, 500, texts.TOGETHER_ROUNDS),
    "together-seconds": (5, 600, texts.TOGETHER_SECONDS),
}


class TogetherPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._together = page.of(Together)
        series = [(words, color) for _, words, color in SERIES]
        self._chart = Chart(
            page, "together-chart", self.render, height=CHART_HEIGHT, series=series, scale=SCALE
        )
        self._table = ChartTable(page.browser, "together-table", self._describe)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("together-panel").innerHTML = PANEL
        on_clicks(
            self._browser,
            ("begin-together", self._begin),
            ("stop-together", self._together.stop),
            ("take-together", self._together.take),
        )
        listen(find("board-together"), "toggle", lambda event: self.render())
        self._chart.mount()
        self._table.mount()
        shown = (self._classroom.document, self._classroom.membership, self._page.bridge.state)
        self._page.watch(shown, self.render)
        self._page.watch((self._together.problem,), self._say_problem)
        self.render()

    def _begin(self) -> None:
        find, numbers = self._browser.element, []
        for identifier in ("together-steps", "together-rounds", "together-seconds"):
            text = find(identifier).value.strip()
            lowest, highest, name = LIMITS[identifier]
            is_number = text.isdigit() and lowest <= int(text) <= highest
            if not is_number and not (identifier == "together-rounds" and not text):
                words = texts.TOGETHER_BAD_NUMBER.format(name=name, lowest=lowest, highest=highest)
                self._together.problem.set(words)
                find(identifier).focus()
                return
            numbers.append(int(text) if text else None)
        steps, rounds, seconds = numbers
        self._together.begin(find("together-split").value, steps, rounds, seconds)

    def _say_problem(self) -> None:
        say(self._browser, "together-problem", self._together.problem.value)

    def render(self) -> None:
        find, learning = self._browser.element, self._together.learning
        is_teacher = self._classroom.role == TEACHER
        is_running = learning is not None and learning["state"] == RUNNING
        for identifier in ("together-form", "together-sent"):
            find(identifier).hidden = not is_teacher
        find("begin-together").disabled = is_running
        find("stop-together").disabled = not is_running
        has_result = learning is not None and bool(learning["history"])
        find("take-together").disabled = not (has_result and self._page.bridge.is_ready)
        if not is_teacher and learning is not None:
            find("board-together").open = True
        say(self._browser, "together-state", state_of(learning) if learning is not None else "")
        words = left_out_of(learning) if learning is not None else ""
        find("together-left-out").textContent = words
        if learning is None or not learning["history"]:
            self._chart.show(None)
        elif find("board-together").open:
            rounds, *shares = columns_of(learning)
            self._chart.show([rounds] + [in_percent(each) for each in shares])
        self._table.render()

    def _describe(self) -> tuple:
        learning = self._together.learning
        return texts.TOGETHER_CHART, rows_of(learning) if learning is not None else []
