"""A picture of the hidden units at a checkpoint, or of their change since the first one.

Shows: units, checkpoints. Emits the intent to list the units of a checkpoint.
"""

from app.pyscript.kit.formats import whole
from app.pyscript.kit.newest import Newest
from app.pyscript.timeline import texts
from app.pyscript.timeline.state import Timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page


class UnitsPicture:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._timeline = page.of(Timeline)
        self._newest = Newest(page.browser, self._bring)
        self._wanted = (0, False)
        self._number = 0

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        of_change = self._browser.element("time-of-change")
        self._browser.listen(of_change, "change", lambda event: self.render(self._number))
        self._page.watch((self._timeline.units,), self._show)

    def render(self, number: int) -> None:
        """Ask for the picture of the hidden units, unless it is shown or on its way.

        number: of the checkpoint that is shown.
        """
        self._number = number
        of_change = bool(self._browser.element("time-of-change").checked)
        note = texts.TIME_CHANGES_NOTE if of_change else texts.TIME_UNITS_NOTE
        self._browser.element("time-units-note").textContent = note
        wanted = (number, of_change)
        # A new worker counts checkpoints from the start, so old numbers say nothing.
        is_known = self._newest.is_asking or self._timeline.units.value is not None
        if wanted != self._wanted or not is_known:
            self._wanted = wanted
            self._newest.want(number, of_change)

    async def _bring(self, number: int, of_change: bool) -> None:
        shown = self._timeline.units.value
        # The visitor may have gone back to the picture that is shown.
        if shown is None or (shown["number"], shown["of_change"]) != (number, of_change):
            await self._timeline.list_units(number, of_change)

    def _show(self) -> None:
        units, canvas = self._timeline.units.value, self._browser.element("time-units")
        self._browser.fill_canvas(canvas, None if units is None else units["picture"])
        if units is None:
            return
        label = texts.TIME_CHANGES_LABEL if units["of_change"] else texts.TIME_UNITS_LABEL
        for checkpoint in self._timeline.course["checkpoints"]:
            if checkpoint["number"] == units["number"]:
                iteration = whole(checkpoint["iteration"])
                canvas.setAttribute("aria-label", label.format(iteration=iteration))
