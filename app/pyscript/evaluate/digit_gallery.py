"""Pictures of the digits that were misread, or that a cell of the confusion matrix counts.

Shows: the list of the chosen test set. Changes: the drawing, when a digit is put on the grid. Emits
the intents to list all mistakes, and other pages.
"""

from app.pyscript import texts as common
from app.pyscript.draw.state import Draw
from app.pyscript.evaluate import texts
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.kit.announcement import Announcement
from app.pyscript.kit.formats import rough_percent, whole
from app.pyscript.kit.gallery import Gallery
from app.pyscript.kit.paging import Paging
from app.pyscript.messages import GALLERY_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.evaluate.confusion_matrix import ConfusionMatrix
    from app.pyscript.evaluate.records import CellPage, ReadDigit
    from app.pyscript.page import Page


class DigitGallery:
    def __init__(self, page: "Page", matrix: "ConfusionMatrix") -> None:
        """matrix: marks the cell whose digits are shown."""
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._evaluations = page.of(Evaluations)
        self._matrix = matrix
        self._title = Announcement(page.browser, "gallery-title")
        self._gallery = Gallery(page.browser, "gallery-digits", self.on_digit)
        self._paging = Paging(
            page.browser,
            "previous-digits",
            "next-digits",
            "gallery-position",
            self._turn,
            size=GALLERY_SIZE,
        )

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        show_mistakes = self._browser.element("show-mistakes")
        self._browser.listen(show_mistakes, "click", lambda event: self.on_mistakes())
        self._gallery.mount()
        self._paging.mount()
        self._page.watch((self._evaluations.listed, self._evaluations.chosen), self.render)
        self.render()

    def on_mistakes(self) -> None:
        """List all mistakes, and focus the list, because the button disappears."""
        self._evaluations.list_mistakes(self._evaluations.chosen.value)
        self._browser.element("gallery-title").focus()

    def _turn(self, first: int) -> None:
        gallery = self._evaluations.gallery
        if gallery is None:
            return
        label, digit = gallery["label"], gallery["digit"]
        if label is None or digit is None:
            self._evaluations.list_mistakes(gallery["set"], first)
        else:
            self._evaluations.list_cell(gallery["set"], label, digit, first)

    def on_digit(self, index: int) -> None:
        """Put the chosen digit on the grid."""
        gallery = self._evaluations.gallery
        if gallery is None:
            return
        digit = gallery["digits"][index]
        self._draw.show_stored(digit)
        self._browser.reveal(self._browser.element("grid-panel"))

    def render(self) -> None:
        find, gallery = self._browser.element, self._evaluations.gallery
        find("gallery").hidden = gallery is None
        if gallery is None:
            self._matrix.press(None, None)
            self._gallery.show([], [])
            return
        self._matrix.press(gallery["label"], gallery["digit"])
        first, total, digits = gallery["first"], gallery["total"], gallery["digits"]
        self._title.tell(title_of(gallery), gallery)
        find("gallery-note").hidden = not digits
        canvases = self._browser.pictures(gallery["pictures"], len(digits))
        self._gallery.show(canvases, [captions(digit) for digit in digits])
        position = texts.GALLERY_POSITION.format(
            first=whole(first + 1), last=whole(first + len(digits)), total=whole(total)
        )
        self._paging.show(first, len(digits), total, position)
        find("show-mistakes").hidden = gallery["label"] is None


def title_of(gallery: "CellPage") -> str:
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


def captions(digit: "ReadDigit") -> list:
    """The lines below a digit: what it is, what it was read as, and how sure the network was."""
    label, read = digit["label"], digit["digit"]
    sure = common.PREDICTION_SURE.format(share=rough_percent(digit["probability"]))
    if label == read:
        return [str(label), sure]
    missed = texts.GALLERY_FOR_LABEL.format(
        share=rough_percent(digit["label_probability"]), label=label
    )
    return [texts.GALLERY_MISREAD.format(label=label, digit=read), sure, missed]
