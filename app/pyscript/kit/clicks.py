"""Connects the buttons of a panel with what they do."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable


def on_clicks(browser: "Browser", *actions: tuple) -> None:
    """Each action is (an element's id, the function to call at a click, without the event)."""
    for identifier, act in actions:
        _on_click(browser, identifier, act)


def _on_click(browser: "Browser", identifier: str, act: "Callable") -> None:
    browser.listen(browser.element(identifier), "click", lambda event: act())
