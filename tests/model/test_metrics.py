import numpy as np
import pytest

from app.model.arrays import ByteArray, FloatArray
from app.model.metrics import (
    NO_ANSWER,
    accuracy,
    calibration_error,
    confusion_matrix,
    precision,
    predictions,
    recall,
)
from app.model.network import NO_DIGIT


def predicting(*digits: int) -> FloatArray:
    """Log-probabilities that are largest at these digits."""
    return np.log(0.01 + 0.9 * np.eye(10)[list(digits)])


@pytest.fixture
def labels() -> ByteArray:
    return np.array([7, 7, 7, 0, 5], np.uint8)


def test_accuracy_counts_right_answers(labels: ByteArray) -> None:
    assert accuracy(predicting(7, 1, 7, 0, 9), labels) == pytest.approx(3 / 5)


def test_accuracy_counts_digits_only() -> None:
    labels = np.array([7, NO_DIGIT, 1, NO_DIGIT], np.uint8)

    assert accuracy(predicting(7, 3, 2, 0), labels) == 1 / 2
    assert accuracy(predicting(3, 0), labels[1::2]) == 1


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


class TestNoAnswer:
    """NaN, which `argmax` takes for the digit 0."""

    @pytest.fixture
    def log_probs(self) -> FloatArray:
        """A 7, nothing in two ways, and a 5."""
        found = predicting(7, 0, 0, 5)
        found[1] = np.nan
        found[2, 9] = np.nan
        return found

    @pytest.fixture
    def labels(self) -> ByteArray:
        return np.array([7, 0, 0, 5], np.uint8)

    def test_is_no_digit(self, log_probs: FloatArray) -> None:
        assert predictions(log_probs).tolist() == [7, NO_ANSWER, NO_ANSWER, 5]

    def test_a_probability_of_zero_is_an_answer(self) -> None:
        log_probs = np.full((1, 10), -np.inf)
        log_probs[0, 3] = 0

        assert predictions(log_probs).tolist() == [3]

    def test_is_not_right(self, log_probs: FloatArray, labels: ByteArray) -> None:
        assert accuracy(log_probs, labels) == 2 / 4

    def test_is_in_no_column(self, log_probs: FloatArray, labels: ByteArray) -> None:
        confusion = confusion_matrix(log_probs, labels)

        assert confusion.sum() == 2
        assert confusion[7, 7] == confusion[5, 5] == 1

    def test_counts_as_missed(self, log_probs: FloatArray) -> None:
        labels = np.array([7, 7, 0, 5], np.uint8)

        found = recall(confusion_matrix(log_probs, labels), labels)

        assert found[[7, 0, 5]].tolist() == [1 / 2, 0, 1]

    def test_states_no_confidence(self, log_probs: FloatArray, labels: ByteArray) -> None:
        answered = [0, 3]

        found = calibration_error(log_probs, labels)

        assert found == calibration_error(log_probs[answered], labels[answered])
        assert np.isnan(calibration_error(log_probs[[1]], labels[[1]]))


class TestCalibrationError:
    def test_of_predictions_as_sure_as_they_are_right_is_nothing(self) -> None:
        log_probs = np.log(np.tile([0.75, 0.25], (4, 1)))

        found = calibration_error(log_probs, np.array([0, 0, 0, 1], np.uint8))

        assert found == pytest.approx(0)

    def test_weighs_each_bins_difference_by_its_size(self) -> None:
        # Three predictions at 0.9, of which one is right; one at 0.5, right.
        log_probs = np.log([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.5, 0.5]])

        found = calibration_error(log_probs, np.array([0, 1, 0, 0], np.uint8))

        assert found == pytest.approx((3 * (0.9 - 1 / 3) + (1 - 0.5)) / 4)

    def test_certainty_belongs_to_the_last_bin(self) -> None:
        log_probs = np.array([[0, -1000], [0, -1000]], np.float32)

        found = calibration_error(log_probs, np.array([0, 1], np.uint8))

        assert found == pytest.approx(0.5)
