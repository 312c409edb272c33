"""Where the network's weights come from, and how to have others.

Reads from the store: weights, worker. Emits the intents to load the shared weights and to start
from random ones.
"""

from app.pyscript.store import READY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Record
    from app.pyscript.store import Store
    from app.pyscript.worker_client import WorkerClient

MARKUP = """
<p class="note" id="weights-note" aria-live="polite"></p>
<div class="row">
  <button id="load-weights" class="grow" disabled>Load shared weights</button>
  <button id="randomize-weights" class="grow" disabled>Start from random</button>
</div>
"""


class WeightsPanel:
    def __init__(self, store: "Store", browser: "Browser", worker: "WorkerClient") -> None:
        """The worker's load_shared_weights and randomize_weights are used."""
        self._store = store
        self._browser = browser
        self._worker = worker

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("weights-panel").innerHTML = MARKUP
        listen(find("load-weights"), "click", lambda event: self._worker.load_shared_weights())
        listen(find("randomize-weights"), "click", lambda event: self._worker.randomize_weights())
        self._store.subscribe(("weights", "worker"), self.render)
        self.render()

    def render(self) -> None:
        is_ready = self._store.worker == READY
        for identifier in ("load-weights", "randomize-weights"):
            self._browser.element(identifier).disabled = not is_ready
        self._browser.element("weights-note").textContent = describe(self._store.weights)


def describe(weights: "Record | None") -> str:
    """In words, what the network knows and from where."""
    if weights is None:
        return "No weights yet."
    if weights["source"] == "shared":
        origin = f"The shared weights, version {weights['digest'][:8]}"
    else:
        origin = "Random weights"
    own = []
    if weights["changed_by_training"]:
        own.append("trained further here")
    if weights["tuned"]:
        own.append("tuned once" if weights["tuned"] == 1 else f"tuned {weights['tuned']} times")
    if own:
        return f"{origin}, {' and '.join(own)}."
    return f"{origin}." if weights["source"] == "shared" else f"{origin}: it knows nothing yet."
