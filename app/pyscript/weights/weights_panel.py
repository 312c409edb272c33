"""The panel on weights: where the network's weights come from, loading others, publishing them.

Shows: weights, worker, publication. Emits the intents to load the shared weights, to
start from random ones, to publish, and to see the history.
"""

from app.pyscript.advice import possible
from app.pyscript.kit.announcement import Announcement
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.live_region import say
from app.pyscript.messages import MAX_AUTHOR_LENGTH
from app.pyscript.weights import texts
from app.pyscript.weights.history_dialog import HistoryDialog
from app.pyscript.weights.state import SENDING, Weights
from app.pyscript.weights.wording import describe, describe_publication, invitation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

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
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._weights = page.of(Weights)
        self._history = HistoryDialog(page)
        self._note = Announcement(page.browser, "publish-note")

    def mount(self) -> None:
        find, weights = self._browser.element, self._weights
        find("weights-panel").innerHTML = MARKUP
        if not self._browser.takes_names():
            find("author").hidden = True
            find("privacy-published").textContent = texts.PRIVACY_PUBLISHED_NAMELESS
        on_clicks(
            self._browser,
            ("load-weights", weights.load_shared),
            ("randomize-weights", weights.randomize),
            ("publish-weights", lambda: weights.publish(self._author())),
            ("show-history", self._history.open),
        )
        self._page.watch(
            (
                self._weights.origin,
                self._page.bridge.state,
                self._weights.publication,
                self._page.hidden,
            ),
            self.render,
        )
        self.render()
        self._history.mount()

    def _author(self) -> str:
        return self._browser.element("author").value.strip()

    def render(self) -> None:
        find = self._browser.element
        weights, publication = self._weights.origin.value, self._weights.publication.value
        is_ready, is_own = self._page.bridge.is_ready, self._weights.is_own
        state = publication["state"] if publication else None
        can_act = is_ready and state != SENDING
        for identifier in ("load-weights", "randomize-weights"):
            find(identifier).disabled = not can_act
        find("publish-weights").disabled = not (can_act and is_own)
        say(self._browser, "weights-note", describe(weights))
        note = invitation(is_own) if publication is None else describe_publication(publication)
        self._note.tell(possible(note, self._page), publication)
        find("publish-note").setAttribute("data-state", state or "")
