"""How numbers and names are written for people."""

import pytest

from app.pyscript.formats import decimal, in_sentence, percent, rough, rough_percent, whole


def test_whole_numbers_have_their_thousands_apart() -> None:
    assert [whole(value) for value in (0, 999, 12345.6, 1234567)] == [
        "0",
        "999",
        "12,346",
        "1,234,567",
    ]


def test_decimals_are_as_many_as_asked_for() -> None:
    assert decimal(0.12345, 3) == "0.123"
    assert decimal(2.9, 0) == "3"
    assert percent(0.9876, 1) == "98.8%"
    assert percent(0.5) == "50%"


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0, "0%"),
        (0.0004, "0%"),
        (0.0005, "0.1%"),
        (0.0094, "0.9%"),
        (0.01, "1%"),
        (0.934, "93%"),
        (0.9899, "99%"),
        (0.99, "99.0%"),
        (0.9994, "99.9%"),
        (0.9996, "100%"),
        (1, "100%"),
    ],
)
def test_percents_never_round_to_a_false_certainty(probability: float, text: str) -> None:
    assert rough_percent(probability) == text


def test_rough_numbers_have_three_digits() -> None:
    assert [rough(value) for value in (0.0123456, 0.1, 0.00001234, 10)] == [
        "0.0123",
        "0.1",
        "1.23e-05",
        "10",
    ]


def test_names_within_a_sentence_begin_small_unless_they_are_abbreviations() -> None:
    assert [in_sentence(name) for name in ("Batch size", "L2")] == ["batch size", "L2"]
