"""The style sheets, as far as mistakes in them can be told from their text."""

import re
from pathlib import Path

from tests.ui.page_markup import page_markup
from tests.ui.test_imports import FEATURES

APP = Path(__file__).parents[2] / "app"
SHEETS = [APP / "styles.css", *sorted((APP / "pyscript").rglob("*.css"))]
STYLES = "".join(path.read_text(encoding="utf-8") for path in SHEETS)
"""As the browser gets them."""


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


def test_every_feature_has_its_styles() -> None:
    """But what shows nothing, or nothing that the whole page has not."""
    assert all(path.name == "style.css" for path in SHEETS[1:])
    styled = {path.parent.name for path in SHEETS[1:]}
    assert styled == FEATURES - {"offline", "settings", "start"}


def test_no_common_style_is_for_one_feature_alone() -> None:
    """A class of styles.css stands in the page's markup, in shared code, or in several folders."""
    page = page_markup()
    alone = set()
    for name in re.findall(r"^\.([\w-]+)", SHEETS[0].read_text(encoding="utf-8"), re.MULTILINE):
        word = re.compile(rf"(?<![\w-]){name}(?![\w-])")
        users = {
            path.relative_to(APP / "pyscript").parts[0]
            for path in (APP / "pyscript").rglob("*.py")
            if word.search(path.read_text(encoding="utf-8"))
        }
        if not word.search(page) and len(users) == 1 and users <= FEATURES:
            alone.add(name)
    assert alone == set()
