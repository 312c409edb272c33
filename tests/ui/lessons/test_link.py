from typing import Any

import pytest

from app.pyscript.kit.formats import POINT_AND_COMMA, use_marks
from app.pyscript.lessons.lesson import FIRST_SETTINGS, NAMES, describe_settings
from app.pyscript.lessons.link import HIDEABLE_NAMES, lesson_from_link, link_of
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.settings.limits import DEFAULT_SETTINGS

ON_MNIST: Any = {**DEFAULT_SETTINGS, **FIRST_SETTINGS}


def fields(link: str) -> list[tuple[str, str]]:
    """As a browser parts a fragment."""
    pairs = [part.partition("=") for part in link.split("&")]
    return [(name, value) for name, _, value in pairs]


def read(link: str) -> Any:
    lesson = lesson_from_link(fields(link))
    assert lesson is not None
    return lesson


@pytest.mark.parametrize("link", ["", "evaluation", "hide="])
def test_an_address_without_a_lesson_is_none(link: str) -> None:
    assert lesson_from_link(fields(link)) is None


@pytest.mark.parametrize("preset", ["", *(preset.name for preset in PRESETS)])
@pytest.mark.parametrize("weights", ["random", "shared", 12])
@pytest.mark.parametrize(
    ("changes", "hide"),
    [
        ({}, []),
        ({"seed": 2**30 - 1, "until": 1_000_000, "learning_rate": 1e-07}, ["keep"]),
        ({"optimizer": "adam", "schedule": "step", "initializer": "uniform"}, HIDEABLE_NAMES),
        ({"l2": 1 / 3, "data_fraction": 0.1 + 0.2, "label_noise": 0, "momentum": 0.999}, []),
    ],
)
def test_a_link_says_exactly_what_was_meant(
    preset: str, weights: str | int, changes: dict[str, Any], hide: list[str]
) -> None:
    settings = {**DEFAULT_SETTINGS, **changes}
    lesson = read(link_of(preset, settings, weights, list(hide)))

    assert lesson["problems"] == []
    assert lesson["settings"] == {name: settings[name] for name in NAMES}
    assert (lesson["preset"], lesson["weights"]) == (preset, weights)
    assert lesson["hide"] == list(hide)
    assert not lesson["is_started"]


def test_a_link_is_short() -> None:
    assert link_of("", DEFAULT_SETTINGS, "shared", []) == (
        "learning_rate=0.005&training_set=drawings"
    )
    assert link_of("", ON_MNIST, "shared", []) == "weights=shared"
    changed = {**ON_MNIST, "seed": 3, "until": 200, "prefetch": 9}
    assert link_of("", changed, "random", ["keep", "tune"]) == (
        "weights=random&seed=3&until=200&hide=keep,tune"
    )
    low = {**ON_MNIST, "optimizer": "sgd", "learning_rate": 0.0001}
    assert link_of("low", low, "random", []) == "preset=low"


@pytest.mark.parametrize("marks", [POINT_AND_COMMA, (",", ".")], ids=str)
@pytest.mark.parametrize("rate", ["0.02", "0,02", "2e-2", "2E-2", "٠٫٠٢"])  # noqa: RUF001
def test_a_link_means_the_same_to_every_reader(marks: tuple[str, str], rate: str) -> None:
    use_marks(*marks)
    lesson = read(f"learning_rate={rate}")

    assert lesson["problems"] == []
    assert lesson["settings"]["learning_rate"] == 0.02
    assert link_of("", {**lesson["settings"], "prefetch": 4}, "shared", []) == "learning_rate=0.02"
    assert f"learning rate 0{marks[0]}02" in describe_settings(lesson)


@pytest.mark.parametrize("link", ["seed=3", "weights=shared", "hide=tune"])
def test_a_link_from_before_there_was_a_choice_trains_on_mnist(link: str) -> None:
    assert read(link)["settings"]["training_set"] == "mnist"


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("tray_share=0.5", "tray_share"),
        (
            "learning_rate=1,000",
            "1,000 can be read in two ways. Leave out the marks between thousands",
        ),
        ("batch_size=0", "Batch size: expected a whole number from 1 to 1024, found 0. This is"),
        ("batch_size=1e3", "Batch size: expected a whole number from 1 to 1024, found 1000.0."),
        ("seed=many", 'Seed: expected a whole number from 0 to 1073741823, found "many".'),
        ("learning_rate=nan", "Learning rate: expected a number above 0, up to 10, found NaN."),
        ("optimizer=1", "Optimizer: expected one of adam, momentum, sgd, found 1."),
        ("l2=inf", "L2: expected a number from 0 to 1, found Infinity."),
        ("speed=3", "speed is no setting of this page and is left out."),
        ("prefetch=3", "prefetch is no setting of this page and is left out."),
        ("preset=best", "There is no lesson best: expected one of good, high,"),
        ("hide=grid", "grid cannot be hidden: expected one of tune, lessons,"),
        ("weights=0", "Weights: expected random, shared or a version's number, found 0."),
        ("weights=best", "Weights: expected random, shared or a version's number, found best."),
        (f"weights={2**40}", "Weights: expected random, shared or a version's number, found 109"),
    ],
)
def test_what_a_link_says_wrongly_is_named_and_the_rest_is_used(link: str, problem: str) -> None:
    lesson = read(f"momentum=0.5&{link}&until=7")

    assert len(lesson["problems"]) == 1
    assert lesson["problems"][0].startswith(problem)
    expected = {**ON_MNIST, "momentum": 0.5, "until": 7}
    assert lesson["settings"] == {name: expected[name] for name in NAMES}
    assert (lesson["weights"], lesson["hide"]) == ("shared", [])
