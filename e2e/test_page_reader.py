"""Journeys of visitors whose worker is late, or never comes: the page itself reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from app.pyscript.read import texts
from app.pyscript.start import texts as start_texts
from e2e.conftest import LAN_HOST
from e2e.gestures import LISTEN, Visitor, held_back, placed, stored_drawings
from e2e.server import Server
from e2e.test_keeping import train_a_little, wait_until_kept

TOLERANCE = 1e-5
BY_THE_PAGE = texts.PREDICTION_TIME_PAGE.rsplit("ms", 1)[1]
BY_THE_WORKER = texts.PREDICTION_TIME.rsplit("ms", 1)[1]
SEEN = "document.getElementById('seen').getContext('2d').getImageData(0, 0, 28, 28).data.join()"
# PyScript's own stays: it does not catch that.
FORBID_DATABASE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (name, ...more) {
  if (name.includes("digits")) throw new DOMException("no", "SecurityError");
  return open.call(this, name, ...more);
};
"""
THREE = placed(stored_drawings()[3]["strokes"])


def weights_that_come(page: Page) -> list[int]:
    """A list that gets the size of each answer with weights. With a route, Playwright turns the
    browser's cache off."""
    sizes: list[int] = []

    def on_finished(request: Request) -> None:
        if request.url.endswith("/api/weights"):
            sizes.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", on_finished)
    return sizes


def draw_at_once(visitor: Visitor) -> None:
    """As soon as the grid can be drawn on."""
    visitor.page.goto(visitor.url, wait_until="commit")
    visitor.page.wait_for_selector('html[data-ui="ready"]')
    visitor.draw(THREE)


def expect_worker(visitor: Visitor, state: str) -> None:
    expect(visitor.page.locator("html")).to_have_attribute("data-worker", state)


def expect_equal_bars(visitor: Visitor, expected: list[float]) -> None:
    assert visitor.probabilities() == pytest.approx(expected, abs=TOLERANCE)


def read_by_the_page(visitor: Visitor) -> tuple[list[float], str]:
    """The bars and the picture of what was drawn, while the worker starts."""
    page = visitor.page
    visitor.expect_reading(3)
    expect(page.locator("#prediction-note")).to_contain_text("sure")
    expect(page.locator("#prediction-time")).to_contain_text(BY_THE_PAGE)
    visitor.settled_reading()
    expect_worker(visitor, "starting")
    bars, seen = visitor.probabilities(), page.evaluate(SEEN)
    assert sum(bars) == pytest.approx(1, abs=TOLERANCE)
    assert "255" in seen
    return bars, seen


def expect_the_same_by_the_worker(visitor: Visitor, bars: list[float], seen: str) -> None:
    visitor.wait_for_the_network()
    expect(visitor.page.locator("#prediction-time")).to_contain_text(BY_THE_WORKER)
    visitor.expect_reading(3)
    expect_equal_bars(visitor, bars)
    assert visitor.page.evaluate(SEEN) == seen


def test_the_page_reads_until_the_worker_does(visitor: Visitor) -> None:
    page = visitor.page
    with held_back(page):
        draw_at_once(visitor)
        visitor.expect_reading(3)
        expect(page.locator("#prediction-heard")).to_have_text("Read as 3.")
        # What needs the worker waits for it.
        expect(page.locator("#start")).to_be_disabled()
        page.click("#clear")
        visitor.expect_reading("")
        expect(page.locator("#prediction-note")).to_have_text(texts.PREDICTION_BLANK)
        visitor.draw([[(4, 4), (4, 4.2)]])
        expect(page.locator("#prediction-note")).to_have_text(texts.PREDICTION_DOT)
        page.click("#undo")
        visitor.draw(THREE)
        expect(page.locator("#prediction-heard")).to_have_text("Read as 3.")
        page.evaluate(LISTEN)
        bars, seen = read_by_the_page(visitor)
    expect_the_same_by_the_worker(visitor, bars, seen)
    # Nobody hears the same reading again.
    heard = [region for region, _ in page.evaluate("window.heard")]
    assert "prediction-heard" not in heard


def test_over_plain_http_and_without_a_database_the_page_reads_too(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(f"http://{LAN_HOST}:{server.port}")
    visitor.page.add_init_script(FORBID_DATABASE)
    with held_back(visitor.page):
        draw_at_once(visitor)
        bars, seen = read_by_the_page(visitor)
    expect_the_same_by_the_worker(visitor, bars, seen)
    assert not visitor.page.evaluate("isSecureContext")


def test_a_worker_that_never_comes_leaves_a_page_that_reads(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    visitor = new_visitor(server.url, 390, 844)
    page = visitor.page
    page.route("**/worker/main.py", lambda route: route.fulfill(status=404, body="not here"))
    draw_at_once(visitor)
    expect_worker(visitor, "failed")
    visitor.expect_reading(3)
    expect(page.locator("#bar-digit")).to_have_text("3")
    expect(page.locator("#bar-train")).to_be_disabled()
    notice = page.locator("#notices .notice")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text(start_texts.STATUS_NOT_STARTED)
    expect(notice).to_contain_text(start_texts.STATUS_PAGE_READS)
    bars = visitor.probabilities()

    page.unroute("**/worker/main.py")
    notice.get_by_role("button", name=start_texts.NOTICE_TRY_AGAIN).click()
    visitor.expect_reading(3)  # all the time
    visitor.wait_for_the_network()
    expect(page.locator("#prediction-time")).to_contain_text(BY_THE_WORKER)
    expect_equal_bars(visitor, bars)
    console.clear()  # the browser logs what it could not have


def test_the_page_reads_with_the_weights_that_are_kept(visitor: Visitor) -> None:
    page = visitor.page
    sizes = weights_that_come(page)
    visitor.open()
    visitor.wait_for_the_network()
    visitor.draw(THREE)
    visitor.expect_reading(3)
    shared = visitor.probabilities()
    # The shared weights came once: when the worker asks, the answer is that they are still right.
    assert [size > 400_000 for size in sizes] == [True, False]
    page.select_option("#optimizer", "sgd")
    train_a_little(visitor)
    wait_until_kept(visitor)
    page.wait_for_timeout(4000)  # what was learned last is kept too
    visitor.settled_reading()
    own = visitor.probabilities()
    assert own != pytest.approx(shared, abs=TOLERANCE)

    # A visit later, the same before the worker and after it.
    with held_back(page):
        draw_at_once(visitor)
        expect(page.locator("#prediction-time")).to_contain_text(BY_THE_PAGE)
        visitor.expect_reading(3)
        visitor.settled_reading()
        expect_equal_bars(visitor, own)
    visitor.wait_for_the_network()
    expect(page.locator("#prediction-time")).to_contain_text(BY_THE_WORKER)
    expect_equal_bars(visitor, own)
