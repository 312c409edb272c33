"""Teach it your hand: a tray of the visitor's own digits, and training that uses them.

Shows: worker, settings, training, tray. Changes: settings. Emits the intents to start and pause
training, and to measure it while the section is open.
"""

from app.pyscript.hand import texts
from app.pyscript.hand.collecting import Collecting
from app.pyscript.hand.markup import MARKUP, SHARES
from app.pyscript.hand.reading_figures import ReadingFigures
from app.pyscript.hand.state import Hand
from app.pyscript.hand.tray_view import TrayView
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.live_region import say
from app.pyscript.settings.limits import MNIST
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

DEFAULT_SHARE = 0.25  # the share when the switch is first turned on


class HandPanel(Fold):
    IDENTIFIER = "hand"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._hand = page.of(Hand)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._share = DEFAULT_SHARE  # the share when the switch is turned on next
        self._collecting = Collecting(page)
        self._tray = TrayView(page)
        self._figures = ReadingFigures(page)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("hand-panel").innerHTML = MARKUP
        listen(find("hand-train"), "click", lambda event: self.on_train())
        for identifier in ("hand-learn", "hand-share"):
            listen(find(identifier), "change", lambda event: self.on_share())
        self._collecting.mount()
        self._page.watch((self._hand.tray, self._page.bridge.state), self.ask_for_drawings)
        self._page.watch((self._weights.origin,), self.measure)
        self._tray.mount()
        self._page.watch(
            (self._settings.values, self._train.training, self._hand.tray, self._page.bridge.state),
            self.render_lessons,
        )
        self._figures.mount()
        self.render_lessons()

    def on_toggle(self) -> None:
        """Measure and list the tray only while the section is open."""
        super().on_toggle()
        if self._is_built:
            if not self.is_open:
                self._collecting.end()
            self.ask_for_drawings()

    @property
    def _is_ready(self) -> bool:
        return self._page.bridge.is_ready

    def ask_for_drawings(self) -> None:
        """List the drawings again: the tray, the network or the section has changed."""
        if self._is_ready and self.is_open:
            self._tray.ask()
        self.measure()

    def measure(self) -> None:
        if self._is_ready:
            self._hand.watch(self.is_open)

    # Training on the tray

    def on_share(self) -> None:
        find = self._browser.element
        self._share = float(find("hand-share").value)
        changes = {"tray_share": self._share if find("hand-learn").checked else 0}
        self._settings.change(changes)
        self._settings.send(changes)

    def on_train(self) -> None:
        if self._train.training.value["is_training"]:
            self._train.pause()
        else:
            self._train.start()

    def render_lessons(self) -> None:
        find = self._browser.element
        share = self._settings.values.value["tray_share"]
        self._share = share or self._share
        find("hand-learn").checked = bool(share)
        known = [each for each, _ in SHARES]
        nearest = min(known, key=lambda each: abs(each - self._share))
        find("hand-share").value = f"{nearest:g}"
        is_training = self._train.training.value["is_training"]
        find("hand-train").disabled = not self._is_ready
        find("hand-train").textContent = texts.HAND_PAUSE if is_training else texts.HAND_START
        tray = self._hand.tray.value
        learned = 0 if tray is None else tray["count"] - tray["held_out"]
        if not share:
            advice = texts.HAND_ADVICE_OFF
        elif not learned:
            advice = texts.HAND_ADVICE_EMPTY
        elif share == 1:
            advice = texts.HAND_ADVICE_ALL
        elif self._settings.values.value["training_set"] == MNIST:
            advice = texts.HAND_ADVICE_MIXED_MNIST
        else:
            advice = texts.HAND_ADVICE_MIXED
        say(self._browser, "hand-advice", advice)
