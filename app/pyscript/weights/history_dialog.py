"""The dialog on the history of the shared weights: a chart, all versions, the operator's tools.

Shows: versions, versions_problem, publication, job, worker, has_charts. Emits the
intents to load the history, to follow a training, to take a version over, and the operator's: to
make a version the current one, to clear names, to delete versions, to train anew, and to end that
training.
"""

from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.kit.formats import decimal, whole
from app.pyscript.kit.live_region import say
from app.pyscript.weights import texts
from app.pyscript.weights.history_markup import MARKUP
from app.pyscript.weights.retraining import Retraining
from app.pyscript.weights.state import SENDING, Weights
from app.pyscript.weights.version_chart import VersionChart
from app.pyscript.weights.version_history import VersionHistory
from app.pyscript.weights.wording import drawings_share, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
    from app.pyscript.page import Page
    from app.pyscript.weights.records import Version

SOURCES = {
    "shipped": texts.HISTORY_SHIPPED,
    "published": texts.HISTORY_PUBLISHED,
    "patched": texts.HISTORY_PATCHED,
    "retrained": texts.HISTORY_RETRAINED,
}


class HistoryDialog:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._versions = page.of(VersionHistory)
        self._weights = page.of(Weights)
        self._chart = VersionChart(page)
        self._retraining = Retraining(page)
        self._had_token = False
        self._sure = Confirmation(
            page.browser, "operator-sure", "operator-cancel", "operator-confirm"
        )
        self._everywhere: Callable = lambda: None

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("history-panel").innerHTML = MARKUP
        listen(find("close-history"), "click", lambda event: find("history-dialog").close())
        listen(find("retrain"), "click", lambda event: self._ask_to_retrain())
        listen(find("end-job"), "click", lambda event: self._ask_to_end())
        everywhere = find("operator-everywhere")
        listen(everywhere, "click", lambda event: self._sure.answer(self._everywhere))
        self._sure.mount()
        listen(find("admin-token"), "input", lambda event: self._on_token())
        self._page.watch(
            (
                self._versions.versions,
                self._page.bridge.state,
                self._weights.publication,
            ),
            self.render,
        )
        self._page.watch((self._versions.problem,), self.render_problem)
        self._page.watch((self._weights.publication,), self._on_publication)
        self._retraining.mount()
        self._chart.mount()

    def open(self) -> None:
        self._browser.element("history-dialog").showModal()
        self._versions.load_history()
        self._versions.follow_unfinished()
        self.render()

    def _on_publication(self) -> None:
        if self._browser.element("history-dialog").open:
            self._versions.load_history()

    def _on_token(self) -> None:
        """Show more buttons if there is a token, whether it is the right one or not."""
        if bool(self._token()) != self._had_token:
            self.render()

    def _token(self) -> str:
        return self._browser.element("admin-token").value.strip()

    # Ask "are you sure?" before what cannot be undone

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
        find("operator-question").textContent = question  # as text: a stranger chose the name
        find("operator-confirm").textContent = confirm
        find("operator-everywhere").hidden = act_everywhere is None
        if act_everywhere is not None:
            self._everywhere = act_everywhere
        find("operator").open = True
        self._sure.ask(act)
        self._browser.reveal(find("operator-sure"))

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
        self._chart.render()

    def _row(self, version: "Version") -> "JsProxy":
        row = self._browser.create_element("tr")
        if version["current"]:
            row.className = "current"
        how = SOURCES[version["source"]]
        if version["status"] == "refused":
            how = texts.HISTORY_REFUSED.format(how=how)
        # As text, never as markup: a stranger chose the name.
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

    def _actions(self, version: "Version") -> "JsProxy":
        cell = self._browser.create_element("td")
        identifier = version["id"]
        load = self._button(texts.HISTORY_LOAD, lambda: self._weights.load_version(identifier))
        load.setAttribute("id", f"load-version-{identifier}")  # for FocusKeeper
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

    def _operator_buttons(self, version: "Version") -> list:
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

    def render_problem(self) -> None:
        say(self._browser, "history-problem", self._versions.problem.value)
        if self._versions.versions.value is None:
            self._render_asking()

    def _render_asking(self) -> None:
        """While there is no history, say that it is being loaded, unless that has failed."""
        note = "" if self._versions.problem.value else texts.HISTORY_ASKING
        self._browser.element("history-note").textContent = note
