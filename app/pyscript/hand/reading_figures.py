"""Shows how well the network reads the visitor's digits and others: figures, a chart, a table.

Shows: measures, tray.
"""

from app.pyscript.hand import texts
from app.pyscript.hand.markup import SERIES
from app.pyscript.hand.state import Hand
from app.pyscript.kit import chart_table
from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.train.scales import ACCURACY_SCALE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.hand.records import TrayCounts
    from app.pyscript.page import Page

CHART_HEIGHT = 150


class ReadingFigures:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._hand = page.of(Hand)
        self._chart = Chart(
            page,
            "hand-chart",
            self.render_chart,
            height=CHART_HEIGHT,
            series=[(words, color) for _, words, color in SERIES],
            scale=ACCURACY_SCALE,
        )
        self._table = chart_table.ChartTable(page.browser, "hand-table", self._describe)

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        self._chart.mount()
        self._table.mount()
        self._page.watch((self._hand.measures, self._hand.tray), self.render)
        self._page.watch((self._hand.measures,), self.render_chart)
        self.render()
        self.render_chart()

    def render(self) -> None:
        find, hand, tray = self._browser.element, self._hand.measures.value, self._hand.tray.value
        last = hand[-1] if hand and tray is not None and tray["count"] else None
        # An older server has no drawings to measure on.
        find("hand-figure-drawings").hidden = last is not None and last["drawings"] is None
        for name, _, _ in SERIES:
            value: Any = None if last is None else last.get(name)
            target = find(f"hand-{name}")
            target.textContent = "\u2013" if value is None else percent(value, 1)
            target.setAttribute("data-value", "" if value is None else str(value))
        find("hand-honest").textContent = honest_words(tray)

    def render_chart(self) -> None:
        points = self._hand.measures.value
        has_points = len(points) > 1
        self._browser.element("hand-table").hidden = not has_points
        self._table.render()
        columns = [in_percent([point.get(name) for point in points]) for name, _, _ in SERIES]
        iterations = [point["iteration"] for point in points]
        self._chart.show([iterations] + columns if has_points else None)

    def _describe(self) -> tuple:
        """The table's caption, and rows from the first measurement to the last."""
        rows = []
        for point in spread(self._hand.measures.value, chart_table.ROW_LIMIT):
            shares = [point.get(name) for name, _, _ in SERIES]
            rows.append(
                [whole(point["iteration"])]
                + ["\u2013" if share is None else decimal(share * 100, 1) for share in shares]
            )
        return texts.HAND_TABLE, rows


def spread(points: list, limit: int) -> list:
    """At most `limit` points (2 or more), evenly spread from the first to the last."""
    if len(points) <= limit:
        return points
    step = (len(points) - 1) / (limit - 1)
    return [points[round(index * step)] for index in range(limit)]


def honest_words(tray: "TrayCounts | None") -> str:
    """A sentence on how far the figures can be trusted with so few drawings."""
    if tray is None or not tray["count"]:
        return ""
    held_out = tray["held_out"]
    if not held_out:
        return texts.HAND_NOTHING_HELD_OUT
    if held_out < 20:
        return texts.HAND_FEW_HELD_OUT.format(count=held_out, worth=percent(1 / held_out))
    return texts.HAND_MANY_HELD_OUT
