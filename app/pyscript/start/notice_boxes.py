"""The boxes at the top of the page that say what went wrong.

Each keeps its place and its button as long as it is shown. Shows: notices, hidden, settings.
Emits the intent of a notice's button.
"""

from app.pyscript.advice import possible
from app.pyscript.settings.state import Settings
from app.pyscript.start import texts
from app.pyscript.start.state import Start
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy, Notice
    from app.pyscript.page import Page

# What a notice's button does, by the notice's key.
ACTIONS = {
    "worker": lambda page: page.browser.run(page.of(Start).start()),
    "load_shared_weights": lambda page: page.of(Weights).load_shared(),
}


class NoticeBoxes:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._notices: list = []  # the Notices that are shown
        self._came_from: JsProxy | None = None  # had the focus before a notice got it

    def mount(self) -> None:
        settings = self._page.of(Settings).values
        self._page.watch((self._page.notices.shown, self._page.hidden, settings), self.render)
        self._browser.on_focus(self._on_focus, lambda: None)

    def render(self) -> None:
        panel, notices = self._browser.element("notices"), self._page.notices.shown.value
        keys = [notice["key"] for notice in notices]
        gone = [shown for shown in self._notices if shown.key not in keys]
        self._notices = [shown for shown in self._notices if shown.key in keys]
        for shown in gone:
            self._remove(shown)
        for notice in notices:
            known = [shown for shown in self._notices if shown.key == notice["key"]]
            if not known:
                known = [NoticeBox(self._browser, notice["key"], self._answer)]
                self._notices.append(known[0])
                panel.appendChild(known[0].box)
            detail = possible(notice["detail"], self._page)
            known[0].show(notice, detail)

    def _remove(self, shown: "NoticeBox") -> None:
        """If its button has the focus, the next notice gets it, or what had it before."""
        focused = self._browser.focused()
        if focused is not None and shown.box.contains(focused):
            later = [each for each in self._notices if each.order > shown.order]
            successors = [each.button for each in later[:1] or self._notices[-1:]]
            successor = successors[0] if successors else self._came_from
            if successor is not None and self._browser.can_have_focus(successor):
                self._browser.focus_in_place(successor)
        shown.box.remove()

    def _on_focus(self, element: "JsProxy", former: "JsProxy | None") -> None:
        panel = self._browser.element("notices")
        if panel.contains(element) and not panel.contains(former):
            self._came_from = former

    def _answer(self, key: str) -> None:
        """The button of a notice was pressed: do its action, or dismiss the notice."""
        for notice in self._page.notices.shown.value:
            if notice["key"] == key:
                self._page.notices.dismiss(key)
                if notice["action"]:
                    ACTIONS[key](self._page)
                return


class NoticeBox:
    """A box on the page: title, detail and one button."""

    _made = 0

    def __init__(self, browser: "Browser", key: str, on_click: "Callable") -> None:
        """`on_click(key)` is called when the button is pressed."""
        create = browser.create_element
        NoticeBox._made += 1
        self.order = NoticeBox._made
        self.key = key
        self.box, self.button = create("div"), create("button")
        self._browser = browser
        self._words = create("div")
        self._shown: tuple = ()
        self.box.className = "notice"
        self.box.setAttribute("data-notice", key)
        self.box.append(self._words, self.button)
        browser.listen(self.button, "click", lambda event: on_click(key))

    def show(self, notice: "Notice", detail: str) -> None:
        """Show the notice's title and this detail, unless they are shown already."""
        if self._shown and self._shown[0] is notice and self._shown[1] == detail:
            return
        self._shown = (notice, detail)
        create = self._browser.create_element
        title, line = create("strong"), create("p")
        # As text, never as markup: details can come from a server or a file.
        title.textContent, line.textContent = notice["title"], detail
        self._words.textContent = ""
        self._words.append(title, line)
        action = notice["action"] or texts.NOTICE_DISMISS
        if self.button.textContent != action:
            self.button.textContent = action
