"""The style sheet, as far as mistakes in it can be told from its text."""

import re
from pathlib import Path

STYLES = (Path(__file__).parents[2] / "app/styles.css").read_text(encoding="utf-8")


def test_everything_turns_where_a_page_is_written_from_right_to_left() -> None:
    """Logical properties, but for the pictures' own directions."""
    sides = r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|translateX"
    assert re.findall(rf"{sides}|(?<![\w-])(?:left|right):", STYLES) == []


def test_no_two_parts_of_the_page_share_a_class() -> None:
    """A class that two components took would lay out one of them as the other."""
    selectors = re.findall(r"^(\.[\w-]+) \{", STYLES, re.MULTILINE)
    twice = {selector for selector in selectors if selectors.count(selector) > 1}
    assert not twice
    assert len(selectors) > 50  # else the style sheet is written differently by now


def test_what_can_be_tapped_is_not_zoomed_into_by_two_taps() -> None:
    assert "a, button, input, label, select, summary { touch-action: manipulation; }" in STYLES
    others = set(re.findall(r"touch-action: ([^;]+);", STYLES)) - {"manipulation"}
    assert others == {"pinch-zoom", "pan-y pinch-zoom"}, "the grid and sliders"
