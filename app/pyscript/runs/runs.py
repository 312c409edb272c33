"""The list of runs: the one under way, and a few former ones with their settings and history.

It finds the settings in which the runs differ. Plain lists; runs on MicroPython and on CPython.
"""

from app.pyscript.settings.limits import NOT_LEARNED_BY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.runs.records import Beginning
    from app.pyscript.train.history import History

RUN_LIMIT = 4
# One place stays free for the run that ended last.
PIN_LIMIT = RUN_LIMIT - 1


class Run:
    """A run: its number, how it began, its settings at the first and at the last step.

    start is None until the worker has reported it. history is None for the run under way, because
    its history is Train's.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.start: Beginning | None = None
        self.first_settings: Record = {}
        self.last_settings: Record = {}
        self.history: History | None = None
        self.is_pinned = False


class Runs:
    """current: the run under way; former: the earlier ones, oldest first; compared: the number of
    the one to compare with, or None."""

    def __init__(self) -> None:
        self.current = Run(1)
        self.former: list = []
        self.compared: int | None = None

    def note_settings(self, settings: "Record") -> bool:
        """A step of the run under way used these settings. Returns whether anything changed."""
        run = self.current
        if run.last_settings == settings:
            return False
        if not run.first_settings:
            run.first_settings = dict(settings)
        run.last_settings = dict(settings)
        return True

    def end(self, history: "History", start: "Beginning | None") -> None:
        """The run under way has ended with this history, and a new one begins with `start`.

        The ended run becomes the one to compare with, unless it never took a step. If there are too
        many runs, the oldest that is not pinned is dropped.
        """
        ended = self.current
        if not ended.first_settings:
            self.current = Run(ended.number)
        else:
            ended.history = history.copy()
            self.former.append(ended)
            self.compared = ended.number
            self.current = Run(ended.number + 1)
            if len(self.former) > RUN_LIMIT:
                self.former.remove(next(run for run in self.former if not run.is_pinned))
        self.current.start = start

    def find(self, number: "int | None") -> "Run | None":
        """The former run with this number, or None."""
        for run in self.former:
            if run.number == number:
                return run
        return None

    def compare(self, number: "int | None") -> None:
        self.compared = number

    @property
    def can_pin(self) -> bool:
        return sum(run.is_pinned for run in self.former) < PIN_LIMIT

    def pin(self, number: int, is_pinned: bool) -> None:
        """Pin a run, so that it is not dropped when there are too many; or unpin it."""
        run = self.find(number)
        if run is not None and (self.can_pin or not is_pinned):
            run.is_pinned = is_pinned

    def delete(self, number: int) -> None:
        self.former = [run for run in self.former if run.number != number]
        if self.compared == number:
            self.compared = self.former[-1].number if self.former else None

    def differences(self) -> list:
        """The names of the settings in which the runs differ."""
        runs = self.former + [self.current]
        runs = [run for run in runs if run.first_settings]
        names = {name for run in runs for name in run.last_settings}
        return [
            name
            for name in sorted(names)
            if name not in NOT_LEARNED_BY
            and any(_of(run, name) != _of(runs[0], name) for run in runs)
        ]


def _of(run: Run, name: str) -> tuple:
    return (run.first_settings.get(name), run.last_settings.get(name))


def aligned(first: "History", second: "History | None", figure: str) -> list:
    """All iterations, and for each history its values there, or None if it has none.

    figure: the name of a list of History.
    """
    if second is None:
        return [first.iterations, getattr(first, figure), [None] * len(first.iterations)]
    iterations = sorted(set(first.iterations) | set(second.iterations))
    columns = [iterations]
    for history in (first, second):
        values = dict(zip(history.iterations, getattr(history, figure)))
        columns.append([values.get(iteration) for iteration in iterations])
    return columns
