import numpy as np
import pytest

from app.model.evaluate.readings import Reading
from app.model.evaluate.report import confused_pairs, confusions_picture


class TestConfusedPairs:
    @pytest.fixture
    def reading(self) -> Reading:
        """Read as 1, 1, 1, 2, 0, labeled 7, 7, 4, 2, 5; each image is full of its number."""
        images = np.repeat(np.arange(5, dtype=np.uint8)[:, None], 784, axis=1)
        labels = np.array([7, 7, 4, 2, 5], np.uint8)
        log_probs = np.log(0.01 + np.eye(10)[[1, 1, 1, 2, 0]])
        return Reading("five", images, labels, log_probs, rejections=[""] * 5)

    def test_come_most_frequent_first(self, reading: Reading) -> None:
        assert confused_pairs(reading) == [(7, 1, 2), (4, 1, 1), (5, 0, 1)]

    def test_are_shown_in_a_picture_with_its_caption(self, reading: Reading) -> None:
        picture, caption = confusions_picture(reading)

        assert picture.startswith(b"\x89PNG")
        assert "7 read as 1, 4 read as 1, 5 read as 0" in caption
