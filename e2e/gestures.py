"""What a visitor does and sees: the verbs that the journeys are told in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, Route, expect

from app.model.drawings.pen_strokes import load_pen_strokes, split_by_writer
from app.pyscript.draw import brush

STROKES = Path(__file__).parent / "strokes.json"
UNSEEN_DRAWINGS_OF_A_DIGIT = 6
NATURAL_SIZE = 20
GRID_SIDE = 28
WORKER_LIMIT = 60_000

# The page says whether the answer to the last move of the pointer is on its way. It knows of the
# move a frame later, and the network may be training: wait until five frames bring nothing new.
SETTLED_READING = """
async () => {
  const digit = document.getElementById("prediction");
  const note = document.getElementById("prediction-note");
  const panel = document.getElementById("prediction-panel");
  const bars = [...document.querySelectorAll("#probabilities > *")];
  const state = () => bars.map(bar => bar.dataset.probability).join() + note.textContent;
  for (let shown = state(), quiet = 0; quiet < 5; ) {
    await new Promise(requestAnimationFrame);
    const now = state();
    quiet = now === shown && panel.getAttribute("aria-busy") !== "true" ? quiet + 1 : 0;
    shown = now;
  }
  return digit.textContent;
}
"""

# Leaves what is open, and empties the grid and the tray. What cannot be pressed is not.
LEAVE_ALL = """
() => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  const press = selector => document.querySelector(`${selector}:not(:disabled)`)?.click();
  for (const id of ["end-tour", "close-lesson", "collect-end"])
    if (document.getElementById(id)?.checkVisibility()) press(`#${id}`);
  for (const id of ["tray-clear", "clear", "pen", "start-afresh"]) press(`#${id}`);
  if (document.getElementById("confirm-afresh").checkVisibility()) press("#confirm-afresh");
  for (const section of document.querySelectorAll("details")) section.open = false;
  for (const button of document.querySelectorAll("#notices .notice button")) button.click();
  document.activeElement.blur();
  history.replaceState(null, "", location.pathname);
  scrollTo(0, 0);
}
"""

# Notes what is added to live regions from now on, by the region's id.
LISTEN = """
() => {
  window.heard = [];
  window.listener?.disconnect();
  const regions = "[aria-live], [role=status], [role=alert]";
  window.listener = new MutationObserver(records => {
    for (const {target, addedNodes} of records) {
      const region = target.closest(regions);
      if (region && addedNodes.length) window.heard.push([region.id, region.textContent.trim()]);
    }
  });
  window.listener.observe(document.body, {childList: true, subtree: true});
}
"""
HEARD = "() => { const heard = window.heard; window.heard = []; return heard; }"

# Of each chart of the run, whether something is on it.
CHARTS_DRAWN = """
[...document.querySelectorAll("#charts canvas")].map(canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return canvas.clientWidth > 100 && data.some(value => value > 0);
})
""".strip()

Stroke = list[tuple[float, float]]


class Condition(NamedTuple):
    """How a digit is drawn: its longest side and its center in cells, and the brush's width."""

    name: str
    size: float
    center: float
    brush: float


READING_CONDITIONS = (
    Condition("natural size", NATURAL_SIZE, 14, brush.DEFAULT_WIDTH),
    Condition("small in a corner", 11, 21, brush.DEFAULT_WIDTH),
    Condition("thinnest brush", NATURAL_SIZE, 14, brush.THINNEST),
    Condition("large", 26, 14, brush.DEFAULT_WIDTH),
)


def stored_drawings() -> list[dict[str, Any]]:
    """Ten digits as real people wrote them: {"digit", "writer", "strokes"}."""
    drawings: list[dict[str, Any]] = json.loads(STROKES.read_text())["drawings"]
    return drawings


def unseen_drawings() -> list[dict[str, Any]]:
    """Six of each digit by the test writers, whose hand the network never learned, in the order
    of the digits: as `stored_drawings`.
    """
    drawings = split_by_writer(load_pen_strokes())["test"]
    by_digit = [[each for each in drawings if each.label == digit] for digit in range(10)]
    return [
        {
            "digit": digit,
            "writer": drawing.writer,
            "strokes": [[(x, y) for x, y in stroke.tolist()] for stroke in drawing.strokes],
        }
        for digit, found in enumerate(by_digit)
        for drawing in found[:: len(found) // UNSEEN_DRAWINGS_OF_A_DIGIT][
            :UNSEEN_DRAWINGS_OF_A_DIGIT
        ]
    ]


def placed(
    strokes: list[Stroke], size: float = NATURAL_SIZE, center: float = 14, every: int = 3
) -> list[Stroke]:
    """Strokes scaled so that their longer side is `size` cells, centered on a cell position.

    Of each, every so many-th point, and the last: a recorded pen moved more often than a mouse,
    and each move costs the browser a frame and a reading.
    """
    points = [point for stroke in strokes for point in stroke]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    scale = size / max(right - left, bottom - top)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    return [
        [
            (center + (x - middle_x) * scale, center + (y - middle_y) * scale)
            for x, y in [*stroke[:-1:every], stroke[-1]]
        ]
        for stroke in strokes
    ]


@contextmanager
def held_back(page: Page, pattern: str = "**/pyodide.asm.wasm") -> Iterator[None]:
    """A file of the worker is on its way until the end."""
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    page.route(pattern, hold)
    yield
    is_held = False
    for route in held:
        route.continue_()


class Visitor:
    """Somebody in front of the page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self._size = page.viewport_size

    def open(self) -> None:
        self.page.goto(self.url)
        self.page.wait_for_selector('html[data-ui="ready"][data-panels="ready"]')

    def wait_for_the_network(self) -> None:
        self.page.wait_for_selector('html[data-worker="ready"]', timeout=WORKER_LIMIT)

    def start_over(self) -> None:
        """Bring the page, whose network is there, back to where a visit begins: the shared weights,
        the first settings, nothing drawn. What was measured, and runs to compare with, stay."""
        self.page.unroute_all()
        self.page.emulate_media(
            color_scheme="light", reduced_motion="no-preference", forced_colors="none"
        )
        assert self._size is not None
        self.page.set_viewport_size(self._size)
        self.page.evaluate(LEAVE_ALL)
        expect(self.page.locator("#start-afresh")).to_be_disabled()
        expect(self.page.locator("#iteration")).to_have_attribute("data-value", "0")
        expect(self.page.locator("#notices .notice")).to_have_count(0)
        self.page.locator("#brush-size").fill(f"{brush.DEFAULT_WIDTH:g}")
        self.expect_reading("")

    def draw(self, strokes: list[Stroke]) -> None:
        """Draw with the mouse; positions in cells."""
        self.page.locator("#grid").scroll_into_view_if_needed()
        mouse = self.page.mouse
        for stroke in strokes:
            path = self.on_screen(stroke)
            mouse.move(*path[0])
            mouse.down()
            for x, y in path[1:]:
                mouse.move(x, y)
            mouse.up()

    def draw_by_touch(self, strokes: list[Stroke]) -> None:
        """Draw with a finger; positions in cells."""
        self.page.locator("#grid").scroll_into_view_if_needed()
        session = self.page.context.new_cdp_session(self.page)
        for stroke in strokes:
            for index, (x, y) in enumerate(self.on_screen(stroke)):
                kind = "touchMove" if index else "touchStart"
                session.send(
                    "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]}
                )
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        session.detach()

    def on_screen(self, stroke: Stroke) -> list[tuple[float, float]]:
        """Where cells of the grid are in the window."""
        box = self.page.locator("#grid").bounding_box()
        assert box is not None, "the grid is not on the page"
        cell = box["width"] / GRID_SIDE
        return [(box["x"] + x * cell, box["y"] + y * cell) for x, y in stroke]

    def expect_reading(self, digit: int | str) -> None:
        """The network reads this digit; an empty text for nothing."""
        expect(self.page.locator("#prediction")).to_have_text(str(digit))

    def reading_of(self, strokes: list[Stroke], condition: Condition, every: int = 1) -> str:
        """What the page reads, once it stays the same, in strokes drawn on a clean grid."""
        self.page.locator("#clear").evaluate("button => button.click()")
        slider = self.page.locator("#brush-size")
        if slider.input_value() != f"{condition.brush:g}":
            slider.fill(f"{condition.brush:g}")
        self.draw(placed(strokes, condition.size, condition.center, every))
        return self.settled_reading()

    def settled_reading(self) -> str:
        """What the page reads, once it stays the same."""
        reading: str = self.page.evaluate(SETTLED_READING)
        return reading

    def probabilities(self) -> list[float]:
        """The ten exact probabilities, by digit."""
        values: list[float] = self.page.locator("#probabilities > *").evaluate_all(
            "bars => bars.map(bar => parseFloat(bar.dataset.probability))"
        )
        return values

    def figure(self, identifier: str) -> float:
        """The exact value of a shown number; NaN while there is none."""
        return float(self.page.locator(f"#{identifier}").get_attribute("data-value") or "nan")

    def figures(self, *identifiers: str) -> list[float]:
        """The exact values of several shown numbers at one moment."""
        values: list[float] = self.page.evaluate(
            "ids => ids.map(id => parseFloat(document.getElementById(id).dataset.value))",
            list(identifiers),
        )
        return values

    def wait_for_figure(self, identifier: str, at_least: float, seconds: float = 60) -> None:
        """Wait until a shown number has grown to this value."""
        self.page.wait_for_function(
            "([id, least]) => parseFloat(document.getElementById(id).dataset.value) >= least",
            arg=[identifier, at_least],
            timeout=seconds * 1000,
        )

    def ink(self) -> float:
        """How much ink the grid shows: the sum of its cells' opacities, 0 to 784."""
        total: float = self.page.locator("#grid").evaluate(
            """canvas => {
              const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
              let sum = 0;
              for (let i = 3; i < data.length; i += 4) sum += data[i] / 255;
              return sum;
            }"""
        )
        return total

    def frame_gaps(self, seconds: float) -> list[float]:
        """Milliseconds between one animation frame and the next, as the page sees them."""
        gaps: list[float] = self.page.evaluate(
            """seconds => new Promise(resolve => {
              const gaps = [], start = performance.now();
              let last = start;
              const frame = now => {
                gaps.push(now - last);
                last = now;
                if (now - start < seconds * 1000) requestAnimationFrame(frame);
                else resolve(gaps);
              };
              requestAnimationFrame(frame);
            })""",
            seconds,
        )
        return gaps

    def watch_layout(self) -> None:
        """Add up how far things jump, from the next page on."""
        self.page.add_init_script(
            """
            window.layoutShift = 0;
            new PerformanceObserver(list => {
              for (const entry of list.getEntries()) window.layoutShift += entry.value;
            }).observe({type: "layout-shift", buffered: true});
            """
        )

    def expect_that_nothing_jumped(self) -> None:
        """By the browser's measure of all jumps so far (Cumulative Layout Shift): of that, under
        0.1 counts as good (web.dev)."""
        assert self.page.evaluate("window.layoutShift") < 0.02, "nothing jumps while it starts"
