"""The first reading with a cold cache, in Firefox and WebKit: `python -m bench.first_reading`.

Seconds after navigation until the grid can be drawn on, until a stroke that is drawn at that moment
has its bars, and until the worker's network is ready. An argument says how many rounds; each is a
browser with a fresh profile. bench/boot.py measures the same in Chromium.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from bench.report import Figure, report
from e2e import engines
from e2e.server import Server

ROUNDS = 3
LIMIT_SECONDS = 90
TARGET_SECONDS = {"firefox": 1.2, "webkit": 2.0}
SECTION = "First reading in other browsers, nothing cached"

# Draws a 1 in the moment in which the grid can be drawn on, as events of a pointer, and notes when
# that was, when its bars show, and when the worker is ready.
DRAW_AT_ONCE = """
window.firsts = {};
const stroke = () => {
  const grid = document.getElementById("grid"), box = grid.getBoundingClientRect();
  const point = (type, y) => grid.dispatchEvent(new PointerEvent(type, {
    bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: "mouse",
    button: 0, buttons: 1, clientX: box.left + box.width / 2, clientY: box.top + y * box.height,
  }));
  point("pointerdown", 0.2);
  for (let y = 0.22; y < 0.8; y += 0.02) point("pointermove", y);
  point("pointerup", 0.8);
};
const look = () => {
  const { ui, worker } = document.documentElement.dataset;
  const note = (name, isSo) => isSo && (firsts[name] ??= performance.now());
  if (ui === "ready" && !firsts.drawable) {
    note("drawable", true);
    setTimeout(stroke);
  }
  note("reading", document.querySelector("#probabilities [data-probability*='0']"));
  note("ready", worker === "ready");
};
new MutationObserver(look).observe(document, {attributes: true, childList: true, subtree: true});
look();
"""
FIRSTS = "return window.firsts ?? {}"
IS_THERE = (
    "return location.href.startsWith(arguments[0]) && 'ui' in document.documentElement.dataset"
)


def measure_engine(engine: str, url: str) -> Mapping[str, float]:
    """Milliseconds: drawable, reading, ready. Raises NotInstalledError."""
    with engines.opened(engine) as page:
        page.script(f"setTimeout(() => location.href = '{url}')")
        deadline = time.monotonic() + LIMIT_SECONDS
        is_watched = False
        firsts: dict[str, float] = {}
        while len(firsts) < 3:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{engine} has only {firsts} after {LIMIT_SECONDS} s")
            time.sleep(0.01 if not is_watched else 0.2)
            try:
                if is_watched:
                    firsts = page.script(FIRSTS)
                elif page.script(IS_THERE, url):
                    page.script(DRAW_AT_ONCE)
                    is_watched = True
            except Exception:  # the page before is being left
                continue
        return firsts


def measure_first_readings(url: str, rounds: int = ROUNDS) -> list[Figure]:
    """Of the engines that are installed."""
    figures = []
    for engine in engines.STARTS:
        try:
            found = [measure_engine(engine, url) for _ in range(rounds)]
        except engines.NotInstalledError as error:
            print(error)
            continue
        for name, what, target in (
            ("drawable", "grid drawable", None),
            ("reading", "first reading", TARGET_SECONDS.get(engine)),
            ("ready", "network ready", None),
        ):
            seconds = [each[name] / 1000 for each in found]
            figures.append(Figure(f"{engine}: {what}", seconds, "s", target=target))
    return figures


def main(rounds: int) -> None:
    with Server() as server:
        report({SECTION: measure_first_readings(server.url, rounds)})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
