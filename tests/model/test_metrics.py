import numpy as np
import pytest

from app.model.arrays import ByteArray, FloatArray
from app.model.metrics import accuracy, confusion_matrix, precision, recall


def predicting(*digits: int) -> FloatArray:
    """Log-probabilities that are largest at these digits."""
    return np.log(0.01 + 0.9 * np.eye(10)[list(digits)])


@pytest.fixture
def labels() -> ByteArray:
    return np.array([7, 7, 7, 0, 5], np.uint8)


def test_accuracy_counts_right_answers(labels: ByteArray) -> None:
    assert accuracy(predicting(7, 1, 7, 0, 9), labels) == pytest.approx(3 / 5)


def test_confusion_matrix_has_labels_as_rows(labels: ByteArray) -> None:
    confusion = confusion_matrix(predicting(7, 1, 7, 0, 9), labels)

    expected = np.zeros((10, 10), int)
    expected[7, 7], expected[7, 1], expected[0, 0], expected[5, 9] = 2, 1, 1, 1
    assert np.array_equal(confusion, expected)
    assert confusion.dtype == np.int64


def test_recall_and_precision_of_each_digit(labels: ByteArray) -> None:
    confusion = confusion_matrix(predicting(7, 1, 7, 0, 0), labels)

    assert recall(confusion)[[7, 0, 5, 3]].tolist() == pytest.approx([2 / 3, 1, 0, 0])
    assert precision(confusion)[[7, 0, 1, 3]].tolist() == pytest.approx([1, 1 / 2, 0, 0])
