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


def begin(page: "Page", mount_features: "Callable") -> None:
    """mount_features() is called before the worker is asked anything, if not earlier."""

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
    page.browser.run(start.start())
