import math

import pytest

from app.pyscript.reasons import MessageError, reason, sentence, tidied, unforeseen
from app.pyscript.timeline.worker.reports import MEASURED


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("the connection broke", "the connection broke"),
        ("It is larger than 2 MB.", "It is larger than 2 MB"),
        ("fulfilled..", "fulfilled"),
        (ValueError("Batch size: expected 1, found 0."), "Batch size: expected 1, found 0"),
        ("expected a number, found null", "expected a number, found null"),
        ("", "no reason was given"),
        (KeyError(), "no reason was given"),
        ("jsnull", "no reason was given"),
        ("Error: jsnull", "no reason was given"),
        ("TypeError: undefined.", "no reason was given"),
        ("Its storage failed, Error: jsnull", "Its storage failed"),
        ("Its storage failed, jsnull.", "Its storage failed"),
        ("Traceback (most recent call last):\n  File x\nValueError: odd\n", "ValueError: odd"),
        (Exception("the object", "TypeError", "x is null"), "TypeError: x is null"),
    ],
)
def test_an_error_stands_in_a_sentence_without_its_full_stop(error: object, expected: str) -> None:
    assert reason(error) == expected
    assert sentence(error) == f"{expected}."


def test_what_nobody_foresaw_stands_in_words_for_people() -> None:
    words = unforeseen(ZeroDivisionError("division by zero"))

    assert words.startswith("The program made a mistake (ZeroDivisionError: division by zero).")


def test_a_message_that_is_wrong_is_told_in_words_of_the_page() -> None:
    with pytest.raises(MessageError) as caught:
        MEASURED.encode({"number": 1, "accuracy": math.nan, "loss": 0, "drawings": 0})

    words = "(Time travel, accuracy: expected a finite number, found NaN)"
    assert words in unforeseen(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Its storage failed, Error: jsnull. Go on.",
            "Its storage failed, no reason was given. Go on.",
        ),
        ("fulfilled.. Go on", "fulfilled. Go on"),
        ("Training…", "Training…"),
        ("", ""),
    ],
)
def test_what_slipped_through_is_tidied(text: str, expected: str) -> None:
    assert tidied(text) == expected
