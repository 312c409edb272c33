"""Which key was pressed, on any keyboard layout, and which keys belong to the browser.

An event is anything with the fields of the DOM's KeyboardEvent. Runs on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

# Browsers report this code instead of the key's while an input method composes a character.
COMPOSING_KEY_CODE = 229
# From this code on scripts are not Latin, except in some blocks: more Latin letters, and (after
# more Greek ones) punctuation, currencies, arrows and other symbols.
FIRST_NOT_LATIN = 0x370
LATIN_ADDITIONAL = range(0x1E00, 0x1F00)
SYMBOLS = range(0x2000, 0x2C00)


def is_ours(event: "JsProxy") -> bool:
    """May the page take this key? Not with Alt or AltGr, nor while a character is composed.

    Callers check Control and Meta (Command) themselves.
    """
    if event.altKey or event.getModifierState("AltGraph"):
        return False
    return not (event.isComposing or event.keyCode == COMPOSING_KEY_CODE)


def is_plain(event: "JsProxy") -> bool:
    """May the page take this key, and is it not a shortcut with Control or Meta? Shift is fine."""
    return is_ours(event) and not (event.ctrlKey or event.metaKey)


def letter(event: "JsProxy") -> str:
    """The Latin letter of a key, in lower case; for other keys, their name.

    It is the letter that the key types, so Dvorak and QWERTZ work. If the key types a letter of
    another script, it is the letter at this place on a US keyboard.
    """
    key, code = event.key, event.code
    if is_foreign(key) and code.startswith("Key"):
        return str(code[3:].lower())
    return str(key.lower() if len(key) == 1 else key)


def is_foreign(key: str) -> bool:
    """Is this a letter of a script that is not Latin?"""
    point = ord(key[0]) if key else 0
    is_symbol = point in LATIN_ADDITIONAL or point in SYMBOLS
    return point >= FIRST_NOT_LATIN and not is_symbol
