"""The history of the shared weights: a chart, all versions, and the operator's tools.

Shows: versions, versions_problem, publication, job, worker, has_charts. Emits the
intents to load the history, to follow a training, to take a version over, and the operator's: to
make a version the current one, to clear names, to delete versions, to train anew, and to end that
training.
"""

from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.kit.heard import say
from app.pyscript.reasons import reason
from app.pyscript.weights import texts
from app.pyscript.weights.state import SENDING, Weights
from app.pyscript.weights.version_history import VersionHistory
from app.pyscript.weights.wording import drawings_share, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page

MARKUP = f"""
<dialog id="history-dialog" aria-labelledby="history-title">
  <h2 id="history-title">{texts.HISTORY_TITLE}</h2>
  <p class="note" id="history-note"></p>
  <p class="error" id="history-problem" role="alert"></p>
  <div class="plot" id="history-chart" role="img"
    aria-label="{texts.HISTORY_CHART_LABEL}"></div>
  <div class="history-scroll" tabindex="0" aria-label="{texts.HISTORY_TABLE_LABEL}">
    <table class="history">
      <thead><tr><th>{texts.HISTORY_VERSION}</th><th>{texts.HISTORY_RIGHT}</th>
        <th>{texts.HISTORY_BY}</th><th>{texts.HISTORY_HOW}</th><th>{texts.HISTORY_WHEN}</th>
        <th><span class="heard">{texts.HISTORY_ACTIONS}</span></th></tr></thead>
      <tbody id="history-rows"></tbody>
    </table>
  </div>
  <details id="operator">
    <summary>{texts.OPERATOR_SUMMARY}</summary>
    <div class="row">
      <label for="admin-token">{texts.OPERATOR_FIELD}</label>
      <input id="admin-token" type="password" class="grow" autocomplete="off">
      <button id="retrain">{texts.RETRAIN_ASK}</button>
    </div>
    <p class="note">{texts.OPERATOR_NOTE}</p>
    <div class="row" id="operator-sure" hidden>
      <p class="grow" id="operator-question"></p>
      <button id="operator-cancel">{texts.OPERATOR_CANCEL}</button>
      <button id="operator-everywhere">{texts.OPERATOR_CLEAR_EVERYWHERE}</button>
      <button id="operator-confirm" class="primary"></button>
    </div>
    <div class="row" id="job" hidden>
      <progress id="job-progress" class="grow" max="1"
        aria-label="{texts.RETRAIN_LABEL}"></progress>
      <span class="note" id="job-note"></span>
      <button id="end-job">{texts.RETRAIN_END_ASK}</button>
      <span class="heard" id="job-heard" aria-live="polite"></span>
    </div>
  </details>
  <div class="row">
    <span class="grow"></span>
    <button id="close-history" class="primary">{texts.HISTORY_CLOSE}</button>
  </div>
</dialog>
"""
CHART_HEIGHT = 120
SOURCES = {
    "shipped": texts.HISTORY_SHIPPED,
    "published": texts.HISTORY_PUBLISHED,
    "patched": texts.HISTORY_PATCHED,
    "retrained": texts.HISTORY_RETRAINED,
}
# Percent, up to 100 and from 98 at most, so that a line between equals is not the whole chart.
IN_PERCENT = {"range": {"min": {"pad": 0.1, "soft": 98, "mode": 1}, "max": {"hard": 100}}}


class HistoryDialog:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._chart_library = page.of(ChartLibrary)
        self._versions = page.of(VersionHistory)
        self._weights = page.of(Weights)
        self._chart: JsProxy | None = None
        self._had_token = False
        self._asker: JsProxy | None = None  # the button that asks whether the operator is sure
        self._confirmed: Callable = lambda: None
        self._everywhere: Callable = lambda: None

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("history-panel").innerHTML = MARKUP
        listen(find("close-history"), "click", lambda event: find("history-dialog").close())
        listen(find("retrain"), "click", lambda event: self._ask_to_retrain())
        listen(find("end-job"), "click", lambda event: self._ask_to_end())
        listen(find("operator-cancel"), "click", lambda event: self._answer(lambda: None))
        listen(find("operator-everywhere"), "click", lambda event: self._answer(self._everywhere))
        listen(find("operator-confirm"), "click", lambda event: self._answer(self._confirmed))
        listen(find("admin-token"), "input", lambda event: self._on_token())
        self._page.watch(
            (
                self._versions.versions,
                self._page.bridge.state,
                self._weights.publication,
                self._chart_library.is_there,
            ),
            self.render,
        )
        self._page.watch((self._versions.problem,), self.render_problem)
        self._page.watch((self._weights.publication,), self._on_publication)
        self._page.watch((self._versions.job,), self.render_job)
        self._browser.on_theme_change(self._forget_chart)

    def open(self) -> None:
        self._browser.element("history-dialog").showModal()
        self._versions.load_history()
        self._versions.follow_unfinished()
        self.render()

    def _on_publication(self) -> None:
        if self._browser.element("history-dialog").open:
            self._versions.load_history()

    def _on_token(self) -> None:
        """With a token there are more buttons; which token it is does not show."""
        if bool(self._token()) != self._had_token:
            self.render()

    def _token(self) -> str:
        return self._browser.element("admin-token").value.strip()

    # What cannot be taken back is asked twice

    def _ask_to_retrain(self) -> None:
        self._ask_if_sure(
            texts.RETRAIN_SURE,
            texts.RETRAIN_CONFIRM,
            lambda: self._versions.retrain(self._token()),
        )

    def _ask_to_end(self) -> None:
        job = self._versions.job.value
        if job is None:
            return
        self._ask_if_sure(
            texts.RETRAIN_END_SURE,
            texts.RETRAIN_END_CONFIRM,
            lambda: self._versions.cancel(job["id"], self._token()),
        )

    def _ask_to_delete(self, version: int) -> None:
        self._ask_if_sure(
            texts.OPERATOR_DELETE_SURE.format(version=version),
            texts.OPERATOR_DELETE_CONFIRM.format(version=version),
            lambda: self._versions.delete(version, self._token()),
        )

    def _ask_to_clear(self, version: int, name: str) -> None:
        self._ask_if_sure(
            texts.OPERATOR_CLEAR_SURE.format(name=name),
            texts.OPERATOR_CLEAR_CONFIRM.format(version=version),
            lambda: self._versions.clear_author(version, self._token()),
            lambda: self._versions.clear_author_everywhere(name, self._token()),
        )

    def _ask_if_sure(
        self,
        question: str,
        confirm: str,
        act: "Callable",
        act_everywhere: "Callable | None" = None,
    ) -> None:
        find = self._browser.element
        self._asker, self._confirmed = self._browser.focused(), act
        find("operator-question").textContent = question  # as text: a name is a stranger's
        find("operator-confirm").textContent = confirm
        find("operator-everywhere").hidden = act_everywhere is None
        if act_everywhere is not None:
            self._everywhere = act_everywhere
        find("operator").open = True
        find("operator-sure").hidden = False
        find("operator-cancel").focus()
        self._browser.reveal(find("operator-sure"))

    def _answer(self, act: "Callable") -> None:
        find = self._browser.element
        find("operator-sure").hidden = True
        if self._asker:
            self._asker.focus()
        act()

    # Drawing

    def render(self) -> None:
        find = self._browser.element
        if not find("history-dialog").open:
            return
        self._had_token = bool(self._token())
        document = self._versions.versions.value
        if document is None:
            self._render_asking()
            return
        drawings = document.get("drawings")
        note = texts.HISTORY_NOTE_BOTH if drawings else texts.HISTORY_NOTE
        find("history-note").textContent = note.format(
            samples=whole(document["samples"]),
            drawings=whole(drawings or 0),
            margin=decimal(document["margin"] * 100, 1),
        )
        rows = find("history-rows")
        rows.textContent = ""
        for version in document["versions"]:
            rows.appendChild(self._row(version))
        self._draw(document["versions"])

    def _row(self, version: "Record") -> "JsProxy":
        row = self._browser.create_element("tr")
        if version["current"]:
            row.className = "current"
        how = SOURCES[version["source"]]
        if version["status"] == "refused":
            how = texts.HISTORY_REFUSED.format(how=how)
        # As text, never as markup: a name is a stranger's.
        for text in (
            str(version["id"]),
            share(version),
            version["author"] or texts.HISTORY_NOBODY,
            how,
            self._browser.local_time(version["created"]),
        ):
            cell = self._browser.create_element("td")
            cell.textContent = text
            row.appendChild(cell)
        drawings = drawings_share(version)
        if drawings:
            line = self._browser.create_element("small")
            line.textContent = texts.HISTORY_DRAWINGS.format(share=drawings)
            row.children[1].append(" ", line)
        row.appendChild(self._actions(version))
        return row

    def _actions(self, version: "Record") -> "JsProxy":
        cell = self._browser.create_element("td")
        identifier = version["id"]
        load = self._button(texts.HISTORY_LOAD, lambda: self._weights.load_version(identifier))
        load.setAttribute("id", f"load-version-{identifier}")  # keeps the focus where it is
        publication = self._weights.publication.value
        is_sending = publication is not None and publication["state"] == SENDING
        load.disabled = not self._page.bridge.is_ready or is_sending
        cell.appendChild(load)
        if version["current"]:
            mark = self._browser.create_element("strong")
            mark.textContent = texts.HISTORY_CURRENT
            cell.appendChild(mark)
        if self._token():
            for button in self._operator_buttons(version):
                cell.appendChild(button)
        return cell

    def _operator_buttons(self, version: "Record") -> list:
        identifier, name = version["id"], version["author"]
        buttons = []
        if name:
            text = texts.OPERATOR_CLEAR_ASK
            buttons.append(self._button(text, lambda: self._ask_to_clear(identifier, name)))
        if not version["current"]:
            text = texts.OPERATOR_PROMOTE
            buttons.append(
                self._button(text, lambda: self._versions.promote(identifier, self._token()))
            )
            text = texts.OPERATOR_DELETE_ASK
            buttons.append(self._button(text, lambda: self._ask_to_delete(identifier)))
        return buttons

    def _button(self, text: str, act: "Callable") -> "JsProxy":
        button = self._browser.create_element("button")
        button.textContent = text
        self._browser.listen(button, "click", lambda event: act())
        return button

    def _draw(self, versions: list) -> None:
        """Accepted versions, oldest first."""
        accepted = [version for version in versions if version["status"] == "accepted"]
        accepted.reverse()
        is_drawn = self._chart_library.is_there.value and len(accepted) > 1
        self._browser.element("history-chart").hidden = not is_drawn
        if not is_drawn:
            return
        if self._chart is None:
            style = self._browser.style_value
            names = ("muted", "line", "chart-1", "chart-3")
            colours = {name: style(f"--{name}") for name in names}
            series = [
                (texts.HISTORY_SERIES, "chart-1"),
                (texts.HISTORY_SERIES_DRAWINGS, "chart-3"),
            ]
            self._chart = self._browser.Chart(
                "history-chart", CHART_HEIGHT, colours, series, IN_PERCENT
            )
        self._chart.show(
            [
                [version["id"] for version in accepted],
                [version["accuracy"] * 100 for version in accepted],
                [_percent(version.get("drawings_accuracy")) for version in accepted],
            ]
        )

    def _forget_chart(self) -> None:
        """Its colours were the other theme's."""
        if self._chart is not None:
            self._chart.remove()
            self._chart = None
        self.render()

    def render_problem(self) -> None:
        say(self._browser, "history-problem", self._versions.problem.value)
        if self._versions.versions.value is None:
            self._render_asking()

    def _render_asking(self) -> None:
        """As long as there is no history: that it is asked for, unless that has failed."""
        note = "" if self._versions.problem.value else texts.HISTORY_ASKING
        self._browser.element("history-note").textContent = note

    def render_job(self) -> None:
        find, job = self._browser.element, self._versions.job.value
        find("job").hidden = job is None
        is_running = job is not None and job["state"] in ("queued", "running")
        find("retrain").disabled = is_running
        find("end-job").hidden = not is_running
        if job is not None:
            find("job-progress").value = job["progress"]
            find("job-note").textContent = describe_job(job)
            say(self._browser, "job-heard", stage_of(job))


def _percent(share: "float | None") -> "float | None":
    return None if share is None else share * 100


def stage_of(job: "Record") -> str:
    """The same without the steps, which are too many to be read out."""
    return texts.RETRAIN_LABEL if job["state"] == "running" else describe_job(job)


def describe_job(job: "Record") -> str:
    if job["state"] == "queued":
        return texts.RETRAIN_QUEUED
    if job["state"] == "running":
        step, steps, accuracy = whole(job["step"]), whole(job["steps"]), job["accuracy"]
        if accuracy is None:
            return texts.RETRAIN_STEP.format(step=step, steps=steps)
        return texts.RETRAIN_STEP_MEASURED.format(step=step, steps=steps, share=percent(accuracy))
    if job["state"] == "done":
        return texts.RETRAIN_DONE.format(version=job["version"])
    if job["state"] == "canceled":
        return texts.RETRAIN_ENDED
    return texts.RETRAIN_FAILED.format(error=reason(job["error"]))
