"""Ten bars, for the probability of each digit."""

from app.pyscript.kit.formats import rough_percent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

# The items of a list with the class "bars"; Bar shows a probability in each.
BARS = "".join(
    f'<li data-digit="{digit}" data-probability=""><span>{digit}</span>'
    '<span class="track"><span class="fill"></span></span>'
    '<span class="percent"></span></li>'
    for digit in range(10)
)


class Bar:
    """One digit's bar; touches the page only where something changed."""

    def __init__(self, item: "JsProxy") -> None:
        self._item = item
        self._fill = item.children[1].children[0]
        self._percent = item.children[2]
        self._shown: tuple | None = None

    def show(self, probability: "float | None", is_best: bool) -> None:
        """A probability from 0 to 1; None when nothing was read."""
        if self._shown == (probability, is_best):
            return
        self._shown = (probability, is_best)
        exact = "" if probability is None else str(probability)
        self._item.setAttribute("data-probability", exact)
        self._item.classList.toggle("is-best", is_best)
        self._fill.style.setProperty("--share", exact or "0")
        self._percent.textContent = "" if probability is None else rough_percent(probability)
