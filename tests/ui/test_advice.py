"""What the page advises can be done on the page as it is shown."""

import re

import pytest

from app.pyscript import advice
from app.pyscript.advice import possible
from app.pyscript.lessons.link import HIDEABLE_NAMES
from app.pyscript.page import Page
from app.pyscript.settings.state import Settings
from app.pyscript.train import texts as train_texts
from tests.ui.test_texts import TEXTS

# Words that send somebody to a part of the page.
POINTERS = {
    "tune": r"teach it\b",
    "settings": r"(choose|with) a (lower|later|larger)|More settings|chosen above|initializer",
    "weights": r"(Load|load) the shared (weights|ones)|[Ss]tart from random|choose other weights",
    "keep": r"under Keep|(save|Save) (the|this) (network|weights)",
    "evaluation": r"evaluate before|evaluate again",
    "hand": r"save the tray|Collect",
    "time": r"Time travel",
    "learn": r"How it works",
}
# Texts that stand in the very part, or name it for other reasons than to send somebody there.
THERE = {
    "tune": ("TUNE_", "TOUR_TEACH", "HAND_", "TIME_BACK"),
    "settings": ("SETTING_", "TRAINING_", "ADVICE_OTHER_WEIGHTS_ZEROS"),
    "weights": (
        "WEIGHTS_",
        "PUBLISH_REFUSED",
        "LESSON_",
        "LINK_",
        "STATUS_",
        "ADVICE_OTHER_WEIGHTS",
    ),
    "keep": ("KEEP_NOT_KEPT_NOTE", "FILES_"),
    "evaluation": ("EVALUATION_",),
    "hand": ("HAND_",),
    "time": ("TIME_", "LINK_HIDES"),
    "learn": ("LEARN_", "LINK_HIDES"),
}


@pytest.mark.parametrize("part", POINTERS)
def test_no_text_points_to_what_is_hidden(page: Page, part: str) -> None:
    assert part in HIDEABLE_NAMES
    page.hidden.set([part])
    pointing = [
        name
        for name, text in TEXTS.items()
        if not name.startswith(THERE[part]) and re.search(POINTERS[part], possible(text, page))
    ]

    assert pointing == []


def test_nothing_is_said_otherwise_while_all_is_shown(page: Page) -> None:
    for sentence, _, _ in advice.POINTERS:
        assert possible(sentence, page) == sentence


def test_every_pointer_stands_in_some_text() -> None:
    for sentence, part, instead in advice.POINTERS:
        assert part in HIDEABLE_NAMES
        assert not re.search(POINTERS[part], instead)
        assert any(sentence in text for text in TEXTS.values())


def test_random_weights_are_advised_only_where_they_are_no_zeros(page: Page) -> None:
    page.of(Settings).values.value["initializer"] = "zeros"
    said = possible(train_texts.SESSION_CANNOT_LEARN_ADVICE, page)
    assert "choose He as the initializer" in said
    assert "or start from random ones" not in said
    page.hidden.set(["settings"])
    assert "Load the shared weights." in possible(train_texts.SESSION_CANNOT_LEARN_ADVICE, page)
    page.hidden.set([])
    page.of(Settings).values.value["initializer"] = "he_normal"
    assert "or start from random ones" in possible(train_texts.SESSION_CANNOT_LEARN_ADVICE, page)
