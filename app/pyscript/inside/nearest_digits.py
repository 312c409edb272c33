"""The training digits that are nearest to the drawing.

Shows: drawing, worker, searching, nearest. Changes: the drawing, when a digit is put on the grid.
Emits the intent to find the nearest.
"""

from app.pyscript.draw.state import Draw
from app.pyscript.inside import texts
from app.pyscript.inside.state import Inside
from app.pyscript.kit.formats import decimal, whole
from app.pyscript.kit.gallery import Gallery
from app.pyscript.kit.live_region import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.inside.records import NearDigit, Nearest, Searching
    from app.pyscript.page import Page


class NearestDigits:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._draw = page.of(Draw)
        self._inside = page.of(Inside)
        self._gallery = Gallery(page.browser, "nearest-digits", self.on_digit)

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        find = self._browser.element("find-nearest")
        self._browser.listen(find, "click", lambda event: self.on_find())
        self._gallery.mount()
        self._page.watch(
            (self._page.bridge.state, self._draw.changed, self._inside.searching),
            self.render_search,
        )
        self._page.watch((self._inside.nearest,), self.render)
        self.render_search()
        self.render()

    def on_find(self) -> None:
        """Start a search, if none is under way. The button stays enabled, to keep the focus."""
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

    def render(self) -> None:
        find, nearest = self._browser.element, self._inside.nearest.value
        find("nearest").hidden = nearest is None
        drawing = find("nearest-drawing")
        drawing.textContent = ""
        if nearest is None:
            self._gallery.show([], [])
            return
        digits = nearest["digits"]
        say(self._browser, "nearest-words", describe_nearest(nearest), is_news=True)
        canvases = self._browser.pictures(nearest["pictures"], 2 + len(digits))
        for canvas, words in zip(canvases, (texts.INSIDE_YOURS, texts.INSIDE_SEEN)):
            figure = self._browser.create_element("figure")
            caption = self._browser.create_element("figcaption")
            caption.textContent = words
            figure.append(canvas, caption)
            drawing.appendChild(figure)
        self._gallery.show(canvases[2:], [captions(digit) for digit in digits])

    def on_digit(self, index: int) -> None:
        """Put the chosen digit on the grid."""
        nearest = self._inside.nearest.value
        if nearest is None:
            return
        digit = nearest["digits"][index]
        self._draw.show_stored(digit)
        self._browser.reveal(self._browser.element("grid-panel"))


def captions(digit: "NearDigit") -> list:
    """The lines below a near digit: what it is, and how near."""
    distance = texts.INSIDE_DISTANCE.format(distance=decimal(digit["distance"], 2))
    return [str(digit["label"]), distance]


def describe_search(searching: "Searching") -> str:
    if searching["done"] == searching["total"]:
        return texts.INSIDE_COMPARING
    done, total = whole(searching["done"]), whole(searching["total"])
    return texts.INSIDE_FETCHING.format(done=done, total=total)


def describe_nearest(nearest: "Nearest") -> str:
    """A sentence: how many of the nearest digits have each label, the most frequent first."""
    labels = [digit["label"] for digit in nearest["digits"]]
    counts = sorted((-labels.count(label), label) for label in set(labels))
    counted = ", ".join(
        texts.INSIDE_COUNTED.format(count=-count, label=label) for count, label in counts
    )
    among = whole(nearest["among"])
    return texts.INSIDE_NEAREST.format(count=len(labels), among=among, labels=counted)
