"""Shows what the network reads: the digit, ten bars, and the picture that it was really given.

If the drawing cannot be read, the panel names no digit and says why.

Shows: prediction, page_reads, drawing, worker, hidden, settings. Changes nothing.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.bridge.bridge import FAILED
from app.pyscript.draw.digit_bars import BARS, Bar
from app.pyscript.draw.state import Draw
from app.pyscript.kit.formats import decimal, rough_percent
from app.pyscript.kit.live_region import say
from app.pyscript.read import texts
from app.pyscript.read.page_reader import REASONS
from app.pyscript.read.state import Read
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.read.records import Prediction

MARKUP = f"""
<div class="answer">
  <div class="digit">
    <div id="prediction"></div>
    <p class="says" id="prediction-note"></p>
  </div>
  <figure id="seen-figure">
    <div class="seen-frame"><canvas id="seen" width="28" height="28" role="img"
      aria-label="{texts.PREDICTION_SEEN_LABEL}"></canvas></div>
    <figcaption>{texts.PREDICTION_SEEN}</figcaption>
  </figure>
</div>
<ol class="bars" id="probabilities">{BARS}</ol>
<p class="note" id="prediction-time"></p>
<p class="heard" id="prediction-heard" aria-live="polite"></p>
"""
BLANK, DOT, FILLED, SEVERAL, NO_DIGIT, NO_ANSWER = REASONS
SENTENCES = {
    BLANK: texts.PREDICTION_NO_INK,
    DOT: texts.PREDICTION_DOT,
    FILLED: texts.PREDICTION_BLOT,
    NO_DIGIT: texts.PREDICTION_NO_DIGIT,
    SEVERAL: texts.PREDICTION_SEVERAL,
    NO_ANSWER: common.PREDICTION_NO_ANSWER,
}
# Screen readers hear a reading after it has stood this long: it changes often during drawing and
# training.
SPEAK_AFTER_SECONDS = 1


class PredictionPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._read = page.of(Read)
        self._settings = page.of(Settings)

    def mount(self) -> None:
        find = self._browser.element
        self._panel = find("prediction-panel")
        self._panel.innerHTML = MARKUP
        self._digit = find("prediction")
        self._note = find("prediction-note")
        self._time = find("prediction-time")
        self._seen = self._browser.InkCanvas("seen")
        self._shown_note = ""
        self._is_busy = False
        self._bars = [Bar(item) for item in find("probabilities").children]
        self._to_speak = ""
        self._page.watch((self._draw.ink,), self._forget_spoken)
        self._page.watch(
            (
                self._read.prediction,
                self._read.page_reads,
                self._page.bridge.state,
                self._draw.changed,
                self._page.hidden,
                self._settings.values,
            ),
            self.render,
        )
        self.render()

    def render(self) -> None:
        prediction = self._read.prediction.value
        self._mark_busy(self._is_behind(prediction))
        note = possible(self._says(prediction), self._page)
        if note != self._shown_note:
            self._shown_note = note
            self._note.innerHTML = note
        if prediction is None:
            self._show_nothing()
            return
        best, unreadable = prediction["digit"], prediction["unreadable"]
        self._digit.textContent = "" if unreadable else str(best)
        heard = texts.PREDICTION_HEARD.format(digit=best)
        self._speak(possible(SENTENCES[unreadable], self._page) if unreadable else heard)
        # It is interesting what the network reads in a letter, but not in a dot.
        is_asked = unreadable in ("", NO_DIGIT)
        for digit, bar in enumerate(self._bars):
            share = prediction["probabilities"][digit] if is_asked else None
            bar.show(share, digit == best and not unreadable)
        self._seen.show_rgba(prediction["seen"])
        self._time.textContent = time_of(prediction)

    @property
    def _can_read(self) -> bool:
        return self._page.bridge.is_ready or self._read.page_reads.value

    def _is_behind(self, prediction: "Prediction | None") -> bool:
        """Whether the reading of the drawing as it is now is still to come."""
        if self._draw.drawing.is_blank or self._read.cannot_read or not self._can_read:
            return False
        return prediction is None or prediction["version"] != self._draw.version

    def _mark_busy(self, is_busy: bool) -> None:
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self._panel.setAttribute("aria-busy", "true" if is_busy else "false")

    def _says(self, prediction: "Prediction | None") -> str:
        if prediction is not None:
            return says_of(prediction)
        can_read = self._can_read
        if not can_read and self._page.bridge.state.value == FAILED:
            return texts.PREDICTION_FAILED
        if self._draw.drawing.is_blank:
            return texts.PREDICTION_BLANK
        if not can_read:
            return texts.PREDICTION_LOADING
        return texts.PREDICTION_UNREAD if self._read.cannot_read else texts.PREDICTION_READING

    def _forget_spoken(self) -> None:
        """The whole drawing was replaced: speak its reading, even with the same words as before."""
        self._speak("")

    def _speak(self, words: str) -> None:
        """Let a screen reader say this, if it is still true in a moment."""
        if not words:
            # Empty it at once, so that the same words are heard again with the next drawing.
            say(self._browser, "prediction-heard", "")
        if words != self._to_speak:
            self._to_speak = words
            self._browser.run(self._speak_if_settled(words))

    async def _speak_if_settled(self, words: str) -> None:
        version = None
        while version != self._draw.version:  # until the pen rests
            version = self._draw.version
            await self._browser.sleep(SPEAK_AFTER_SECONDS)
            if words != self._to_speak:
                return
        say(self._browser, "prediction-heard", words)

    def _show_nothing(self) -> None:
        self._speak("")
        self._digit.textContent = ""
        self._time.textContent = ""
        self._seen.show_rgba(None)
        for bar in self._bars:
            bar.show(None, False)


def says_of(prediction: "Prediction") -> str:
    """The note beside a reading, as HTML."""
    best, unreadable = prediction["digit"], prediction["unreadable"]
    share = rough_percent(prediction["probabilities"][best])
    if unreadable == NO_DIGIT:
        return texts.PREDICTION_LIKELIEST.format(digit=best, share=share)
    if unreadable:
        return SENTENCES[unreadable]
    return f"<strong>{common.PREDICTION_SURE.format(share=share)}</strong>"


def time_of(prediction: "Prediction") -> str:
    """How long a reading took, and who made it."""
    milliseconds = prediction["milliseconds"]
    if prediction["worker_milliseconds"] is None:
        return texts.PREDICTION_TIME_PAGE.format(whole=decimal(milliseconds, 1))
    return texts.PREDICTION_TIME.format(
        worker=decimal(prediction["worker_milliseconds"], 1), whole=decimal(milliseconds, 0)
    )
