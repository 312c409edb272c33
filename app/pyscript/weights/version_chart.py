"""A chart of the accuracies of the accepted versions.

Shows: versions.
"""

from app.pyscript.kit.chart import Chart, in_percent
from app.pyscript.weights import texts
from app.pyscript.weights.version_history import VersionHistory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

CHART_HEIGHT = 120
SERIES = [(texts.HISTORY_SERIES, "chart-1"), (texts.HISTORY_SERIES_DRAWINGS, "chart-3")]
# In percent: the top is at most 100, the bottom at most 98, so that tiny differences look tiny.
SCALE = {"range": {"min": {"pad": 0.1, "soft": 98, "mode": 1}, "max": {"hard": 100}}}


class VersionChart:
    def __init__(self, page: "Page") -> None:
        self._versions = page.of(VersionHistory)
        self._chart = Chart(
            page,
            "history-chart",
            self.render,
            height=CHART_HEIGHT,
            series=SERIES,
            scale=SCALE,
        )

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        self._chart.mount()

    def render(self) -> None:
        """Show the accepted versions, oldest first."""
        document = self._versions.versions.value
        versions = [] if document is None else document["versions"]
        accepted = [each for each in versions if each["status"] == "accepted"]
        accepted.reverse()
        shares = [
            in_percent([version.get(name) for version in accepted])
            for name in ("accuracy", "drawings_accuracy")
        ]
        numbers = [version["id"] for version in accepted]
        self._chart.show([numbers] + shares if len(accepted) > 1 else None)
