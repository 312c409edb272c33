"""A chart of all pupils' accuracy over their steps, with the class's mean, in a part that is closed
at first.

Shows: pupils, chosen. Sixty curves are much to draw, so they are renewed every two seconds at most.
"""

from app.pyscript.board import texts
from app.pyscript.board.figures import curves, in_order, mean_of
from app.pyscript.board.state import Board
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.live import Live

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

RENEW_MILLISECONDS = 2000
CHART_HEIGHT = 220
SCALE = {"range": [0, 100]}


class ClassCurves:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._board = page.of(Board)
        self._chart = Chart(
            page, "class-chart", self._outdate, height=CHART_HEIGHT, series=[], scale=SCALE
        )
        self._live = Live(page.browser, RENEW_MILLISECONDS, self._is_wanted, self._renew)

    def mount(self) -> None:
        self._chart.mount()
        fold = self._browser.element("board-curves")
        self._browser.listen(fold, "toggle", lambda event: self._outdate())
        self._page.watch((self._classroom.pupils, self._board.chosen), self._outdate)

    def _outdate(self) -> None:
        self._live.outdate()

    def _is_wanted(self) -> bool:
        find = self._browser.element
        return bool(find("board").open) and bool(find("board-curves").open)

    async def _renew(self) -> None:
        pupils = self._classroom.pupils.value
        order = in_order(list(pupils.values()), "")
        columns = curves([pupils[pupil] for pupil in order])
        if not columns:
            self._chart.show(None)
            return
        chosen = self._board.chosen.value
        series = [
            (pupils[pupil]["name"], "chart-2" if pupil == chosen else "control-line")
            for pupil in order
        ]
        self._chart.use_series(series + [(texts.BOARD_MEAN, "chart-1")])
        heights = columns[1:] + [mean_of(columns[1:])]
        self._chart.show([columns[0]] + [in_percent(each) for each in heights])
