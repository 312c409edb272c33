"""Makes sure that visitors can follow the advice they read.

A link can hide parts of the page, and with some settings a button would not help. Then sentences
that point there are replaced by others. Texts hold these sentences whole (texts.ADVICE_*). That
includes sentences from the worker, which does not know what the page shows.

Runs on MicroPython and on CPython.
"""

from app.pyscript import texts
from app.pyscript.reasons import tidied
from app.pyscript.settings.state import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

# A sentence that points to a part of the page, the part (one of link.HIDEABLE), and the sentence
# to say while that part is hidden.
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
    """The text to show: its advice can be followed on this page now, and helps."""
    for sentence, part, instead in POINTERS:
        if part in page.hidden.value:
            text = text.replace(sentence, instead)
    if page.of(Settings).values.value.get("initializer") == ZEROS:
        # New random weights would be zeros again.
        is_hidden = "settings" in page.hidden.value
        other = texts.ADVICE_OTHER_WEIGHTS_ALONE if is_hidden else texts.ADVICE_OTHER_WEIGHTS_ZEROS
        text = text.replace(texts.ADVICE_OTHER_WEIGHTS, other)
    return tidied(text)
