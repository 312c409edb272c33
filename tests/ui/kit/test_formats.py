# ruff: noqa: RUF001 - digits of several scripts
"""How numbers and names are written for people."""

import pytest

from app.pyscript.kit.formats import (
    POINT_AND_COMMA,
    AmbiguousNumberError,
    decimal,
    in_sentence,
    language_tag,
    number_text,
    percent,
    plain,
    power,
    rough,
    rough_percent,
    use_marks,
    whole,
)


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


GERMAN, FRENCH = (",", "."), (",", "\u202f")


def test_numbers_have_the_marks_of_the_readers_language() -> None:
    use_marks(*GERMAN)

    assert whole(1234567) == "1.234.567"
    assert decimal(-0.12345, 3) == "-0,123"
    assert percent(0.9876, 1) == "98,8%"
    assert rough(0.012345) == "0,0123"
    assert power(0.000123) == "1,2e-04"
    assert [plain(value) for value in (0.05, 10.0, 1000, 0)] == ["0,05", "10", "1000", "0"]


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("en-US", "en-US"),
        ("de", "de"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("ca-ES-valencia", "ca-ES"),
        ("de-DE-u-co-phonebk", "de-DE"),
        ("C", ""),
        ("C.UTF-8", ""),
        ("en_US.UTF-8", ""),
        ("i-klingon", ""),
        ("", ""),
    ],
)
def test_of_a_language_tag_only_what_every_browser_takes_is_used(said: str, tag: str) -> None:
    assert language_tag(said) == tag


@pytest.mark.parametrize("marks", [POINT_AND_COMMA, GERMAN, FRENCH], ids=str)
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.05", "0.05"),
        ("0,05", "0.05"),
        (",5", ".5"),
        ("0,005", "0.005"),
        ("0.125", "0.125"),
        ("-1,5", "-1.5"),
        ("\u22121,5", "-1.5"),
        ("1,5e-3", "1.5e-3"),
        (" 10 ", "10"),
        ("1,0000", "1.0000"),
        ("1000,5", "1000.5"),
        ("10 000", "10000"),
        ("10\u00a0000", "10000"),
        ("10'000", "10000"),
        ("1,000,000", "1000000"),
        ("1.000.000", "1000000"),
        ("١٠", "10"),
        ("٠٫٠٥", "0.05"),
        ("۰٫۰۵", "0.05"),
        ("０．０５", "0.05"),
        ("1,00,000", "1,00,000"),
        ("1 00", "1 00"),
        ("", ""),
        ("many", "many"),
        ("nan", "nan"),
    ],
)
def test_numbers_are_read_as_people_write_them(
    marks: tuple[str, str], written: str, read: str
) -> None:
    use_marks(*marks)

    assert number_text(written) == read


@pytest.mark.parametrize(
    ("marks", "ambiguous", "example"),
    [
        (POINT_AND_COMMA, ("1,000", "12,345", "1.000,5", "1,000.5", "1 000,5"), "1.5"),
        (GERMAN, ("1.000", "12.345", "1.000,5", "1,000.5"), "1,5"),
        (FRENCH, ("1.000",), "1,5"),
    ],
)
def test_what_two_people_would_read_differently_is_refused(
    marks: tuple[str, str], ambiguous: tuple[str, ...], example: str
) -> None:
    use_marks(*marks)
    for text in ambiguous:
        with pytest.raises(AmbiguousNumberError, match=f"{text} can .* as in {example}."):
            number_text(text)


def test_the_readers_own_marks_are_never_ambiguous() -> None:
    assert number_text("1.125") == "1.125"
    assert number_text("1,000", is_whole=True) == "1000"
    use_marks(*GERMAN)
    assert number_text("1,125") == "1.125"
    assert number_text("1.000", is_whole=True) == "1000"
    with pytest.raises(AmbiguousNumberError):
        number_text("1,125", marks=POINT_AND_COMMA)
