"""A lesson: settings, weights to begin with, a sentence on what to watch, and parts of the page to
hide. link.py writes it as a link and reads it.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.formats import in_sentence
from app.pyscript.lessons import texts
from app.pyscript.lessons.presets import find_preset
from app.pyscript.settings import table
from app.pyscript.settings.limits import DEFAULT_SETTINGS, MNIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.lessons.records import Lesson

RANDOM, SHARED = "random", "shared"
# The settings of a lesson. `prefetch` does not change a run, and nobody else has the drawings for
# `tray_share`.
NAMES = tuple([name for name in table.NAMES if name not in ("prefetch", "tray_share")])
# The settings that neither a link nor its preset mentions have these values. They must stay what
# the page began with when the first links were made, so that old links keep their meaning.
FIRST_SETTINGS = {name: DEFAULT_SETTINGS[name] for name in NAMES}
FIRST_SETTINGS.update({"training_set": MNIST, "optimizer": "momentum", "learning_rate": 0.05})


def make_lesson(
    preset: str = "",
    settings: "Record | None" = None,
    weights: "str | int" = RANDOM,
    hide: tuple = (),
    problems: tuple = (),
) -> "Lesson":
    """A lesson that has not started. settings: only those that differ from the preset's, or from
    FIRST_SETTINGS.
    """
    chosen = dict(FIRST_SETTINGS)
    found = find_preset(preset)
    if found is not None:
        chosen.update(found.settings)
    chosen.update(settings or {})
    return {
        "preset": preset,
        "title": texts.LESSON_FROM_LINK if found is None else found.title,
        "watch": "" if found is None else found.watch,
        "settings": chosen,
        "weights": weights,
        "hide": list(hide),
        "problems": list(problems),
        "is_started": False,
    }


def describe_settings(lesson: "Lesson") -> str:
    """A lesson's weights and settings in words; only settings that differ from the defaults."""
    weights = lesson["weights"]
    if weights == RANDOM:
        begins = texts.LESSON_RANDOM
    elif weights == SHARED:
        begins = texts.LESSON_SHARED
    else:
        begins = texts.LESSON_VERSION.format(version=weights)
    settings = lesson["settings"]
    changes = [
        texts.LESSON_SETTING.format(
            name=in_sentence(table.TITLES[name]), value=table.in_words(settings[name])
        )
        for name in table.NAMES
        if name in settings and settings[name] != DEFAULT_SETTINGS[name]
    ]
    listed = ", ".join(changes) or texts.LESSON_SETS_NOTHING
    return texts.LESSON_SETS.format(weights=begins, settings=listed)
