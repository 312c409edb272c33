"""Time travel: a slider through the checkpoints of the run, and what each was like.

Shows: worker, drawing, training, weights, checkpoints, units. Emits the intents to
list checkpoints and their units, and to go on from one; the network is never touched by looking.
Nothing is built before it is opened, and nothing is asked for that cannot be seen.

Keyboard: that of a slider; arrows for the next checkpoint, Home and End for the first and newest.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, percent, rough_percent, whole
from app.pyscript.kit.live import Live
from app.pyscript.messages import UNIT_COLUMNS, UNIT_ROWS
from app.pyscript.read.prediction_panel import Bar
from app.pyscript.runs.runs_panel import RunsPanel
from app.pyscript.runs.state import RunList
from app.pyscript.timeline import texts
from app.pyscript.timeline.state import Timeline
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy, Record
    from app.pyscript.page import Page

DIGITS = range(10)
HEADS = (
    texts.TIME_HEAD_ITERATION,
    texts.TIME_HEAD_VALIDATION,
    texts.TIME_HEAD_DRAWINGS,
    texts.TIME_HEAD_LOSS,
    texts.TIME_HEAD_READS,
    texts.TIME_HEAD_SURE,
)
MARKUP = (
    f"""
<p class="note" id="time-note"></p>
<div class="time-travel" id="time-travel" hidden>
  <div class="time-course">
    <button id="time-play" class="primary">{texts.TIME_PLAY}</button>
    <div class="time-track">
      <p class="note" id="time-range"></p>
      <div class="time-strip" id="time-strip" aria-hidden="true"></div>
      <input id="time-slider" type="range" min="0" max="0" step="1" value="0"
        aria-label="{texts.TIME_SLIDER}">
    </div>
  </div>
  <div class="row">
    <p class="grow time-words"><strong id="time-iteration"></strong>
      <span id="time-accuracy"></span></p>
    <button id="time-go-on" aria-expanded="false">{texts.TIME_GO_ON}</button>
  </div>
  <div class="row" id="time-sure" hidden>
    <p class="grow" id="time-loss"></p>
    <button id="time-cancel">{texts.TIME_CANCEL}</button>
    <button id="time-confirm" class="primary"></button>
  </div>
  <p class="note" id="time-legend"></p>
  <div class="time-views">
    <div>
      <h3>{texts.TIME_ANSWER}</h3>
      <p class="note" id="time-blank">{texts.TIME_ANSWER_BLANK}</p>
      <div class="time-answer" id="time-answer" hidden>
        <div id="time-digit"></div>
        <ol class="bars" id="time-bars">"""
    + "".join(
        f'<li data-digit="{digit}" data-probability=""><span>{digit}</span>'
        '<span class="track"><span class="fill"></span></span>'
        '<span class="percent"></span></li>'
        for digit in DIGITS
    )
    + f"""</ol>
      </div>
    </div>
    <div>
      <h3>{texts.TIME_UNITS}</h3>
      <div class="units"><canvas id="time-units" width="{28 * UNIT_COLUMNS}"
        height="{28 * UNIT_ROWS}" role="img" aria-label="{texts.TIME_UNITS}"></canvas></div>
      <label class="choice"><input id="time-of-change" type="checkbox">
        {texts.TIME_OF_CHANGE}</label>
      <p class="note" id="time-units-note"></p>
    </div>
  </div>
  <details id="time-table">
    <summary>{texts.TIME_TABLE}</summary>
    <div class="table-scroll" tabindex="0" role="region" aria-label="{texts.TIME_TABLE}">
      <table><thead><tr>"""
    + "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    + """</tr></thead><tbody id="time-rows"></tbody></table>
    </div>
  </details>
</div>
<div class="runs" id="runs"></div>
"""
)
# Asking takes the worker some milliseconds, and showing the page a few.
REFRESH_MILLISECONDS = 500
PLAY_SECONDS = 0.2
# Where all are nearly right, bars from 0 would look alike.
HIGH_FLOOR = 0.9
# So many bars leave no room for a digit below each on a phone.
DENSE = 24
UNKNOWN = "\u2013"
NOTHING: dict = {"now": 0, "checkpoints": [], "probabilities": []}


class TimePanel(Fold):
    IDENTIFIER = "time"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._run_list = page.of(RunList)
        self._timeline = page.of(Timeline)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._runs = RunsPanel(page)
        # The checkpoint that is looked at: number and iteration; None for the network as it is.
        self._chosen: tuple | None = None
        self._run: tuple = ()  # whose checkpoint that is
        self._live = Live(
            page.browser, REFRESH_MILLISECONDS, self._can_be_seen, self._timeline.list_checkpoints
        )
        self._wanted_units: tuple = (0, False)
        self._is_asking_units = False
        self._plays = 0
        self._is_playing = False

    def on_toggle(self) -> None:
        super().on_toggle()
        if self._is_built and self.is_open:
            self._runs.follow()
            self._live.outdate()
        self._is_playing = False

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("time-panel").innerHTML = MARKUP
        self._slider = find("time-slider")
        self._strip = Strip(self._browser, find("time-strip"))
        self._bars = [Bar(item) for item in find("time-bars").children]
        listen(self._slider, "input", lambda event: self.on_slide())
        listen(find("time-play"), "click", lambda event: self.on_play())
        listen(find("time-go-on"), "click", lambda event: self._ask_if_sure(True))
        listen(find("time-cancel"), "click", lambda event: self._ask_if_sure(False))
        listen(find("time-confirm"), "click", lambda event: self.on_confirm())
        listen(find("time-of-change"), "change", lambda event: self._render_units())
        listen(find("time-table"), "toggle", lambda event: self._render_table())
        for event in ("scroll", "resize"):
            self._browser.on_window(event, lambda event: self._follow())
        self._page.watch(
            (
                self._page.bridge.state,
                self._draw.changed,
                self._train.training,
                self._weights.origin,
            ),
            self._live.outdate,
        )
        self._page.watch((self._run_list.runs,), self._on_run)
        self._page.watch((self._timeline.checkpoints, self._page.bridge.state), self.render)
        self._page.watch((self._timeline.units,), self._show_units)
        self._runs.build()
        self.render()

    def _follow(self) -> None:
        """What is outdated may have come into view."""
        self._live.follow()
        self._runs.follow()

    @property
    def _course(self) -> "Record":
        """The checkpoints, or none."""
        return self._timeline.checkpoints.value or NOTHING

    # Asking

    def _can_be_seen(self) -> bool:
        """So it is asked for once as soon as it is open, and then when it is looked at."""
        if not self.is_open or not self._page.bridge.is_ready:
            return False
        panel = self._browser.element("time-panel")
        return self._timeline.checkpoints.value is None or self._browser.is_in_view(panel)

    async def _bring_units(self) -> None:
        """The newest wish is fulfilled, and there is never a queue."""
        try:
            wanted = (0, False)
            while wanted != self._wanted_units:
                wanted = self._wanted_units
                number, of_change = wanted
                await self._timeline.list_units(number, of_change)
        finally:
            self._is_asking_units = False

    # Choosing a checkpoint

    def on_slide(self) -> None:
        self._is_playing = False
        self._choose(int(self._slider.value))
        self.render()

    def _on_run(self) -> None:
        run = (self._run_list.runs.value.current.number, self._train.run_number)
        if run != self._run:
            self._run = run
            self._chosen = None
            self._is_playing = False

    def _choose(self, index: int) -> None:
        checkpoint = self._course["checkpoints"][index]
        is_now = checkpoint["number"] == self._course["now"]
        self._chosen = None if is_now else (checkpoint["number"], checkpoint["iteration"])

    def _index(self) -> int:
        """Where the chosen checkpoint is, or the nearest to it if that has made room."""
        checkpoints = self._course["checkpoints"]
        wanted = self._course["now"] if self._chosen is None else self._chosen[0]
        for index, checkpoint in enumerate(checkpoints):
            if checkpoint["number"] == wanted:
                return index
        _, iteration = self._chosen or (0, checkpoints[-1]["iteration"])
        distances = [abs(checkpoint["iteration"] - iteration) for checkpoint in checkpoints]
        return distances.index(min(distances))

    def on_play(self) -> None:
        """From here to the newest, or all over from the first; again to stop."""
        if self._is_playing:
            self._is_playing = False
            self.render()
            return
        if self._index() == len(self._course["checkpoints"]) - 1:
            self._choose(0)
        self._is_playing = True
        self._plays += 1
        self._browser.run(self._play(self._plays))
        self.render()

    async def _play(self, play: int) -> None:
        while True:
            await self._browser.sleep(PLAY_SECONDS)
            last = len(self._course["checkpoints"]) - 1
            if not self._is_playing or play != self._plays or last < 1:
                return
            index = min(self._index() + 1, last)
            self._choose(index)
            self._is_playing = index < last
            self.render()

    # Going on from it

    def _ask_if_sure(self, is_asked: bool) -> None:
        find = self._browser.element
        find("time-sure").hidden = not is_asked
        find("time-go-on").setAttribute("aria-expanded", "true" if is_asked else "false")
        self._is_playing = False
        if is_asked:
            # It stays the one that was asked for, though training may go on.
            self._choose(self._index())
            self.render()
        find("time-cancel" if is_asked else "time-go-on").focus()

    def on_confirm(self) -> None:
        number = self._checkpoint()["number"]
        self._ask_if_sure(False)
        self._chosen = None
        self._timeline.go_on_from(number)
        self._slider.focus()

    def _checkpoint(self) -> "Record":
        """The one that is looked at."""
        checkpoint: Record = self._course["checkpoints"][self._index()]
        return checkpoint

    # Drawing

    def render(self) -> None:
        find, course = self._browser.element, self._course
        count = len(course["checkpoints"])
        note = texts.TIME_NOTHING if count else texts.TIME_NO_NETWORK
        find("time-note").textContent = note if count < 2 else ""
        find("time-travel").hidden = count < 2
        if count < 2:
            return
        index = self._index()
        checkpoint = course["checkpoints"][index]
        self._slider.setAttribute("max", str(count - 1))
        self._slider.value = str(index)
        self._slider.setAttribute("aria-valuetext", self._describe(checkpoint, index))
        find("time-play").textContent = texts.TIME_STOP if self._is_playing else texts.TIME_PLAY
        is_now = checkpoint["number"] == course["now"]
        where = texts.TIME_AT_NOW if is_now else texts.TIME_AT
        iteration = whole(checkpoint["iteration"])
        find("time-iteration").textContent = where.format(iteration=iteration)
        find("time-accuracy").textContent = accuracy_of(checkpoint)
        self._render_going_on(checkpoint, is_now)
        self._render_strip(index)
        self._render_answer(checkpoint, index)
        self._render_units()
        self._render_table()

    def _describe(self, checkpoint: "Record", index: int) -> str:
        """The checkpoint in words, which a screen reader says as the slider moves."""
        parts = [texts.TIME_AT.format(iteration=checkpoint["iteration"]), accuracy_of(checkpoint)]
        digit = checkpoint["digit"]
        if digit is not None:
            share = rough_percent(self._probabilities(index)[digit])
            parts.append(texts.TIME_READS.format(digit=digit, share=share))
        return ", ".join(parts)

    def _probabilities(self, index: int) -> list:
        """What the checkpoint at this place gives each digit."""
        values = self._course["probabilities"]
        return [float(values[10 * index + digit]) for digit in DIGITS]

    def _render_going_on(self, checkpoint: "Record", is_now: bool) -> None:
        find, course = self._browser.element, self._course
        find("time-go-on").disabled = is_now or not self._page.bridge.is_ready
        if is_now and not find("time-sure").hidden:
            find("time-sure").hidden = True
            find("time-go-on").setAttribute("aria-expanded", "false")
        now = [each for each in course["checkpoints"] if each["number"] == course["now"]]
        is_back = not now or checkpoint["iteration"] < now[0]["iteration"]
        iteration = whole(checkpoint["iteration"])
        text = texts.TIME_BACK if is_back else texts.TIME_FORWARD
        find("time-loss").textContent = text.format(iteration=iteration)
        find("time-confirm").textContent = texts.TIME_CONFIRM.format(iteration=iteration)

    def _render_strip(self, index: int) -> None:
        checkpoints = self._course["checkpoints"]
        measured = [each["accuracy"] for each in checkpoints if each["accuracy"] is not None]
        floor = HIGH_FLOOR if measured and min(measured) > HIGH_FLOOR else 0
        self._strip.show(checkpoints, index, floor)
        find, is_read = self._browser.element, checkpoints[-1]["digit"] is not None
        find("time-range").textContent = texts.TIME_RANGE.format(
            low=percent(floor), high=percent(1)
        )
        find("time-legend").textContent = texts.TIME_LEGEND if is_read else texts.TIME_LEGEND_BLANK

    def _render_answer(self, checkpoint: "Record", index: int) -> None:
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
        for digit, share in enumerate(self._probabilities(index)):
            self._bars[digit].show(share, digit == best)

    def _render_units(self) -> None:
        """Ask for the picture of the hidden units, unless it is shown or on its way."""
        of_change = bool(self._browser.element("time-of-change").checked)
        note = texts.TIME_CHANGES_NOTE if of_change else texts.TIME_UNITS_NOTE
        self._browser.element("time-units-note").textContent = note
        wanted = (self._checkpoint()["number"], of_change)
        # After another start of the worker, numbers begin anew.
        is_known = self._is_asking_units or self._timeline.units.value is not None
        if wanted == self._wanted_units and is_known:
            return
        self._wanted_units = wanted
        if not self._is_asking_units:
            self._is_asking_units = True
            self._browser.run(self._bring_units())

    def _show_units(self) -> None:
        units, canvas = self._timeline.units.value, self._browser.element("time-units")
        self._browser.fill_canvas(canvas, None if units is None else units["picture"])
        if units is None:
            return
        label = texts.TIME_CHANGES_LABEL if units["of_change"] else texts.TIME_UNITS_LABEL
        for checkpoint in self._course["checkpoints"]:
            if checkpoint["number"] == units["number"]:
                iteration = whole(checkpoint["iteration"])
                canvas.setAttribute("aria-label", label.format(iteration=iteration))

    def _render_table(self) -> None:
        """All that the strip shows, in numbers; only while it is open."""
        if self._browser.element("time-table").open:
            rows = [
                self._row(index, checkpoint)
                for index, checkpoint in enumerate(self._course["checkpoints"])
            ]
            self._browser.element("time-rows").innerHTML = "".join(rows)

    def _row(self, index: int, checkpoint: "Record") -> str:
        digit, accuracy, loss = [checkpoint[name] for name in ("digit", "accuracy", "loss")]
        drawings = checkpoint.get("drawings")
        is_read = digit is not None
        cells = [
            whole(checkpoint["iteration"]),
            UNKNOWN if accuracy is None else percent(accuracy, 1),
            UNKNOWN if drawings is None else percent(drawings, 1),
            UNKNOWN if loss is None else decimal(loss, 4),
            str(digit) if is_read else UNKNOWN,
            rough_percent(self._probabilities(index)[digit]) if is_read else UNKNOWN,
        ]
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


class Strip:
    """A bar for each checkpoint, above its place on the slider; only what changes is touched."""

    def __init__(self, browser: "Browser", element: "JsProxy") -> None:
        self._browser = browser
        self._element = element
        self._bars: list = []
        self._shown: list = []

    def show(self, checkpoints: list, chosen: int, floor: float) -> None:
        """Bars from floor to 1; chosen: the place of the one that is looked at."""
        count = len(checkpoints)
        while len(self._bars) < count:
            bar = self._browser.create_element("span")
            self._element.appendChild(bar)
            self._bars.append(bar)
            self._shown.append(None)
        self._element.style.setProperty("--count", str(count))
        self._element.classList.toggle("is-dense", count > DENSE)
        newest = checkpoints[-1]["digit"]
        for index, bar in enumerate(self._bars):
            if index >= count:
                state = None
            else:
                accuracy, digit = checkpoints[index]["accuracy"], checkpoints[index]["digit"]
                at, share = index / (count - 1), 1
                if accuracy is not None:
                    share = max(0, accuracy - floor) / (1 - floor)
                is_chosen = index == chosen
                # Where the answer stays the same, the row of digits stays empty.
                is_said = index == 0 or is_chosen or digit != checkpoints[index - 1]["digit"]
                shown = digit if is_said else None
                classes = (accuracy is None, digit != newest, is_chosen)
                state = (at, share, shown, classes)
            if state != self._shown[index]:
                show_bar(bar, state, self._shown[index])
                self._shown[index] = state


def show_bar(bar: "JsProxy", state: "tuple | None", before: "tuple | None") -> None:
    """state, and what it was before: (at, share, digit or None, classes), or None for no bar."""
    bar.hidden = state is None
    if state is None:
        return
    at, share, digit, classes = state
    was_at, was_share, was_digit, were = before or (None, None, "", (None, None, None))
    if at != was_at:
        bar.style.setProperty("--at", f"{at:.4f}")
    if share != was_share:
        bar.style.setProperty("--share", f"{share:.3f}")
    if digit != was_digit:
        bar.textContent = "" if digit is None else str(digit)
    for index, name in enumerate(("is-unknown", "is-other", "is-chosen")):
        if classes[index] != were[index]:
            bar.classList.toggle(name, classes[index])


def accuracy_of(checkpoint: "Record") -> str:
    """In words, how well the checkpoint read what is kept from training."""
    accuracy = checkpoint["accuracy"]
    if accuracy is None:
        return texts.TIME_MEASURING
    drawings = checkpoint.get("drawings")
    if drawings is None:
        return texts.TIME_ACCURACY.format(accuracy=percent(accuracy, 1))
    return texts.TIME_ACCURACY_BOTH.format(
        accuracy=percent(accuracy, 1), drawings=percent(drawings, 1)
    )
