"""Keeping what was learned: what is restored and how to be rid of it, and files to save and open.

Reads from the store: worker, weights, restored, settings, history. Emits the intents to start
afresh, to open weights, and to save the weights or the program; saves the history by itself.
"""

from app.pyscript.components.weights_panel import is_own
from app.pyscript.messages import DEFAULT_SETTINGS, NOT_KEPT
from app.pyscript.store import READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.history import History
    from app.pyscript.store import Store
    from app.pyscript.worker_client import WorkerClient

MARKUP = """
<div class="row">
  <p class="note grow" id="keep-note" aria-live="polite"></p>
  <button id="start-afresh" disabled>Start afresh…</button>
</div>
<div class="row" id="afresh-sure" hidden>
  <p class="grow">This network and these settings are discarded, here and for your next visit; the
    shared weights take their place.</p>
  <button id="cancel-afresh">Cancel</button>
  <button id="confirm-afresh" class="primary">Discard them</button>
</div>
<details id="files">
  <summary>Save and open files</summary>
  <div class="row">
    <button id="save-weights" class="grow" disabled>Save weights</button>
    <button id="open-weights" class="grow" disabled>Open weights…</button>
    <input id="weights-file" type="file" accept=".npz" aria-label="A file of weights" hidden>
  </div>
  <p class="note">The weights as NumPy's .npz file, w1 of 784x128 and w2 of 128x10.</p>
  <div class="row">
    <button id="save-history" class="grow" disabled>Save history as CSV</button>
    <button id="save-program" class="grow" disabled>Save as Python</button>
  </div>
  <p class="note">The history of the run, as in the charts. The network as a Python program that
    needs NumPy alone and reads this drawing, or yours.</p>
</details>
"""
COLUMNS = "iteration,loss,accuracy,validation_accuracy"
HISTORY_FILE = "digits-history.csv"


class KeepPanel:
    def __init__(self, store: "Store", browser: "Browser", worker: "WorkerClient") -> None:
        """The worker's start_afresh, open_weights, save_weights and save_program are used."""
        self._store = store
        self._browser = browser
        self._worker = worker

    def mount(self) -> None:
        find, listen, worker = self._browser.element, self._browser.listen, self._worker
        find("keep-panel").innerHTML = MARKUP
        listen(find("start-afresh"), "click", lambda event: self._ask_if_sure(True))
        listen(find("cancel-afresh"), "click", lambda event: self._ask_if_sure(False))
        listen(find("confirm-afresh"), "click", lambda event: self._start_afresh())
        listen(find("save-weights"), "click", lambda event: worker.save_weights())
        listen(find("save-program"), "click", lambda event: worker.save_program())
        listen(find("save-history"), "click", lambda event: self._save_history())
        listen(find("open-weights"), "click", lambda event: find("weights-file").click())
        listen(find("weights-file"), "change", lambda event: self._open())
        self._store.subscribe(("worker", "weights", "restored", "settings"), self.render)
        self._store.subscribe(("history",), self.render_history)
        self.render()

    def _ask_if_sure(self, is_asked: bool) -> None:
        find = self._browser.element
        find("afresh-sure").hidden = not is_asked
        find("start-afresh").setAttribute("aria-expanded", "true" if is_asked else "false")
        find("cancel-afresh" if is_asked else "start-afresh").focus()

    def _start_afresh(self) -> None:
        self._ask_if_sure(False)
        self._worker.start_afresh()

    def _open(self) -> None:
        file = self._browser.chosen_file(self._browser.element("weights-file"))
        if file is not None:
            self._worker.open_weights(file)

    def _save_history(self) -> None:
        self._browser.save_file(HISTORY_FILE, "text/csv", as_csv(self._store.history))

    def render(self) -> None:
        find, store = self._browser.element, self._store
        is_ready = store.worker == READY
        for identifier in ("save-weights", "open-weights", "save-program"):
            find(identifier).disabled = not is_ready
        is_other = bool(store.restored) or store.settings != DEFAULT_SETTINGS
        find("start-afresh").disabled = not (is_ready and (is_other or is_own(store.weights)))
        find("keep-note").textContent = self._describe()

    def _describe(self) -> str:
        restored = self._store.restored
        if not self._store.is_kept:
            return f"{NOT_KEPT}: save the weights as a file."
        kept = "Your network and settings are kept in this browser for your next visit."
        if restored is None:
            return kept
        what = "settings"
        if restored["digest"]:
            if not self._store.has_restored_network:
                return kept  # the visitor went on to other weights
            what = "network and settings"
        time = self._browser.local_time(restored["saved_at"])
        return f"Restored: your {what} of {time}."

    def render_history(self) -> None:
        self._browser.element("save-history").disabled = not self._store.history.iterations


def as_csv(history: "History") -> str:
    """The history's points as comma-separated values (RFC 4180); empty where nothing was measured.

    Loss and accuracy are means since the line before, accuracies fractions.
    """
    lines = [COLUMNS]
    for index, iteration in enumerate(history.iterations):
        validation = history.validations[index]
        measured = "" if validation is None else f"{validation:.6g}"
        loss, accuracy = history.losses[index], history.accuracies[index]
        lines.append(f"{iteration},{loss:.6g},{accuracy:.6g},{measured}")
    return "\r\n".join(lines) + "\r\n"
