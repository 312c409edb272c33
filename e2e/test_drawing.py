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


def test_drawings_are_read_right(regular: Visitor) -> None:
    for drawing in stored_drawings():
        regular.draw(placed(drawing["strokes"]))
        regular.expect_reading(drawing["digit"])
        assert sum(regular.probabilities()) == pytest.approx(1, abs=1e-4)
        regular.page.click("#clear")
        regular.expect_reading("")


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


def test_drawing_by_keyboard(regular: Visitor) -> None:
    page = regular.page
    page.focus("#grid")
    for _ in range(6):
        page.keyboard.press("ArrowUp")
    page.keyboard.down("Shift")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.up("Shift")
    regular.expect_reading(1)
    page.keyboard.press("Control+z")
    assert regular.ink() == 0
    regular.expect_reading("")


def test_a_sample_comes_with_its_label_and_its_numbers(regular: Visitor) -> None:
    page = regular.page
    page.click("#load-sample")
    expect(page.locator("#sample-note")).to_contain_text("labeled")
    assert page.locator("#label").input_value() in set("0123456789")
    assert regular.ink() > 10
    page.click("#show-data")
    cells = page.locator("#data-table td")
    assert cells.count() == 784
    total = sum(int(text) for text in cells.all_inner_texts())
    assert total / 255 == pytest.approx(regular.ink(), abs=0.1)
    page.keyboard.press("Escape")
    expect(page.locator("#data-dialog")).to_be_hidden()


def test_teaching_one_drawing_lowers_its_loss(regular: Visitor) -> None:
    page = regular.page
    regular.draw(placed(SEVEN))
    regular.expect_reading(7)
    before = regular.probabilities()[1]
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
