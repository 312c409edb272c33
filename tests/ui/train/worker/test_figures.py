import pytest

from app.model.kernels import StepResult
from app.pyscript.train.worker.figures import RATE_WINDOW_SECONDS, Figures

STEP = StepResult(loss=1.0, accuracy=0.5)


def test_before_the_first_step_there_is_neither_loss_nor_accuracy() -> None:
    assert Figures().take(now=5.0, is_training=True) == {
        "iteration": 0,
        "epoch": 0.0,
        "loss": None,
        "accuracy": None,
        "samples_per_second": 0.0,
    }


def test_loss_and_accuracy_are_means_since_the_last_report() -> None:
    figures = Figures()
    figures.begin(0.0)
    for loss, accuracy in ((4.0, 0.0), (2.0, 0.5)):
        figures.add_step(StepResult(loss, accuracy), 10, 100, 1.0)
    first = figures.take(1.0, is_training=True)
    assert (first["loss"], first["accuracy"]) == (3.0, 0.25)
    figures.add_step(StepResult(1.0, 1.0), 10, 100, 1.5)
    second = figures.take(2.0, is_training=True)
    assert (second["loss"], second["accuracy"]) == (1.0, 1.0)
    # Without a step since, the last ones hold.
    assert figures.take(3.0, is_training=False)["loss"] == 1.0


def test_an_epoch_is_the_whole_split_whatever_the_batches() -> None:
    figures = Figures()
    figures.begin(0.0)
    for size in (50, 25, 25, 50):
        figures.add_step(STEP, size, 100, 1.0)
    assert figures.take(1.0, is_training=True)["epoch"] == 1.5
    assert figures.iteration == 4


def test_what_is_not_of_the_split_counts_for_no_epoch() -> None:
    figures = Figures()
    figures.begin(0.0)
    figures.add_step(STEP, 50, 100, 1.0, own=20)
    assert figures.take(1.0, is_training=True)["epoch"] == 0.3


def test_speed_is_that_of_the_last_seconds() -> None:
    figures = Figures()
    figures.begin(10.0)
    for step in range(1, 11):
        figures.add_step(STEP, 100, 1000, 10.0 + step)
    assert figures.take(20.0, is_training=True)["samples_per_second"] == pytest.approx(100)
    for step in range(1, 31):
        figures.add_step(STEP, 100, 1000, 20.0 + step / 10)
    speed = figures.take(23.0, is_training=True)["samples_per_second"]
    assert speed == pytest.approx(1000)
    # When no more steps are made, it falls.
    later = 23.0 + RATE_WINDOW_SECONDS
    assert figures.take(later, is_training=True)["samples_per_second"] == pytest.approx(500)


def test_a_pause_counts_neither_for_nor_against_the_speed() -> None:
    figures = Figures()
    figures.begin(0.0)
    figures.add_step(STEP, 100, 1000, 1.0)
    assert figures.take(1.0, is_training=False)["samples_per_second"] == 0.0
    figures.begin(60.0)
    assert figures.take(60.0, is_training=True)["samples_per_second"] == 0.0
    figures.add_step(STEP, 100, 1000, 61.0)
    assert figures.take(61.0, is_training=True)["samples_per_second"] == pytest.approx(100)
