"""Journeys of somebody who draws and wants to see it read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from e2e.conftest import LAN_HOST
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

SEVEN = next(drawing["strokes"] for drawing in stored_drawings() if drawing["digit"] == 7)


def test_the_page_can_be_drawn_on_before_the_network_is_there(visitor: Visitor) -> None:
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    visitor.page.route("**/worker.zip", hold)
    visitor.open()
    visitor.draw(placed(SEVEN))
    assert visitor.ink() > 20
    expect(visitor.page.locator("html")).to_have_attribute("data-worker", "starting")
    visitor.expect_reading("")
    is_held = False
    for route in held:
        route.continue_()
    visitor.wait_for_the_network()
    visitor.expect_reading(7)


def test_drawings_are_read_right(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()
    for drawing in stored_drawings():
        visitor.draw(placed(drawing["strokes"]))
        visitor.expect_reading(drawing["digit"])
        assert sum(visitor.probabilities()) == pytest.approx(1, abs=1e-4)
        visitor.page.click("#clear")
        visitor.expect_reading("")


def test_a_small_drawing_in_a_corner_is_read_right(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()
    visitor.draw(placed(SEVEN, size=11, centre=21))
    visitor.expect_reading(7)


def test_a_finger_on_a_phone_draws(server: Server, new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(server.url, width=390, height=844, has_touch=True, is_mobile=True)
    visitor.open()
    visitor.wait_for_the_network()
    visitor.draw_by_touch(placed(SEVEN))
    visitor.expect_reading(7)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out sideways"
    assert visitor.page.evaluate("window.scrollY") == 0, "drawing does not scroll the page"


def test_tools_of_the_grid(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.draw([[(14.5, 14.5)]])
    dot = visitor.ink()
    assert dot > 1, "a click paints a dot"
    visitor.draw([[(5, 5), (23, 5)]])
    line = visitor.ink()
    assert line > dot
    page.click("#undo")
    assert visitor.ink() == pytest.approx(dot)
    page.click("#eraser")
    visitor.draw([[(14.5, 14.5)]])
    assert visitor.ink() == pytest.approx(0)
    page.click("#pen")
    page.locator("#brush-size").fill("5")
    visitor.draw([[(14.5, 14.5)]])
    assert visitor.ink() > 2 * dot, "a wider brush paints a larger dot"
    page.click("#clear")
    assert visitor.ink() == 0


def test_drawing_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.focus("#grid")
    for _ in range(6):
        page.keyboard.press("ArrowUp")
    page.keyboard.down("Shift")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.up("Shift")
    visitor.expect_reading(1)
    page.keyboard.press("Control+z")
    assert visitor.ink() == 0
    visitor.expect_reading("")


def test_a_sample_comes_with_its_label_and_its_numbers(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#load-sample")
    expect(page.locator("#sample-note")).to_contain_text("labelled")
    assert page.locator("#label").input_value() in set("0123456789")
    assert visitor.ink() > 10
    page.click("#show-data")
    cells = page.locator("#data-table td")
    assert cells.count() == 784
    total = sum(int(text) for text in cells.all_inner_texts())
    assert total / 255 == pytest.approx(visitor.ink(), abs=0.1)
    page.keyboard.press("Escape")
    expect(page.locator("#data-dialog")).to_be_hidden()


def test_teaching_one_drawing_lowers_its_loss(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    visitor.draw(placed(SEVEN))
    visitor.expect_reading(7)
    before = visitor.probabilities()[1]
    page.select_option("#label", "1")
    page.click("#tune")
    note = page.locator("#tune-note")
    expect(note).to_contain_text("after")
    loss_before = float(note.get_attribute("data-loss-before") or "nan")
    loss_after = float(note.get_attribute("data-loss-after") or "nan")
    assert loss_after < loss_before
    page.wait_for_function(
        "before => parseFloat(document.querySelector('[data-digit=\"1\"]').dataset.probability)"
        " > before",
        arg=before,
    )
    expect(page.locator("#weights-note")).to_contain_text("tuned once")


def test_plain_http_on_a_local_network_is_enough(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(f"http://{LAN_HOST}:{server.port}")
    visitor.open()
    assert visitor.page.evaluate("isSecureContext") is False
    visitor.wait_for_the_network()
    visitor.draw(placed(SEVEN))
    visitor.expect_reading(7)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_nothing_jumps_while_the_page_starts(
    server: Server, new_visitor: Callable[..., Visitor], width: int, height: int
) -> None:
    visitor = new_visitor(server.url, width=width, height=height)
    visitor.watch_layout()
    visitor.open()
    visitor.wait_for_the_network()
    # Under 0.1 counts as good (web.dev, Cumulative Layout Shift).
    assert visitor.layout_shift() < 0.02
