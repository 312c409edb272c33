"""Where the network's weights come from, how to have others, and how to share one's own.

Reads from the store: weights, worker, publication. Emits the intents to load the shared weights, to
start from random ones, to publish, and to see the history.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.kit.formats import percent, whole
from app.pyscript.kit.heard import say
from app.pyscript.messages import ACCEPTED, MAX_AUTHOR_LENGTH, MERGED, REFUSED
from app.pyscript.reasons import sentence
from app.pyscript.store import READY, SENDING
from app.pyscript.weights import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, Record
    from app.pyscript.store import Store
    from app.pyscript.worker_client import WorkerClient

MARKUP = f"""
<p class="note" id="weights-note" aria-live="polite"></p>
<div class="row">
  <button id="load-weights" class="grow" disabled>{texts.WEIGHTS_LOAD}</button>
  <button id="randomize-weights" class="grow" disabled>{texts.WEIGHTS_RANDOMIZE}</button>
</div>
<div class="row">
  <input id="author" type="text" class="grow" maxlength="{MAX_AUTHOR_LENGTH}"
    autocomplete="nickname" placeholder="{texts.WEIGHTS_AUTHOR}"
    aria-label="{texts.WEIGHTS_AUTHOR}">
  <button id="publish-weights" disabled>{texts.WEIGHTS_PUBLISH}</button>
</div>
<p class="note" id="publish-note" aria-live="polite"></p>
<details id="privacy">
  <summary>{texts.PRIVACY_SUMMARY}</summary>
  <p>{texts.PRIVACY_STAYS}</p>
  <p id="privacy-published">{texts.PRIVACY_PUBLISHED}</p>
  <p>{texts.PRIVACY_TIME}</p>
  <p>{texts.PRIVACY_ADDRESS}</p>
</details>
<div class="row"><button id="show-history" class="grow">{texts.WEIGHTS_HISTORY}</button></div>
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
        self._told: Record | None = None  # the publication that the note tells of

    def mount(self) -> None:
        find, worker = self._browser.element, self._worker
        find("weights-panel").innerHTML = MARKUP
        if not self._browser.takes_names():
            find("author").hidden = True
            find("privacy-published").textContent = texts.PRIVACY_PUBLISHED_NAMELESS
        for identifier, act in (
            ("load-weights", worker.load_shared_weights),
            ("randomize-weights", worker.randomize_weights),
            ("publish-weights", lambda: worker.publish_weights(self._author())),
            ("show-history", self._show_history),
        ):
            self._on_click(identifier, act)
        self._store.subscribe(("weights", "worker", "publication", "hidden"), self.render)
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
        for identifier in ("load-weights", "randomize-weights"):
            find(identifier).disabled = not can_act
        find("publish-weights").disabled = not (can_act and is_own(weights))
        say(self._browser, "weights-note", describe(weights))
        note = invitation(weights) if publication is None else describe_publication(publication)
        is_news = publication is not self._told
        self._told = publication
        say(self._browser, "publish-note", possible(note, self._store), is_news)
        find("publish-note").setAttribute("data-state", state or "")


def is_own(weights: "Record | None") -> bool:
    """Are these weights other than what everybody has?"""
    if weights is None:
        return False
    return bool(weights["source"] != "shared" or weights["changed_by_training"] or weights["tuned"])


def describe(weights: "Record | None") -> str:
    """In words, what the network knows and from where."""
    if weights is None:
        return texts.WEIGHTS_NONE
    if weights["source"] == "shared":
        origin = texts.WEIGHTS_SHARED.format(version=weights["digest"][:8])
    elif weights["source"] == "file":
        origin = texts.WEIGHTS_FILE.format(name=weights["name"])
    else:
        origin = texts.WEIGHTS_RANDOM
    tuned = weights["tuned"]
    times = texts.WEIGHTS_TUNED.format(count=whole(tuned))
    tunes = texts.WEIGHTS_TUNED_ONCE if tuned == 1 else times
    if weights["changed_by_training"] and tuned:
        return texts.WEIGHTS_CHANGED_TWICE.format(
            origin=origin, change=texts.WEIGHTS_TRAINED, other=tunes
        )
    if weights["changed_by_training"] or tuned:
        change = tunes if tuned else texts.WEIGHTS_TRAINED
        return texts.WEIGHTS_CHANGED.format(origin=origin, change=change)
    is_random = weights["source"] == "random"
    text = texts.WEIGHTS_KNOW_NOTHING if is_random else texts.WEIGHTS_UNCHANGED
    return text.format(origin=origin)


def invitation(weights: "Record | None") -> str:
    if is_own(weights):
        return texts.PUBLISH_OWN
    return common.PUBLISH_LATER


def describe_publication(publication: "Record") -> str:
    """In words, what became of publishing, and what can be done."""
    state, version = publication["state"], publication["version"]
    if state not in (ACCEPTED, MERGED, REFUSED):
        return texts.PUBLISH_SENDING
    reason = sentence(publication["detail"])
    if version is None:
        return texts.PUBLISH_NOT_TAKEN.format(reason=reason)
    drawings = drawings_share(version)
    if state == REFUSED:
        text = texts.PUBLISH_REFUSED_BOTH if drawings else texts.PUBLISH_REFUSED
    elif state == MERGED:
        text = texts.PUBLISH_MERGED_BOTH if drawings else texts.PUBLISH_MERGED
    elif not version.get("current", True):
        text = texts.PUBLISH_KNOWN
    else:
        text = texts.PUBLISH_ACCEPTED_BOTH if drawings else texts.PUBLISH_ACCEPTED
    return text.format(
        version=version["id"], share=share(version), drawings=drawings, reason=reason
    )


def share(version: "Record") -> str:
    """The accuracy of a version, with enough digits to compare."""
    return percent(version["accuracy"], 2)


def drawings_share(version: "Record") -> str:
    """The same on drawings; empty where that was not measured."""
    accuracy = version.get("drawings_accuracy")
    return "" if accuracy is None else percent(accuracy, 2)
