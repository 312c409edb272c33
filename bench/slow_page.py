"""The real page on a machine with a quarter of this one's speed: `python -m bench.slow_page`.

Chromium slows down the page's main thread to a quarter (Emulation.setCPUThrottlingRate), as its
developer tools do for phones. Workers are not slowed down, as a figure here shows; a slow worker
trains and answers later, but holds up no frame. Measured: how long a visitor waits for the first
reading with a cold cache, and, while the page trains, the longest task of the main thread, the gaps
between frames, and how soon the bars follow the pointer.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from bench.boot import bare_pages, boot_bare, first_readings
from bench.browser import (
    EMPTY_PAGE,
    FOLDER,
    HTML,
    JAVASCRIPT,
    fresh_page,
    launched,
    provide,
)
from bench.page import (
    BARE_SECONDS,
    BATCH_SIZE,
    WATCH_BARS,
    WINDOW_SECONDS,
    WINDOWS,
    longest_tasks,
    measure_moves,
    start_training,
)
from bench.report import Figure, report
from bench.steps import AppWorker, block_paths
from e2e.gestures import Visitor
from e2e.server import Server

SLOWNESS = 4
ROUNDS = 3
LONGEST_GAP_MILLISECONDS = 100
NAME = f"at {SLOWNESS}x throttling"


def slow_down(page: Page) -> None:
    """From now on, also on the pages that it goes to."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWNESS})


def measure_slow_page(browser: Browser, url: str) -> list[Figure]:
    return [*measure_start(browser, url), *measure_work(browser, url), worker_speed(browser, url)]


def measure_start(browser: Browser, url: str) -> list[Figure]:
    """The first reading beside a bare page on which MicroPython says hello, in turns."""
    files = bare_pages(browser, url)
    drawable, reading, hello = [], [], []
    for _ in range(ROUNDS):
        firsts = first_readings(browser, url, slow_down)
        drawable.append(firsts["drawable"])
        reading.append(firsts["reading"])
        hello.append(boot_bare(browser, url, files, "hello", "ui", prepare=slow_down))
    bare = Figure(f"{NAME}: a bare page where MicroPython says hello", hello, "ms")
    return [
        Figure(f"{NAME}: grid drawable", drawable, "ms").beside(bare),
        Figure(f"{NAME}: first reading", reading, "ms").beside(bare),
        bare,
    ]


def measure_work(browser: Browser, url: str) -> list[Figure]:
    with fresh_page(browser) as page:
        visitor = Visitor(page, url)
        visitor.open()
        visitor.wait_for_the_network()
        page.evaluate(WATCH_BARS)
        start_training(page)
        slow_down(page)
        moves = measure_moves(visitor, f"while training, {NAME}")
        longest, _ = longest_tasks(browser, page, WINDOWS)
        gaps = [gap for _ in range(WINDOWS) for gap in visitor.frame_gaps(WINDOW_SECONDS)]
    long_gaps = sum(gap > LONGEST_GAP_MILLISECONDS for gap in gaps)
    return [
        Figure(f"{NAME}: longest main-thread task while training", longest, "ms", target=60),
        Figure(f"{NAME}: longest gap between frames while training", gaps, "ms", summarize=max),
        Figure(f"{NAME}: gaps between frames over 100 ms", [long_gaps], "", target=0),
        *moves,
    ]


def worker_speed(browser: Browser, url: str) -> Figure:
    """A step in the worker of a page that is slowed down, beside the same before."""
    with fresh_page(browser) as page:
        provide(page, url, {"": (HTML, EMPTY_PAGE), "worker.js": (JAVASCRIPT, "")})
        page.goto(url + FOLDER)
        worker = AppWorker(page, block_paths())
        kernels = worker.kernels[-1]

        def steps() -> list[float]:
            return [worker.measure(kernels, BATCH_SIZE, BARE_SECONDS) for _ in range(ROUNDS)]

        usual = Figure("step in a worker", steps(), "ms")
        slow_down(page)
        return Figure(f"{NAME}: step in a worker", steps(), "ms").beside(usual)


def main() -> None:
    with Server() as server, launched() as browser:
        figures = measure_slow_page(browser, server.url)
        report({"A slow machine": figures}, {"Chromium": browser.version})


if __name__ == "__main__":
    main()
