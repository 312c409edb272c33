"""How the page reads digits by people it never learned from: `python -m bench.reading [drawings]`.

Replays the pen strokes of the test writers (app/model/drawings/pen_strokes.py) as a mouse on the
real page, in each way of drawing, and counts what the page says. A whole run takes five minutes.
"""

from __future__ import annotations

import sys

from app.model.drawings.pen_strokes import PenDrawing, load_pen_strokes, split_by_writer
from bench.browser import fresh_page, launched
from bench.report import Figure, report
from e2e.gestures import READING_CONDITIONS, Condition, Visitor
from e2e.server import Server

TARGETS = {"natural size": 98.0, "small in a corner": 96.5, "thinnest brush": 97.0}


def measure_reading(visitor: Visitor, condition: Condition, drawings: list[PenDrawing]) -> Figure:
    """The share of drawings that the page reads right, in percent."""
    right = 0
    for drawing in drawings:
        strokes = [[(x, y) for x, y in stroke.tolist()] for stroke in drawing.strokes]
        right += visitor.reading_of(strokes, condition) == str(drawing.label)
    return Figure(
        f"read right: {condition.name}, {len(drawings):,} drawings",
        [100 * right / len(drawings)],
        "%",
        target=TARGETS.get(condition.name),
        lower_is_better=False,
    )


def main(count: int | None) -> None:
    drawings = split_by_writer(load_pen_strokes())["test"]
    chosen = drawings if count is None else drawings[:: max(1, len(drawings) // count)]
    with Server() as server, launched() as browser, fresh_page(browser) as page:
        visitor = Visitor(page, server.url)
        visitor.open()
        visitor.wait_for_the_network()
        figures = [measure_reading(visitor, condition, chosen) for condition in READING_CONDITIONS]
        report({"Reading": figures}, {"Chromium": browser.version})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
