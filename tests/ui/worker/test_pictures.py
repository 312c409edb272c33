import re
from pathlib import Path

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import HIDDEN_SIZE, INPUT_SIZE
from app.pyscript.inside.markup import SHEET_HEIGHT, SHEET_WIDTH
from app.pyscript.inside.markup import SHEETS as SHEETS_ON_THE_PAGE
from app.pyscript.worker.pictures import (
    AGAINST,
    BAR_ROWS,
    CELL_HEIGHT,
    CELL_WIDTH,
    FOR,
    NEUTRAL,
    SHEET_COLUMNS,
    SHEET_ROWS,
    SHEETS,
    unit_picture,
    unit_sheets,
    vote_picture,
)

STYLES = (Path(__file__).parents[3] / "app/styles.css").read_text()


def cell_of(sheets: ByteArray, unit: int) -> ByteArray:
    """A unit's part of the sheets, (CELL_HEIGHT, CELL_WIDTH, 4)."""
    sheet, place = divmod(unit, SHEET_ROWS * SHEET_COLUMNS)
    row, column = divmod(place, SHEET_COLUMNS)
    rows = sheets.reshape(SHEETS, SHEET_ROWS * CELL_HEIGHT, SHEET_COLUMNS * CELL_WIDTH, 4)[sheet]
    top, left = row * CELL_HEIGHT, column * CELL_WIDTH
    cell: ByteArray = rows[top : top + CELL_HEIGHT, left : left + CELL_WIDTH]
    return cell


def test_a_weight_s_sign_is_its_color_and_its_size_the_opacity() -> None:
    w1 = np.zeros((INPUT_SIZE, HIDDEN_SIZE), np.float32)
    w1[:3, 5] = 2, -1, 0
    picture = unit_picture(w1, 5).reshape(INPUT_SIZE, 4)
    assert picture[0].tolist() == [*FOR, 255]
    assert picture[1].tolist() == [*AGAINST, 126]
    assert picture[2, 3] == 0
    assert not unit_picture(w1, 6).reshape(INPUT_SIZE, 4)[:, 3].any()


def test_each_unit_has_its_place_in_the_sheets() -> None:
    w1 = np.zeros((INPUT_SIZE, HIDDEN_SIZE), np.float32)
    units = np.arange(HIDDEN_SIZE)
    w1[28 * 2 + 7 + units % 9, units] = 1
    sheets = unit_sheets(w1, np.zeros(HIDDEN_SIZE, np.float32))
    for unit in range(HIDDEN_SIZE):
        inked = np.argwhere(cell_of(sheets, unit)[..., 3])
        assert inked.tolist() == [[1 + 2, 1 + 7 + unit % 9]]


def test_all_units_share_one_scale() -> None:
    w1 = np.zeros((INPUT_SIZE, HIDDEN_SIZE), np.float32)
    w1[0] = 2
    w1[0, :2] = 1, 5
    sheets = unit_sheets(w1, np.zeros(HIDDEN_SIZE, np.float32))
    opacities = [cell_of(sheets, unit)[1, 1, 3] for unit in range(3)]
    assert opacities == [126, 255, 255]


def test_a_bar_is_as_long_as_its_unit_responds() -> None:
    w1 = np.zeros((INPUT_SIZE, HIDDEN_SIZE), np.float32)
    hidden = np.zeros(HIDDEN_SIZE, np.float32)
    hidden[[70, 71, 72]] = 8, 4, 0.001
    sheets = unit_sheets(w1, hidden)
    for unit, length in ((70, 28), (71, 14), (72, 1), (73, 0)):
        bar = cell_of(sheets, unit)[BAR_ROWS]
        assert (bar[..., 3] > 0).sum(axis=1).tolist() == [length] * 3
    assert cell_of(sheets, 70)[BAR_ROWS][0, 1].tolist() == [*NEUTRAL, 255]


def test_ink_has_the_color_of_its_vote_and_paper_none() -> None:
    seen = np.zeros(INPUT_SIZE, np.uint8)
    seen[:4] = 255, 255, 100, 255
    votes = np.zeros(INPUT_SIZE, np.float32)
    votes[:3] = 4, -4, 1
    picture = vote_picture(votes, seen).reshape(INPUT_SIZE, 4)
    assert picture[0].tolist() == [*FOR, 255]
    assert picture[1].tolist() == [*AGAINST, 255]
    assert picture[2].tolist() == [
        *(np.array(NEUTRAL) + np.array(FOR)) // 2,
        int(100 * (0.35 + 0.65 / 2)),
    ]
    assert picture[3].tolist() == [*NEUTRAL, int(255 * 0.35)]
    assert not picture[4:, 3].any()
    assert not vote_picture(np.zeros_like(votes), np.zeros_like(seen)).reshape(-1, 4)[:, 3].any()


def test_the_page_and_its_style_sheet_know_the_same() -> None:
    for name, color in (("for", FOR), ("against", AGAINST)):
        expected = "#" + bytes(color).hex()
        assert re.findall(rf"--{name}: (#\w+);", STYLES) == [expected]
    assert SHEETS_ON_THE_PAGE == SHEETS
    size = (SHEET_COLUMNS * CELL_WIDTH, SHEET_ROWS * CELL_HEIGHT)
    assert size == (SHEET_WIDTH, SHEET_HEIGHT)
    assert SHEETS * SHEET_ROWS * SHEET_COLUMNS == HIDDEN_SIZE


def test_colors_are_seen_on_light_and_on_dark() -> None:
    def luminance(color: tuple[int, ...]) -> float:
        """Relative luminance, WCAG 2.2."""
        linear = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (part / 255 for part in color)
        ]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    cards = [tuple(bytes.fromhex(card)) for card in re.findall(r"--card: #(\w{6});", STYLES)]
    assert len(cards) == 2
    for color in (FOR, AGAINST, NEUTRAL):
        for card in cards:
            darker, lighter = sorted([luminance(color), luminance(card)])
            assert (lighter + 0.05) / (darker + 0.05) >= 3
