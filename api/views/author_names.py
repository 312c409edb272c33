"""Which names visitors may publish under: any visible ones, in any script.

Invisible characters are refused, since they could reverse the line that shows the name, or make it
look like another's. But some scripts and many emoji need the two joiners, so these pass where they
join something.
"""

import re
import unicodedata

ZERO_WIDTH_JOINERS = "\u200c\u200d"
VIRAMA = 9
"""The combining class of the signs that end a syllable; a joiner after them shapes it, even at the
end of a word (Unicode Standard, section 12.1)."""
BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and a symbol, by their category, that are invisible."""
FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""Flags of England, Scotland and others: a black flag, and the country in invisible letters."""
EMOJI = re.compile("[\U0001f000-\U0001faff]")
"""They include future ones, which this Python does not know yet."""


class AuthorNameError(ValueError):
    """What is wrong with the name, to go on after "must be a name of visible characters": ..."""


def usual_form(text: str) -> str:
    """The normal form of the same characters, without superfluous spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_author_name(text: str) -> str:
    """The name in its usual form. Raises AuthorNameError."""
    name = usual_form(text)
    seen = FLAG.sub("\U0001f3f4", name)
    for index, character in enumerate(seen):
        if _category(character) == "C" and not _joins(seen, index):
            number = f"U+{ord(character):04X}"
            called = unicodedata.name(character, "")
            raise AuthorNameError(f"{number} {called}".strip() + " cannot be seen there")
    if not any(map(_is_seen, seen)):
        raise AuthorNameError("nothing in it can be seen")
    return name


def _joins(name: str, index: int) -> bool:
    """Is this a joiner inside a word or emoji, or after a letter that it shapes?"""
    if name[index] not in ZERO_WIDTH_JOINERS or index == 0:
        return False
    before, after = name[index - 1], name[index + 1 : index + 2]
    if unicodedata.combining(before) == VIRAMA:
        return True
    return _category(before) in "LMS" and after != "" and _category(after) in "LMS"


def _is_seen(character: str) -> bool:
    """On its own: marks need a letter."""
    return _category(character) in "LNPS" and character not in BLANKS


def _category(character: str) -> str:
    """The first letter of Unicode's general category: L letter, M mark, S symbol, C none such."""
    if EMOJI.match(character):
        return "S"
    return unicodedata.category(character)[0]
