"""The real page at work: `python -m bench.page`.

One visitor opens the page, draws, and trains on all of MNIST. Measured inside the page: how long
one reading takes, there and back; how soon the bars follow the pointer, idle and while training;
the longest task of the main thread while training; and how fast the page trains by its own figures,
in turns with the bare step of the same code.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from playwright.sync_api import Browser, Page

from bench.browser import EMPTY_PAGE, FOLDER, HTML, JAVASCRIPT, fresh_page, launched, provide
from bench.report import Figure, percentile_95, rate_ratio, report
from bench.steps import AppWorker, block_paths
from e2e.gestures import GRID_SIDE, Stroke, Visitor, placed, stored_drawings
from e2e.server import Server

FRAME_MILLISECONDS = 1000 / 60
BATCH_SIZE = 128
CACHE_LIMIT_SECONDS = 60
READINGS = 300
MOVES = 120
CELLS_BETWEEN_MOVES = 1.0
LONGEST_PAUSE_MILLISECONDS = 50
WINDOWS, WINDOW_SECONDS = 5, 2.0
SECTIONS, SECTION_WINDOWS = ("evaluation", "hand", "inside", "time", "learn"), 3
TRAINING_ROUNDS, TRAINING_SECONDS, BARE_SECONDS = 5, 3.0, 0.5
MAIN_THREAD, TASK = "CrRendererMain", "ThreadControllerImpl::RunTask"
MICROSECONDS = 1000

# Lets JavaScript call the functions of the worker that the page's own program started, by the
# worker's name.
REACH_WORKER = """
() => {
  const script = document.createElement("script");
  script.type = "mpy";
  script.textContent = `
from pyscript import window, workers
window.network = await workers["network-1"]
`;
  document.body.append(script);
}
"""
TIME_READINGS = """
async ([pixels, count]) => {
  const times = [], call = JSON.stringify({arguments: [pixels], arrays: []});
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const answer = await network.ask("predict", call);
    if (typeof answer === "string") throw new Error(answer);  // a refusal, which is soon there
    times.push(performance.now() - start);
  }
  return times;
}
"""
USE_KERNELS = """
name => network.ask("use_kernels", JSON.stringify({arguments: [name], arrays: []}))
"""
# From a pointer's move to the change of the bars that answers it: [since the browser had the move,
# since the page heard of it]. While training the bars change by themselves too; the picture beside
# them tells which drawing they are of, and each move is made when the one before was answered.
WATCH_BARS = """
() => {
  const seen = document.getElementById("seen").getContext("2d");
  const picture = () => seen.getImageData(0, 0, 28, 28).data.join();
  let before = "", moved = null, answered = 0, settle = null, timer = 0;
  const note = event => {
    if (event.buttons && moved === null && event.timeStamp > answered)
      [before, moved] = [picture(), [event.timeStamp, performance.now()]];
  };
  // The page goes by whichever comes first.
  for (const name of ["pointerrawupdate", "pointermove"])
    addEventListener(name, note, {capture: true});
  const finish = () => {
    clearTimeout(timer);
    moved = null;
    settle?.(window.answered);
  };
  new MutationObserver(() => {
    const now = performance.now();
    if (moved !== null && picture() !== before) {
      window.answered = moved.map(time => now - time);
      answered = moved[0];
      finish();
    }
  }).observe(document.getElementById("probabilities"), {
    attributes: true, subtree: true, attributeFilter: ["data-probability"]});
  // What the last move took; null where it changed nothing that the network sees.
  window.lastMove = limit => {
    if (moved === null) return window.answered;
    timer = setTimeout(finish, limit);
    return new Promise(resolve => settle = resolve);
  };
}
"""


def measure_page(browser: Browser, url: str) -> list[Figure]:
    with fresh_page(browser) as page:
        visitor = Visitor(page, url)
        visitor.open()
        visitor.wait_for_the_network()
        page.evaluate(REACH_WORKER)
        page.wait_for_function("window.network !== undefined")
        page.evaluate(WATCH_BARS)
        figures = [measure_readings(visitor), *measure_moves(visitor, "idle")]
        start_training(page)
        figures += measure_moves(visitor, "while training")
        figures += measure_tasks(browser, page)
        figures += [measure_section(browser, page, section) for section in SECTIONS]
        gaps = [max(visitor.frame_gaps(WINDOW_SECONDS)) for _ in range(WINDOWS)]
        figures.append(Figure("longest gap between frames while training", gaps, "ms"))
        page.click("#pause")
        return figures + measure_training(browser, visitor)


def start_training(page: Page) -> None:
    """As the bare steps do; returns when all samples have come."""
    page.select_option("#optimizer", "sgd")
    page.select_option("#training-set", "mnist")
    page.click("#start")
    wait_until_all_is_cached(page)


def measure_readings(visitor: Visitor) -> Figure:
    visitor.draw(placed(stored_drawings()[0]["strokes"]))
    pixels = "".join(f"{level:02x}" for level in drawn_pixels(visitor.page))
    times = visitor.page.evaluate(TIME_READINGS, [pixels, READINGS])
    visitor.page.click("#clear")
    return Figure("one reading, there and back", times, "ms")


def drawn_pixels(page: Page) -> list[int]:
    pixels: list[int] = page.evaluate(
        """() => {
          const context = document.getElementById("grid").getContext("2d");
          return [...context.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 3);
        }"""
    )
    return pixels


def measure_moves(visitor: Visitor, when: str) -> list[Figure]:
    """Pointer move to bars; pauses of random length, so that no phase of a frame is favored."""
    rng = random.Random(0)
    times: list[tuple[float, float]] = []
    for strokes in endless_drawings():
        visitor.page.click("#clear", force=True)  # at first there is nothing to clear
        for stroke in strokes:
            times += draw_slowly(visitor, stroke, rng)
        if len(times) >= MOVES:
            break
    visitor.page.click("#clear")
    in_all, since_heard = zip(*times, strict=True)
    name = f"pointer move to bars, {when}"
    median = Figure(f"{name}, median", in_all, "ms")
    high = Figure(f"{name}, 95th percentile", in_all, "ms", summarize=percentile_95)
    heard = Figure(f"{name}, median since the page heard of it", since_heard, "ms")
    if when == "idle":
        return [replace(median, target=FRAME_MILLISECONDS), high, heard]
    return [median, replace(high, target=FRAME_MILLISECONDS), heard]


def endless_drawings() -> Iterator[list[Stroke]]:
    while True:
        for drawing in stored_drawings():
            yield placed(drawing["strokes"])


def draw_slowly(visitor: Visitor, stroke: Stroke, rng: random.Random) -> list[tuple[float, float]]:
    page = visitor.page
    path = on_screen(page, resampled(stroke))
    page.mouse.move(*path[0])
    page.mouse.down()
    page.wait_for_timeout(LONGEST_PAUSE_MILLISECONDS)
    times: list[tuple[float, float]] = []
    for position in path[1:]:
        page.evaluate("window.answered = null")
        page.mouse.move(*position)
        elapsed = page.evaluate("lastMove(500)")
        if elapsed is not None:
            times.append(tuple(elapsed))
        page.wait_for_timeout(rng.uniform(0, LONGEST_PAUSE_MILLISECONDS))
    page.mouse.up()
    return times


def on_screen(page: Page, points: Stroke) -> Stroke:
    """Positions in cells as positions in the window."""
    box = page.locator("#grid").bounding_box()
    assert box is not None, "the grid is not on the page"
    cell = box["width"] / GRID_SIDE
    return [(box["x"] + x * cell, box["y"] + y * cell) for x, y in points]


def resampled(stroke: Stroke) -> Stroke:
    """Points of the stroke that are a cell or more apart."""
    kept = [stroke[0]]
    for point in stroke[1:]:
        if math.dist(point, kept[-1]) >= CELLS_BETWEEN_MOVES:
            kept.append(point)
    return kept


def wait_until_all_is_cached(page: Page) -> None:
    page.wait_for_function(
        """() => {
          const [cached, total] = document.getElementById("cached").textContent.split("/");
          return total && cached === total;
        }""",
        timeout=CACHE_LIMIT_SECONDS * 1000,
    )


def measure_tasks(browser: Browser, page: Page) -> list[Figure]:
    """The longest task of each of several windows, and the longest by processor time."""
    longest, processor = longest_tasks(browser, page, WINDOWS)
    return [
        Figure("longest main-thread task while training", longest, "ms", target=50),
        Figure("longest main-thread task, processor time", processor, "ms", summarize=max),
    ]


def measure_section(browser: Browser, page: Page, section: str) -> Figure:
    """The longest task while training with this section open and in view."""
    page.evaluate(
        """id => {
          const details = document.getElementById(id);
          details.open = true;
          details.scrollIntoView();
        }""",
        section,
    )
    page.wait_for_timeout(1000 * WINDOW_SECONDS)
    longest, _ = longest_tasks(browser, page, SECTION_WINDOWS)
    page.evaluate("id => document.getElementById(id).open = false", section)
    return Figure(f"longest main-thread task, #{section} in view", longest, "ms", target=50)


def longest_tasks(browser: Browser, page: Page, windows: int) -> tuple[list[float], list[float]]:
    """The longest task of each window in milliseconds, and the most processor time of one.

    Another program may delay one window; the long tasks of the page itself show in most.
    """
    longest, processor = [], []
    for _ in range(windows):
        browser.start_tracing(page=page, categories=["toplevel"])
        page.wait_for_timeout(1000 * WINDOW_SECONDS)
        tasks = main_thread_tasks(browser.stop_tracing())
        longest.append(max(task["dur"] for task in tasks) / MICROSECONDS)
        processor.append(max(task["tdur"] for task in tasks) / MICROSECONDS)
    return longest, processor


def main_thread_tasks(trace: bytes) -> list[dict[str, Any]]:
    """The tasks of the page's main thread; "dur" and, of the processor, "tdur" in microseconds."""
    events = json.loads(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == MAIN_THREAD
    }
    return [
        event
        for event in events
        if event["name"] == TASK and (event["pid"], event["tid"]) in threads and "tdur" in event
    ]


def measure_training(browser: Browser, visitor: Visitor) -> list[Figure]:
    """From Start to Pause with everything cached, by the page's own figure, for each kernel."""
    with fresh_page(browser) as bare_page:
        provide(bare_page, visitor.url, {"": (HTML, EMPTY_PAGE), "worker.js": (JAVASCRIPT, "")})
        bare_page.goto(visitor.url + FOLDER)
        bare = AppWorker(bare_page, block_paths())
        return [
            figure
            for kernels in bare.kernels
            for figure in measure_training_with(kernels, visitor, bare)
        ]


def measure_training_with(kernels: str, visitor: Visitor, bare: AppWorker) -> Sequence[Figure]:
    answer = json.loads(visitor.page.evaluate(USE_KERNELS, kernels))
    assert answer["ok"], answer
    bare.measure(kernels, BATCH_SIZE, BARE_SECONDS)
    trained, stepped = [], []
    for _ in range(TRAINING_ROUNDS):
        stepped.append(1000 * BATCH_SIZE / bare.measure(kernels, BATCH_SIZE, BARE_SECONDS))
        visitor.page.click("#start")
        visitor.page.wait_for_timeout(1000 * TRAINING_SECONDS)
        trained.append(visitor.figure("samples-per-second"))
        visitor.page.click("#pause")
        visitor.page.wait_for_selector("#start:enabled")
    training = Figure(f"training in the page, {kernels} kernels", trained, "samples/s")
    steps = Figure(f"bare steps, {kernels} kernels", stepped, "samples/s")
    name = f"training in the page vs bare steps, {kernels} kernels"
    return [training, steps, rate_ratio(name, training, steps, at_least=0.9)]


def main() -> None:
    with Server() as server, launched() as browser:
        report({"The page": measure_page(browser, server.url)}, {"Chromium": browser.version})


if __name__ == "__main__":
    main()
