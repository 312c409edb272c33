"""Time travel: a slider through the checkpoints of the run, and what each was like.

Shows: worker, drawing, training, weights, checkpoints. Emits the intents to list checkpoints and to
go on from one. Looking at checkpoints never changes the network.
Nothing is built before it is opened, and it asks the worker only while it is in view.

Keyboard: as in any slider; arrows for the next checkpoint, Home and End for the first and newest.
"""

from app.pyscript.draw.digit_bars import Bar
from app.pyscript.draw.state import Draw
from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import percent, rough_percent, whole
from app.pyscript.kit.live import Live
from app.pyscript.kit.player import Player
from app.pyscript.timeline import texts
from app.pyscript.timeline.checkpoint_table import CheckpointTable, accuracy_of
from app.pyscript.timeline.chosen_checkpoint import ChosenCheckpoint
from app.pyscript.timeline.markup import MARKUP
from app.pyscript.timeline.state import Timeline
from app.pyscript.timeline.strip import Strip
from app.pyscript.timeline.units_picture import UnitsPicture
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.timeline.records import Checkpoint

# The worker needs some milliseconds to answer, and the page a few to show it.
REFRESH_MILLISECONDS = 500
PLAY_SECONDS = 0.2
# If all accuracies are high, bars from 0 would look the same.
HIGH_FLOOR = 0.9


class TimePanel(Fold):
    IDENTIFIER = "time"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._timeline = page.of(Timeline)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._units = UnitsPicture(page)
        self._table = CheckpointTable(page)
        self._looked_at = ChosenCheckpoint(page)
        self._live = Live(
            page.browser, REFRESH_MILLISECONDS, self._can_be_seen, self._timeline.list_checkpoints
        )
        self._sure = Confirmation(
            page.browser, "time-sure", "time-cancel", "time-confirm", "time-go-on"
        )
        self._player = Player(page.browser, PLAY_SECONDS, self._advance, self.render)

    def on_toggle(self) -> None:
        super().on_toggle()
        if self._is_built and self.is_open:
            self._live.outdate()
        self._player.stop()

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("time-panel").innerHTML = MARKUP
        self._slider = find("time-slider")
        self._strip = Strip(self._browser, find("time-strip"))
        self._bars = [Bar(item) for item in find("time-bars").children]
        listen(self._slider, "input", lambda event: self.on_slide())
        listen(find("time-play"), "click", lambda event: self.on_play())
        listen(find("time-go-on"), "click", lambda event: self.on_go_on())
        self._sure.mount()
        self._units.mount()
        self._table.mount()
        for event in ("scroll", "resize"):
            self._browser.on_window(event, lambda event: self._live.follow())
        self._page.watch(
            (
                self._page.bridge.state,
                self._draw.changed,
                self._train.training,
                self._weights.origin,
            ),
            self._live.outdate,
        )
        self._train.run_ended.listen(lambda report, iteration: self._on_run_end())
        self._page.watch((self._timeline.checkpoints, self._page.bridge.state), self.render)
        self.render()

    # Asking

    def _can_be_seen(self) -> bool:
        """Whether to ask: once as soon as the section is open, and then while it is in view."""
        if not self.is_open or not self._page.bridge.is_ready:
            return False
        panel = self._browser.element("time-panel")
        return self._timeline.checkpoints.value is None or self._browser.is_in_view(panel)

    # Choosing a checkpoint

    def on_slide(self) -> None:
        self._player.stop()
        self._looked_at.choose(int(self._slider.value))
        self.render()

    def _on_run_end(self) -> None:
        """Another run has other checkpoints: go back to the current network."""
        self._looked_at.follow_network()
        self._player.stop()

    def on_play(self) -> None:
        """Play from here to the newest checkpoint, or from the first; or stop playing."""
        if self._player.is_playing:
            self._player.stop()
            self.render()
            return
        if self._looked_at.index == self._looked_at.last:
            self._looked_at.choose(0)
        self._player.start()
        self.render()

    def _advance(self) -> bool:
        """Go to the next checkpoint; returns whether there are more."""
        looked_at = self._looked_at
        if looked_at.last < 1:
            return False
        looked_at.choose(min(looked_at.index + 1, looked_at.last))
        return looked_at.index < looked_at.last

    # Going on from it

    def on_go_on(self) -> None:
        """Go on from the checkpoint that is shown now, even if training changes the list."""
        self._player.stop()
        self._looked_at.choose(self._looked_at.index)
        self.render()
        self._sure.ask(self._go_on)

    def _go_on(self) -> None:
        number = self._looked_at.checkpoint["number"]
        self._player.stop()
        self._looked_at.follow_network()
        self._timeline.go_on_from(number)
        self._slider.focus()

    # Drawing

    def render(self) -> None:
        find, course = self._browser.element, self._timeline.course
        count = len(course["checkpoints"])
        note = texts.TIME_NOTHING if count else texts.TIME_NO_NETWORK
        find("time-note").textContent = note if count < 2 else ""
        find("time-travel").hidden = count < 2
        if count < 2:
            return
        index = self._looked_at.index
        checkpoint = course["checkpoints"][index]
        self._slider.setAttribute("max", str(count - 1))
        self._slider.value = str(index)
        self._slider.setAttribute("aria-valuetext", self._describe(checkpoint, index))
        find("time-play").textContent = (
            texts.TIME_STOP if self._player.is_playing else texts.TIME_PLAY
        )
        is_now = checkpoint["number"] == course["now"]
        where = texts.TIME_AT_NOW if is_now else texts.TIME_AT
        iteration = whole(checkpoint["iteration"])
        find("time-iteration").textContent = where.format(iteration=iteration)
        find("time-accuracy").textContent = accuracy_of(checkpoint)
        self._render_going_on(checkpoint, is_now)
        self._render_strip(index)
        self._render_answer(checkpoint, index)
        self._units.render(checkpoint["number"])
        self._table.render()

    def _describe(self, checkpoint: "Checkpoint", index: int) -> str:
        """The checkpoint in words. A screen reader says them when the slider moves."""
        parts = [texts.TIME_AT.format(iteration=checkpoint["iteration"]), accuracy_of(checkpoint)]
        digit = checkpoint["digit"]
        if digit is not None:
            share = rough_percent(self._timeline.probabilities(index)[digit])
            parts.append(texts.TIME_READS.format(digit=digit, share=share))
        return ", ".join(parts)

    def _render_going_on(self, checkpoint: "Checkpoint", is_now: bool) -> None:
        find, course = self._browser.element, self._timeline.course
        find("time-go-on").disabled = is_now or not self._page.bridge.is_ready
        if is_now:
            self._sure.close()
        now = [each for each in course["checkpoints"] if each["number"] == course["now"]]
        is_back = not now or checkpoint["iteration"] < now[0]["iteration"]
        iteration = whole(checkpoint["iteration"])
        text = texts.TIME_BACK if is_back else texts.TIME_FORWARD
        find("time-loss").textContent = text.format(iteration=iteration)
        find("time-confirm").textContent = texts.TIME_CONFIRM.format(iteration=iteration)

    def _render_strip(self, index: int) -> None:
        checkpoints = self._timeline.course["checkpoints"]
        measured = [each["accuracy"] for each in checkpoints if each["accuracy"] is not None]
        floor = HIGH_FLOOR if measured and min(measured) > HIGH_FLOOR else 0
        self._strip.show(checkpoints, index, floor)
        find, is_read = self._browser.element, checkpoints[-1]["digit"] is not None
        find("time-range").textContent = texts.TIME_RANGE.format(
            low=percent(floor), high=percent(1)
        )
        find("time-legend").textContent = texts.TIME_LEGEND if is_read else texts.TIME_LEGEND_BLANK

    def _render_answer(self, checkpoint: "Checkpoint", index: int) -> None:
        find, best = self._browser.element, checkpoint["digit"]
        is_blank = self._draw.drawing.is_blank
        find("time-blank").textContent = (
            texts.TIME_ANSWER_BLANK if is_blank else texts.TIME_NO_ANSWER
        )
        find("time-blank").hidden = best is not None
        find("time-answer").hidden = best is None
        if best is None:
            return
        find("time-digit").textContent = str(best)
        for digit, share in enumerate(self._timeline.probabilities(index)):
            self._bars[digit].show(share, digit == best)
