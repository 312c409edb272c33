"""Advice that can be followed on the page as it is shown.

A link can hide parts of the page, and settings can make a button do what would not help: then
sentences that point there are said otherwise. Texts hold these sentences whole (texts.ADVICE_*),
also those that the worker says, which knows nothing of what is shown.

Runs on MicroPython and on CPython.
"""

from app.pyscript import texts
from app.pyscript.reasons import tidied
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

# What points to a part of the page (lesson.HIDEABLE), the part, what is said while it is hidden.
POINTERS = (
    (texts.ADVICE_OTHER_WEIGHTS, "weights", texts.ADVICE_OTHER_WEIGHTS_HIDDEN),
    (texts.ADVICE_SHARED_WEIGHTS, "weights", texts.ADVICE_SHARED_WEIGHTS_HIDDEN),
    (texts.ADVICE_LOWER_RATE, "settings", texts.ADVICE_LOWER_RATE_HIDDEN),
    (texts.ADVICE_RATE_OR_BATCH, "settings", texts.ADVICE_RATE_OR_BATCH_HIDDEN),
    (texts.ADVICE_LATER_STEP, "settings", texts.ADVICE_LATER_STEP_HIDDEN),
    (texts.ADVICE_KEEP_THIS, "keep", texts.ADVICE_KEEP_THIS_HIDDEN),
    (texts.ADVICE_SAVE_NETWORK, "keep", texts.ADVICE_SAVE_NETWORK_HIDDEN),
    (texts.ADVICE_SAVE_TRAY, "hand", texts.ADVICE_SAVE_TRAY_HIDDEN),
    (texts.LESSON_REPLACES, "keep", texts.LESSON_REPLACES_HIDDEN),
    (texts.PUBLISH_LATER, "tune", texts.PUBLISH_LATER_HIDDEN),
    (texts.LEARN_APPLY_NOTE, "evaluation", texts.LEARN_APPLY_NOTE_HIDDEN),
    (texts.LEARN_WORDS_UPDATE, "settings", texts.LEARN_WORDS_UPDATE_HIDDEN),
    (texts.RUNS_NOTHING, "weights", texts.RUNS_NOTHING_HIDDEN),
    (texts.TOUR_SHARE_TEXT, "learn", texts.TOUR_SHARE_TEXT_HIDDEN),
)
ZEROS = "zeros"


def possible(text: str, page: "Page") -> str:
    """The text as it is to be shown: what it advises can be done here and now, and helps."""
    for sentence, part, instead in POINTERS:
        if part in page.hidden.value:
            text = text.replace(sentence, instead)
    if page.of(Settings).values.value.get("initializer") == ZEROS:
        # Random weights would be zeros again.
        is_hidden = "settings" in page.hidden.value
        other = texts.ADVICE_OTHER_WEIGHTS_ALONE if is_hidden else texts.ADVICE_OTHER_WEIGHTS_ZEROS
        text = text.replace(texts.ADVICE_OTHER_WEIGHTS, other)
    return tidied(text)
