"""Teaching by one example: say what the drawing is, and the network takes one step towards it.

Reads from the store: drawing, sample, worker, tuning. Emits the intent to tune.
"""

from app.pyscript import texts as common
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.heard import say
from app.pyscript.kit.label_field import LabelField
from app.pyscript.store import READY
from app.pyscript.tune import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, Record
    from app.pyscript.store import Store

MARKUP = (
    f"""
<div class="row">
  <label for="label">{texts.TUNE_LABEL}</label>
  <select id="label"><option value="">{common.TUNE_UNKNOWN}</option>"""
    + "".join(f'<option value="{digit}">{digit}</option>' for digit in range(10))
    + f"""</select>
  <button id="tune" class="grow" disabled>{texts.TUNE_STEP}</button>
</div>
<p class="note" id="tune-note" aria-live="polite"></p>
"""
)


class TunePanel:
    def __init__(self, store: "Store", browser: "Browser", tune: "Callable") -> None:
        """`tune(label)` asks for the step; its outcome arrives through the store."""
        self._store = store
        self._browser = browser
        self._tune = tune
        self._told: Record | None = None  # the step that the note tells of
        self._field = LabelField(store, browser, "label", self.on_label)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("tune-panel").innerHTML = MARKUP
        listen(find("tune"), "click", lambda event: self._tune(self._field.label))
        self._field.mount()
        self._store.subscribe(("drawing", "worker", "tuning"), self.render)
        self.render()

    def on_label(self) -> None:
        """The losses that are shown were for another label."""
        self._store.tuning_outdated()
        self.render()

    def render(self) -> None:
        find = self._browser.element
        can_read = self._store.worker == READY and not self._store.drawing.is_blank
        find("tune").disabled = not (can_read and self._field.label is not None)
        tuning = self._store.tuning
        words = texts.TUNE_NOTE
        if tuning is not None:
            words = texts.TUNE_DONE.format(
                before=decimal(tuning["loss_before"], 3), after=decimal(tuning["loss_after"], 3)
            )
        say(self._browser, "tune-note", words, tuning is not self._told)
        self._told = tuning
        for key in ("loss_before", "loss_after"):
            value = "" if tuning is None else str(tuning[key])
            find("tune-note").setAttribute(f"data-{key.replace('_', '-')}", value)
