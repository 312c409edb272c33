"""THE table of the settings: each one's name, its allowed values, and how its text is read.

Fields, checks, links and files are made from its rows. limits.py has the numbers, because the page
needs these earlier. Runs on MicroPython (the page) and on CPython in Pyodide (the worker).
"""

from app.pyscript.kit.formats import in_sentence, plain
from app.pyscript.settings import texts
from app.pyscript.settings.limits import (
    DEFAULT_LEARNING_RATES,
    DRAWINGS,
    INITIALIZERS,
    MAX_BATCH_SIZE,
    MAX_L2,
    MAX_LEARNING_RATE,
    MAX_MOMENTUM,
    MAX_PREFETCH,
    MAX_SEED,
    MAX_STEPS,
    MIN_BATCH_SIZE,
    MIN_PREFETCH,
    MNIST,
    SCHEDULES,
    TRAINING_SETS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable


def is_whole(value: object) -> bool:
    # In Python a bool is an int, but it is not a valid number here.
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return value - value == 0  # false for NaN and infinities, which JSON cannot hold


class Setting:
    """parse (int, float or str) turns a field's text into the value. A str must be one of the
    choices. A number must lie from lowest to highest, and above lowest if is_above."""

    def __init__(
        self,
        name: str,
        title: str,
        parse: "Callable",
        lowest: int = 0,
        highest: float = 0,
        *,
        is_above: bool = False,
        choices: "list | tuple" = (),
    ) -> None:
        self.name = name
        self.title = title
        self.parse = parse
        self.lowest, self.highest = lowest, highest
        self.choices = choices
        self._is_above = is_above

    @property
    def identifier(self) -> str:
        """The id of its field on the page."""
        return self.name.replace("_", "-")

    def allows(self, value: object) -> bool:
        if self.parse is str:
            return isinstance(value, str) and value in self.choices
        if not is_number(value) or (self.parse is int and not is_whole(value)):
            return False
        if self._is_above and value == self.lowest:
            return False
        return self.lowest <= value <= self.highest  # type: ignore[operator]

    def expected(self) -> str:
        """Its allowed values in words. A method, because the decimal mark is set after import."""
        if self.parse is str:
            return texts.MESSAGE_CHOICE.format(names=", ".join(self.choices))
        if self.parse is int:
            return texts.MESSAGE_WHOLE.format(lowest=self.lowest, highest=self.highest)
        words = texts.MESSAGE_ABOVE_ZERO if self._is_above else texts.MESSAGE_NUMBER
        return words.format(highest=plain(self.highest))


SETTINGS = (
    Setting("batch_size", texts.SETTING_NAME_BATCH_SIZE, int, MIN_BATCH_SIZE, MAX_BATCH_SIZE),
    Setting(
        "learning_rate",
        texts.SETTING_NAME_LEARNING_RATE,
        float,
        highest=MAX_LEARNING_RATE,
        is_above=True,
    ),
    Setting("prefetch", texts.SETTING_NAME_PREFETCH, int, MIN_PREFETCH, MAX_PREFETCH),
    Setting("optimizer", texts.SETTING_NAME_OPTIMIZER, str, choices=sorted(DEFAULT_LEARNING_RATES)),
    Setting("momentum", texts.SETTING_NAME_MOMENTUM, float, highest=MAX_MOMENTUM),
    Setting("schedule", texts.SETTING_NAME_SCHEDULE, str, choices=SCHEDULES),
    Setting("schedule_steps", texts.SETTING_NAME_SCHEDULE_STEPS, int, 1, MAX_STEPS),
    Setting("l2", texts.SETTING_NAME_L2, float, highest=MAX_L2),
    Setting("initializer", texts.SETTING_NAME_INITIALIZER, str, choices=INITIALIZERS),
    Setting("training_set", texts.SETTING_NAME_TRAINING_SET, str, choices=TRAINING_SETS),
    Setting("data_fraction", texts.SETTING_NAME_DATA_FRACTION, float, highest=1, is_above=True),
    Setting("label_noise", texts.SETTING_NAME_LABEL_NOISE, float, highest=1),
    Setting("seed", texts.SETTING_NAME_SEED, int, 0, MAX_SEED),
    Setting("until", texts.SETTING_NAME_UNTIL, int, 0, MAX_STEPS),
    Setting("tray_share", texts.SETTING_NAME_TRAY_SHARE, float, highest=1),
)
NAMES = tuple([setting.name for setting in SETTINGS])
TITLES = {setting.name: setting.title for setting in SETTINGS}


def find(name: str) -> Setting:
    return SETTINGS[NAMES.index(name)]


# Values that are written with special words in a sentence.
VALUES = {
    DRAWINGS: in_sentence(texts.TRAINING_SET_DRAWINGS),
    MNIST: texts.TRAINING_SET_MNIST,
}


def in_words(value: "object") -> str:
    """A setting's value as words in a sentence."""
    if isinstance(value, (int, float)):
        return plain(value)
    text = str(value)
    return str(VALUES.get(text, text))
