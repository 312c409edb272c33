from itertools import pairwise

import numpy as np
import pytest

from app.model.drawings.pen_strokes import PenDrawing
from app.model.evaluate.conditions import CONDITIONS, Condition, as_drawn
from app.model.preprocessing import normalize_drawing
from app.pyscript.draw import brush

SEVEN = np.array([[0.2, 0.1], [0.4, 0.1], [0.3, 0.6]])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_draws_as_the_page_would(condition: Condition) -> None:
    drawing = PenDrawing(7, 0, [SEVEN])
    # The seven's box is 0.2 by 0.5: its middle is (0.3, 0.35).
    scale = condition.size / 0.5
    pixels = bytearray(784)
    points = [
        (condition.center + (x - 0.3) * scale, condition.center + (y - 0.35) * scale)
        for x, y in SEVEN.tolist()
    ]
    for start, end in pairwise(points):
        brush.paint(pixels, start, end, condition.width)

    split = as_drawn([drawing], condition)

    expected = normalize_drawing(np.frombuffer(pixels, np.uint8))
    assert np.abs(split.images[0].astype(int) - expected).max() <= 1
    assert split.labels.tolist() == [7]
