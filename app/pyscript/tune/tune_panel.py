"""Teaching by one example: say what the drawing is, and the network takes one step toward it.

Shows: drawing, sample, worker, tuning. Emits the intent to tune.
"""

from app.pyscript import texts as common
from app.pyscript.draw.label_field import DIGIT_OPTIONS, LabelField
from app.pyscript.draw.state import Draw
from app.pyscript.kit.announcement import Announcement
from app.pyscript.kit.formats import decimal
from app.pyscript.tune import texts
from app.pyscript.tune.state import Tune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

MARKUP = f"""
<div class="row">
  <label for="label">{texts.TUNE_LABEL}</label>
  <select id="label"><option value="">{common.TUNE_UNKNOWN}</option>
    {DIGIT_OPTIONS}</select>
  <button id="tune" class="grow" disabled>{texts.TUNE_STEP}</button>
</div>
<p class="note" id="tune-note" aria-live="polite"></p>
"""


class TunePanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._tune = page.of(Tune)
        self._note = Announcement(page.browser, "tune-note")
        self._field = LabelField(page, "label", self.on_label)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("tune-panel").innerHTML = MARKUP
        listen(find("tune"), "click", lambda event: self.on_tune())
        self._field.mount()
        self._page.watch(
            (self._draw.changed, self._page.bridge.state, self._tune.tuning), self.render
        )
        self.render()

    def on_tune(self) -> None:
        label = self._field.label
        if label is not None:
            self._tune.tune(label)

    def on_label(self) -> None:
        """Forget the losses that are shown: they are for another label."""
        self._tune.outdate()
        self.render()

    def render(self) -> None:
        find = self._browser.element
        can_read = self._page.bridge.is_ready and not self._draw.drawing.is_blank
        find("tune").disabled = not (can_read and self._field.label is not None)
        tuning = self._tune.tuning.value
        words = texts.TUNE_NOTE
        if tuning is not None:
            words = texts.TUNE_DONE.format(
                before=decimal(tuning["loss_before"], 3), after=decimal(tuning["loss_after"], 3)
            )
        self._note.tell(words, tuning)
        for key in ("loss_before", "loss_after"):
            value = "" if tuning is None else str(tuning[key])
            find("tune-note").setAttribute(f"data-{key.replace('_', '-')}", value)
