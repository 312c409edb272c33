"""The link of a lesson: it stands after the page's #, so no server sees it.

It holds only the settings that differ from FIRST_SETTINGS, or from the preset that it names.
Everything in a link is checked, because it comes from outside. Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.formats import POINT_AND_COMMA, AmbiguousNumberError, number_text
from app.pyscript.lessons import texts
from app.pyscript.lessons.lesson import NAMES, RANDOM, SHARED, make_lesson
from app.pyscript.lessons.presets import PRESETS, find_preset
from app.pyscript.reasons import MessageError
from app.pyscript.settings.checks import check_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record
    from app.pyscript.lessons.records import Lesson

# What a link can hide: a name for links, one for people, and the ids of the elements.
HIDEABLE = (
    ("tune", texts.LINK_HIDES_TUNE, ("tune-title", "tune-panel")),
    ("lessons", texts.LINK_HIDES_LESSONS, ("lesson-choice",)),
    ("settings", texts.LINK_HIDES_SETTINGS, ("settings", "more-settings", "link")),
    ("figures", texts.LINK_HIDES_FIGURES, ("figures",)),
    ("charts", texts.LINK_HIDES_CHARTS, ("charts",)),
    ("weights", texts.LINK_HIDES_WEIGHTS, ("weights-title", "weights-panel")),
    ("keep", texts.LINK_HIDES_KEEP, ("keep-title", "keep-panel")),
    ("evaluation", texts.LINK_HIDES_EVALUATION, ("evaluation",)),
    ("hand", texts.LINK_HIDES_HAND, ("hand",)),
    ("inside", texts.LINK_HIDES_INSIDE, ("inside",)),
    ("time", texts.LINK_HIDES_TIME, ("time",)),
    ("learn", texts.LINK_HIDES_LEARN, ("learn",)),
)
# What may stand behind a # without being a lesson: it leads to a class (classroom/class_button.py).
OTHER_LINKS = ("class", "teach", "projector")
HIDEABLE_NAMES = tuple([name for name, *_ in HIDEABLE])


def lesson_from_link(fields: list) -> "Lesson | None":
    """The lesson in a fragment's (name, value) pairs, or None if there is none.

    Values that are not valid are named in the lesson's problems and replaced by the first values.
    """
    link = _Link()
    # Fields without a text are only anchors.
    said = [(name, text) for name, text in fields if text and name not in OTHER_LINKS]
    for name, text in said:
        link.take(name, text)
    return link.lesson() if said else None


class _Link:
    """Reads a link's fields, and collects what is wrong with them."""

    def __init__(self) -> None:
        self._preset = ""
        self._weights: str | int = ""
        self._settings: Record = {}
        self._hide: list = []
        self._problems: list = []

    def take(self, name: str, text: str) -> None:
        if name in NAMES:
            try:
                self._settings.update(check_settings({name: _value(text)}))
            except (MessageError, AmbiguousNumberError) as error:
                self._problems.append(texts.LESSON_BAD_VALUE.format(problem=error))
        elif name == "preset":
            self._take_preset(text)
        elif name == "weights":
            self._weights = _weights(text)
            if not self._weights:
                self._problems.append(texts.LESSON_BAD_WEIGHTS.format(text=text[:40]))
        elif name == "hide":
            for each in text.split(","):
                if each:
                    self._take_hidden(each)
        else:
            self._problems.append(texts.LESSON_BAD_NAME.format(name=name[:40]))

    def _take_preset(self, name: str) -> None:
        if find_preset(name) is None:
            names = ", ".join([each.name for each in PRESETS])
            self._problems.append(texts.LESSON_BAD_PRESET.format(name=name[:40], names=names))
        else:
            self._preset = name

    def _take_hidden(self, name: str) -> None:
        if name in HIDEABLE_NAMES:
            self._hide.append(name)
        else:
            names = ", ".join(HIDEABLE_NAMES)
            self._problems.append(texts.LESSON_BAD_HIDE.format(name=name[:40], names=names))

    def lesson(self) -> "Lesson":
        weights = self._weights or (RANDOM if self._preset else SHARED)
        hide, problems = tuple(self._hide), tuple(self._problems)
        return make_lesson(self._preset, self._settings, weights, hide, problems)


def link_of(preset: str, settings: "Record", weights: "str | int", hide: list) -> str:
    """The fragment of a lesson, without its #."""
    base = make_lesson(preset)["settings"]
    parts = [f"preset={preset}"] if preset else []
    if weights != (RANDOM if preset else SHARED):
        parts.append(f"weights={weights}")
    parts.extend([f"{name}={settings[name]}" for name in NAMES if settings[name] != base[name]])
    if hide:
        parts.append("hide=" + ",".join(hide))
    # A link with only the first settings is still a lesson, so it must not be empty.
    return "&".join(parts) or f"weights={SHARED}"


def _value(text: str) -> "int | float | str":
    """A value in a link. Links do not depend on language: decimals have a point, or a comma."""
    number = number_text(text, marks=POINT_AND_COMMA)
    for parse in (int, float):
        try:
            return parse(number)
        except ValueError:
            pass
    return text


def _weights(text: str) -> "str | int":
    """RANDOM, SHARED or the number of a version; empty for anything else."""
    if text in (RANDOM, SHARED):
        return text
    return int(text) if text.isdigit() and 0 < int(text) <= 2**30 else ""
