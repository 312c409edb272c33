"""A strip of bars above the slider: each checkpoint's accuracy, and the digit that it reads."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy

# From this many bars on, a phone has no room for a digit below each.
DENSE = 24


class Strip:
    """A bar for each checkpoint, above its place on the slider. Changes only bars that differ."""

    def __init__(self, browser: "Browser", element: "JsProxy") -> None:
        self._browser = browser
        self._element = element
        self._bars: list = []
        self._shown: list = []

    def show(self, checkpoints: list, chosen: int, floor: float) -> None:
        """Show bars from `floor` to 1; chosen: the place of the checkpoint that is shown."""
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
                # Write a digit only where the answer changes.
                is_said = index == 0 or is_chosen or digit != checkpoints[index - 1]["digit"]
                shown = digit if is_said else None
                classes = (accuracy is None, digit != newest, is_chosen)
                state = (at, share, shown, classes)
            if state != self._shown[index]:
                show_bar(bar, state, self._shown[index])
                self._shown[index] = state


def show_bar(bar: "JsProxy", state: "tuple | None", before: "tuple | None") -> None:
    """Change a bar from one state to another: (at, share, digit or None, classes), or None for
    no bar."""
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
