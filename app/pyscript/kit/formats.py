"""Writes numbers and names for people, and reads the numbers that people write.

Numbers use the decimal and thousands marks of the reader's language, set by `use_marks` when the
page starts. Files and links use a point and no thousands marks. A translation that needs other
forms changes them here.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record

POINT_AND_COMMA = (".", ",")
# The code of the zero in each script; its other digits follow it: Arabic, Persian, Devanagari,
# Bengali, and the wide digits of East Asian keyboards.
ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10)
# Characters that stand for an ASCII one: commas, points, minus, and two marks between thousands.
MEANT = {"\uff0c": ",", "\uff0e": ".", "\u2212": "-", "\u2019": "'", "\u066c": "'"}
MEANT.update(dict.fromkeys("\u00a0\u2009\u202f", " "))
ARABIC_DECIMAL = "\u066b"
# The marks in use now: for decimals, and between thousands.
_marks: "Record" = {"decimal": ".", "thousands": ","}


class AmbiguousNumberError(ValueError):
    """A text like "1,000", which can mean 1000 or 1; `str()` says what to write instead."""


def use_marks(decimal_mark: str, thousands_mark: str) -> None:
    """Write and read numbers with these marks from now on."""
    _marks.update({"decimal": decimal_mark, "thousands": thousands_mark})


def language_tag(text: str) -> str:
    """Language, script and region of a language tag, or empty if it is not one, such as "C".

    Every browser accepts these parts. For other text some throw, and the page could not catch that.
    """
    tag = ""
    for index, part in enumerate(text.split("-")):
        if index == 0:
            is_part = part.isalpha() and len(part) in (2, 3)
        else:
            is_script = part.isalpha() and len(part) == 4 and index == 1
            is_region = (part.isalpha() and len(part) == 2) or (part.isdigit() and len(part) == 3)
            is_part = is_script or is_region
        if not is_part:
            break
        tag = f"{tag}-{part}" if tag else part
        if index and len(part) < 4:
            break  # after the region
    return tag


def localized(text: str) -> str:
    """Put the reader's marks into a number written by Python."""
    apart = text.split(",")
    return _marks["thousands"].join([part.replace(".", _marks["decimal"]) for part in apart])


def whole(value: float) -> str:
    """The nearest whole number, with thousands marks: 12345.6 as "12,346"."""
    return localized(f"{round(value):,}")


def decimal(value: float, places: int) -> str:
    """With this many decimals: 0.12345 with 3 as "0.123"."""
    return localized(f"{value:.{places}f}")


def rough(value: float) -> str:
    """With three significant digits: 0.012345 as "0.0123"."""
    return localized(f"{value:.3g}")


def power(value: float) -> str:
    """With a power of ten: 0.000123 as "1.2e-04"."""
    return localized(f"{value:.1e}")


def plain(value: "int | float") -> str:
    """As short as it can be, for a field or a sentence: 10.0 as "10", 1000 as "1000"."""
    return localized(f"{value:g}") if isinstance(value, float) else str(value)


def percent(share: float, places: int = 0) -> str:
    """A share from 0 to 1 in percent, with this many decimals: 0.9876 with 1 as "98.8%"."""
    return f"{decimal(share * 100, places)}%"


def rough_percent(share: float) -> str:
    """0.934 as "93%"; with one decimal if rounding would wrongly give 0% or 100%."""
    is_near_an_end = 0.0005 <= share < 0.01 or 0.99 <= share < 0.9995
    return percent(share, 1 if is_near_an_end else 0)


def number_text(text: str, is_whole: bool = False, marks: "tuple | None" = None) -> str:
    """A number that a person wrote, in Python's form. Other text comes back nearly unchanged.

    In every language both a comma and a point can mark decimals. The exception: a mark that is not
    the reader's decimal mark and could separate thousands, as in "1,000". That is a thousand only
    if a whole number is expected and it is the reader's thousands mark. Otherwise this raises
    AmbiguousNumberError, as for "1.000,5". marks: (decimal, thousands), if not the reader's.
    """
    decimal_mark, thousands_mark = marks or (_marks["decimal"], _marks["thousands"])
    meant = [decimal_mark if sign == ARABIC_DECIMAL else in_ascii(sign) for sign in text]
    written = "".join(meant).strip()
    found = [sign for sign in written if sign in ",.' "]
    if not found:
        return written
    mark = found[0]
    if any(sign != mark for sign in found):
        _refuse(text)
    parts_thousands = is_in_threes(written.split(mark))
    if mark in "' " or len(found) > 1:
        return written.replace(mark, "") if parts_thousands else written
    if mark == decimal_mark or not parts_thousands:
        return written.replace(mark, ".")
    if not (is_whole and mark == thousands_mark):
        _refuse(text)
    return written.replace(mark, "")


def _refuse(text: str) -> None:
    problem = texts.NUMBER_AMBIGUOUS.format(text=text[:40], example=decimal(1.5, 1))
    raise AmbiguousNumberError(problem)


def in_ascii(sign: str) -> str:
    """The ASCII character for a digit of another script, or for a mark."""
    for zero in ZEROS:
        if zero <= ord(sign) < zero + 10:
            return chr(ord("0") + ord(sign) - zero)
    return MEANT.get(sign, sign)


def is_in_threes(parts: list) -> bool:
    """Are these the digits of one number, split at its thousands?"""
    first = parts[0].lstrip("+-")
    is_first = first.isdigit() and len(first) <= 3 and first[0] != "0"
    return is_first and all(part.isdigit() and len(part) == 3 for part in parts[1:])


def in_sentence(name: str) -> str:
    """A name inside a sentence: "Batch size" becomes "batch size", "L2" stays."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name
