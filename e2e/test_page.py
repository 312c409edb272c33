"""What holds for the page as a whole: what follows its width, where the focus is, what is heard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

SECTIONS = ("evaluation", "hand", "inside", "time", "learn")
# The widths of each chart and of the place that it stands in; and of the page and its window.
CHARTS = """
() => [...document.querySelectorAll(".plot")].filter(place => place.clientWidth)
  .map(place => [place.querySelector("canvas").offsetWidth, place.clientWidth])
"""
PAGE_WIDTH = "document.scrollingElement.scrollWidth"
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def open_all(page: Page) -> None:
    for section in SECTIONS:
        page.evaluate("id => { document.getElementById(id).open = true; }", section)


def test_every_chart_is_as_wide_as_its_place(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(server.url, width=785, height=390)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    open_all(page)
    page.locator("#grid").scroll_into_view_if_needed()
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.select_option("#hand-label", "3")
    page.click("#keep-drawing")
    # The hand's chart, and that of compared runs, are made while their sections are closed.
    for section in ("hand", "time"):
        page.evaluate("id => { document.getElementById(id).open = false; }", section)
    page.click("#start")
    visitor.wait_for_figure("iteration", 100)
    page.click("#pause")
    page.click("#reset")
    page.click("#start")
    visitor.wait_for_figure("iteration", 100)
    open_all(page)
    page.wait_for_function(f"() => ({CHARTS})().length === 4")
    for width, height in ((785, 390), (390, 785), (1280, 800), (600, 800), (320, 700)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(TWO_FRAMES)
        charts = page.evaluate(CHARTS)
        assert len(charts) == 4
        assert all(chart == place >= 150 for chart, place in charts), (width, charts)
        assert page.evaluate(PAGE_WIDTH) <= width
