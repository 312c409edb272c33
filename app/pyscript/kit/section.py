"""Imports a section of the page when its visitor opens it: most visitors open one or two."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


def open_later(page: "Page", identifier: str, module: str, name: str) -> None:
    """Mount the class of this name, of a module, when the <details> is first opened."""
    details = page.browser.element(identifier)
    mounted: list = []

    def on_toggle() -> None:
        if details.open and not mounted:
            mounted.append(getattr(__import__(module, None, None, (name,)), name)(page))
            mounted[0].mount()

    page.browser.listen(details, "toggle", lambda event: on_toggle())
    on_toggle()  # it may have been opened already
