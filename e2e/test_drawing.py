"""Journeys of somebody who draws and wants to see it read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.gestures import HEARD, LISTEN, Visitor, held_back, placed, stored_drawings
from e2e.test_accessibility import AT_A_DESK, DESK_IN_THE_DARK, PHONE_IN_THE_LIGHT, violations

SEVEN = next(drawing["strokes"] for drawing in stored_drawings() if drawing["digit"] == 7)


def test_the_page_can_be_drawn_on_before_the_network_is_there(visitor: Visitor) -> None:
    page = visitor.page
    with held_back(page, "**/worker.zip"):
        visitor.open()
        page.evaluate(LISTEN)
        assert violations(visitor, DESK_IN_THE_DARK, PHONE_IN_THE_LIGHT, AT_A_DESK) == []
        visitor.draw(placed(SEVEN))
        assert visitor.ink() > 20
        expect(page.locator("html")).to_have_attribute("data-worker", "starting")
        visitor.expect_reading(7)
    visitor.wait_for_the_network()
    visitor.expect_reading(7)
    # Of what it waited for, each was said once.
    expect(page.locator("#status")).to_have_text("Ready")
    said = [words for region, words in page.evaluate(HEARD) if region == "status"]
    assert len(said) == len(set(said)) <= 6


def test_drawings_are_read_right(regular: Visitor) -> None:
    for drawing in stored_drawings():
        # One with all points that were recorded, as a fast pen or a slow hand has them.
        every = 1 if drawing["digit"] == 3 else 3
        regular.draw(placed(drawing["strokes"], every=every))
        regular.expect_reading(drawing["digit"])
        assert sum(regular.probabilities()) == pytest.approx(1, abs=1e-4)
        regular.page.click("#clear")
        regular.expect_reading("")


def test_a_finger_on_a_phone_draws(regular_on_a_phone: Visitor) -> None:
    visitor = regular_on_a_phone
    visitor.draw_by_touch(placed(SEVEN))
    visitor.expect_reading(7)
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out sideways"
    assert visitor.page.evaluate("window.scrollY") == 0, "drawing does not scroll the page"


def test_tools_of_the_grid(regular: Visitor) -> None:
    visitor, page = regular, regular.page
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
