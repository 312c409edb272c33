"""Imports a section of the page when the visitor opens it: most visitors open only one or two."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.page import Page


def named(module: str, name: str) -> "Any":
    """What a module defines under a name; imports the module."""
    return getattr(__import__(module, None, None, (name,)), name)


def open_later(page: "Page", identifier: str, module: str, name: str) -> None:
    """When the <details> is first opened, import the module and mount its class of this name."""
    details = page.browser.element(identifier)
    mounted: list = []

    def on_toggle() -> None:
        if details.open and not mounted:
            mounted.append(named(module, name)(page))
            mounted[0].mount()

    page.browser.listen(details, "toggle", lambda event: on_toggle())
    on_toggle()  # it may have been opened already
