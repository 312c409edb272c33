"""The page's composition root: makes the Page, and mounts the features in three waves.

The only module whose import does something. Runs on MicroPython, on the page's main thread. The
grid stands first, so that a visitor can draw; a frame later the worker is started, and there is a
place for what it reads; another frame later the other panels are there.
"""

from app.pyscript import browser
from app.pyscript.draw.grid import Grid
from app.pyscript.kit.formats import language_tag, use_marks
from app.pyscript.page import Page

use_marks(*browser.number_marks(language_tag(browser.language())))
page = Page(browser)
Grid(page).mount()
browser.root().setAttribute("data-ui", "ready")


def start() -> None:
    from app.pyscript.start import begin  # noqa: PLC0415 - not before the grid

    begin.begin(page)
    browser.next_frame(mount_features)


def mount_features() -> None:
    from app.pyscript import features  # noqa: PLC0415 - imported while the worker starts

    features.mount(page)


browser.next_frame(start)
