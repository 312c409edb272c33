"""What the page reads of people whose hand the network never learned, drawn by a real pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.gestures import READING_CONDITIONS, Condition, Visitor, unseen_drawings

# Well below what is measured with all drawings of the test writers (docs/recognition.md): the
# floor, and each how many-th drawing of the sixty is drawn. Of twelve, each is 8 %: what is
# looked for here is a page that draws or reads in another way than what was measured.
FLOORS = {
    "natural size": (0.9, 3),
    "small in a corner": (0.86, 5),
    "thinnest brush": (0.86, 5),
    "large": (0.86, 5),
}


@pytest.mark.parametrize("condition", READING_CONDITIONS, ids=lambda condition: condition.name)
def test_strangers_are_read_right(regular: Visitor, condition: Condition) -> None:
    floor, stride = FLOORS[condition.name]
    drawings = unseen_drawings()[::stride]
    readings = [regular.reading_of(drawing["strokes"], condition, every=3) for drawing in drawings]
    misread = [
        f"{drawing['digit']} as {reading or 'nothing'}"
        for drawing, reading in zip(drawings, readings, strict=True)
        if reading != str(drawing["digit"])
    ]
    assert len(drawings) - len(misread) >= floor * len(drawings), misread


def test_what_is_no_digit_is_not_named(regular: Visitor) -> None:
    page = regular.page
    regular.draw([[(14, 14), (14.3, 14.2)]])
    expect(page.locator("#prediction-note")).to_contain_text("dot")
    regular.expect_reading("")
    page.click("#clear")
    regular.draw([[(8, 6), (8, 22)], [(20, 6), (20, 22)]])
    expect(page.locator("#prediction-note")).to_contain_text("More than one digit")
    regular.expect_reading("")
    page.click("#clear")
    lines = [4.0, 9, 14, 19, 24]
    regular.draw([[(4.0, y), (24, y)] for y in lines] + [[(x, 4.0), (x, 24)] for x in lines])
    expect(page.locator("#prediction-note")).to_contain_text("Not a digit")
    regular.expect_reading("")
