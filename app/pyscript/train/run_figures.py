"""Shows the figures of the run as numbers: iteration, loss, accuracy, speed and more.

Shows: training, validation, pool, settings.
"""

from app.pyscript.kit.formats import decimal, percent, rough, whole
from app.pyscript.kit.live_region import say
from app.pyscript.settings.state import Settings
from app.pyscript.train import texts
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, Record
    from app.pyscript.page import Page


class RunFigures:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._data = page.of(TrainingData)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._shown: Record = {}

    def mount(self) -> None:
        """Start. The markup must be on the page already."""
        train, settings = self._train, self._settings.values
        figures = (train.training, train.validation, self._data.pool, settings)
        self._page.watch(figures, self.render)
        self.render()

    def render(self) -> None:
        find, settings = self._browser.element, self._settings.values.value
        find("rate-figure").hidden = settings["schedule"] == "constant"
        find("norm-figure").hidden = not settings["l2"]
        training, pool = self._train.training.value, self._data.pool.value
        validation = self._train.validation.value
        self._show("iteration", training["iteration"], whole)
        self._show("epoch", training["epoch"], lambda epoch: decimal(epoch, 2))
        self._show("loss", training["loss"], lambda loss: decimal(loss, 4))
        self._show("accuracy", training["accuracy"], in_percent)
        self._show("validation", validation["accuracy"] if validation else None, in_percent)
        drawings = validation.get("drawings") if validation else None
        self._show("validation-drawings", drawings, in_percent)
        self._show("samples-per-second", training["samples_per_second"], whole)
        self._show("cached", pool["cached"], lambda cached: out_of(cached, pool["total"]))
        self._show("fetching", pool["fetching"], str)
        self._show("rate", training.get("learning_rate"), rough)
        norm = validation.get("norm") if validation else None
        self._show("norm", norm, lambda norm: decimal(norm, 2))
        say(self._browser, "pool-note", pool["detail"])

    def _show(self, identifier: str, value: "float | None", rounded: "Callable") -> None:
        """Show rounded(value), and put the exact value into data-value, if it has changed."""
        text = texts.TRAINING_NOTHING if value is None else rounded(value)
        if self._shown.get(identifier) == (value, text):
            return
        self._shown[identifier] = (value, text)
        target = self._browser.element(identifier)
        target.textContent = text
        target.setAttribute("data-value", "" if value is None else str(value))


def in_percent(share: float) -> str:
    return percent(share, 1)


def out_of(cached: int, total: int) -> str:
    """The number of fetched blocks, "of" all of them if their number is known."""
    return texts.TRAINING_CACHED_OF.format(cached=cached, total=total) if total else str(cached)
