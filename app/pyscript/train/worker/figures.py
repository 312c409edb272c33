"""The figures of a training run: how far it has come, how well it does, and how fast it goes."""

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from app.model.kernels import StepResult

if TYPE_CHECKING:
    from app.pyscript.train import records

RATE_WINDOW_SECONDS = 2.0


class Mark(NamedTuple):
    """How far a run has come. epoch: how often it has used the whole split."""

    iteration: int
    samples: int
    epoch: float


START = Mark(0, 0, 0.0)


class Figures:
    """Counts steps. Loss and accuracy are means over the steps since the last `take`."""

    def __init__(self, mark: Mark = START) -> None:
        """A run begins, or goes on from a mark."""
        self.iteration, self._samples, self._epoch = mark
        self._loss: float | None = None
        self._accuracy: float | None = None
        self._recent: list[StepResult] = []
        # (time, samples so far) after each step of the last seconds, and one pair before them.
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def mark(self) -> Mark:
        return Mark(self.iteration, self._samples, self._epoch)

    def begin(self, now: float) -> None:
        """Training starts or goes on. The pause before does not count for its speed."""
        self._marks.clear()
        self._marks.append((now, self._samples))

    def add_step(
        self, result: StepResult, samples: int, split_size: int, now: float, own: int = 0
    ) -> None:
        """Count one step on this many samples of a split of split_size; now is in seconds.

        own: how many of the samples are the visitor's own, not from the split.
        """
        self.iteration += 1
        self._samples += samples
        self._epoch += (samples - own) / split_size
        self._recent.append(result)
        self._marks.append((now, self._samples))
        while len(self._marks) > 2 and self._marks[1][0] <= now - RATE_WINDOW_SECONDS:
            self._marks.popleft()

    def take(self, now: float, is_training: bool) -> "records.Figures":
        """The figures for a progress report. Begins new means of loss and accuracy."""
        if self._recent:
            self._loss = sum(result.loss for result in self._recent) / len(self._recent)
            self._accuracy = sum(result.accuracy for result in self._recent) / len(self._recent)
            self._recent.clear()
        return {
            "iteration": self.iteration,
            "epoch": self._epoch,
            "loss": self._loss,
            "accuracy": self._accuracy,
            "samples_per_second": self._rate(now) if is_training else 0.0,
        }

    def _rate(self, now: float) -> float:
        if not self._marks:
            return 0.0
        since, samples_then = self._marks[0]
        return (self._samples - samples_then) / (now - since) if now > since else 0.0
