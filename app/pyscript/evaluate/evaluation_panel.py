"""How well the network reads a test set: shares, a confusion matrix, and those very digits.

The sets that the server has can be chosen; what was measured on each stays while another is looked
at. Shows: worker, dataset, training, weights, evaluating, evaluation, gallery,
test_set. Changes: test_set; drawing, when a digit is put on the grid. Emits the intents to
evaluate, and to list mistakes and the digits of a cell. Nothing is built before it is opened.

Keyboard, in the matrix: arrows move from cell to cell, Enter or Space shows a cell's digits.
"""

import math

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.draw.state import Draw
from app.pyscript.evaluate import texts
from app.pyscript.evaluate.state import Evaluations, offered
from app.pyscript.kit import keys
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, percent, rough_percent, whole
from app.pyscript.kit.heard import say
from app.pyscript.messages import EVALUATION_FAILED, FETCHING, GALLERY_SIZE
from app.pyscript.samples.state import Samples
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record
    from app.pyscript.page import Page

DIGITS = range(10)
MARKUP = (
    f"""
<div class="row">
  <label for="test-set">{texts.TEST_SET}</label>
  <select id="test-set"></select>
  <button id="evaluate" class="primary" disabled>{texts.EVALUATION_EVALUATE}</button>
  <progress id="evaluation-progress" max="1" aria-label="{texts.EVALUATION_PROGRESS}"
    hidden></progress>
  <p class="note grow" id="evaluation-stage"></p>
</div>
<p class="error" id="evaluation-problem" role="alert"></p>
<p class="evaluation-words" aria-live="polite"><strong id="test-accuracy"></strong>
  <span id="evaluation-note"></span></p>
<div class="evaluation-result" id="evaluation-result" hidden>
  <div>
    <table class="confusion" id="confusion" role="grid" aria-describedby="confusion-keys">
      <caption>{texts.CONFUSION_CAPTION}</caption>
      <thead><tr><td></td>"""
    + "".join(f'<th scope="col">{digit}</th>' for digit in DIGITS)
    + f'<th scope="col">{texts.CONFUSION_RECALL}</th></tr></thead><tbody>'
    + "".join(
        f'<tr><th scope="row">{label}</th>'
        + "".join(
            f'<td><button id="cell-{label}-{digit}" tabindex="-1" class="'
            + ("is-right" if label == digit else "is-wrong")
            + '"></button></td>'
            for digit in DIGITS
        )
        + f'<td id="recall-{label}"></td></tr>'
        for label in DIGITS
    )
    + f'</tbody><tfoot><tr><th scope="row" aria-label="{texts.CONFUSION_PRECISION_LABEL}">'
    + f"{texts.CONFUSION_PRECISION}</th>"
    + "".join(f'<td id="precision-{digit}"></td>' for digit in DIGITS)
    + f"""<td></td></tr></tfoot>
    </table>
    <p class="note" id="confusion-keys">{texts.CONFUSION_KEYS}</p>
  </div>
  <div class="gallery" id="gallery">
    <h3 id="gallery-title" tabindex="-1" aria-live="polite"></h3>
    <p class="note" id="gallery-note">{texts.GALLERY_NOTE}</p>
    <ol id="gallery-digits" aria-labelledby="gallery-title"></ol>
    <div class="row">
      <button id="previous-digits" hidden>{texts.GALLERY_PREVIOUS}</button>
      <button id="next-digits" hidden>{texts.GALLERY_NEXT}</button>
      <span class="note" id="gallery-position"></span>
      <span class="grow"></span>
      <button id="show-mistakes" hidden>{texts.GALLERY_ALL_MISTAKES}</button>
    </div>
  </div>
</div>
"""
)
# How a test set is chosen, and what its samples are called in a sentence.
CHOICES = {
    "test": texts.TEST_SET_TEST,
    "test_drawings": texts.TEST_SET_DRAWINGS,
    "test_uci": texts.TEST_SET_UCI,
}
SAMPLES = {
    "test": texts.TEST_SAMPLES_TEST,
    "test_drawings": texts.TEST_SAMPLES_DRAWINGS,
    "test_uci": texts.TEST_SAMPLES_UCI,
}
ARROWS = {"ArrowLeft": (0, -1), "ArrowRight": (0, 1), "ArrowUp": (-1, 0), "ArrowDown": (1, 0)}


class EvaluationPanel(Fold):
    IDENTIFIER = "evaluation"

    def __init__(self, page: "Page") -> None:
        """The worker's evaluate, list_mistakes and list_cell are used."""
        super().__init__(page)
        self._draw = page.of(Draw)
        self._evaluations = page.of(Evaluations)
        self._samples = page.of(Samples)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._shown: Record | None = None  # the evaluation that the matrix shows
        self._titled: Record | None = None  # the gallery that the title tells of
        self._cell = (0, 0)  # where the keyboard is in the matrix
        self._pressed: JsProxy | None = None

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("evaluation-panel").innerHTML = MARKUP
        listen(find("evaluate"), "click", lambda event: self._evaluations.evaluate(self._test_set))
        listen(find("test-set"), "change", lambda event: self.on_test_set())
        listen(find("confusion"), "keydown", self.on_key, active=True)
        listen(find("gallery-digits"), "click", self.on_digit)
        show_mistakes = find("show-mistakes")
        listen(show_mistakes, "click", lambda event: self.on_mistakes())
        listen(find("previous-digits"), "click", lambda event: self._turn(-GALLERY_SIZE))
        listen(find("next-digits"), "click", lambda event: self._turn(GALLERY_SIZE))
        self._cells = [[self._cell_button(label, digit) for digit in DIGITS] for label in DIGITS]
        self._move_to(0, 0)
        page, evaluations = self._page, self._evaluations
        network = (page.bridge.state, self._train.training, self._weights.origin)
        measures = (evaluations.progress, evaluations.measured, evaluations.chosen)
        advice = (page.hidden, page.of(Settings).values)
        page.watch(network + measures + advice, self.render_state)
        self._page.watch((self._evaluations.measured, self._evaluations.chosen), self.render_result)
        self._page.watch((self._evaluations.listed, self._evaluations.chosen), self.render_gallery)
        self._page.watch((self._samples.dataset,), self.render_test_sets)
        self.render_test_sets()
        self.render_state()
        self.render_result()
        self.render_gallery()

    def _cell_button(self, label: int, digit: int) -> "JsProxy":
        button = self._browser.element(f"cell-{label}-{digit}")
        self._browser.listen(button, "click", lambda event: self.on_cell(label, digit))
        return button

    def on_mistakes(self) -> None:
        """The button goes with what it brings: who pressed it goes on to that."""
        self._evaluations.list_mistakes(self._test_set)
        self._browser.element("gallery-title").focus()

    # The test set

    @property
    def _test_set(self) -> str:
        return self._evaluations.chosen.value

    def on_test_set(self) -> None:
        self._evaluations.chosen.set(self._browser.element("test-set").value)

    def render_test_sets(self) -> None:
        """Offer what the server has."""
        dataset, field = self._samples.dataset.value, self._browser.element("test-set")
        sets = offered(dataset)
        field.textContent = ""
        for name, count in sets:
            option = self._browser.create_element("option")
            option.setAttribute("value", name)
            title = "" if dataset is None else dataset["title"]
            size = "" if count is None else whole(count)
            words = CHOICES[name] if dataset is not None else texts.TEST_SET_UNKNOWN
            option.textContent = words.format(title=title, count=size)
            field.appendChild(option)
        if self._test_set not in [name for name, _ in sets]:
            self._evaluations.chosen.set(sets[0][0])
        field.value = self._test_set

    # The matrix

    def on_cell(self, label: int, digit: int) -> None:
        self._move_to(label, digit)
        self._evaluations.list_cell(self._test_set, label, digit)
        self._browser.reveal(self._browser.element("gallery-title"))

    def on_key(self, event: "JsProxy") -> None:
        step = ARROWS.get(event.key)
        if step is None or not keys.is_plain(event):
            return
        event.preventDefault()
        label = min(max(self._cell[0] + step[0], 0), 9)
        digit = min(max(self._cell[1] + step[1], 0), 9)
        self._move_to(label, digit)
        self._cells[label][digit].focus()

    def _move_to(self, label: int, digit: int) -> None:
        """Of all cells, the Tab key stops at this one."""
        self._cells[self._cell[0]][self._cell[1]].setAttribute("tabindex", "-1")
        self._cell = (label, digit)
        self._cells[label][digit].setAttribute("tabindex", "0")

    # Drawing

    def render_state(self) -> None:
        find, evaluating = self._browser.element, self._evaluations.evaluating
        evaluation = self._evaluations.evaluation
        find("evaluate").disabled = not self._page.bridge.is_ready
        is_first = evaluation is None
        find("evaluate").textContent = (
            texts.EVALUATION_EVALUATE if is_first else texts.EVALUATION_AGAIN
        )
        problem = ""
        if evaluating is not None and evaluating["stage"] == EVALUATION_FAILED:
            problem, evaluating = evaluating["detail"], None
        say(self._browser, "evaluation-problem", possible(problem, self._page))
        find("evaluation-progress").hidden = evaluating is None
        if evaluating is None:
            find("evaluation-stage").textContent = self._invitation()
        else:
            find("evaluation-progress").value = evaluating["done"] / evaluating["total"]
            find("evaluation-stage").textContent = describe_stage(evaluating)

    def _invitation(self) -> str:
        evaluation, weights = self._evaluations.evaluation, self._weights.origin.value
        if evaluation is None:
            return texts.EVALUATION_INVITATION
        is_same = weights is not None and all(
            evaluation[name] == weights[name] for name in ("digest", "tuned")
        )
        is_same = is_same and evaluation["run"] == self._train.run_number
        if is_same and evaluation["iteration"] == self._train.training.value["iteration"]:
            return ""
        return texts.EVALUATION_OUTDATED

    def render_result(self) -> None:
        evaluation = self._evaluations.evaluation
        find = self._browser.element
        find("evaluation-result").hidden = evaluation is None
        if evaluation is self._shown:
            return
        self._shown = evaluation
        accuracy = find("test-accuracy")
        if evaluation is None:
            say(self._browser, "test-accuracy", "")
            say(self._browser, "evaluation-note", "")
            accuracy.setAttribute("data-value", "")
            return
        right = texts.EVALUATION_RIGHT.format(share=percent(evaluation["accuracy"], 2))
        say(self._browser, "test-accuracy", right, is_news=True)
        accuracy.setAttribute("data-value", str(evaluation["accuracy"]))
        say(self._browser, "evaluation-note", describe(evaluation), is_news=True)
        confusion = evaluation["confusion"]
        most = max(1, most_confused(confusion))
        for label in DIGITS:
            self._show_share(f"recall-{label}", evaluation["recall"][label])
            self._show_share(f"precision-{label}", evaluation["precision"][label])
            of_label = max(1, sum(confusion[label]))
            for digit in DIGITS:
                count, button = confusion[label][digit], self._cells[label][digit]
                button.textContent = str(count) if count else texts.CONFUSION_NONE
                # The count as it stands there: who says what is seen means this button.
                words = texts.CONFUSION_CELL.format(label=label, digit=digit, count=count)
                button.setAttribute("aria-label", words)
                # By the root, else a few pairs would hide all others.
                share = count / of_label if label == digit else math.sqrt(count / most)
                button.style.setProperty("--share", f"{share:.3f}")

    def _show_share(self, identifier: str, share: float) -> None:
        cell = self._browser.element(identifier)
        cell.textContent = "100" if share == 1 else decimal(share * 100, 1)
        cell.setAttribute("data-value", str(share))

    # The digits

    def _turn(self, step: int) -> None:
        gallery = self._evaluations.gallery
        if gallery is None:
            return
        first = max(0, gallery["first"] + step)
        if gallery["label"] is None:
            self._evaluations.list_mistakes(gallery["set"], first)
        else:
            self._evaluations.list_cell(gallery["set"], gallery["label"], gallery["digit"], first)

    def on_digit(self, event: "JsProxy") -> None:
        """Put the chosen digit on the grid: one listener for all, as they come and go."""
        index, gallery = event.target.getAttribute("data-index"), self._evaluations.gallery
        if index is None or gallery is None:
            return
        digit = gallery["digits"][int(index)]
        self._draw.show_sample(digit["label"], list(bytes.fromhex(digit["pixels"])))
        self._browser.reveal(self._browser.element("grid-panel"))

    def render_gallery(self) -> None:
        find, gallery = self._browser.element, self._evaluations.gallery
        find("gallery").hidden = gallery is None
        self._press(None)
        items = find("gallery-digits")
        items.textContent = ""
        if gallery is None:
            return
        first, total, digits = gallery["first"], gallery["total"], gallery["digits"]
        say(self._browser, "gallery-title", title_of(gallery), gallery is not self._titled)
        self._titled = gallery
        find("gallery-note").hidden = not digits
        canvases = self._browser.pictures(gallery["pictures"], len(digits))
        for index, digit in enumerate(digits):
            items.appendChild(self._item(index, canvases[index], digit))
        last = first + len(digits)
        is_all = total == len(digits)
        find("previous-digits").hidden = find("next-digits").hidden = is_all
        find("previous-digits").disabled = first == 0
        find("next-digits").disabled = last >= total
        position = texts.GALLERY_POSITION.format(
            first=whole(first + 1), last=whole(last), total=whole(total)
        )
        find("gallery-position").textContent = "" if is_all else position
        is_cell = gallery["label"] is not None
        find("show-mistakes").hidden = not is_cell
        if is_cell:
            self._press(self._cells[gallery["label"]][gallery["digit"]])

    def _press(self, button: "JsProxy | None") -> None:
        """Mark the cell whose digits are shown."""
        if self._pressed is not None:
            self._pressed.removeAttribute("aria-pressed")
        self._pressed = button
        if button is not None:
            button.setAttribute("aria-pressed", "true")

    def _item(self, index: int, canvas: "JsProxy", digit: "Record") -> "JsProxy":
        create = self._browser.create_element
        item, button, words = create("li"), create("button"), create("strong")
        button.setAttribute("data-index", str(index))
        words.textContent, *thoughts = captions(digit)
        button.append(canvas, words)
        for thought in thoughts:
            line = create("span")
            line.textContent = thought
            button.appendChild(line)
        item.appendChild(button)
        return item


def describe_stage(evaluating: "Record") -> str:
    is_fetching = evaluating["stage"] == FETCHING
    text = texts.EVALUATION_FETCHING if is_fetching else texts.EVALUATION_READING
    return text.format(
        done=whole(evaluating["done"]),
        total=whole(evaluating["total"]),
        samples=SAMPLES[evaluating["set"]],
    )


def describe(evaluation: "Record") -> str:
    """In words, what was measured besides the accuracy."""
    right = sum(evaluation["confusion"][digit][digit] for digit in DIGITS)
    steps = evaluation["iteration"]
    text = texts.EVALUATION_NOTE_TRAINED if steps else texts.EVALUATION_NOTE
    return text.format(
        right=whole(right),
        count=whole(evaluation["samples"]),
        samples=SAMPLES[evaluation["set"]],
        steps=whole(steps),
        loss=decimal(evaluation["loss"], 4),
    )


def most_confused(confusion: list) -> int:
    """The most samples of any digit that were read as one certain other."""
    return max(confusion[label][digit] for label in DIGITS for digit in DIGITS if label != digit)


def title_of(gallery: "Record") -> str:
    label, digit, count = gallery["label"], gallery["digit"], gallery["total"]
    if label is None:
        if not count:
            return texts.GALLERY_NO_MISTAKE
        if count == 1:
            return texts.GALLERY_ONE_MISTAKE
        return texts.GALLERY_MISTAKES.format(count=whole(count))
    if not count:
        return texts.GALLERY_EMPTY.format(label=label, digit=digit)
    if count == 1:
        return texts.GALLERY_ONE.format(label=label, digit=digit)
    text = texts.GALLERY_RIGHT if label == digit else texts.GALLERY_WRONG
    return text.format(label=label, digit=digit, count=whole(count))


def captions(digit: "Record") -> list:
    """What is said of a digit: what it is and was read as, and how sure the network was."""
    label, read = digit["label"], digit["digit"]
    sure = common.PREDICTION_SURE.format(share=rough_percent(digit["probability"]))
    if label == read:
        return [str(label), sure]
    missed = texts.GALLERY_FOR_LABEL.format(
        share=rough_percent(digit["label_probability"]), label=label
    )
    return [texts.GALLERY_MISREAD.format(label=label, digit=read), sure, missed]
