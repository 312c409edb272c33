"""Mounts the panels of the list (features.py), once the grid stands and the worker is starting.

A section that is closed at first is imported when the visitor opens it. Its state exists from the
start, because the worker sends reports whether the section is open or not.
"""

from app.pyscript.features import PANELS
from app.pyscript.kit.section import named, open_later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


def mount(page: "Page") -> None:
    for panel in PANELS:
        folder = f"app.pyscript.{panel.folder}"
        module = f"{folder}.{panel.module}"
        if panel.state:
            page.of(named(f"{folder}.state", panel.state))
        if panel.section:
            open_later(page, panel.section, module, panel.mount)
        elif panel.mount:
            named(module, panel.mount)(page).mount()
    page.browser.root().setAttribute("data-panels", "ready")
