"""The state of evaluating: the results on each test set, and which set is shown.

A test set has the name of its split in the service (messages.TEST_SETS), or is another feature's,
which offers it here. Runs on MicroPython and on CPython.
"""

from app.pyscript.bridge.bridge import FAILED
from app.pyscript.kit.signals import Signal
from app.pyscript.messages import EVALUATION_FAILED, TEST_SETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.evaluate.other_set import OtherSet
    from app.pyscript.evaluate.records import Cell, CellPage, Evaluating, Evaluation
    from app.pyscript.page import Page
    from app.pyscript.train.records import Dataset


class Evaluations:
    """For each test set: the report "evaluating", if an evaluation is under way or has failed; the
    last report "evaluation"; and a gallery of its digits, those of a cell or the mistakes.

    Signals: chosen: the name of the set that is shown; progress, measured, listed: one of these
    three changed; others: the sets of other features, by their names.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self.chosen = Signal(page.frame, TEST_SETS[0])
        self.progress: Signal[None] = Signal(page.frame)
        self.measured: Signal[None] = Signal(page.frame)
        self.listed: Signal[None] = Signal(page.frame)
        self.others: Signal[dict[str, OtherSet]] = Signal(page.frame, {})
        self._forget()
        bridge = page.bridge
        bridge.on("evaluating", self.note_progress)
        bridge.on("evaluation", self.note_evaluation)
        bridge.watch_while(lambda: self.are_under_way)
        bridge.state_changed.listen(self._on_worker)
        bridge.lost.listen(self._clear)

    def _forget(self) -> None:
        self._evaluating: dict[str, Evaluating] = {}
        self._evaluations: dict[str, Evaluation] = {}
        self._galleries: dict[str, CellPage] = {}

    def _clear(self) -> None:
        self._forget()
        for signal in (self.progress, self.measured, self.listed):
            signal.mark()

    def _on_worker(self) -> None:
        if self._page.bridge.state.value == FAILED:
            self._interrupt()

    def _interrupt(self) -> None:
        """The worker is gone, and its evaluations with it; finished results stay."""
        self._evaluating = {
            name: report
            for name, report in self._evaluating.items()
            if report["stage"] == EVALUATION_FAILED
        }
        self.progress.mark()

    # The sets of other features

    def offer(self, other: "OtherSet") -> None:
        """Have a set of another feature among those to choose from."""
        self.others.value[other.name] = other
        self.others.mark()

    def withdraw(self, name: str) -> None:
        """The set is gone, and what was found out with it."""
        if self.others.value.pop(name, None) is None:
            return
        if name in self._evaluating or name in self._evaluations:
            self._page.bridge.send("forget_evaluation", name)
        for results in (self._evaluating, self._evaluations, self._galleries):
            results.pop(name, None)
        if self.chosen.value == name:
            self.chosen.set(TEST_SETS[0])
        for signal in (self.others, self.progress, self.measured, self.listed):
            signal.mark()

    # Of the chosen set

    @property
    def evaluating(self) -> "Evaluating | None":
        return self._evaluating.get(self.chosen.value)

    @property
    def evaluation(self) -> "Evaluation | None":
        return self._evaluations.get(self.chosen.value)

    @property
    def gallery(self) -> "CellPage | None":
        return self._galleries.get(self.chosen.value)

    @property
    def are_under_way(self) -> bool:
        """Is any test set being evaluated?"""
        return any(each["stage"] != EVALUATION_FAILED for each in self._evaluating.values())

    # Calls to the worker. Reports bring the progress and the result of an evaluation.

    def evaluate(self, test_set: str) -> None:
        """Measure the network on a test set."""
        other = self.others.value.get(test_set)
        if other is None:
            self._page.bridge.send("evaluate", test_set)
        else:
            other.prepare(lambda: self._page.bridge.send("evaluate", test_set))

    def list_mistakes(self, test_set: str, first: int = 0) -> None:
        """Get a page of the set's misread digits for its gallery, from number `first` on."""
        cell: Cell = {"set": test_set, "label": None, "digit": None}
        self._page.browser.run(self._list("list_mistakes", cell, (test_set, first)))

    def list_cell(self, test_set: str, label: int, digit: int, first: int = 0) -> None:
        """Get a page of the digits in a cell of the confusion matrix."""
        cell: Cell = {"set": test_set, "label": label, "digit": digit}
        self._page.browser.run(self._list("list_cell", cell, (test_set, label, digit, first)))

    async def _list(self, name: str, cell: "Cell", arguments: tuple) -> None:
        gallery = await self._page.bridge.ask(name, *arguments)
        if gallery is not None:
            gallery.update(cell)
            self.note_gallery(gallery)

    # Each of its own set

    def _is_gone(self, name: str) -> bool:
        """Was the set withdrawn while it was read?"""
        return name not in TEST_SETS and name not in self.others.value

    def note_progress(self, report: "Evaluating") -> None:
        if self._is_gone(report["set"]):
            return
        self._evaluating[report["set"]] = report
        self.progress.mark()

    def note_evaluation(self, report: "Evaluation") -> None:
        name = report["set"]
        if self._is_gone(name):
            return
        self._evaluating.pop(name, None)
        self._galleries.pop(name, None)
        self._evaluations[name] = report
        for signal in (self.progress, self.measured, self.listed):
            signal.mark()
        self.list_mistakes(name)

    def note_gallery(self, gallery: "CellPage") -> None:
        if self._is_gone(gallery["set"]):
            return
        self._galleries[gallery["set"]] = gallery
        self.listed.mark()


def offered(dataset: "Dataset | None") -> list:
    """The test sets that a server with this data set has: pairs of a name and a number of samples.

    While the data set is unknown, it is the one that every server has, with None.
    """
    if dataset is None:
        return [(TEST_SETS[0], None)]
    sizes = dataset["splits"]
    return [(name, sizes[name]) for name in TEST_SETS if sizes.get(name)]
