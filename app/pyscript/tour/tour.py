"""A short tour for newcomers: a small card that explains a part of the page and asks to try it.

The header offers it once to new visitors; they can start it from there at any time. The page works
as usual during the tour, and a step notices when the visitor has done what it asks for. In the tab
order, the card comes right after the part that it explains.

Shows: tour, worker, restored, drawing, prediction, tuning, training, evaluation.
Changes: tour. The browser remembers whether the tour was taken or declined.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.draw.state import Draw
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.keep.state import Keep
from app.pyscript.kit import keys
from app.pyscript.kit.live_region import say
from app.pyscript.read.state import Read
from app.pyscript.tour import texts
from app.pyscript.tour.state import TourState
from app.pyscript.train.state import Train
from app.pyscript.tune.state import Tune

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page

# The key under which the browser remembers the tour, and the values.
KEY = "digits.tour"
TAKEN, DECLINED = "taken", "declined"
# Each step: its key in the texts, the part that it marks, the element to focus there, and whether
# the card must stand on the left, because on the right it would cover the part.
STEPS = (
    ("draw", "grid-panel", "grid", False),
    ("seen", "seen-figure", "", False),
    ("bars", "probabilities", "", False),
    ("mistake", "grid-panel", "clear", False),
    ("teach", "tune-panel", "label", False),
    ("train", "training-panel", "start", True),
    ("evaluate", "evaluation", "evaluate", False),
    ("share", "weights-panel", "load-weights", True),
)
SAID = {
    "draw": (texts.TOUR_DRAW_TITLE, texts.TOUR_DRAW_TEXT),
    "seen": (texts.TOUR_SEEN_TITLE, texts.TOUR_SEEN_TEXT),
    "bars": (texts.TOUR_BARS_TITLE, texts.TOUR_BARS_TEXT),
    "mistake": (texts.TOUR_MISTAKE_TITLE, texts.TOUR_MISTAKE_TEXT),
    "teach": (texts.TOUR_TEACH_TITLE, texts.TOUR_TEACH_TEXT),
    "train": (texts.TOUR_TRAIN_TITLE, texts.TOUR_TRAIN_TEXT),
    "evaluate": (texts.TOUR_EVALUATE_TITLE, texts.TOUR_EVALUATE_TEXT),
    "share": (texts.TOUR_SHARE_TITLE, common.TOUR_SHARE_TEXT),
}
HEADER = f"""
<button id="open-tour">{texts.TOUR_OPEN}</button>
<button id="decline-tour" hidden>{texts.TOUR_DECLINE}</button>
"""
CARD = f"""
<p class="tour-position"><span class="tour-number" id="tour-number"></span>
  <span id="tour-position"></span></p>
<p class="tour-title" id="tour-title" tabindex="-1"></p>
<p id="tour-text"></p>
<p class="tour-done" id="tour-done" role="status"></p>
<div class="row">
  <button id="tour-previous">{texts.TOUR_BACK}</button>
  <button id="tour-next" class="primary">{texts.TOUR_NEXT}</button>
  <button id="tour-go">{texts.TOUR_GO}</button>
  <span class="grow"></span>
  <button id="end-tour">{texts.TOUR_END}</button>
</div>
"""


class Tour:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._evaluations = page.of(Evaluations)
        self._keep = page.of(Keep)
        self._read = page.of(Read)
        self._tour = page.of(TourState)
        self._train = page.of(Train)
        self._tune = page.of(Tune)
        self._is_new = False  # the browser remembers nothing of the tour
        self._shown: int | None = None
        self._marked: JsProxy | None = None
        # The values at the beginning of the step; it is done when they have changed.
        self._began: tuple = ()

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("tour-offer").innerHTML = HEADER
        self._card = find("tour-card")
        self._card.innerHTML = CARD
        listen(find("open-tour"), "click", lambda event: self._tour.step.set(0))
        listen(find("decline-tour"), "click", lambda event: self.on_decline())
        listen(find("tour-previous"), "click", lambda event: self._turn(-1))
        listen(find("tour-next"), "click", lambda event: self._turn(1))
        listen(find("tour-go"), "click", lambda event: self.on_go())
        listen(find("end-tour"), "click", lambda event: self._tour.step.set(None))
        listen(self._card, "keydown", self.on_key)
        self._page.watch((self._tour.step,), self.render)
        self._page.watch((self._page.bridge.state, self._keep.restored), self.render_offer)
        self._page.watch(
            (
                self._draw.changed,
                self._read.prediction,
                self._tune.tuning,
                self._train.training,
                self._evaluations.measured,
            ),
            self.render_done,
        )
        self._browser.run(self._recall())

    # Whether to offer it

    async def _recall(self) -> None:
        try:
            self._is_new = not await self._browser.recall(KEY)
        except OSError:
            return  # the browser could not remember an answer, so do not ask
        self.render_offer()

    async def _remember(self, what: str) -> None:
        try:
            await self._browser.remember(KEY, what)
        except OSError:
            pass  # then it may be offered again, which does no harm

    def _answer(self, what: str) -> None:
        if self._is_new or what == TAKEN:
            self._is_new = False
            self._browser.run(self._remember(what))
        self.render_offer()

    def on_decline(self) -> None:
        self._answer(DECLINED)
        self._browser.element("open-tour").focus()

    def render_offer(self) -> None:
        """Offer the tour when the network is ready, if the visitor is new and restored nothing."""
        find = self._browser.element
        is_offered = (
            self._is_new and self._page.bridge.is_ready and self._keep.restored.value is None
        )
        find("tour-offer").classList.toggle("is-offered", is_offered)
        find("open-tour").textContent = texts.TOUR_OFFER if is_offered else texts.TOUR_OPEN
        find("decline-tour").hidden = not is_offered

    # The steps

    def _turn(self, by: int) -> None:
        steps = [step for step in self._steps() if (step - (self._tour.step.value or 0)) * by > 0]
        self._tour.step.set(min(steps, key=lambda step: step * by) if steps else None)

    def _steps(self) -> list:
        """The steps whose part of the page is not hidden by a link."""
        find = self._browser.element
        return [step for step in range(len(STEPS)) if not find(STEPS[step][1]).hidden]

    def on_key(self, event: "JsProxy") -> None:
        if event.key == "Escape" and keys.is_plain(event):
            self._tour.step.set(None)

    def on_go(self) -> None:
        _, target, inner, _ = STEPS[self._tour.step.value or 0]
        self._browser.element(inner or target).focus()

    def render(self) -> None:
        find, step = self._browser.element, self._tour.step.value
        if step == self._shown:
            return
        self._shown = step
        self._mark(None)
        self._card.hidden = step is None
        if step is None:
            find("open-tour").focus()
            return
        self._answer(TAKEN)
        key, identifier, inner, is_left = STEPS[step]
        target = find(identifier)
        if key == "evaluate":
            target.open = True
        self._browser.place_after(self._card, target)
        self._card.classList.toggle("is-left", is_left)
        title, text = SAID[key]
        steps = self._steps()
        number = steps.index(step) + 1
        is_last = number == len(steps)
        find("tour-number").textContent = str(number)
        find("tour-position").textContent = texts.TOUR_POSITION.format(
            step=number, steps=len(steps)
        )
        find("tour-title").textContent = title
        find("tour-text").textContent = possible(text, self._page)
        find("tour-previous").disabled = number == 1
        find("tour-next").textContent = texts.TOUR_FINISH if is_last else texts.TOUR_NEXT
        find("tour-go").hidden = not inner
        self._began = self._state()
        self._mark(target)
        self.render_done()
        self._browser.reveal(target)
        find("tour-title").focus()

    def _mark(self, target: "JsProxy | None") -> None:
        """Draw a ring around the part that the card explains."""
        if self._marked is not None:
            self._marked.classList.toggle("is-toured", False)
        self._marked = target
        if target is not None:
            target.classList.toggle("is-toured", True)

    def _state(self) -> tuple:
        evaluation = self._evaluations.evaluation
        return (self._draw.version, self._train.training.value["iteration"], evaluation)

    def render_done(self) -> None:
        step = self._tour.step.value
        if step is None or step != self._shown:
            return
        words = texts.TOUR_DONE if self._is_done(STEPS[step][0]) else ""
        say(self._browser, "tour-done", words)

    def _is_done(self, key: str) -> bool:
        """Has the visitor done what this step asks for?"""
        version, iteration, evaluation = self._began
        if key == "draw":
            return not self._draw.drawing.is_blank
        if key == "mistake":
            return not self._draw.drawing.is_blank and self._draw.version > version + 1
        if key == "teach":
            return self._tune.tuning.value is not None
        if key == "train":
            return self._train.training.value["iteration"] > iteration
        if key == "evaluate":
            return (
                self._evaluations.evaluation is not None
                and self._evaluations.evaluation is not evaluation
            )
        return False
