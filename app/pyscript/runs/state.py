"""The state of the runs: follows the run under way, and keeps former ones to compare with.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Signal
from app.pyscript.messages import CHECKPOINT
from app.pyscript.runs.runs import Runs
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.runs.records import Beginning
    from app.pyscript.train.records import RunStart
    from app.pyscript.weights.records import Origin

NO_WEIGHTS: "Origin" = {
    "source": "",
    "name": "",
    "digest": "",
    "changed_by_training": False,
    "tuned": 0,
}


class RunList:
    """runs: see runs.py. The history of the run under way is in Train."""

    def __init__(self, page: "Page") -> None:
        self._settings = page.of(Settings)
        self._weights = page.of(Weights)
        self._train = page.of(Train)
        self.runs = Signal(page.frame, Runs())
        self._train.advanced.listen(self._on_steps)
        self._train.run_ended.listen(self._on_end)

    def _on_steps(self) -> None:
        if self.runs.value.note_settings(self._settings.values.value):
            self.runs.mark()

    def _on_end(self, report: "RunStart | None", iteration: int) -> None:
        runs = self.runs.value
        start = runs.current.start if report is None else self._start_of(report, iteration)
        runs.end(self._train.history.value, start)
        self.runs.mark()

    def _start_of(self, report: "RunStart", iteration: int) -> "Beginning":
        weights = self._weights.origin.value or NO_WEIGHTS
        is_branch = report["start"] == CHECKPOINT
        left, former = self.runs.value.current, None
        if is_branch:
            # A run without a step is not kept; its weights are those of the run before it.
            former = left.number if left.first_settings else (left.start and left.start["run"])
        return {
            "source": weights["source"],
            "name": weights["name"],
            "is_trained": weights["changed_by_training"] or weights["tuned"] > 0,
            "run": former,
            "iteration": iteration if is_branch else None,
        }

    def compare(self, number: "int | None") -> None:
        """Compare the run under way with this former run, or with none."""
        self.runs.value.compare(number)
        self.runs.mark()

    def pin(self, number: int, is_pinned: bool) -> None:
        self.runs.value.pin(number, is_pinned)
        self.runs.mark()

    def delete(self, number: int) -> None:
        self.runs.value.delete(number)
        self.runs.mark()
