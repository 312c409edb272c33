"""Journeys of somebody who wants to know why the network reads what it reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings

THREE = next(drawing["strokes"] for drawing in stored_drawings() if drawing["digit"] == 3)
# Opaque pixels of each color in a canvas: [bluish, orange].
COLORS = """
canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let blue = 0, orange = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 40) continue;
    if (data[i + 2] > data[i] + 40) blue += 1;
    if (data[i] > data[i + 2] + 40) orange += 1;
  }
  return [blue, orange];
}
"""
PICTURE = "canvas => canvas.toDataURL()"


def column(visitor: Visitor, digit: int) -> tuple[float, float]:
    """The sum of what the shown units and all others add to a digit, and the shown total."""
    texts: list[str] = visitor.page.locator(
        f'.telling tr:not([hidden]) > [id$="-{digit}"]'
    ).all_inner_texts()
    *parts, total, _ = [text.replace("\u2212", "-").rstrip("%") for text in texts]
    return sum(map(float, parts)), float(total)


def test_an_answer_is_taken_apart_into_units_and_ink(regular: Visitor) -> None:
    page = regular.page
    page.click("#inside summary")
    expect(page.locator("#inside-blank")).to_be_visible()
    page.locator("#grid").scroll_into_view_if_needed()
    regular.draw(placed(THREE))
    regular.expect_reading(3)
    page.locator("#units").scroll_into_view_if_needed()
    expect(page.locator("#votes-for")).to_have_text("for 3")

    for sheet in ("#sheet-0", "#sheet-1", "#unit-picture", "#votes"):
        assert min(page.locator(sheet).evaluate(COLORS)) > 5, sheet
    page.select_option("#ink-against", "8")
    expect(page.locator("#votes-against")).to_have_text("for 8")
    three, eight = column(regular, 3), column(regular, 8)
    for parts, total in (three, eight):
        assert parts == pytest.approx(total, abs=0.05 * 10)  # each is rounded to a decimal
    assert regular.figure("votes-words") == pytest.approx(three[1] - eight[1], abs=0.11)
    # The probabilities say the same of the two digits.
    probabilities = regular.probabilities()
    assert probabilities[3] > probabilities[8]

    # By keyboard to a unit below, and its figures follow.
    page.click("#unit-0")
    expect(page.locator("#unit-title")).to_have_text("Unit 0")
    before = page.locator("#unit-picture").evaluate(PICTURE)
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#unit-title")).to_have_text("Unit 9")
    expect(page.locator("#unit-9")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#unit-picture")).to_have_attribute("aria-label", "The weights of unit 9")
    assert page.locator("#unit-picture").evaluate(PICTURE) != before
    unit = page.locator("#telling-0-unit").inner_text()
    page.click("#telling-0-unit")
    expect(page.locator("#unit-title")).to_have_text(f"Unit {unit}")
    expect(page.locator("#unit-words")).to_contain_text("It responds")


def test_the_units_change_while_it_trains_and_only_in_view(regular: Visitor) -> None:
    page = regular.page
    page.click("#randomize-weights")
    expect(page.locator("#weights-note")).to_contain_text("Random weights")
    page.click("#inside summary")
    page.locator("#units").scroll_into_view_if_needed()
    page.wait_for_function("document.getElementById('unit-picture').ariaLabel")
    sheet = page.locator("#sheet-0")
    before = sheet.evaluate(PICTURE)
    page.locator("#start").evaluate("button => button.click()")
    page.wait_for_function(
        "before => document.getElementById('sheet-0').toDataURL() !== before", arg=before
    )
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("scrollY === 0")
    regular.wait_for_figure("iteration", regular.figure("iteration") + 200)
    hidden = sheet.evaluate(PICTURE)
    regular.wait_for_figure("iteration", regular.figure("iteration") + 200)
    assert sheet.evaluate(PICTURE) == hidden
    page.click("#pause")
    page.locator("#units").scroll_into_view_if_needed()
    page.wait_for_function(
        "before => document.getElementById('sheet-0').toDataURL() !== before", arg=hidden
    )


def test_the_nearest_training_digits_can_be_looked_at_in_turn(regular: Visitor) -> None:
    page = regular.page
    page.click("#inside summary")
    expect(page.locator("#find-nearest")).to_be_disabled()
    page.locator("#grid").scroll_into_view_if_needed()
    regular.draw(placed(THREE))
    # Those that an earlier journey found stay until the search has ended, and if the same are found
    # again, so do their nodes. The words are always written anew.
    words = page.locator("#nearest-words")
    words.evaluate("words => words.replaceChildren()")
    page.click("#find-nearest")
    # Of the first 4,096 samples that it trains on, what is a digit.
    expect(words).to_contain_text(re.compile(r"of 4,0\d\d training digits"), timeout=30_000)
    buttons = page.locator("#nearest-digits button")
    expect(buttons).to_have_count(12)
    labels = [text.split("\n")[0] for text in buttons.all_inner_texts()]
    assert labels.count("3") > 6
    expect(words).to_contain_text(f"{labels.count('3')} of label 3")
    assert set(labels) <= set("0123456789")

    buttons.first.click()
    expect(page.locator("#sample-note")).to_contain_text(labels[0])
    assert regular.ink() > 10
