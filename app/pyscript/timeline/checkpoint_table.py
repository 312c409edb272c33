"""The checkpoints in numbers, as a table; and the words for one of them.

Shows: checkpoints.
"""

from app.pyscript.kit.formats import decimal, percent, rough_percent, whole
from app.pyscript.timeline import texts
from app.pyscript.timeline.state import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.timeline.records import Checkpoint

UNKNOWN = "\u2013"


class CheckpointTable:
    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._timeline = page.of(Timeline)

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        table = self._browser.element("time-table")
        self._browser.listen(table, "toggle", lambda event: self.render())

    def render(self) -> None:
        """Show the table, if it is open."""
        if self._browser.element("time-table").open:
            rows = [
                row_of(checkpoint, self._timeline.probabilities(index))
                for index, checkpoint in enumerate(self._timeline.course["checkpoints"])
            ]
            self._browser.element("time-rows").innerHTML = "".join(rows)


def row_of(checkpoint: "Checkpoint", probabilities: list) -> str:
    digit, accuracy = checkpoint["digit"], checkpoint["accuracy"]
    loss, drawings = checkpoint["loss"], checkpoint["drawings"]
    cells = [
        whole(checkpoint["iteration"]),
        UNKNOWN if accuracy is None else percent(accuracy, 1),
        UNKNOWN if drawings is None else percent(drawings, 1),
        UNKNOWN if loss is None else decimal(loss, 4),
        UNKNOWN if digit is None else str(digit),
        UNKNOWN if digit is None else rough_percent(probabilities[digit]),
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def accuracy_of(checkpoint: "Checkpoint") -> str:
    """A sentence on the checkpoint's accuracy on samples that are not used for training."""
    accuracy = checkpoint["accuracy"]
    if accuracy is None:
        return texts.TIME_MEASURING
    drawings = checkpoint["drawings"]
    if drawings is None:
        return texts.TIME_ACCURACY.format(accuracy=percent(accuracy, 1))
    return texts.TIME_ACCURACY_BOTH.format(
        accuracy=percent(accuracy, 1), drawings=percent(drawings, 1)
    )
