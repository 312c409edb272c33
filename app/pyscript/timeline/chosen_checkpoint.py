"""The checkpoint that the visitor looks at: one of the run's, or always the current network."""

from app.pyscript.timeline.state import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.timeline.records import Checkpoint


class ChosenCheckpoint:
    def __init__(self, page: "Page") -> None:
        self._timeline = page.of(Timeline)
        self._chosen: tuple | None = None  # number and iteration; None for the current network

    @property
    def last(self) -> int:
        """The place of the newest checkpoint."""
        return len(self._timeline.course["checkpoints"]) - 1

    @property
    def index(self) -> int:
        """The place of the chosen checkpoint, or of the nearest one if that was dropped."""
        checkpoints = self._timeline.course["checkpoints"]
        wanted = self._timeline.course["now"] if self._chosen is None else self._chosen[0]
        for index, checkpoint in enumerate(checkpoints):
            if checkpoint["number"] == wanted:
                return index
        _, iteration = self._chosen or (0, checkpoints[-1]["iteration"])
        distances = [abs(checkpoint["iteration"] - iteration) for checkpoint in checkpoints]
        return distances.index(min(distances))

    @property
    def checkpoint(self) -> "Checkpoint":
        """The checkpoint that is shown."""
        return self._timeline.course["checkpoints"][self.index]

    def choose(self, index: int) -> None:
        checkpoint = self._timeline.course["checkpoints"][index]
        is_now = checkpoint["number"] == self._timeline.course["now"]
        self._chosen = None if is_now else (checkpoint["number"], checkpoint["iteration"])

    def follow_network(self) -> None:
        self._chosen = None
