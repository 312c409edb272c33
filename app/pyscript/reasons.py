"""Turns errors into words that fit into a sentence for visitors.

The words of errors come from many authors: us, a server, a browser. Some end with a period, some do
not, and some are only JavaScript's null. Each is put into a sentence of texts.py. An error that no
code of ours expected is added as a detail, for whoever looks for the cause.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit import texts as kit_texts

# What errors contain when they have no message.
NO_WORDS = ("", "jsnull", "jsundefined", "null", "undefined", "none", "error", "exception")
# The same inside longer messages that other programs put together.
RAW = ("Error: jsnull", "Error: jsundefined", "jsnull", "jsundefined")
JAVASCRIPT_ARGUMENTS = 3
ENDS = " .!?:,;"


class MessageError(ValueError):
    """A message or setting that is not valid; `str()` says what was expected and what came."""


def reason(error: object) -> str:
    """The error's words without a period, for texts that add one.

    Of many lines, as in a traceback, this is the last one. For an error without words it is a text
    which says that no reason was given.
    """
    lines = [line.strip() for line in words_of(error).split("\n") if line.strip()]
    words = lines[-1].rstrip(ENDS) if lines else ""
    while words and _says_nothing(_tail(words)):
        words = words[: len(words) - len(_tail(words))].rstrip(ENDS)
    return words or kit_texts.REASON_UNKNOWN


def sentence(error: object) -> str:
    """The error's words as a sentence, with one period."""
    return f"{reason(error)}."


def unforeseen(error: BaseException) -> str:
    """What to say of an unexpected error: its own words stand at the end, as a detail."""
    words = words_of(error)
    if not isinstance(error, MessageError):  # which says in our words what is wrong
        words = f"{type(error).__name__}: {words}"
    return kit_texts.UNFORESEEN.format(error=reason(words))


def words_of(error: object) -> str:
    """An error's words. In MicroPython, JavaScript's errors hold (object, kind, words)."""
    arguments: tuple = getattr(error, "args", ())
    if len(arguments) == JAVASCRIPT_ARGUMENTS:
        return f"{arguments[1]}: {arguments[2]}"
    return str(error)


def tidied(text: str) -> str:
    """A text for visitors, cleaned of doubled periods and JavaScript's null."""
    for raw in RAW:
        text = text.replace(raw, kit_texts.REASON_UNKNOWN)
    while ".." in text:
        text = text.replace("..", ".")
    return text


def _tail(words: str) -> str:
    """The part after the last colon or comma, or the whole text."""
    start = max(words.rfind(": "), words.rfind(", "))
    return words if start < 0 else words[start + 2 :]


def _says_nothing(words: str) -> bool:
    is_kind = " " not in words and (words.endswith("Error") or words.endswith("Exception"))
    return is_kind or words.lower() in NO_WORDS
