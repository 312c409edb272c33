"""The dialog to start a class or to join one.

Shows: membership. Emits the intents to start and to join, and to leave the class before.
"""

from app.pyscript.classroom import texts
from app.pyscript.classroom.class_button import ADMIN, letters_of
from app.pyscript.classroom.markup import MARKUP
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
    from app.pyscript.page import Page

BUTTONS = ("join-class", "start-class")


class Door:
    def __init__(self, page: "Page", on_entered: "Callable") -> None:
        """on_entered() is called when the browser is in a class."""
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._on_entered = on_entered
        self._is_busy = False

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("class-panel").innerHTML = MARKUP
        on_clicks(
            self._browser,
            ("join-class", self.on_join),
            ("start-class", self.on_start),
            ("close-door", lambda: find("door").close()),
        )
        for identifier, act in (
            ("join-code", self.on_join),
            ("join-name", self.on_join),
            ("class-title", self.on_start),
            ("class-token", self.on_start),
        ):
            self._on_enter(identifier, act)
        listen(find("join-code"), "input", lambda event: self._on_code())
        needs_token = self._browser.root().getAttribute("data-classes") == ADMIN
        find("class-token-part").hidden = not needs_token

    def _on_enter(self, identifier: str, act: "Callable") -> None:
        def on_key(event: "JsProxy") -> None:
            if event.key == "Enter":
                act()

        self._browser.listen(self._browser.element(identifier), "keydown", on_key)

    def open(self, code: str) -> None:
        """code: of the class to join, or empty."""
        find = self._browser.element
        find("start-class-part").hidden = bool(code)
        if code:
            find("join-code").value = code
        self._say("")
        if not find("door").open:
            find("door").showModal()
        find("join-name" if code else "join-code").focus()
        if self._classroom.membership.value is not None:
            here = self._classroom.membership.value["code"]
            self._say(texts.CLASS_OTHER.format(code=here))
        self._render_buttons()

    def _on_code(self) -> None:
        field = self._browser.element("join-code")
        code = letters_of(field.value)
        if field.value != code:
            field.value = code

    def on_join(self) -> None:
        find = self._browser.element
        code = letters_of(find("join-code").value)
        if not code:
            self._say(texts.CLASS_NO_CODE)
            find("join-code").focus()
        else:
            name = find("join-name").value.strip()
            self._try(lambda: self._classroom.join(code, name))

    def on_start(self) -> None:
        find = self._browser.element
        title, token = find("class-title").value.strip(), find("class-token").value.strip()
        self._try(lambda: self._classroom.start(title, token))

    def _try(self, enter: "Callable") -> None:
        if not self._is_busy and self._classroom.membership.value is None:
            self._is_busy = True
            self._render_buttons()
            self._browser.run(self._enter(enter))

    async def _enter(self, enter: "Callable") -> None:
        problem = await enter()
        self._is_busy = False
        self._render_buttons()
        self._say(problem)
        if not problem:
            self._browser.element("door").close()
            self._on_entered()

    def _say(self, problem: str) -> None:
        say(self._browser, "door-problem", problem, is_news=True)

    def _render_buttons(self) -> None:
        for identifier in BUTTONS:
            is_elsewhere = self._classroom.membership.value is not None
            self._browser.element(identifier).disabled = self._is_busy or is_elsewhere
