"""How it works: one training step on the drawing, stage by stage, with formulas, numbers and code.

The numbers are live, or held while a step is played slowly. Then the stages follow by themselves,
until the visitor pauses or turns them by hand. The network changes only when the visitor has it
take the step.

Shows: drawing, sample, prediction, weights, settings, worker, explanation. Emits the intents to
explain a step and to take it. Asks for live numbers only while the section is open and in view.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.draw.label_field import LabelField
from app.pyscript.draw.state import Draw
from app.pyscript.explain import texts
from app.pyscript.explain.array_view import figure
from app.pyscript.explain.markup import MARKUP
from app.pyscript.explain.stage_view import StageView, has_step
from app.pyscript.explain.stages import LAST
from app.pyscript.explain.state import Explain
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.live import Live
from app.pyscript.kit.live_region import say
from app.pyscript.kit.player import Player
from app.pyscript.messages import NO_LABEL
from app.pyscript.settings.state import Settings
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.explain.records import Explanation
    from app.pyscript.page import Page

REFRESH_SECONDS = 0.4
STAGE_SECONDS = 7


class LearnPanel(Fold):
    IDENTIFIER = "learn"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._explain = page.of(Explain)
        self._settings = page.of(Settings)
        self._weights = page.of(Weights)
        self._stage = 0
        self._held: Explanation | None = None  # the step that is played slowly
        self._player = Player(page.browser, STAGE_SECONDS, self._advance, self.render_stage)
        # The result of the step that the network took, shown until something new begins.
        self._applied = ""
        self._is_run_wanted = False
        self._live = Live(page.browser, 1000 * REFRESH_SECONDS, self._is_watched, self._ask)
        self._field = LabelField(page, "learn-label", self._leave)
        self._view = StageView(page)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("learn-panel").innerHTML = MARKUP
        listen(find("run-step"), "click", lambda event: self.on_run())
        listen(find("leave-step"), "click", lambda event: self._leave())
        listen(find("stages"), "click", self.on_stage)
        listen(find("previous-stage"), "click", lambda event: self._go(self._stage - 1))
        listen(find("next-stage"), "click", lambda event: self._go(self._stage + 1))
        listen(find("apply-step"), "click", lambda event: self._explain.apply(self._label()))
        self._field.mount()
        self._live.watch_view(find("learn-panel"))
        self._page.watch((self._draw.changed,), self.on_drawing)
        self._page.watch(
            (
                self._weights.origin,
                self._settings.values,
                self._page.bridge.state,
            ),
            self._live.outdate,
        )
        self._page.network_changed.listen(lambda is_training: self._live.outdate())
        self._page.watch((self._explain.explanation,), self.on_explanation)
        self._page.watch((self._page.bridge.state, self._draw.changed), self.render_state)
        self._page.watch((self._settings.values,), self.on_settings)
        self._page.watch((self._page.hidden,), self.render_stage)
        self._view.mount()
        self.render_stage()

    def on_toggle(self) -> None:
        super().on_toggle()
        if self.is_open:
            self._live.outdate()
        else:
            self._player.stop()

    # What the visitor does

    def on_drawing(self) -> None:
        self._applied = ""
        if self._held is not None and self._held["version"] != self._draw.version:
            self._leave()
        if self._draw.drawing.is_blank:
            self.render_numbers()  # none now; the next stroke brings new ones
        self._live.outdate()

    def on_settings(self) -> None:
        """Show the last stage again: it depends on the optimizer."""
        if self._stage == LAST:
            self.render_stage()

    def _label(self) -> int:
        label = self._field.label
        return NO_LABEL if label is None else label

    def on_run(self) -> None:
        """Play, pause or go on; at the end, play again from the start."""
        if self._player.is_playing:
            self._player.stop()
            self.render_state()
        elif self._held is not None and self._stage < LAST:
            self._play()
        else:
            self._applied = ""
            self._is_run_wanted = True
            self._explain.explain(self._label())

    def on_stage(self, event: "JsProxy") -> None:
        index = event.target.getAttribute("data-stage")
        if index is not None:
            self._go(int(index))

    def _go(self, stage: int) -> None:
        """Go to a stage by hand, and stop playing, because the visitor wants to read."""
        self._player.stop()
        self._stage = min(max(stage, 0), LAST)
        self.render_stage()

    def _play(self) -> None:
        self._player.start()
        self.render_state()

    def _advance(self) -> bool:
        """Go to the next stage; returns whether there are more."""
        self._stage += 1
        return self._stage < LAST

    def _leave(self) -> None:
        """Go back to live numbers."""
        self._held = None
        self._applied = ""
        self._player.stop()
        self._is_run_wanted = False
        self._live.outdate()
        self.render_stage()

    # Live numbers

    def _is_watched(self) -> bool:
        is_wanted = self.is_open and self._held is None and self._can_explain()
        return self._live.is_seen and is_wanted

    def _can_explain(self) -> bool:
        return self._page.bridge.is_ready and not self._draw.drawing.is_blank

    async def _ask(self) -> None:
        self._explain.explain(self._label())

    def on_explanation(self) -> None:
        explanation = self._explain.explanation.value
        if explanation is None or explanation["is_applied"] or "problem" in explanation:
            # The network is lost or has changed, or there is no such step.
            self._held = None
            self._applied = outcome(explanation)
            self._player.stop()
            self._is_run_wanted = False
        elif self._is_run_wanted and has_step(explanation):
            self._is_run_wanted = False
            self._held = explanation
            self._stage = 0
            self._play()
        self.render_stage()

    def _shown(self) -> "Explanation | None":
        """The explanation to show now, if it is of this drawing."""
        explanation = self._held or self._explain.explanation.value
        if explanation is None or self._draw.drawing.is_blank or "problem" in explanation:
            return None
        return explanation

    # Drawing

    def render_state(self) -> None:
        find = self._browser.element
        is_held = self._held is not None
        say(self._browser, "learn-note", possible(self._describe(), self._page))
        run = find("run-step")
        run.disabled = not self._can_explain() or self._label() == NO_LABEL
        run.textContent = self._invitation()
        find("leave-step").hidden = not is_held
        for identifier in ("apply-step", "apply-note"):
            find(identifier).hidden = not (is_held and self._stage == LAST)
        find("apply-note").textContent = possible(common.LEARN_APPLY_NOTE, self._page)
        find("previous-stage").disabled = self._stage == 0
        find("next-stage").disabled = self._stage == LAST

    def _invitation(self) -> str:
        if self._player.is_playing:
            return texts.LEARN_PAUSE
        if self._held is None:
            return texts.LEARN_RUN
        return texts.LEARN_GO_ON if self._stage < LAST else texts.LEARN_RUN_AGAIN

    def _describe(self) -> str:
        explanation = self._explain.explanation.value
        if not self._page.bridge.is_ready:
            return texts.LEARN_WAITING
        if self._draw.drawing.is_blank:
            return texts.LEARN_BLANK
        if self._held is not None:
            return texts.LEARN_HELD.format(stage=self._stage + 1, stages=LAST + 1)
        if explanation is not None and "problem" in explanation:
            return explanation["problem"]
        if self._applied:
            return self._applied
        return texts.LEARN_UNLABELED if self._label() == NO_LABEL else texts.LEARN_LIVE

    def render_stage(self) -> None:
        self._view.show(self._stage)
        self.render_numbers()
        self.render_state()

    def render_numbers(self) -> None:
        self._view.show_numbers(self._stage, self._shown(), self._held is not None)


def outcome(explanation: "Explanation | None") -> str:
    """A sentence on the result of the step that the network took; empty without one."""
    if explanation is None or not has_step(explanation):
        return ""
    before, after = figure(explanation["loss"]), figure(explanation["loss_after"])
    return texts.LEARN_APPLIED.format(before=before, after=after)
