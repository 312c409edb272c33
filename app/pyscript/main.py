"""The page's composition root: makes the Page, and mounts the features in three waves.

It is the only module that does something when it is imported. Runs on MicroPython, on the page's
main thread. First comes the grid, so that the visitor can draw. A frame later, once the modules for
it are there, the worker is started, and the reading of the drawing has its place. Once it is on its
way, the other panels come.
"""

from app.pyscript import browser
from app.pyscript.draw.grid import Grid
from app.pyscript.kit.formats import language_tag, use_marks
from app.pyscript.page import Page

browser.begin_modules()
page = Page(browser)  # type: ignore[arg-type]  # a module: some of its names come later
grid = Grid(page)
grid.mount()
browser.root().setAttribute("data-ui", "ready")


async def start() -> None:
    await browser.mount_modules()
    from app.pyscript.start import begin  # noqa: PLC0415 - not before the grid

    begin.begin(page, mount_features)
    # To look up the marks takes the browser as long as Python takes for the grid, so it is done
    # while the first files are on their way.
    await browser.sleep(0)
    use_marks(*browser.number_marks(language_tag(browser.language())))
    grid.render_brush()


def mount_features() -> None:
    """Only the first call does it. A page in the background may wait for a frame longer than for
    its worker."""
    from app.pyscript import mounting  # noqa: PLC0415 - imported while the worker starts

    if browser.root().getAttribute("data-panels") != "ready":
        mounting.mount(page)


browser.next_frame(lambda: browser.run(start()))
