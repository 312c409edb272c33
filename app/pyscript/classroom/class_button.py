"""The header's button for classes; the rest is imported when somebody starts or joins one.

Shows: membership, is_connected. What the address says behind its # comes first: the class to join
(#class=CODE), the link for another device of the teacher (#teach=CODE:SECRET), or the projector's
view (#projector=CODE:VIEWKEY).
"""

from app.pyscript.classroom import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.page import Page

MARKUP = f'<button id="open-class" aria-haspopup="dialog">{texts.CLASS_OPEN}</button>'
# The setting of the server that allows classes, in the page's root element.
ON, ADMIN = "on", "admin"
KEY_SIGNS = "-_"
LONGEST_CODE = 8


class ClassButton:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._hall: Any = None  # what is imported at the first need

    def mount(self) -> None:
        allowed = self._browser.root().getAttribute("data-classes")
        if allowed not in (ON, ADMIN):
            return
        find = self._browser.element
        find("class-offer").innerHTML = MARKUP
        self._browser.listen(find("open-class"), "click", lambda event: self.hall().open())
        self._browser.on_window("hashchange", lambda event: self.on_link())
        self._browser.run(self._begin())

    def hall(self) -> "Any":
        if self._hall is None:
            from app.pyscript.classroom.hall import Hall  # noqa: PLC0415 - not before it is needed

            self._hall = Hall(self._page)
            self._hall.mount()
        return self._hall

    def on_link(self) -> None:
        """Follow the address, if it leads to a class."""
        for name, text in self._browser.fragment_fields():
            code, _, key = text.partition(":")
            code, key = letters_of(code), key_of(key)
            if name == "class" and code:
                self.hall().open(code)
            elif name == "teach" and code and key:
                self._browser.forget_fragment()
                self.hall().take_over(code, key)
            elif name == "projector" and code and key:
                self.hall().project(code, key)

    async def _begin(self) -> None:
        """Be in the class again that this browser was in, and follow the address."""
        is_projector = any(name == "projector" for name, _ in self._browser.fragment_fields())
        if not is_projector:
            from app.pyscript.classroom.memory import recalled  # noqa: PLC0415 - as the others

            membership = await recalled(self._browser)
            if membership is not None:
                self.hall().go_on(membership)
        self.on_link()


def letters_of(text: str) -> str:
    """A class's code as people type it."""
    return "".join([sign for sign in text.upper() if "A" <= sign <= "Z"])[:LONGEST_CODE]


def key_of(text: str) -> str:
    """A secret or a view key, of signs that may stand in an address."""
    is_sign = [sign in KEY_SIGNS or (sign.isalpha() or sign.isdigit()) for sign in text]
    return text if text and all(is_sign) and all(ord(sign) < 128 for sign in text) else ""
