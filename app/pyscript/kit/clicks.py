"""What the buttons of a panel do."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


def on_clicks(browser: "Browser", *actions: tuple) -> None:
    """Each is an element's id, and what is called, without the event, when it is clicked."""
    for identifier, act in actions:
        _on_click(browser, identifier, act)


def _on_click(browser: "Browser", identifier: str, act: "Callable") -> None:
    browser.listen(browser.element(identifier), "click", lambda event: act())
