"""The panel for keeping what was learned: what was restored, starting over, and files.

Shows: worker, weights, restored, settings, history. Emits the intents to start
afresh, to keep this in another tab's place, to open weights, and to save the weights or the
program; saves the history by itself.
"""

from app.pyscript.keep import texts
from app.pyscript.keep.persistence import StorageKeeper
from app.pyscript.keep.state import Keep
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.kit.live_region import say
from app.pyscript.messages import KEPT_BY_OTHER_TAB, KEPT_UNREAD
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.settings.table import NAMES
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.train.history import History

MARKUP = f"""
<div class="row">
  <p class="note grow" id="keep-note" aria-live="polite"></p>
  <button id="keep-this" hidden>{texts.KEEP_THIS}</button>
  <button id="start-afresh" disabled>{texts.KEEP_AFRESH}</button>
</div>
<div class="row" id="afresh-sure" hidden>
  <p class="grow">{texts.KEEP_AFRESH_SURE}</p>
  <button id="cancel-afresh">{texts.KEEP_AFRESH_CANCEL}</button>
  <button id="confirm-afresh" class="primary">{texts.KEEP_AFRESH_CONFIRM}</button>
</div>
<details id="files">
  <summary>{texts.FILES_SUMMARY}</summary>
  <div class="row">
    <button id="save-weights" class="grow" disabled>{texts.FILES_SAVE_WEIGHTS}</button>
    <select id="weights-format" aria-label="{texts.FILES_FORMAT}">
      <option value="">{texts.FILES_NPZ}</option>
      <option value="safetensors">{texts.FILES_SAFETENSORS}</option>
      <option value="onnx">{texts.FILES_ONNX}</option>
    </select>
    <button id="open-weights" class="grow" disabled>{texts.FILES_OPEN_WEIGHTS}</button>
    <input id="weights-file" type="file" aria-label="{texts.FILES_LABEL}" hidden>
  </div>
  <p class="note">{texts.FILES_WEIGHTS_NOTE}</p>
  <div class="row">
    <button id="save-history" class="grow" disabled>{texts.FILES_SAVE_HISTORY}</button>
    <button id="save-program" class="grow" disabled>{texts.FILES_SAVE_PROGRAM}</button>
  </div>
  <p class="note">{texts.FILES_NOTE}</p>
</details>
"""
COLUMNS = ",".join(
    ["iteration", "loss", "accuracy", "validation_accuracy", "drawings_accuracy"] + list(NAMES)
)
HISTORY_FILE = "digits-history.csv"


class KeepPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        StorageKeeper(page)
        self._keep = page.of(Keep)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._sure = Confirmation(
            page.browser, "afresh-sure", "cancel-afresh", "confirm-afresh", "start-afresh"
        )

    def mount(self) -> None:
        find, keep = self._browser.element, self._keep
        find("keep-panel").innerHTML = MARKUP
        on_clicks(
            self._browser,
            ("start-afresh", lambda: self._sure.ask(keep.start_afresh)),
            ("keep-this", keep.keep_this),
            ("save-weights", lambda: keep.save_weights(find("weights-format").value)),
            ("save-program", keep.save_program),
            ("save-history", self._save_history),
            ("open-weights", lambda: find("weights-file").click()),
        )
        self._sure.mount()
        self._browser.listen(find("weights-file"), "change", lambda event: self._open())
        self._page.watch(
            (
                self._page.bridge.state,
                self._weights.origin,
                self._keep.restored,
                self._keep.not_kept,
                self._keep.is_persistent,
                self._settings.values,
            ),
            self.render,
        )
        self._page.watch((self._train.history,), self.render_history)
        self.render()

    def _open(self) -> None:
        file = self._browser.chosen_file(self._browser.element("weights-file"))
        if file is not None:
            self._keep.open_weights(file)

    def _save_history(self) -> None:
        self._browser.save_file(HISTORY_FILE, "text/csv", as_csv(self._train.history.value))

    def render(self) -> None:
        find = self._browser.element
        is_ready = self._page.bridge.is_ready
        for identifier in ("save-weights", "open-weights", "save-program"):
            find(identifier).disabled = not is_ready
        is_other = (
            bool(self._keep.restored.value) or self._settings.values.value != DEFAULT_SETTINGS
        )
        find("start-afresh").disabled = not (is_ready and (is_other or self._weights.is_own))
        is_elsewhere = self._keep.not_kept.value in (KEPT_BY_OTHER_TAB, KEPT_UNREAD)
        find("keep-this").hidden = not (is_ready and is_elsewhere)
        said = f"{self._describe()} {self._describe_persistence()}".strip()
        say(self._browser, "keep-note", said)

    def _describe(self) -> str:
        restored = self._keep.restored.value
        if self._keep.not_kept.value == KEPT_BY_OTHER_TAB:
            return texts.KEEP_ELSEWHERE
        if self._keep.not_kept.value == KEPT_UNREAD:
            return texts.KEEP_UNREAD_NOTE
        if self._keep.not_kept.value:
            return texts.KEEP_NOT_KEPT_NOTE
        if restored is None:
            return texts.KEEP_KEPT
        text = texts.KEEP_RESTORED_SETTINGS
        if restored["digest"]:
            if not self._keep.has_restored_network:
                return texts.KEEP_KEPT  # the visitor has chosen other weights
            text = texts.KEEP_RESTORED
        return text.format(time=self._browser.local_time(restored["saved_at"]))

    def _describe_persistence(self) -> str:
        if self._keep.not_kept.value or self._keep.is_persistent.value is None:
            return ""
        return texts.KEEP_PERSISTENT if self._keep.is_persistent.value else texts.KEEP_EVICTABLE

    def render_history(self) -> None:
        self._browser.element("save-history").disabled = not self._train.history.value.iterations


def as_csv(history: "History") -> str:
    """The history's points as comma-separated values (RFC 4180); empty for what was not measured.

    Loss and accuracy are means since the line before; accuracies are fractions. The last columns
    are the settings that were used.
    """
    lines = [COLUMNS]
    for index, iteration in enumerate(history.iterations):
        measured = ",".join(
            [
                "" if share is None else f"{share:.6g}"
                for share in (history.validations[index], history.drawings[index])
            ]
        )
        loss, accuracy = history.losses[index], history.accuracies[index]
        settings = history.settings_at(iteration)
        chosen = ",".join([str(settings.get(name, "")) for name in NAMES])
        lines.append(f"{iteration},{loss:.6g},{accuracy:.6g},{measured},{chosen}")
    return "\r\n".join(lines) + "\r\n"
