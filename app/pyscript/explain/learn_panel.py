"""How it works: one training step on the drawing, stage by stage, with its formula, numbers, code.

The numbers are live, or held while a step is run slowly: then the stages follow by themselves,
until the visitor pauses or goes on by hand. The network stays as it is until told to take the step.

Shows: drawing, sample, prediction, weights, settings, kernels, worker, explanation,
sources. Emits the intents to explain a step, to take it, and to list the code. Live numbers are
asked for only while the section is open and in view.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.draw.label_field import LabelField
from app.pyscript.draw.state import Draw
from app.pyscript.explain import formulas, texts
from app.pyscript.explain.state import Explain
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, power
from app.pyscript.kit.heard import say
from app.pyscript.kit.live import Live
from app.pyscript.messages import NO_LABEL
from app.pyscript.read.state import Read
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record
    from app.pyscript.page import Page

# The stages, and the arrays that each shows; those from LOSS on compare with a label.
STAGES = (
    ("inputs", ("inputs",)),
    ("hidden", ("w1", "sums", "hidden")),
    ("logits", ("w2", "logits")),
    ("log_softmax", ("log_probs", "probabilities")),
    ("loss", ("log_probs",)),
    ("gradients", ("logits_grad", "w2_grad", "hidden_grad", "w1_grad")),
    ("update", ("w2_change", "w1_change")),
)
LOSS, LAST = 4, len(STAGES) - 1
TITLES = {
    "inputs": texts.LEARN_TITLE_INPUTS,
    "hidden": texts.LEARN_TITLE_HIDDEN,
    "logits": texts.LEARN_TITLE_LOGITS,
    "log_softmax": texts.LEARN_TITLE_LOG_SOFTMAX,
    "loss": texts.LEARN_TITLE_LOSS,
    "gradients": texts.LEARN_TITLE_GRADIENTS,
    "update": texts.LEARN_TITLE_UPDATE,
}
WORDS = {
    "inputs": texts.LEARN_WORDS_INPUTS,
    "hidden": texts.LEARN_WORDS_HIDDEN,
    "logits": texts.LEARN_WORDS_LOGITS,
    "log_softmax": texts.LEARN_WORDS_LOG_SOFTMAX,
    "loss": texts.LEARN_WORDS_LOSS,
    "gradients": texts.LEARN_WORDS_GRADIENTS,
    "update": common.LEARN_WORDS_UPDATE,
}
NUMBERS = {
    "inputs": texts.LEARN_NUMBERS_INPUTS,
    "hidden": texts.LEARN_NUMBERS_HIDDEN,
    "logits": texts.LEARN_NUMBERS_LOGITS,
    "log_softmax": texts.LEARN_NUMBERS_LOG_SOFTMAX,
    "loss": texts.LEARN_NUMBERS_LOSS,
    "gradients": texts.LEARN_NUMBERS_GRADIENTS,
    "update": texts.LEARN_NUMBERS_UPDATE,
}
ARRAYS = {
    "inputs": texts.LEARN_ARRAY_INPUTS,
    "w1": texts.LEARN_ARRAY_W1,
    "sums": texts.LEARN_ARRAY_SUMS,
    "hidden": texts.LEARN_ARRAY_HIDDEN,
    "w2": texts.LEARN_ARRAY_W2,
    "logits": texts.LEARN_ARRAY_LOGITS,
    "log_probs": texts.LEARN_ARRAY_LOG_PROBS,
    "probabilities": texts.LEARN_ARRAY_PROBABILITIES,
    "logits_grad": texts.LEARN_ARRAY_LOGITS_GRAD,
    "w2_grad": texts.LEARN_ARRAY_W2_GRAD,
    "hidden_grad": texts.LEARN_ARRAY_HIDDEN_GRAD,
    "w1_grad": texts.LEARN_ARRAY_W1_GRAD,
    "w2_change": texts.LEARN_ARRAY_W2_CHANGE,
    "w1_change": texts.LEARN_ARRAY_W1_CHANGE,
}
REFRESH_SECONDS = 0.4
STAGE_SECONDS = 7
# The facts that are whole numbers; the others are rounded to be read.
COUNTS = ("label", "digit", "pixel", "unit", "target", "inked", "active")
MARKUP = (
    f"""
<div class="row">
  <label for="learn-label">{texts.LEARN_LABEL}</label>
  <select id="learn-label"><option value="">?</option>"""
    + "".join(f'<option value="{digit}">{digit}</option>' for digit in range(10))
    + f"""</select>
  <button id="run-step" class="primary" disabled>{texts.LEARN_RUN}</button>
  <button id="leave-step" hidden>{texts.LEARN_LEAVE}</button>
  <p class="note grow" id="learn-note" role="status"></p>
</div>
<div class="walk">
  <ol class="stages" id="stages" aria-label="{texts.LEARN_STAGES}">"""
    + "".join(
        f'<li><button data-stage="{index}"><span>{index + 1}</span> {TITLES[stage]}</button></li>'
        for index, (stage, _) in enumerate(STAGES)
    )
    + f"""</ol>
  <div class="stage">
    <div class="stage-words">
      <div class="stage-head">
        <h3 id="stage-title"></h3>
        <button id="previous-stage">{texts.LEARN_BACK}</button>
        <button id="next-stage">{texts.LEARN_NEXT}</button>
      </div>
      <p id="stage-words"></p>
      <div class="formula" id="stage-formula"></div>
      <p id="stage-numbers"></p>
      <button id="apply-step" hidden>{texts.LEARN_APPLY}</button>
      <p class="note" id="apply-note" hidden>{common.LEARN_APPLY_NOTE}</p>
      <p class="heard" id="stage-heard" aria-live="polite"></p>
    </div>
    <div class="arrays">
      <div id="stage-arrays"></div>
      <p class="note" id="stage-colours">{texts.LEARN_COLOURS}</p>
    </div>
    <details class="code" id="stage-code">
      <summary>{texts.LEARN_CODE}</summary>
      <p class="note" id="kernels-note" hidden>{texts.LEARN_KERNELS}
        <a id="kernels-source">{texts.LEARN_KERNELS_LINK}</a></p>
      <div id="code"></div>
    </details>
  </div>
</div>
"""
)


class LearnPanel(Fold):
    IDENTIFIER = "learn"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._draw = page.of(Draw)
        self._explain = page.of(Explain)
        self._read = page.of(Read)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._stage = 0
        self._held: Record | None = None  # the step that is run slowly
        self._is_playing = False
        # What came of the step that the network took, until something new begins.
        self._applied = ""
        self._plays = 0  # how often playing began: an old wait must not turn the page
        self._is_run_wanted = False
        self._live = Live(page.browser, 1000 * REFRESH_SECONDS, self._is_watched, self._ask)
        self._is_seen = False  # it is in view
        self._field = LabelField(page, "learn-label", self._leave)
        self._formula = ""  # the one that is shown
        self._optimizer = ""  # whose code was asked for

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("learn-panel").innerHTML = MARKUP
        listen(find("run-step"), "click", lambda event: self.on_run())
        listen(find("leave-step"), "click", lambda event: self._leave())
        listen(find("stages"), "click", self.on_stage)
        listen(find("previous-stage"), "click", lambda event: self._go(self._stage - 1))
        listen(find("next-stage"), "click", lambda event: self._go(self._stage + 1))
        listen(find("apply-step"), "click", lambda event: self._explain.apply(self._label()))
        find("kernels-source").href = self._browser.page_config()["kernels_source"]
        self._buttons = [item.children[0] for item in find("stages").children]
        self._field.mount()
        self._browser.on_view(find("learn-panel"), self.on_view)
        self._page.watch((self._draw.changed,), self.on_drawing)
        self._page.watch(
            (
                self._read.prediction,
                self._weights.origin,
                self._settings.values,
                self._page.bridge.state,
            ),
            self._live.outdate,
        )
        self._page.watch((self._explain.explanation,), self.on_explanation)
        self._page.watch((self._page.bridge.state, self._draw.changed), self.render_state)
        self._page.watch((self._settings.values, self._page.bridge.state), self._ask_for_code)
        self._page.watch((self._page.hidden,), self.render_stage)
        self._page.watch((self._explain.sources,), self.render_code)
        self._page.watch((self._train.kernels,), self.render_kernels)
        self.render_stage()
        self.render_kernels()
        self._ask_for_code()

    def on_toggle(self) -> None:
        super().on_toggle()
        if self.is_open:
            self._live.outdate()
        else:
            self._is_playing = False

    def on_view(self, is_seen: bool) -> None:
        """Whoever scrolls past, or looks at another tab, needs no numbers."""
        self._is_seen = is_seen
        self._live.follow()

    # What the visitor does

    def on_drawing(self) -> None:
        self._applied = ""
        if self._held is not None and self._held["version"] != self._draw.version:
            self._leave()
        if self._draw.drawing.is_blank:
            self.render_numbers()  # there are none; with the next stroke others come
        self._live.outdate()

    def _label(self) -> int:
        label = self._field.label
        return NO_LABEL if label is None else label

    def on_run(self) -> None:
        """Begin, pause or go on; at the end, begin again."""
        if self._is_playing:
            self._is_playing = False
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
        """To a stage by hand; whoever does that wants to read, so nothing moves by itself."""
        self._is_playing = False
        self._stage = min(max(stage, 0), LAST)
        self.render_stage()

    def _play(self) -> None:
        self._is_playing = True
        self._plays += 1
        self.render_state()
        self._browser.run(self._turn_pages(self._plays))

    async def _turn_pages(self, play: int) -> None:
        while self._stage < LAST:
            await self._browser.sleep(STAGE_SECONDS)
            if not self._is_playing or play != self._plays:
                return
            self._stage += 1
            self._is_playing = self._stage < LAST
            self.render_stage()

    def _leave(self) -> None:
        """Back to live numbers."""
        self._held = None
        self._applied = ""
        self._is_playing = self._is_run_wanted = False
        self._live.outdate()
        self.render_stage()

    # Live numbers

    def _is_watched(self) -> bool:
        return self._is_seen and self.is_open and self._held is None and self._can_explain()

    def _can_explain(self) -> bool:
        return self._page.bridge.is_ready and not self._draw.drawing.is_blank

    async def _ask(self) -> None:
        self._explain.explain(self._label())

    def on_explanation(self) -> None:
        explanation = self._explain.explanation.value
        if explanation is None or explanation["is_applied"] or "problem" in explanation:
            # The network is lost or has gone on, or there is no such step.
            self._held = None
            self._applied = outcome(explanation)
            self._is_playing = self._is_run_wanted = False
        elif self._is_run_wanted and has_step(explanation):
            self._is_run_wanted = False
            self._held = explanation
            self._stage = 0
            self._play()
        self.render_stage()

    def _shown(self) -> "Record | None":
        """What is explained now, if it is of this drawing."""
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
        if self._is_playing:
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
        return texts.LEARN_UNLABELLED if self._label() == NO_LABEL else texts.LEARN_LIVE

    def render_stage(self) -> None:
        """The chosen stage: its words, its formula, its numbers and its code."""
        find, stage = self._browser.element, STAGES[self._stage][0]
        title = TITLES[stage]
        if find("stage-title").textContent != title:
            find("stage-title").textContent = title
            for index, button in enumerate(self._buttons):
                if index == self._stage:
                    button.setAttribute("aria-current", "step")
                else:
                    button.removeAttribute("aria-current")
            self.render_code()
        settings = self._settings.values.value
        words = [WORDS[stage]]
        if stage == "update" and settings["optimizer"] == "adam":
            words.append(texts.LEARN_WORDS_ADAM)
        if stage == "update" and settings["l2"]:
            words.append(texts.LEARN_WORDS_L2)
        said = possible(" ".join(words), self._page)
        if find("stage-words").textContent != said:
            find("stage-words").textContent = said
        if stage != "update":
            formula = formulas.STAGES[stage]
        else:
            formula = formulas.OPTIMIZERS.get(settings["optimizer"], "")
        if formula != self._formula:  # numbers come often, and who reads or hears it goes on
            self._formula = formula
            find("stage-formula").innerHTML = formula
        self.render_numbers()
        self.render_state()

    def render_numbers(self) -> None:
        find, shown = self._browser.element, self._shown()
        stage, names = STAGES[self._stage]
        numbers, arrays = find("stage-numbers"), find("stage-arrays")
        find("stage-colours").hidden = shown is None or stage == "inputs"
        numbers.textContent = arrays.innerHTML = ""
        if shown is None:
            return
        if self._stage >= LOSS and not has_step(shown):
            find("stage-colours").hidden = True
            numbers.textContent = texts.LEARN_NEEDS_LABEL
            return
        facts = {
            key: value if key in COUNTS else figure(value)
            for key, value in shown.items()
            if key in COUNTS or isinstance(value, float)
        }
        numbers.textContent = NUMBERS[stage].format(**facts)
        if self._held is not None:
            # Heard as the stages turn; what is live would be heard without end.
            say(self._browser, "stage-heard", f"{TITLES[stage]}. {numbers.textContent}")
        described = [array for name in names for array in shown["arrays"] if array["name"] == name]
        arrays.innerHTML = "".join(array_markup(array) for array in described)
        for array in described:
            start = array["picture"][2]
            canvas = find(f"picture-{array['name']}")
            self._browser.fill_canvas(canvas, shown["pictures"], start)

    # The code

    def _ask_for_code(self) -> None:
        optimizer = self._settings.values.value["optimizer"]
        if self._page.bridge.is_ready and self._optimizer != optimizer:
            self._optimizer = optimizer
            self._explain.list_sources()
        if self._stage == LAST:
            self.render_stage()

    def render_code(self) -> None:
        place = self._browser.element("code")
        place.textContent = ""
        if self._explain.sources.value is None:
            place.textContent = texts.LEARN_CODE_WAITING
            return
        for described in self._explain.sources.value:
            if described["stage"] == STAGES[self._stage][0]:
                for function in described["functions"]:
                    self._add_function(place, function)

    def _add_function(self, place: "JsProxy", function: "Record") -> None:
        create = self._browser.create_element
        title, code = create("h4"), create("pre")
        title.textContent = texts.LEARN_CODE_PLACE.format(
            path=function["path"], line=function["line"]
        )
        # A keyboard has to be able to scroll it.
        code.setAttribute("tabindex", "0")
        code.setAttribute("aria-label", title.textContent)
        code.setAttribute("role", "region")
        for text, is_remark in split_remarks(function["source"]):
            part = create("span")
            part.className = "remark" if is_remark else ""
            part.textContent = text
            code.appendChild(part)
        place.append(title, code)

    def render_kernels(self) -> None:
        kernels = self._train.kernels.value
        is_simd = kernels is not None and kernels["kernels"] == "simd"
        self._browser.element("kernels-note").hidden = not is_simd


def has_step(explanation: "Record | None") -> bool:
    """Is there a step, or a mere reading, or nothing?"""
    return explanation is not None and explanation.get("label") is not None


def outcome(explanation: "Record | None") -> str:
    """What came of a step that the network took, in words; empty without one."""
    if explanation is None or not has_step(explanation):
        return ""
    before, after = figure(explanation["loss"]), figure(explanation["loss_after"])
    return texts.LEARN_APPLIED.format(before=before, after=after)


def figure(value: float) -> str:
    """A number to be read: four decimals, or where they would not show it, a power of ten."""
    size = abs(value)
    if size == 0:
        return "0"
    text = decimal(value, 4) if 0.001 <= size < 10000 else power(value)
    return text.replace("-", "\u2212")


def array_markup(array: "Record") -> str:
    """An array: its name, shape, range, picture and the values that are listed."""
    name = array["name"]
    about = texts.LEARN_RANGE.format(
        shape=array["shape"],
        dtype=array["dtype"],
        least=figure(array["least"]),
        most=figure(array["most"]),
    )
    is_of_digits = len(array["values"]) == 10
    values = "".join(
        f'<li data-value="{value}">'
        + (f"<span>{index}</span>" if is_of_digits else "")
        + f"{figure(value)}</li>"
        for index, value in enumerate(array["values"])
    )
    columns, rows, _ = array["picture"]
    shape = "is-square" if columns == rows else "is-wide" if rows == 10 else "is-flat"
    ink = "is-ink" if name == "inputs" else ""
    label = texts.LEARN_PICTURE.format(name=name)
    return (
        f'<section class="array {shape}"><h4><code>{name}</code> {ARRAYS[name]}</h4>'
        f'<p class="note">{about}</p>'
        f'<canvas class="heat {ink}" id="picture-{name}" width="{columns}" height="{rows}"'
        f' role="img" aria-label="{label}"></canvas>'
        f'<p class="where"><code>{array["where"]}</code></p>'
        f'<ol class="values" id="values-{name}">{values}</ol></section>'
    )


def split_remarks(source: str) -> list:
    """The source in parts, (text, whether it is comment or docstring), to be told apart at sight.

    By lines, as our own code is written: a remark never shares its line with code but at its end.
    """
    parts: list = []
    is_docstring = False
    for line in source.split("\n"):
        stripped = line.strip()
        quotes = stripped.count('"""')
        is_remark = is_docstring or quotes > 0 or stripped.startswith("#")
        if quotes == 1:
            is_docstring = not is_docstring
        if parts and parts[-1][1] == is_remark:
            parts[-1] = (f"{parts[-1][0]}{line}\n", is_remark)
        else:
            parts.append((f"{line}\n", is_remark))
    return parts
