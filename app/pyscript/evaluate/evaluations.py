"""What was measured on each test set; one of them is looked at.

A test set is named as the service's split that holds it (messages.TEST_SETS). Pure data; runs on
MicroPython and on CPython.
"""

from app.pyscript.messages import EVALUATION_FAILED, TEST_SETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record


class Evaluations:
    """By test set: reports "evaluating" of what is under way or has failed, the last reports
    "evaluation", and digits of these (galleries)."""

    def __init__(self) -> None:
        self.chosen = TEST_SETS[0]
        self.clear()

    def clear(self) -> None:
        self._evaluating: dict = {}
        self._evaluations: dict = {}
        self._galleries: dict = {}

    def interrupt(self) -> None:
        """Whoever reads is gone: nothing is under way any more; what was found out stays."""
        self._evaluating = {
            name: report
            for name, report in self._evaluating.items()
            if report["stage"] == EVALUATION_FAILED
        }

    # Of the chosen set

    @property
    def evaluating(self) -> "Record | None":
        report: Record | None = self._evaluating.get(self.chosen)
        return report

    @property
    def evaluation(self) -> "Record | None":
        report: Record | None = self._evaluations.get(self.chosen)
        return report

    @property
    def gallery(self) -> "Record | None":
        gallery: Record | None = self._galleries.get(self.chosen)
        return gallery

    @property
    def are_under_way(self) -> bool:
        """Is any set being read?"""
        return any(each["stage"] != EVALUATION_FAILED for each in self._evaluating.values())

    # Each of its own set

    def progressed(self, report: "Record") -> None:
        self._evaluating[report["set"]] = report

    def arrived(self, report: "Record") -> None:
        name = report["set"]
        self._evaluating.pop(name, None)
        self._galleries.pop(name, None)
        self._evaluations[name] = report

    def listed(self, gallery: "Record") -> None:
        self._galleries[gallery["set"]] = gallery


def offered(dataset: "Record | None") -> list:
    """The test sets that a server with this data set has: (name, how many samples).

    While the data set is unknown, the one that every server has, and None.
    """
    if dataset is None:
        return [(TEST_SETS[0], None)]
    sizes = dataset["splits"]
    return [(name, sizes[name]) for name in TEST_SETS if sizes.get(name)]
