"""Where the network's weights come from, how to have others, and how to share one's own.

Reads from the store: weights, worker, publication. Emits the intents to load the shared weights, to
start from random ones, to publish, and to see the history.
"""

from app.pyscript.messages import ACCEPTED, MAX_AUTHOR_LENGTH, OVERTAKEN, REFUSED
from app.pyscript.store import READY, SENDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, Record
    from app.pyscript.store import Store
    from app.pyscript.worker_client import WorkerClient

MARKUP = f"""
<p class="note" id="weights-note" aria-live="polite"></p>
<div class="row">
  <button id="load-weights" class="grow" disabled>Load shared weights</button>
  <button id="randomize-weights" class="grow" disabled>Start from random</button>
</div>
<div class="row">
  <input id="author" type="text" class="grow" maxlength="{MAX_AUTHOR_LENGTH}"
    autocomplete="nickname" placeholder="Your name, if you like"
    aria-label="Your name, if you like">
  <button id="publish-weights" disabled>Publish yours</button>
</div>
<p class="note" id="publish-note" aria-live="polite"></p>
<div class="row" id="conflict" hidden>
  <button id="load-theirs" class="grow">Load theirs</button>
  <button id="merge-weights" class="grow">Merge and publish</button>
</div>
<div class="row"><button id="show-history" class="grow">History of the shared weights</button></div>
"""


class WeightsPanel:
    def __init__(
        self, store: "Store", browser: "Browser", worker: "WorkerClient", show_history: "Callable"
    ) -> None:
        """The worker's functions about weights are used."""
        self._store = store
        self._browser = browser
        self._worker = worker
        self._show_history = show_history

    def mount(self) -> None:
        find, worker = self._browser.element, self._worker
        find("weights-panel").innerHTML = MARKUP
        for identifier, act in (
            ("load-weights", worker.load_shared_weights),
            ("randomize-weights", worker.randomize_weights),
            ("publish-weights", lambda: worker.publish_weights(self._author())),
            ("load-theirs", worker.load_shared_weights),
            ("merge-weights", lambda: worker.merge_and_publish(self._author())),
            ("show-history", self._show_history),
        ):
            self._on_click(identifier, act)
        self._store.subscribe(("weights", "worker", "publication"), self.render)
        self.render()

    def _on_click(self, identifier: str, act: "Callable") -> None:
        self._browser.listen(self._browser.element(identifier), "click", lambda event: act())

    def _author(self) -> str:
        return self._browser.element("author").value.strip()

    def render(self) -> None:
        find = self._browser.element
        weights, publication = self._store.weights, self._store.publication
        is_ready = self._store.worker == READY
        state = publication["state"] if publication else None
        can_act = is_ready and state != SENDING
        for identifier in ("load-weights", "randomize-weights", "load-theirs", "merge-weights"):
            find(identifier).disabled = not can_act
        find("publish-weights").disabled = not (can_act and is_own(weights))
        find("weights-note").textContent = describe(weights)
        find("publish-note").textContent = (
            invitation(weights) if publication is None else describe_publication(publication)
        )
        find("publish-note").setAttribute("data-state", state or "")
        find("conflict").hidden = state != OVERTAKEN


def is_own(weights: "Record | None") -> bool:
    """Are these weights other than what everybody has?"""
    if weights is None:
        return False
    return bool(weights["source"] != "shared" or weights["changed_by_training"] or weights["tuned"])


def describe(weights: "Record | None") -> str:
    """In words, what the network knows and from where."""
    if weights is None:
        return "No weights yet."
    if weights["source"] == "shared":
        origin = f"The shared weights, version {weights['digest'][:8]}"
    elif weights["source"] == "file":
        origin = f"The weights of {weights['name']}"
    else:
        origin = "Random weights"
    own = []
    if weights["changed_by_training"]:
        own.append("trained further here")
    if weights["tuned"]:
        own.append("tuned once" if weights["tuned"] == 1 else f"tuned {weights['tuned']} times")
    if own:
        return f"{origin}, {' and '.join(own)}."
    return f"{origin}: it knows nothing yet." if weights["source"] == "random" else f"{origin}."


def invitation(weights: "Record | None") -> str:
    if is_own(weights):
        return "Publish what it has learned here, for whoever comes next."
    return "Train it or teach it, then publish what it has learned."


def describe_publication(publication: "Record") -> str:
    """In words, what became of publishing, and what can be done."""
    state, version, current = (publication[key] for key in ("state", "version", "current"))
    if state == ACCEPTED:
        return (
            f"Published as version {version['id']}: it reads {share(version)} of the digits that "
            "the server keeps to measure with. Everybody gets it from now on."
        )
    if state == REFUSED:
        return f"Not taken. {publication['detail']} Train it further, or load the shared ones."
    if state == OVERTAKEN:
        return (
            f"Version {current['id']}, {share(current)} right, was published since you loaded "
            "yours. Load theirs and lose yours, or publish the mean of both."
        )
    return "Publishing: the server measures it…"


def share(version: "Record") -> str:
    """The accuracy of a version, with enough digits to compare."""
    return f"{version['accuracy'] * 100:.2f} %"
