import numpy as np

from app.model.label_noise import LabelNoise
from app.model.network import NO_DIGIT

LABELS = np.arange(20_000, dtype=np.uint8) % 10
NUMBERS = np.arange(20_000)


def noise(seed: int = 1) -> LabelNoise:
    return LabelNoise(len(LABELS), np.random.default_rng(seed))


def test_so_many_are_wrong_and_every_wrong_digit_comes_alike() -> None:
    noisy = noise().apply(LABELS, NUMBERS, 0.3)

    assert noisy.dtype == np.uint8
    assert abs((noisy != LABELS).mean() - 0.3) < 0.02
    shifts = np.bincount((noisy - LABELS.astype(int)) % 10, minlength=10)[1:]
    assert noisy.max() == 9
    np.testing.assert_allclose(shifts, 6000 / 9, rtol=0.15)


def test_none_and_all() -> None:
    np.testing.assert_array_equal(noise().apply(LABELS, NUMBERS, 0), LABELS)
    assert (noise().apply(LABELS, NUMBERS, 1) != LABELS).all()


def test_what_is_no_digit_stays_so() -> None:
    labels = np.where(NUMBERS % 3, LABELS, NO_DIGIT).astype(np.uint8)

    noisy = noise().apply(labels, NUMBERS, 1)

    np.testing.assert_array_equal(noisy == NO_DIGIT, labels == NO_DIGIT)
    assert (noisy != labels).sum() == (labels != NO_DIGIT).sum()


def test_a_sample_keeps_its_wrong_label_wherever_it_stands() -> None:
    whole = noise().apply(LABELS, NUMBERS, 0.5)
    some = np.array([19_999, 7, 7, 300])

    np.testing.assert_array_equal(noise().apply(LABELS[some], some, 0.5), whole[some])
    few = noise().apply(LABELS, NUMBERS, 0.2)
    np.testing.assert_array_equal(few[few != LABELS], whole[few != LABELS])
    assert (noise(2).apply(LABELS, NUMBERS, 0.5) != whole).any()
