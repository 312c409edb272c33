"""What holds for the page as a whole: what follows its width, where the focus is, what is heard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from e2e.conftest import Regular
from e2e.gestures import HEARD, LISTEN, Visitor, placed, stored_drawings
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
    visitor = new_visitor(f"{server.url}#hide=charts", width=785, height=390)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    # The charts of the run were made while the link had them hidden.
    expect(page.locator("#charts")).to_be_hidden()
    page.click("#show-hidden")
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


# What has the focus: its id, or the key of the notice that it is in.
FOCUS = """
() => {
  const here = document.activeElement;
  return here.id || here.closest("[data-notice]")?.dataset.notice || here.tagName;
}
"""


def press(page: Page, identifier: str) -> None:
    """Go to a button and press it by keyboard."""
    expect(page.locator(f"#{identifier}")).to_be_enabled()
    page.focus(f"#{identifier}")
    page.keyboard.press("Enter")


def expect_focus(page: Page, expected: str) -> None:
    page.wait_for_function(f"expected => ({FOCUS})() === expected", arg=expected)


def dismiss_three_notices(page: Page) -> None:
    page.route("**/api/samples/**", lambda route: route.abort())
    press(page, "load-sample")
    notices = page.locator("#notices .notice")
    expect(notices).to_have_count(1)
    for identifier in ("weights-file", "tray-file"):
        if identifier == "tray-file":
            page.evaluate("() => { document.getElementById('hand').open = true; }")
        content = {"name": "x", "mimeType": "text/plain", "buffer": b"nothing of ours"}
        page.set_input_files(f"#{identifier}", content)  # type: ignore[arg-type]
    expect(notices).to_have_count(3)
    page.focus("#load-sample")
    notices.get_by_role("button").nth(1).focus()
    page.evaluate(LISTEN)
    for left, expected in ((2, "open_tray"), (1, "samples"), (0, "load-sample")):
        page.keyboard.press("Enter")
        expect(notices).to_have_count(left)
        expect_focus(page, expected)
    heard = [region for region, _ in page.evaluate(HEARD)]
    assert "notices" not in heard  # those that stay are not read out again
    page.unroute("**/api/samples/**")


def test_nobody_loses_their_place_by_a_redraw(regular_and_console: Regular) -> None:
    visitor, console = regular_and_console
    page = visitor.page
    dismiss_three_notices(page)
    console.clear()  # the browser logs the aborted request itself

    press(page, "start")
    expect_focus(page, "pause")
    visitor.wait_for_figure("iteration", 1)
    press(page, "pause")
    expect_focus(page, "start")
    press(page, "reset")
    expect_focus(page, "start")
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.select_option("#hand-label", "3")
    press(page, "keep-drawing")
    expect_focus(page, "hand-label")
    page.locator("#tray-digits button").focus()
    page.keyboard.press("Enter")
    expect_focus(page, "tray-undo")
    press(page, "collect")
    expect_focus(page, "grid")
    visitor.draw(placed(stored_drawings()[0]["strokes"]))
    press(page, "collect-keep")
    expect(page.locator("#collect-prompt")).to_contain_text("Draw a 1")
    expect_focus(page, "grid")
    press(page, "collect-end")
    expect_focus(page, "collect")
    open_all(page)
    page.locator("#grid").scroll_into_view_if_needed()
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.select_option("#learn-label", "3")
    press(page, "run-step")
    expect(page.locator("#leave-step")).to_be_visible()
    press(page, "leave-step")
    expect_focus(page, "run-step")
    press(page, "find-nearest")
    expect(page.locator("#nearest-digits button").first).to_be_visible()
    expect_focus(page, "find-nearest")


def test_events_are_heard_and_moving_figures_are_not(regular: Visitor) -> None:
    visitor, page = regular, regular.page
    page.evaluate(LISTEN)
    for _ in range(2):
        visitor.draw(placed(stored_drawings()[3]["strokes"]))
        expect(page.locator("#prediction-heard")).to_have_text("Read as 3.")
        page.click("#clear")
        expect(page.locator("#prediction-heard")).to_be_empty()
    said = [words for region, words in page.evaluate(HEARD) if region == "prediction-heard"]
    assert said == ["Read as 3."] * 2

    page.click("#start")
    visitor.wait_for_figure("iteration", 1500)
    page.click("#pause")
    expect(page.locator("#status")).to_contain_text("Paused after")
    heard = page.evaluate(HEARD)
    assert [words.split()[0] for region, words in heard if region == "status"] == [
        "Training…",
        "Paused",
    ]
    assert len(heard) < 10, heard


def test_advice_can_be_followed_on_the_page_as_it_is_shown(regular: Visitor) -> None:
    page = regular.page
    page.evaluate("location.hash = 'preset=zeros&until=0&hide=keep,weights,settings'")
    expect(page.locator("#keep-panel")).to_be_hidden()
    page.click("#start-lesson")
    notice = page.locator("#notices .notice")
    expect(notice).to_contain_text("cannot learn any more", timeout=60_000)
    expect(notice).to_contain_text("press Show all")
    expect(notice).not_to_contain_text("shared weights")
    page.click("#show-hidden")
    expect(notice).to_contain_text("choose He as the initializer")
    page.click("#pause")
    expect(page.locator("#status")).to_contain_text("Paused after")
    page.click("#more-settings summary")
    page.fill("#until", "1")
    page.press("#until", "Tab")
    expect(page.locator("#settings-note")).to_contain_text("or a step after")
    page.select_option("#initializer", "he_normal")
    page.click("#randomize-weights")
    page.click("#start")
    page.wait_for_function("() => parseFloat(document.getElementById('loss').dataset.value) < 2")
    expect(notice).to_have_count(0)
