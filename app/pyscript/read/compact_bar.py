"""The bar at the bottom of a phone: the reading, and the button to start training.

On a phone only one of the drawing, its reading and the training is in view at a time; this bar is
always within a thumb's reach. The style sheet hides it on wider screens. Screen readers hear the
reading from prediction_panel.py, so the bar itself is silent.

Shows: prediction, worker, training. Emits the intents start and pause.
"""

from app.pyscript import texts as common
from app.pyscript.kit.formats import rough_percent
from app.pyscript.read import texts
from app.pyscript.read.prediction_panel import NO_ANSWER, SENTENCES, SEVERAL
from app.pyscript.read.state import Read
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.read.records import Prediction

MARKUP = f"""
<button id="bar-reading"><strong id="bar-digit"></strong> <span id="bar-note"></span>
  <span class="heard">{texts.BAR_TO_DRAWING}</span></button>
<button id="bar-train" class="primary"></button>
"""


# Short texts where the panel's sentences do not fit into half a line.
SHORT = {NO_ANSWER: texts.BAR_NO_ANSWER, SEVERAL: texts.BAR_SEVERAL}


class CompactBar:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._read = page.of(Read)
        self._train = page.of(Train)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("compact-bar").innerHTML = MARKUP
        listen(find("bar-reading"), "click", lambda event: self.on_reading())
        listen(find("bar-train"), "click", lambda event: self.on_train())
        self._page.watch((self._read.prediction,), self.render_reading)
        self._page.watch((self._page.bridge.state, self._train.training), self.render_train)
        self.render_reading()
        self.render_train()

    def on_reading(self) -> None:
        """Scroll to the drawing and focus it."""
        grid = self._browser.element("grid")
        self._browser.reveal(grid)
        self._browser.focus_quietly(grid)

    def on_train(self) -> None:
        if self._train.training.value["is_training"]:
            self._train.pause()
        else:
            self._train.start()

    def render_reading(self) -> None:
        prediction = self._read.prediction.value
        digit = ""
        if prediction is not None and not prediction["unreadable"]:
            digit = str(prediction["digit"])
        self._browser.element("bar-digit").textContent = digit
        self._browser.element("bar-note").textContent = note_of(prediction)

    def render_train(self) -> None:
        training, button = self._train.training.value, self._browser.element("bar-train")
        button.disabled = not self._page.bridge.is_ready
        if training["is_training"]:
            button.textContent = texts.BAR_PAUSE
        else:
            button.textContent = texts.BAR_RESUME if training["iteration"] else texts.BAR_TRAIN


def note_of(prediction: "Prediction | None") -> str:
    """The words beside the digit, or instead of it."""
    if prediction is None:
        return texts.BAR_NOTHING_READ
    unreadable = prediction["unreadable"]
    if unreadable:
        short: str = SHORT.get(unreadable) or SENTENCES[unreadable]
        return short
    share = rough_percent(prediction["probabilities"][prediction["digit"]])
    return common.PREDICTION_SURE.format(share=share)
