"""What went wrong, as it can stand in a sentence that a visitor reads.

Errors bring words of many authors: ours with a full stop and without, a server's, a browser's, some
with none at all but JavaScript's null. Each is put into a sentence of texts.py; what no program of
ours foresaw stands there as a detail for whoever looks for the cause.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit import texts as kit_texts

# What programs say where they have nothing to say.
NO_WORDS = ("", "jsnull", "jsundefined", "null", "undefined", "none", "error", "exception")
# As they come within texts that others put together.
RAW = ("Error: jsnull", "Error: jsundefined", "jsnull", "jsundefined")
JAVASCRIPT_ARGUMENTS = 3
ENDS = " .!?:,;"


class MessageError(ValueError):
    """A message or setting that cannot be; `str()` names what was expected and found."""


def reason(error: object) -> str:
    """The error's words without a full stop, for texts that put one after them.

    Of many lines, as of a traceback, the last; of none, that no reason was given.
    """
    lines = [line.strip() for line in words_of(error).split("\n") if line.strip()]
    words = lines[-1].rstrip(ENDS) if lines else ""
    while words and _says_nothing(_tail(words)):
        words = words[: len(words) - len(_tail(words))].rstrip(ENDS)
    return words or kit_texts.REASON_UNKNOWN


def sentence(error: object) -> str:
    """The same as a sentence, with one full stop."""
    return f"{reason(error)}."


def unforeseen(error: BaseException) -> str:
    """What to say of an error that is none of ours: it stands at the end, as a detail."""
    words = words_of(error)
    if not isinstance(error, MessageError):  # which says in our words what is wrong
        words = f"{type(error).__name__}: {words}"
    return kit_texts.UNFORESEEN.format(error=reason(words))


def words_of(error: object) -> str:
    """What an error says; MicroPython's of JavaScript hold the object, its kind and its words."""
    arguments: tuple = getattr(error, "args", ())
    if len(arguments) == JAVASCRIPT_ARGUMENTS:
        return f"{arguments[1]}: {arguments[2]}"
    return str(error)


def tidied(text: str) -> str:
    """A text for visitors without what slipped through: doubled full stops, JavaScript's null."""
    for raw in RAW:
        text = text.replace(raw, kit_texts.REASON_UNKNOWN)
    while ".." in text:
        text = text.replace("..", ".")
    return text


def _tail(words: str) -> str:
    """What stands after the last colon or comma, or all."""
    start = max(words.rfind(": "), words.rfind(", "))
    return words if start < 0 else words[start + 2 :]


def _says_nothing(words: str) -> bool:
    is_kind = " " not in words and (words.endswith("Error") or words.endswith("Exception"))
    return is_kind or words.lower() in NO_WORDS
