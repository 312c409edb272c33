# ruff: noqa: RUF001 - letters of several alphabets
import pytest

from app.pyscript.kit import keys
from tests.ui.fake_browser import Element, Event


def press(key: str, **held: bool | str) -> Event:
    return Element("canvas").press(key, **held)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "code", "letter"),
    [
        ("z", "KeyZ", "z"),
        ("Z", "KeyZ", "z"),
        ("z", "KeyY", "z"),  # QWERTZ
        (";", "KeyZ", ";"),  # Dvorak
        ("Я", "KeyZ", "z"),
        ("ζ", "KeyZ", "z"),
        ("ז", "KeyZ", "z"),
        ("ئ", "KeyZ", "z"),
        ("لا", "KeyB", "b"),
        ("ж", "Semicolon", "ж"),
        ("é", "Digit2", "é"),
        ("ı", "KeyI", "ı"),
        ("ế", "KeyE", "ế"),
        ("€", "KeyE", "€"),
        ("Delete", "Delete", "Delete"),
        ("", "", ""),
    ],
)
def test_a_key_types_its_letter_or_stands_where_latin_ones_do(
    key: str, code: str, letter: str
) -> None:
    assert keys.letter(press(key, code=code)) == letter


@pytest.mark.parametrize(
    ("held", "is_ours", "is_plain"),
    [
        ({}, True, True),
        ({"shift": True}, True, True),
        ({"control": True}, True, False),
        ({"meta": True}, True, False),
        ({"alt": True}, False, False),
        ({"alt_graph": True}, False, False),
        ({"control": True, "alt": True}, False, False),
        ({"is_composing": True}, False, False),
    ],
    ids=str,
)
def test_modifiers_say_whose_a_key_is(held: dict[str, bool], is_ours: bool, is_plain: bool) -> None:
    event = press("ArrowLeft", **held)

    assert (keys.is_ours(event), keys.is_plain(event)) == (is_ours, is_plain)


def test_a_key_that_an_input_method_keeps_is_not_ours() -> None:
    event = Element("canvas").press("Process")
    event._fields["keyCode"] = 229

    assert not keys.is_ours(event)
