"""Inside the network: its hidden units, what they add to each digit, which ink spoke for which.

Shows: inspected, inspection, drawing, prediction, training, weights, worker,
searching, nearest. Changes: inspected; the drawing, when a digit is put on the grid. Emits
the intents to inspect, some times a second while it is in view and something changed, and to find
the nearest training digits. Nothing is built before it is opened.

Keyboard, among the units: arrows move from unit to unit, Enter or Space chooses one.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.inside import texts
from app.pyscript.inside.state import Inside
from app.pyscript.kit import keys
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, rough_percent, whole
from app.pyscript.kit.heard import say
from app.pyscript.kit.live import Live
from app.pyscript.messages import CHOSEN_BY_NETWORK, HIDDEN_SIZE, TELLING_UNITS
from app.pyscript.read.state import Read
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record
    from app.pyscript.page import Page

DIGITS = range(10)
# At most so often is the network looked into for what happens by itself.
REFRESH_SECONDS = 0.3
# As the worker draws them: app.pyscript.worker.pictures.
SHEETS = 2
SHEET_COLUMNS = 8
SHEET_WIDTH, SHEET_HEIGHT = 240, 272
ARROWS = {"ArrowLeft": -1, "ArrowRight": 1, "ArrowUp": -SHEET_COLUMNS, "ArrowDown": SHEET_COLUMNS}


def _sheet(sheet: int) -> str:
    units = range(sheet * HIDDEN_SIZE // SHEETS, (sheet + 1) * HIDDEN_SIZE // SHEETS)
    return (
        f'<div class="sheet"><canvas id="sheet-{sheet}" width="{SHEET_WIDTH}"'
        f' height="{SHEET_HEIGHT}"></canvas><div>'
        + "".join(
            f'<button id="unit-{unit}" data-unit="{unit}" tabindex="-1" '
            f'aria-label="{texts.INSIDE_UNIT_BUTTON.format(unit=unit)}"></button>'
            for unit in units
        )
        + "</div></div>"
    )


def _heads(*names: str) -> str:
    return "".join(f'<th scope="col">{name}</th>' for name in names)


def _cells(identifier: str) -> str:
    return "".join(f'<td id="{identifier}-{digit}"></td>' for digit in DIGITS)


def _choice(identifier: str, label: str, by_network: str) -> str:
    options = "".join(f'<option value="{digit}">{digit}</option>' for digit in DIGITS)
    return (
        f'<label>{label} <select id="{identifier}">'
        f'<option value="{CHOSEN_BY_NETWORK}">{by_network}</option>{options}</select></label>'
    )


MARKUP = (
    f"""
<p class="note">{texts.INSIDE_WORDS}</p>
<div class="inside-part">
  <div>
    <h3 id="units-title">{texts.INSIDE_UNITS}</h3>
    <p class="legend"><span class="is-for">{texts.INSIDE_FOR}</span>
      <span class="is-against">{texts.INSIDE_AGAINST}</span>
      <span class="is-bar">{texts.INSIDE_BAR}</span></p>
    <div class="sheets" id="units" role="group" aria-labelledby="units-title">"""
    + "".join(_sheet(sheet) for sheet in range(SHEETS))
    + f"""</div>
  </div>
  <div class="inside-unit">
    <h3 id="unit-title"></h3>
    <p class="note" id="unit-words"></p>
    <div class="inside-pair">
      <canvas id="unit-picture" class="inside-picture" width="28" height="28" role="img"
        aria-label="{texts.INSIDE_UNIT_PICTURE.format(unit=0)}"></canvas>
      <table class="adds" aria-labelledby="unit-title" aria-describedby="unit-note">
        <thead><tr>{_heads(texts.INSIDE_DIGIT, texts.INSIDE_WEIGHT, texts.INSIDE_ADDS)}</tr></thead>
        <tbody>"""
    + "".join(
        f'<tr><th scope="row">{digit}</th><td id="weight-{digit}"></td>'
        f'<td id="adds-{digit}"></td></tr>'
        for digit in DIGITS
    )
    + f"""</tbody>
      </table>
    </div>
    <p class="note" id="unit-note">{texts.INSIDE_UNIT_TABLE}</p>
  </div>
</div>
<p class="note" id="inside-blank"></p>
<div class="inside-part inside-drawing" id="inside-drawing" hidden>
  <div>
    <h3>{texts.INSIDE_DRAWING}</h3>
    <div class="row">
      {_choice("ink-for", texts.INSIDE_COMPARE_FOR, texts.INSIDE_LIKELIEST)}
      {_choice("ink-against", texts.INSIDE_COMPARE_AGAINST, texts.INSIDE_NEXT)}
    </div>
    <div class="inside-pair">
      <canvas id="votes" class="inside-picture" width="28" height="28" role="img"></canvas>
      <div>
        <p class="legend"><span class="is-for" id="votes-for"></span>
          <span class="is-against" id="votes-against"></span></p>
        <p class="note" id="votes-words"></p>
      </div>
    </div>
  </div>
  <div>
    <h3 id="telling-title">{texts.INSIDE_TELLING}</h3>
    <p class="note" id="telling-note"></p>
    <table class="adds telling" aria-labelledby="telling-title" aria-describedby="share-note">
      <thead><tr>{_heads(texts.INSIDE_UNIT, texts.INSIDE_ACTIVATION)}"""
    + _heads(*[str(digit) for digit in DIGITS])
    + "</tr></thead><tbody>"
    + "".join(
        f'<tr id="telling-{row}"><th scope="row"><button id="telling-{row}-unit"></button></th>'
        f'<td id="telling-{row}-activation"></td>{_cells(f"telling-{row}")}</tr>'
        for row in range(TELLING_UNITS)
    )
    + f"""</tbody><tfoot>
      <tr><th scope="row" colspan="2">{texts.INSIDE_OTHERS}</th>{_cells("others")}</tr>
      <tr><th scope="row" colspan="2">{texts.INSIDE_TOTAL}</th>{_cells("total")}</tr>
      <tr><th scope="row" colspan="2">{texts.INSIDE_SHARE}</th>{_cells("share")}</tr>
    </tfoot></table>
    <p class="note" id="share-note">{texts.INSIDE_SHARE_NOTE}</p>
  </div>
</div>
<div class="inside-why">
  <h3>{texts.INSIDE_WHY}</h3>
  <p class="note">{texts.INSIDE_WHY_NOTE}</p>
  <div class="row">
    <button id="find-nearest" disabled>{texts.INSIDE_FIND}</button>
    <progress id="nearest-progress" max="1" aria-label="{texts.INSIDE_FIND}" hidden></progress>
    <p class="note grow" id="nearest-stage"></p>
  </div>
  <div id="nearest" hidden>
    <p id="nearest-words" aria-live="polite"></p>
    <p class="note">{texts.INSIDE_NEAREST_NOTE}</p>
    <div class="gallery nearest">
      <div id="nearest-drawing"></div>
      <ol id="nearest-digits" aria-labelledby="nearest-words"></ol>
    </div>
  </div>
</div>
"""
)


class InsidePanel(Fold):
    IDENTIFIER = "inside"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._inside = page.of(Inside)
        self._read = page.of(Read)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._is_seen = False
        self._live = Live(
            page.browser, 1000 * REFRESH_SECONDS, self._is_watched, self._inside.inspect
        )
        self._unit = 0  # where the keyboard is among the units
        self._pressed: JsProxy | None = None

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("inside-panel").innerHTML = MARKUP
        self._unit_weights, self._adds, self._others, self._totals, self._shares = (
            [Cell(find(f"{name}-{digit}")) for digit in DIGITS]
            for name in ("weight", "adds", "others", "total", "share")
        )
        self._telling = [
            [Cell(find(f"telling-{row}-{digit}")) for digit in DIGITS]
            for row in range(TELLING_UNITS)
        ]
        listen(find("units"), "click", self.on_unit)
        listen(find("units"), "keydown", self.on_key, active=True)
        for row in range(TELLING_UNITS):
            listen(find(f"telling-{row}-unit"), "click", self.on_unit)
        for name, key in (("ink-for", "first"), ("ink-against", "second")):
            self._listen_to_choice(find(name), key)
        listen(find("find-nearest"), "click", lambda event: self.on_find())
        listen(find("nearest-digits"), "click", self.on_digit)
        self._move_to(0)
        self._page.watch(
            (
                self._page.bridge.state,
                self._draw.changed,
                self._read.prediction,
                self._train.training,
                self._weights.origin,
            ),
            self._live.outdate,
        )
        self._page.watch((self._inside.inspected,), self.render_choice)
        self._page.watch((self._inside.inspection,), self.render_inspection)
        self._page.watch(
            (self._page.bridge.state, self._draw.changed, self._inside.searching),
            self.render_search,
        )
        self._page.watch((self._inside.nearest,), self.render_nearest)
        self.render_choice()
        self.render_inspection()
        self.render_search()
        self.render_nearest()
        self._browser.on_view(find("inside-panel"), self.on_view)

    def _listen_to_choice(self, choice: "JsProxy", key: str) -> None:
        def on_change() -> None:
            self._inside.change({key: int(choice.value)})
            self._browser.run(self._inside.inspect())

        self._browser.listen(choice, "change", lambda event: on_change())

    # Looking, as long as somebody sees it

    def on_view(self, is_seen: bool) -> None:
        self._is_seen = is_seen
        self._live.follow()

    def _is_watched(self) -> bool:
        return self._is_seen and self._page.bridge.is_ready

    # The units

    def on_unit(self, event: "JsProxy") -> None:
        """Look closely at the unit of a button, in the sheets or in the table."""
        unit = event.target.getAttribute("data-unit")
        if unit is not None:
            self._inside.change({"unit": int(unit)})
            self._move_to(int(unit))
            self._browser.run(self._inside.inspect())
            self._browser.reveal(self._browser.element("unit-title"))

    def on_key(self, event: "JsProxy") -> None:
        step = ARROWS.get(event.key)
        if step is None or not keys.is_plain(event):
            return
        event.preventDefault()
        unit = self._unit + step
        if 0 <= unit < HIDDEN_SIZE:
            self._move_to(unit)
            self._button(unit).focus()

    def _button(self, unit: int) -> "JsProxy":
        return self._browser.element(f"unit-{unit}")

    def _move_to(self, unit: int) -> None:
        """Of all units, the Tab key stops at this one."""
        self._button(self._unit).setAttribute("tabindex", "-1")
        self._unit = unit
        self._button(unit).setAttribute("tabindex", "0")

    # Drawing

    def render_choice(self) -> None:
        find, inspected = self._browser.element, self._inside.inspected.value
        unit = inspected["unit"]
        find("unit-title").textContent = texts.INSIDE_UNIT_BUTTON.format(unit=unit)
        find("ink-for").value = str(inspected["first"])
        find("ink-against").value = str(inspected["second"])
        if self._pressed is not None:
            self._pressed.removeAttribute("aria-pressed")
        self._pressed = self._button(unit)
        self._pressed.setAttribute("aria-pressed", "true")

    def render_inspection(self) -> None:
        find, inspection = self._browser.element, self._inside.inspection.value
        is_blank = inspection is None or inspection["is_blank"]
        words = texts.INSIDE_LOADING if inspection is None else texts.INSIDE_NOTHING_DRAWN
        find("inside-blank").textContent = words if is_blank else ""
        find("inside-blank").hidden = not is_blank
        find("inside-drawing").hidden = is_blank
        if inspection is None:
            return
        fill, sheets = self._browser.fill_canvas, inspection["sheets"]
        for sheet in range(SHEETS):
            fill(find(f"sheet-{sheet}"), sheets, sheet * sheets.length // SHEETS)
        self._render_unit(inspection["chosen"], is_blank)
        fill(find("unit-picture"), inspection["unit"])
        if not is_blank:
            fill(find("votes"), inspection["votes"])
            self._render_votes(inspection)
            self._render_telling(inspection)

    def _render_unit(self, chosen: "Record", is_blank: bool) -> None:
        find = self._browser.element
        activation = chosen["activation"]
        words = texts.INSIDE_RESPONDS if activation else texts.INSIDE_SILENT
        words = texts.INSIDE_NOT_ASKED if is_blank else words
        find("unit-words").textContent = words.format(activation=decimal(activation, 2))
        picture = texts.INSIDE_UNIT_PICTURE.format(unit=chosen["unit"])
        find("unit-picture").setAttribute("aria-label", picture)
        show_row(self._unit_weights, chosen["weights"], decimals=2)
        show_row(self._adds, chosen["adds"], decimals=2)

    def _render_votes(self, inspection: "Record") -> None:
        find = self._browser.element
        difference = inspection["votes_for"] + inspection["votes_against"]
        first, second = inspection["first"], inspection["second"]
        picture = texts.INSIDE_VOTES_PICTURE.format(first=first, second=second)
        find("votes").setAttribute("aria-label", picture)
        find("votes-for").textContent = texts.INSIDE_VOTES_FOR.format(first=first)
        find("votes-against").textContent = texts.INSIDE_VOTES_AGAINST.format(second=second)
        words = find("votes-words")
        words.textContent = texts.INSIDE_VOTES.format(
            votes_for=signed(inspection["votes_for"], 2),
            votes_against=signed(inspection["votes_against"], 2),
            difference=signed(difference, 2),
            first=first,
            second=second,
        )
        words.setAttribute("data-value", str(difference))

    def _render_telling(self, inspection: "Record") -> None:
        find, telling = self._browser.element, inspection["telling"]
        note = texts.INSIDE_TELLING_NOTE.format(active=inspection["active"])
        find("telling-note").textContent = note
        rows = [unit["adds"] for unit in telling] + [inspection["others"]]
        largest = max(abs(value) for row in rows for value in row)
        for index, cells in enumerate(self._telling):
            find(f"telling-{index}").hidden = index >= len(telling)
            if index < len(telling):
                unit = telling[index]
                button = find(f"telling-{index}-unit")
                if button.textContent != str(unit["unit"]):
                    button.textContent = str(unit["unit"])
                    button.setAttribute("data-unit", str(unit["unit"]))
                    words = texts.INSIDE_UNIT_BUTTON.format(unit=unit["unit"])
                    button.setAttribute("aria-label", words)
                find(f"telling-{index}-activation").textContent = decimal(unit["activation"], 1)
                show_row(cells, unit["adds"], largest)
        show_row(self._others, inspection["others"], largest)
        show_row(self._totals, inspection["logits"])
        for cell, share in zip(self._shares, inspection["probabilities"]):
            cell.show_text(rough_percent(share))

    # The nearest digits

    def on_find(self) -> None:
        """One search at a time. The button stays enabled, for it has the focus."""
        if self._inside.searching.value is None:
            self._inside.find_nearest()

    def render_search(self) -> None:
        find, searching = self._browser.element, self._inside.searching.value
        is_ready = self._page.bridge.is_ready and not self._draw.drawing.is_blank
        find("find-nearest").disabled = not is_ready
        find("nearest-progress").hidden = searching is None
        find("nearest-stage").textContent = "" if searching is None else describe_search(searching)
        if searching is not None:
            find("nearest-progress").value = searching["done"] / max(1, searching["total"])

    def render_nearest(self) -> None:
        find, nearest = self._browser.element, self._inside.nearest.value
        find("nearest").hidden = nearest is None
        items, drawing = find("nearest-digits"), find("nearest-drawing")
        items.textContent = drawing.textContent = ""
        if nearest is None:
            return
        digits = nearest["digits"]
        say(self._browser, "nearest-words", describe_nearest(nearest), is_news=True)
        canvases = self._browser.pictures(nearest["pictures"], 2 + len(digits))
        for canvas, words in zip(canvases, (texts.INSIDE_YOURS, texts.INSIDE_SEEN)):
            drawing.appendChild(self._captioned("figure", "figcaption", canvas, words))
        for index, digit in enumerate(digits):
            button = self._captioned("button", "strong", canvases[2 + index], str(digit["label"]))
            button.setAttribute("data-index", str(index))
            distance = self._browser.create_element("span")
            distance.textContent = texts.INSIDE_DISTANCE.format(
                distance=decimal(digit["distance"], 2)
            )
            button.appendChild(distance)
            item = self._browser.create_element("li")
            item.appendChild(button)
            items.appendChild(item)

    def _captioned(self, tag: str, caption_tag: str, canvas: "JsProxy", words: str) -> "JsProxy":
        create = self._browser.create_element
        element, caption = create(tag), create(caption_tag)
        caption.textContent = words
        element.append(canvas, caption)
        return element

    def on_digit(self, event: "JsProxy") -> None:
        """Put the chosen digit on the grid: one listener for all, as they come and go."""
        index, nearest = event.target.getAttribute("data-index"), self._inside.nearest.value
        if index is None or nearest is None:
            return
        digit = nearest["digits"][int(index)]
        self._draw.show_sample(digit["label"], list(bytes.fromhex(digit["pixels"])))
        self._browser.reveal(self._browser.element("grid-panel"))


class Cell:
    """A number in a table, coloured by its sign and size; touches the page only on a change."""

    def __init__(self, element: "JsProxy") -> None:
        self._element = element
        self._style = element.style
        self._text = self._share = ""

    def show(self, value: float, largest: float, decimals: int) -> None:
        """A number, and the largest that it is compared with."""
        self.show_text(signed(value, decimals))
        share = f"{value / largest:.2f}" if largest else "0"
        if share != self._share:
            self._share = share
            self._style.setProperty("--share", share)

    def show_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._element.textContent = text


def show_row(cells: list, values: list, largest: "float | None" = None, decimals: int = 1) -> None:
    """Show values in their own scale, or in that of `largest`."""
    scale = max(abs(value) for value in values) if largest is None else largest
    for cell, value in zip(cells, values):
        cell.show(value, scale, decimals)


def signed(value: float, decimals: int) -> str:
    """A number with a sign, and with as many decimals, that lines up with others."""
    text = decimal(abs(value), decimals)
    if text == decimal(0, decimals):
        return text
    return ("+" if value > 0 else "\u2212") + text


def describe_search(searching: "Record") -> str:
    if searching["done"] == searching["total"]:
        return texts.INSIDE_COMPARING
    done, total = whole(searching["done"]), whole(searching["total"])
    return texts.INSIDE_FETCHING.format(done=done, total=total)


def describe_nearest(nearest: "Record") -> str:
    """How many of the nearest digits have which label, the most frequent first."""
    labels = [digit["label"] for digit in nearest["digits"]]
    counts = sorted((-labels.count(label), label) for label in set(labels))
    counted = ", ".join(
        texts.INSIDE_COUNTED.format(count=-count, label=label) for count, label in counts
    )
    among = whole(nearest["among"])
    return texts.INSIDE_NEAREST.format(count=len(labels), among=among, labels=counted)
