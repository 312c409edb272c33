from app.pyscript.lessons.lesson import describe_settings, make_lesson
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.settings.checks import check_settings


def test_every_preset_is_told_apart_and_has_allowed_settings() -> None:
    assert len({preset.name for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        lesson = make_lesson(preset.name)
        check_settings(lesson["settings"])
        assert (lesson["title"], lesson["watch"]) == (preset.title, preset.watch)
        # One sentence.
        assert preset.watch.count(". ") == 0
        assert preset.watch.endswith(".")
        # What it needs stays what it was, whatever the page trains on at first.
        assert "training_set" in preset.settings
    assert len({str(sorted(preset.settings.items())) for preset in PRESETS}) == len(PRESETS)


def test_a_lesson_in_words() -> None:
    assert describe_settings(make_lesson("good")) == (
        "Begins with random weights; learning rate 0.05."
    )
    lesson = make_lesson("l2", {"until": 200}, 7)
    assert describe_settings(lesson) == (
        "Begins with version 7 of the shared weights; learning rate 0.05, L2 0.02, train on MNIST "
        "as it is, stop at step 200."
    )
