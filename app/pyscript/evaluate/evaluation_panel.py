"""The section on evaluating: accuracy on a test set, the confusion matrix, and the digits in it.

The visitor chooses one of the server's test sets, or of another feature's; the results of the
others stay. Shows: worker, dataset, training, weights, evaluating, evaluation, test_set, others.
Changes: test_set.
Emits the intent to evaluate. Nothing is built before it is opened.
"""

from app.pyscript.advice import possible
from app.pyscript.evaluate import texts
from app.pyscript.evaluate.confusion_matrix import ConfusionMatrix
from app.pyscript.evaluate.digit_gallery import DigitGallery
from app.pyscript.evaluate.hands_table import HandsTable
from app.pyscript.evaluate.markup import DIGITS, MARKUP
from app.pyscript.evaluate.state import Evaluations, offered
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import decimal, percent, whole
from app.pyscript.kit.live_region import say
from app.pyscript.messages import EVALUATION_FAILED, FETCHING
from app.pyscript.settings.state import Settings
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.evaluate.records import Evaluating, Evaluation
    from app.pyscript.page import Page

# Each test set's name in the choice, and the name of its samples in a sentence.
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


class EvaluationPanel(Fold):
    IDENTIFIER = "evaluation"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._evaluations = page.of(Evaluations)
        self._data = page.of(TrainingData)
        self._train = page.of(Train)
        self._weights = page.of(Weights)
        self._shown: Evaluation | None = None  # the evaluation that the matrix shows
        self._matrix = ConfusionMatrix(page)
        self._gallery = DigitGallery(page, self._matrix)
        self._hands = HandsTable(page.browser)

    def build(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("evaluation-panel").innerHTML = MARKUP
        listen(find("evaluate"), "click", lambda event: self._evaluations.evaluate(self._test_set))
        listen(find("test-set"), "change", lambda event: self.on_test_set())
        self._matrix.mount()
        self._gallery.mount()
        page, evaluations = self._page, self._evaluations
        network = (page.bridge.state, self._train.training, self._weights.origin)
        measures = (evaluations.progress, evaluations.measured, evaluations.chosen)
        advice = (page.hidden, page.of(Settings).values)
        page.watch(network + measures + advice, self.render_state)
        self._page.watch((self._evaluations.measured, self._evaluations.chosen), self.render_result)
        self._page.watch((self._data.dataset, evaluations.others), self.render_test_sets)
        self.render_test_sets()
        self.render_state()
        self.render_result()

    # The test set

    @property
    def _test_set(self) -> str:
        return self._evaluations.chosen.value

    def on_test_set(self) -> None:
        self._evaluations.chosen.set(self._browser.element("test-set").value)

    def render_test_sets(self) -> None:
        """Offer the test sets that the server and other features have."""
        dataset, field = self._data.dataset.value, self._browser.element("test-set")
        others = self._evaluations.others.value
        sets = offered(dataset) + [(each.name, each.count) for each in others.values()]
        field.textContent = ""
        for name, count in sets:
            option = self._browser.create_element("option")
            option.setAttribute("value", name)
            title = "" if dataset is None else dataset["title"]
            size = "" if count is None else whole(count)
            if name in others:
                words = others[name].choice
            else:
                words = CHOICES[name] if dataset is not None else texts.TEST_SET_UNKNOWN
            option.textContent = words.format(title=title, count=size)
            field.appendChild(option)
        if self._test_set not in [name for name, _ in sets]:
            self._evaluations.chosen.set(sets[0][0])
        field.value = self._test_set

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
            samples = self._samples(evaluating["set"])
            find("evaluation-stage").textContent = describe_stage(evaluating, samples)

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
        self._hands.show(evaluation["groups"] if evaluation is not None else [])
        if evaluation is None:
            say(self._browser, "test-accuracy", "")
            say(self._browser, "evaluation-note", "")
            accuracy.setAttribute("data-value", "")
            return
        right = texts.EVALUATION_RIGHT.format(share=percent(evaluation["accuracy"], 2))
        say(self._browser, "test-accuracy", right, is_news=True)
        accuracy.setAttribute("data-value", str(evaluation["accuracy"]))
        note = describe(evaluation, self._samples(evaluation["set"]))
        say(self._browser, "evaluation-note", note, is_news=True)
        self._matrix.show(evaluation)

    def _samples(self, name: str) -> str:
        """What a set's samples are called in a sentence."""
        other = self._evaluations.others.value.get(name)
        return other.samples if other is not None else SAMPLES[name]


def describe_stage(evaluating: "Evaluating", samples: str) -> str:
    is_fetching = evaluating["stage"] == FETCHING
    text = texts.EVALUATION_FETCHING if is_fetching else texts.EVALUATION_READING
    return text.format(
        done=whole(evaluating["done"]),
        total=whole(evaluating["total"]),
        samples=samples,
    )


def describe(evaluation: "Evaluation", samples: str) -> str:
    """A sentence on what was measured besides the accuracy."""
    right = sum(evaluation["confusion"][digit][digit] for digit in DIGITS)
    steps = evaluation["iteration"]
    text = texts.EVALUATION_NOTE_TRAINED if steps else texts.EVALUATION_NOTE
    return text.format(
        right=whole(right),
        count=whole(evaluation["samples"]),
        samples=samples,
        steps=whole(steps),
        loss=decimal(evaluation["loss"], 4),
    )
