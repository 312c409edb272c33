"""The style sheet, as far as mistakes in it can be told from its text."""

import re
from pathlib import Path

STYLES = (Path(__file__).parents[2] / "app/styles.css").read_text(encoding="utf-8")


def test_no_two_parts_of_the_page_share_a_class() -> None:
    """A class that two components took would lay out one of them as the other."""
    selectors = re.findall(r"^(\.[\w-]+) \{", STYLES, re.MULTILINE)
    twice = {selector for selector in selectors if selectors.count(selector) > 1}
    assert not twice
    assert len(selectors) > 50  # else the style sheet is written differently by now
