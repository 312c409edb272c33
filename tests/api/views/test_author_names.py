"""Which names are names. How they come and what is answered: test_publish.py."""

import pytest

from api.views.author_names import AuthorNameError, read_author_name

JOINED = {
    "Persian": "\u0645\u0647\u200c\u0633\u0627",
    "Persian, two words": "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627 \u0646\u0648\u0631\u06cc",
    "Hindi": "\u0930\u0915\u094d\u200d\u0937\u093e",
    "Hindi, apart": "\u0930\u0915\u094d\u200c\u0937\u093e",
    "Bengali": "\u09b0\u200d\u09cd\u09af\u09be\u09ac",
    "Sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "Malayalam, at the end": "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d",
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a pirate flag": "\U0001f3f4\u200d\u2620\ufe0f",
    "a skin and a sex": "\U0001f9d1\U0001f3fd\u200d\u2642\ufe0f Ada",
    "Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "a key": "1\ufe0f\u20e3",
    "a country": "\U0001f1e6\U0001f1f9",
    "an emoji after this Python": "\U0001faea",
    "a Japanese variant": "\u845b\U000e0100\u57ce",
    "Braille": "\u2801\u2800\u2803",
}


@pytest.mark.parametrize("name", JOINED.values(), ids=JOINED.keys())
def test_what_scripts_and_emoji_need_passes(name: str) -> None:
    assert read_author_name(name) == name
    assert read_author_name(f"  {name}  {name} ") == f"{name} {name}"


BLANK = [
    *("\u00a0", "\u2003\u3000", "\u3164", "\uffa0 \u115f\u1160", "\u2800", "\u034f", "\u0301"),
    *("\ufe0f", "\U000e0100", "\u180b", "\u2028"),
]


@pytest.mark.parametrize("name", BLANK)
def test_what_nobody_sees_is_no_name(name: str) -> None:
    with pytest.raises(AuthorNameError, match="nothing in it can be seen"):
        read_author_name(name)


HIDDEN = {
    **{"\u200b": "U\\+200B ZERO WIDTH SPACE", "\u200d": "U\\+200D ZERO WIDTH JOINER"},
    **{"\u200c\u200c": "U\\+200C", "\ufeff": "U\\+FEFF", "\u2060": "U\\+2060", "\xad": "U\\+00AD"},
    **{"Ada\u200d": "U\\+200D", "\u200dAda": "U\\+200D", "Ada \u200c Ada": "U\\+200C"},
    **{"Ada\u200d\u200dAda": "U\\+200D", "1\u200d2": "U\\+200D", "Ada\u202e": "U\\+202E"},
    **{"\u2066Ada\u2069": "U\\+2066", "A\u200eda": "U\\+200E", "\u061cA": "U\\+061C"},
    **{"A\x00": "U\\+0000", "A\x7f": "U\\+007F", "\ue000": "U\\+E000", "A\ud800": "U\\+D800"},
    # Tags that are no flag's, or end nowhere.
    **{"Ada\U000e0067\U000e007f": "U\\+E0067", "\U0001f3f4\U000e0067": "U\\+E0067"},
}


@pytest.mark.parametrize(("name", "found"), HIDDEN.items())
def test_hidden_characters_are_said(name: str, found: str) -> None:
    with pytest.raises(AuthorNameError, match=f"{found}.* cannot be seen there"):
        read_author_name(name)
