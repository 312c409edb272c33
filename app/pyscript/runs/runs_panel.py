"""The panel that compares the run under way with a former one, on one chart.

Shows: history, runs, settings, has_charts. Changes: runs. It stands in the section on time travel,
and is built when that is opened.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.live import Live
from app.pyscript.runs import texts
from app.pyscript.runs.course_chart import CourseChart
from app.pyscript.runs.markup import MARKUP
from app.pyscript.runs.run_words import figures_of, name_of
from app.pyscript.runs.state import RunList
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page
    from app.pyscript.runs.runs import Run

REDRAW_MILLISECONDS = 1000


class RunsPanel(Fold):
    IDENTIFIER = "time"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._runs = page.of(RunList)
        self._train = page.of(Train)
        self._course = CourseChart(page)
        self._live = Live(page.browser, REDRAW_MILLISECONDS, self._can_be_seen, self._draw)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("runs").innerHTML = MARKUP
        listen(find("runs-list"), "click", self.on_click)
        for event in ("scroll", "resize"):
            self._browser.on_window(event, lambda event: self._live.follow())
        self._page.watch((self._runs.runs,), self.render)
        self._page.watch((self._train.history,), self._live.outdate)
        self._page.watch((self._page.hidden,), self.render)
        self._course.mount()
        self.render()

    def on_toggle(self) -> None:
        super().on_toggle()
        if self._is_built:
            self._live.follow()

    # What the visitor chooses

    def on_click(self, event: "JsProxy") -> None:
        """One listener for all buttons, because they come and go."""
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
        # The list was rebuilt, so focus the new button in the same place.
        button = self._browser.element(f"run-{action}-{number}")
        (button or self._browser.element("runs-title")).focus()

    # Drawing

    def _can_be_seen(self) -> bool:
        return self.is_open and self._browser.is_in_view(self._browser.element("runs"))

    async def _draw(self) -> None:
        """Show that the run has gone on."""
        self._render_figures()
        self._course.render()

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
        self._course.render()

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
        """Show how far the run under way has come."""
        words = self._browser.element("runs-now")
        if words:
            words.textContent = figures_of(self._train.history.value)
