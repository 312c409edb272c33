"""One pupil on the board: the nodes are made once, and only what has changed is written to them."""

from app.pyscript.board import texts
from app.pyscript.board.figures import DIGITS, DRAWINGS, NO_STATUS, figure, sparkline
from app.pyscript.kit.formats import rough_percent, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy
    from app.pyscript.classroom.records import Pupil, SharedDrawing

WIDTH, HEIGHT = 120, 32
DOING = {
    "drawing": texts.BOARD_DRAWING,
    "training": texts.BOARD_TRAINING,
    "paused": texts.BOARD_PAUSED,
    "idle": texts.BOARD_IDLE,
}


def markup(identifier: str, can_choose: bool) -> str:
    """What a tile holds; its name is a button where it can be chosen."""
    name = f'<strong class="tile-name" id="{identifier}-name"></strong>'
    if can_choose:
        name = f'<button class="tile-name" id="{identifier}-name"></button>'
    return f"""
<div class="tile-head">{name}
  <span class="tile-doing" id="{identifier}-doing"></span></div>
<div class="tile-view">
  <svg class="tile-curve" viewBox="0 -1 {WIDTH} {HEIGHT + 2}" preserveAspectRatio="none"
    aria-hidden="true"><polyline id="{identifier}-curve" points=""></polyline></svg>
  <div class="tile-ink" id="{identifier}-shared" hidden>
    <canvas id="{identifier}-ink" width="28" height="28"></canvas>
    <span id="{identifier}-read"></span></div>
</div>
<dl class="tile-figures">
  <div><dt>{texts.BOARD_DIGITS}</dt><dd id="{identifier}-digits"></dd></div>
  <div><dt>{texts.BOARD_DRAWN}</dt><dd id="{identifier}-drawings"></dd></div>
  <div><dt>{texts.BOARD_STEPS}</dt><dd id="{identifier}-steps"></dd></div>
</dl>
"""


class Tile:
    def __init__(self, browser: "Browser", container: "JsProxy", pupil: int) -> None:
        self._browser = browser
        self._identifier = f"tile-{pupil}"
        self.node = browser.create_element("li")
        self.node.className = "tile"
        self.node.setAttribute("id", self._identifier)
        container.appendChild(self.node)
        self._parts: dict = {}
        self._shown: dict = {}
        self._ink = ""

    def build(self, on_choose: "Callable | None") -> None:
        """Make the nodes. on_choose() is called when the name is pressed, if it can be."""
        self.node.innerHTML = markup(self._identifier, on_choose is not None)
        names = ("name", "doing", "curve", "ink", "shared", "read", "digits", "drawings", "steps")
        for name in names:
            self._parts[name] = self._browser.element(f"{self._identifier}-{name}")
        if on_choose:
            self._browser.listen(self._parts["name"], "click", lambda event: on_choose())

    def render(self, pupil: "Pupil") -> None:
        status = pupil["status"] or NO_STATUS
        doing = status["doing"]
        is_present = pupil["is_present"]
        self._write("name", pupil["name"])
        self._write("doing", DOING.get(doing, "") if is_present else texts.BOARD_AWAY)
        self._write("digits", share_of(figure(pupil, DIGITS)))
        self._write("drawings", share_of(figure(pupil, DRAWINGS)))
        self._write("steps", whole(status["steps"]))
        self._toggle("is-away", not is_present)
        self._toggle("is-training", is_present and doing == "training")
        points = sparkline(status["curve"], WIDTH, HEIGHT)
        if self._shown.get("points") != points:
            self._shown["points"] = points
            self._parts["curve"].setAttribute("points", points)
        self._render_drawing(status["drawing"])

    def _render_drawing(self, drawing: "SharedDrawing | None") -> None:
        ink = drawing["pixels"] if drawing else ""
        if ink != self._ink:
            self._ink = ink
            self._browser.show_ink(self._parts["ink"], ink)
            self._parts["shared"].hidden = not ink
        self._write("read", reading_of(drawing))

    def _write(self, name: str, text: str) -> None:
        if self._shown.get(name) != text:
            self._shown[name] = text
            self._parts[name].textContent = text

    def _toggle(self, name: str, is_on: bool) -> None:
        if self._shown.get(name) != is_on:
            self._shown[name] = is_on
            self.node.classList.toggle(name, is_on)


def share_of(value: "float | None") -> str:
    return texts.BOARD_UNKNOWN if value is None else rough_percent(value)


def reading_of(drawing: "SharedDrawing | None") -> str:
    """How a shared drawing was read."""
    if drawing is None or drawing["prediction"] is None:
        return ""
    return texts.BOARD_READ.format(digit=drawing["prediction"])
