"""What starts once a visitor can draw: the worker, its reading, the status line and the notices."""

from app.pyscript.kit.focus_keeper import FocusKeeper
from app.pyscript.read.prediction_panel import PredictionPanel
from app.pyscript.reasons import reason
from app.pyscript.start import texts
from app.pyscript.start.notice_boxes import NoticeBoxes
from app.pyscript.start.state import Start
from app.pyscript.start.status_bar import StatusBar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable
    from app.pyscript.page import Page


# The panels do not wait longer than this for the worker to be on its way.
PANELS_LIMIT_SECONDS = 1


def begin(page: "Page", mount_features: "Callable") -> None:
    """mount_features() is called when the worker is on its way, or when that takes too long; and in
    any case before the worker is asked anything.

    It takes the thread a tenth of a second, which the worker's start and the first reading would
    wait for.
    """

    def report_error(text: str) -> None:
        detail = texts.PAGE_BROKE_ADVICE.format(error=reason(text))
        page.notices.notify("page", texts.PAGE_BROKE, detail)

    page.browser.on_uncaught(report_error)
    StatusBar(page).mount()
    NoticeBoxes(page).mount()
    PredictionPanel(page).mount()
    FocusKeeper(page.browser).mount()
    start = page.of(Start)
    start.before_connect = mount_features
    start.worker_made.listen(lambda: page.browser.next_frame(mount_features))
    page.browser.run(start.start())
    page.browser.run(_mount_in_time(page, mount_features))


async def _mount_in_time(page: "Page", mount_features: "Callable") -> None:
    await page.browser.sleep(PANELS_LIMIT_SECONDS)
    mount_features()
