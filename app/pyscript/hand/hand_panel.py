"""Teach it your hand: a tray of the visitor's own digits, and training that takes part in it.

Shows: worker, drawing, sample, is_keeping, settings, training, tray, tray_page,
hand, has_charts, kept. Changes: settings. Emits the intents to keep, delete and bring back
drawings, to list, save and open the tray, to start and pause training, and to have it measured
while it is looked at.

Collecting asks for one digit after the other, in a bar at the foot of the window, so that the grid
can be seen beside it.
"""

from app.pyscript import texts as common
from app.pyscript.draw.label_field import LabelField
from app.pyscript.draw.state import Draw
from app.pyscript.hand import texts
from app.pyscript.hand.state import Hand
from app.pyscript.kit import chart_table
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.kit.heard import say
from app.pyscript.messages import GALLERY_SIZE, TRAY_LIMIT
from app.pyscript.settings.limits import MNIST
from app.pyscript.settings.state import Settings
from app.pyscript.train.charts import ACCURACY_SCALE
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page

DIGITS = range(10)
SHARES = (
    (0.125, texts.HAND_EIGHTH),
    (0.25, texts.HAND_QUARTER),
    (0.5, texts.HAND_HALF),
    (1, texts.HAND_ALL),
)
DEFAULT_SHARE = 0.25
CHART_HEIGHT = 150
SERIES = (
    ("learnt", texts.HAND_LEARNT, "chart-1"),
    ("held_out", texts.HAND_HELD_OUT, "good"),
    ("mnist", texts.HAND_MNIST, "chart-2"),
    ("drawings", texts.HAND_DRAWINGS, "chart-3"),
)
MARKUP = (
    f"""
<p class="note">{texts.HAND_INTRODUCTION}</p>
<div class="row">
  <button id="collect" class="primary" disabled>{texts.HAND_COLLECT}</button>
  <span class="grow"></span>
  <label for="hand-label">{texts.HAND_LABEL}</label>
  <select id="hand-label"><option value="">{common.TUNE_UNKNOWN}</option>"""
    + "".join(f'<option value="{digit}">{digit}</option>' for digit in DIGITS)
    + f"""</select>
  <button id="keep-drawing" disabled>{texts.HAND_KEEP}</button>
</div>
<div class="hand-columns">
  <div class="hand-tray">
    <h3 id="tray-title" tabindex="-1" aria-live="polite"></h3>
    <p class="note" id="tray-note"></p>
    <ol id="tray-digits" aria-labelledby="tray-title"></ol>
    <div class="row">
      <button id="tray-newer" hidden>{texts.HAND_NEWER}</button>
      <button id="tray-older" hidden>{texts.HAND_OLDER}</button>
      <span class="note" id="tray-position"></span>
    </div>
    <div class="row tray-files">
      <button id="tray-undo" hidden></button>
      <button id="tray-clear" disabled>{texts.HAND_DELETE_ALL}</button>
      <span class="grow"></span>
      <button id="save-tray" disabled>{texts.HAND_SAVE}</button>
      <button id="open-tray" disabled>{texts.HAND_OPEN}</button>
      <input id="tray-file" type="file" aria-label="{texts.HAND_FILE}" hidden>
    </div>
  </div>
  <div class="hand-learning">
    <h3>{texts.HAND_TRAIN_TITLE}</h3>
    <div class="row">
      <label class="switch"><input id="hand-learn" type="checkbox"> {texts.HAND_LEARN}</label>
      <select id="hand-share" aria-label="{texts.HAND_SHARE}">"""
    + "".join(f'<option value="{share:g}">{words}</option>' for share, words in SHARES)
    + """</select>
      <button id="hand-train" disabled></button>
    </div>
    <p class="note" id="hand-advice" aria-live="polite"></p>
    <dl class="figures hand-figures">"""
    + "".join(
        f'<div id="hand-figure-{name}"><dt class="key {colour}">{words}</dt>'
        f'<dd id="hand-{name}"></dd></div>'
        for name, words, colour in SERIES
    )
    + f"""</dl>
    <p class="note" id="hand-honest"></p>
    <div class="plot hand-plot" id="hand-chart" role="img" aria-label="{texts.HAND_CHART}" hidden>
    </div>
"""
    + chart_table.markup(
        "hand-table",
        (texts.HAND_ITERATION,)
        + tuple([texts.HAND_HEAD.format(figure=words) for _, words, _ in SERIES]),
    )
    + """
  </div>
</div>
"""
)
BAR = f"""
<strong id="collect-prompt" aria-live="polite"></strong>
<span class="grow"></span>
<button id="collect-keep" class="primary" disabled>{texts.HAND_KEEP_IT}</button>
<button id="collect-skip">{texts.HAND_SKIP}</button>
<button id="collect-end">{texts.HAND_DONE}</button>
"""


class HandPanel(Fold):
    IDENTIFIER = "hand"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._chart_library = page.of(ChartLibrary)
        self._draw = page.of(Draw)
        self._hand = page.of(Hand)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._asked: int | None = None  # the digit that collecting asks for
        self._first = 0  # of the drawings that are listed
        self._share = DEFAULT_SHARE  # what the switch turns on
        self._has_deleted = False  # and the button that had the focus is going
        self._chart: JsProxy | None = None
        self._field = LabelField(page, "hand-label", self.render_collecting)
        self._table = chart_table.ChartTable(page.browser, "hand-table", self._describe)

    def build(self) -> None:
        find, hand = self._browser.element, self._hand
        find("hand-panel").innerHTML = MARKUP
        find("collect-bar").innerHTML = BAR
        self._on("collect", lambda: self._ask(0))
        self._on("collect-keep", self._keep_asked)
        self._on("collect-skip", self._ask_next)
        self._on("collect-end", lambda: self._ask(None))
        self._on("keep-drawing", lambda: hand.add(self._field.label))
        self._on("tray-newer", lambda: self._turn(-GALLERY_SIZE))
        self._on("tray-older", lambda: self._turn(GALLERY_SIZE))
        self._on("tray-undo", lambda: self._leave_for_title(hand.undo))
        self._on("tray-clear", lambda: self._leave_for_title(hand.clear))
        self._on("save-tray", hand.save)
        self._on("open-tray", lambda: find("tray-file").click())
        self._on("hand-train", self.on_train)
        listen = self._browser.listen
        listen(find("tray-file"), "change", lambda event: self.on_file())
        listen(find("tray-digits"), "click", self.on_delete)
        for identifier in ("hand-learn", "hand-share"):
            listen(find(identifier), "change", lambda event: self.on_share())
        self._field.mount()
        self._table.mount()
        self._page.watch(
            (self._draw.changed, self._page.bridge.state, self._hand.is_keeping),
            self.render_collecting,
        )
        self._page.watch((self._draw.kept,), self._ask_next)
        self._page.watch((self._hand.tray, self._page.bridge.state), self.ask_for_drawings)
        self._page.watch((self._weights.origin,), self.measure)
        self._page.watch(
            (self._hand.tray, self._hand.tray_page, self._page.bridge.state), self.render_tray
        )
        self._page.watch(
            (self._settings.values, self._train.training, self._hand.tray, self._page.bridge.state),
            self.render_lessons,
        )
        self._page.watch((self._hand.measures, self._hand.tray), self.render_figures)
        self._page.watch((self._hand.measures, self._chart_library.is_there), self.render_chart)
        self._browser.on_theme_change(self._forget_chart)
        for render in (
            self.render_collecting,
            self.render_tray,
            self.render_lessons,
            self.render_figures,
            self.render_chart,
        ):
            render()

    def _on(self, identifier: str, action: "Callable") -> None:
        self._browser.listen(self._browser.element(identifier), "click", lambda event: action())

    def on_toggle(self) -> None:
        """Measured and listed only while it is open."""
        super().on_toggle()
        if self._is_built:
            if not self.is_open:
                self._ask(None, is_looking=False)
            self.ask_for_drawings()

    @property
    def _is_ready(self) -> bool:
        return self._page.bridge.is_ready

    def ask_for_drawings(self) -> None:
        """The tray, the network or the section itself has changed: see anew."""
        if self._is_ready and self.is_open:
            self._hand.list_tray(self._first)
        self.measure()

    def measure(self) -> None:
        if self._is_ready:
            self._hand.watch(self.is_open)

    # Collecting

    def _ask(self, digit: "int | None", is_looking: bool = True) -> None:
        """Ask for a digit, or end with asking."""
        was_asked, self._asked = self._asked, digit
        find = self._browser.element
        find("collect-bar").hidden = digit is None
        self.render_collecting()
        if digit is not None and was_asked is None:
            self._browser.reveal(find("grid-panel"))
            self._browser.focus_quietly(find("grid"))
        elif digit is None and was_asked is not None and is_looking:
            self._browser.reveal(find("hand"))
            find("collect").focus()

    def _keep_asked(self) -> None:
        """Keep what was drawn; the next is drawn where this was."""
        self._hand.add(self._asked)
        self._browser.focus_quietly(self._browser.element("grid"))

    def _ask_next(self) -> None:
        if self._asked is not None:
            self._ask((self._asked + 1) % 10)

    def render_collecting(self) -> None:
        find = self._browser.element
        can_keep = (
            self._is_ready and not self._hand.is_keeping.value and not self._draw.drawing.is_blank
        )
        find("collect").disabled = not self._is_ready
        find("collect-keep").disabled = not can_keep
        find("keep-drawing").disabled = not (can_keep and self._field.label is not None)
        if self._asked is not None:
            tray = self._hand.tray.value
            count = 0 if tray is None else tray["count"]
            prompt = texts.HAND_PROMPT.format(digit=self._asked, count=count)
            say(self._browser, "collect-prompt", prompt)

    # The tray

    def on_file(self) -> None:
        file = self._browser.chosen_file(self._browser.element("tray-file"))
        if file is not None:
            self._hand.open_file(file)

    def on_delete(self, event: "JsProxy") -> None:
        """One listener for all buttons, as they come and go."""
        number = event.target.getAttribute("data-number")
        if number is not None:
            self._hand.remove(int(number))
            self._has_deleted = True

    def _leave_for_title(self, act: "Callable") -> None:
        """For buttons that their own work disables or hides: nobody loses the place by that."""
        act()
        self._browser.element("tray-title").focus()

    def _turn(self, step: int) -> None:
        self._first = max(0, self._first + step)
        self._hand.list_tray(self._first)

    def render_tray(self) -> None:
        find, tray = self._browser.element, self._hand.tray.value
        count = 0 if tray is None else tray["count"]
        removed = 0 if tray is None else tray["removed"]
        title, note = describe_tray(tray)
        say(self._browser, "tray-title", title)
        find("tray-note").textContent = note
        find("tray-clear").disabled = find("save-tray").disabled = not (self._is_ready and count)
        find("open-tray").disabled = not self._is_ready
        find("tray-undo").hidden = not removed
        find("tray-undo").textContent = texts.HAND_UNDO.format(count=removed)
        if removed and self._has_deleted:
            self._has_deleted = False
            find("tray-undo").focus()
        self._render_drawings()

    def _render_drawings(self) -> None:
        find, page = self._browser.element, self._hand.tray_page.value
        items = find("tray-digits")
        items.textContent = ""
        for name in ("tray-newer", "tray-older"):
            find(name).hidden = True
        find("tray-position").textContent = ""
        if page is None:
            return
        drawings, total = page["drawings"], page["total"]
        if not drawings and page["first"]:
            self._turn(-GALLERY_SIZE)  # the last of a page was deleted
            return
        canvases = self._browser.pictures(page["pictures"], len(drawings))
        for index, drawing in enumerate(drawings):
            items.appendChild(self._item(canvases[index], drawing))
        if total > len(drawings):
            first, last = page["first"], page["first"] + len(drawings)
            find("tray-newer").hidden = find("tray-older").hidden = False
            find("tray-newer").disabled = first == 0
            find("tray-older").disabled = last >= total
            find("tray-position").textContent = texts.HAND_POSITION.format(
                first=first + 1, last=last, total=total
            )

    def _item(self, canvas: "JsProxy", drawing: "Record") -> "JsProxy":
        create = self._browser.create_element
        item, words, button = create("li"), create("span"), create("button")
        label = drawing["label"]
        held_out = drawing["held_out"]
        words.textContent = (
            texts.HAND_LABEL_HELD_OUT.format(label=label) if held_out else str(label)
        )
        button.textContent = "\u00d7"
        button.setAttribute("data-number", str(drawing["number"]))
        button.setAttribute("id", f"delete-drawing-{drawing['number']}")  # keeps the focus
        button.setAttribute("aria-label", texts.HAND_DELETE.format(label=label))
        item.append(canvas, words, button)
        return item

    # Training on it

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
        learnt = 0 if tray is None else tray["count"] - tray["held_out"]
        if not share:
            advice = texts.HAND_ADVICE_OFF
        elif not learnt:
            advice = texts.HAND_ADVICE_EMPTY
        elif share == 1:
            advice = texts.HAND_ADVICE_ALL
        elif self._settings.values.value["training_set"] == MNIST:
            advice = texts.HAND_ADVICE_MIXED_MNIST
        else:
            advice = texts.HAND_ADVICE_MIXED
        say(self._browser, "hand-advice", advice)

    def render_figures(self) -> None:
        find, hand, tray = self._browser.element, self._hand.measures.value, self._hand.tray.value
        last = hand[-1] if hand and tray is not None and tray["count"] else None
        # An older server has no drawings to measure with.
        find("hand-figure-drawings").hidden = last is not None and last.get("drawings") is None
        for name, _, _ in SERIES:
            value = None if last is None else last.get(name)
            target = find(f"hand-{name}")
            target.textContent = "\u2013" if value is None else percent(value, 1)
            target.setAttribute("data-value", "" if value is None else str(value))
        find("hand-honest").textContent = honest_words(tray)

    def render_chart(self) -> None:
        find, hand = self._browser.element, self._hand.measures.value
        has_points = len(hand) > 1
        is_drawn = has_points and self._chart_library.is_there.value
        find("hand-chart").hidden = not is_drawn
        find("hand-table").hidden = not has_points
        self._table.render()
        if not is_drawn:
            return
        if self._chart is None:
            style = self._browser.style_value
            names = ["muted", "line"] + [colour for _, _, colour in SERIES]
            colours = {name: style(f"--{name}") for name in names}
            series = [(words, colour) for _, words, colour in SERIES]
            self._chart = self._browser.Chart(
                "hand-chart", CHART_HEIGHT, colours, series, ACCURACY_SCALE
            )
        columns = [[_percent(point.get(name)) for point in hand] for name, _, _ in SERIES]
        self._chart.show([[point["iteration"] for point in hand]] + columns)

    def _describe(self) -> tuple:
        """What the table shows: its caption, and rows from the first measure to the last."""
        rows = []
        for point in some_of(self._hand.measures.value, chart_table.ROW_LIMIT):
            shares = [point.get(name) for name, _, _ in SERIES]
            rows.append(
                [whole(point["iteration"])]
                + ["\u2013" if share is None else decimal(share * 100, 1) for share in shares]
            )
        return texts.HAND_TABLE, rows

    def _forget_chart(self) -> None:
        """Draw it anew, in the theme's colours."""
        if self._chart is not None:
            self._chart.remove()
            self._chart = None
        self.render_chart()


def some_of(points: list, limit: int) -> list:
    """At most so many, 2 or more, evenly spread from the first to the last."""
    if len(points) <= limit:
        return points
    step = (len(points) - 1) / (limit - 1)
    return [points[round(index * step)] for index in range(limit)]


def _percent(value: "float | None") -> "float | None":
    return None if value is None else value * 100


def describe_tray(tray: "Record | None") -> tuple:
    """A title and a note: how many drawings, of which digits there are none, what is held out."""
    if tray is None or not tray["count"]:
        return texts.HAND_TRAY_EMPTY, texts.HAND_TRAY_EMPTY_NOTE
    count, held_out = tray["count"], tray["held_out"]
    title = texts.HAND_TRAY_ONE if count == 1 else texts.HAND_TRAY_MANY.format(count=count)
    notes = []
    if count >= TRAY_LIMIT:
        notes.append(texts.HAND_TRAY_FULL)
    if held_out:
        notes.append(texts.HAND_TRAY_HELD_OUT.format(count=held_out))
    missing = [str(digit) for digit in DIGITS if not tray["of_digit"][digit]]
    if missing:
        notes.append(texts.HAND_TRAY_MISSING.format(digits=", ".join(missing)))
    return title, " ".join(notes)


def honest_words(tray: "Record | None") -> str:
    """How much the figures are worth, with so few drawings."""
    if tray is None or not tray["count"]:
        return ""
    held_out = tray["held_out"]
    if not held_out:
        return texts.HAND_NOTHING_HELD_OUT
    if held_out < 20:
        return texts.HAND_FEW_HELD_OUT.format(count=held_out, worth=percent(1 / held_out))
    return texts.HAND_MANY_HELD_OUT
