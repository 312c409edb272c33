"""The confusion matrix of an evaluation: how often each digit was read as each other digit.

Shows: the evaluation of the chosen test set. Emits the intent to list the digits of a cell.
Keyboard: arrows move from cell to cell (kit/roving_focus.py), Enter or Space shows its digits.
"""

import math

from app.pyscript.evaluate import texts
from app.pyscript.evaluate.markup import DIGITS
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.roving_focus import RovingFocus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.evaluate.records import Evaluation
    from app.pyscript.page import Page


class ConfusionMatrix:
    def __init__(self, page: "Page") -> None:
        self._browser = page.browser
        self._evaluations = page.of(Evaluations)
        self._focus = RovingFocus(
            page.browser, "confusion", self._cell, count=100, columns=10, stays_in_row=True
        )
        self._pressed: JsProxy | None = None

    def mount(self) -> None:
        """Listen to the cells of the markup, which must be on the page already."""
        self._cells = [self._listen_to_cell(label, digit) for label in DIGITS for digit in DIGITS]
        self._focus.mount()

    def _listen_to_cell(self, label: int, digit: int) -> "JsProxy":
        button = self._browser.element(f"cell-{label}-{digit}")
        self._browser.listen(button, "click", lambda event: self.on_cell(label, digit))
        return button

    def _cell(self, index: int) -> "JsProxy":
        return self._cells[index]

    def on_cell(self, label: int, digit: int) -> None:
        self._focus.move_to(10 * label + digit)
        self._evaluations.list_cell(self._evaluations.chosen.value, label, digit)
        self._browser.reveal(self._browser.element("gallery-title"))

    def press(self, label: "int | None", digit: "int | None") -> None:
        """Mark the cell whose digits are shown, or none."""
        if self._pressed is not None:
            self._pressed.removeAttribute("aria-pressed")
        self._pressed = None
        if label is not None and digit is not None:
            self._pressed = self._cells[10 * label + digit]
            self._pressed.setAttribute("aria-pressed", "true")

    def show(self, evaluation: "Evaluation") -> None:
        confusion = evaluation["confusion"]
        most = max(1, most_confused(confusion))
        for label in DIGITS:
            self._show_share(f"recall-{label}", evaluation["recall"][label])
            self._show_share(f"precision-{label}", evaluation["precision"][label])
            of_label = max(1, sum(confusion[label]))
            for digit in DIGITS:
                count, button = confusion[label][digit], self._cells[10 * label + digit]
                button.textContent = str(count) if count else texts.CONFUSION_NONE
                # With the number as it is shown, so that voice control finds the button by it.
                words = texts.CONFUSION_CELL.format(label=label, digit=digit, count=count)
                button.setAttribute("aria-label", words)
                # The root makes small numbers visible beside a few large ones.
                share = count / of_label if label == digit else math.sqrt(count / most)
                button.style.setProperty("--share", f"{share:.3f}")

    def _show_share(self, identifier: str, share: float) -> None:
        cell = self._browser.element(identifier)
        cell.textContent = "100" if share == 1 else decimal(share * 100, 1)
        cell.setAttribute("data-value", str(share))


def most_confused(confusion: list) -> int:
    """The largest number of a digit's samples that were read as one other digit."""
    return max(confusion[label][digit] for label in DIGITS for digit in DIGITS if label != digit)
