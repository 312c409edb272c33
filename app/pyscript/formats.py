"""How numbers and names are written for people: the forms of English, in one place.

Each returns text; a translation with other marks changes them here alone.

Runs on MicroPython and on CPython.
"""


def whole(value: float) -> str:
    """To the nearest whole number, with its thousands apart: 12345.6 as "12,346"."""
    return f"{round(value):,}"


def decimal(value: float, places: int) -> str:
    """With so many decimals: 0.12345 with 3 as "0.123"."""
    return f"{value:.{places}f}"


def rough(value: float) -> str:
    """With three significant digits: 0.012345 as "0.0123"."""
    return f"{value:.3g}"


def percent(share: float, places: int = 0) -> str:
    """A share from 0 to 1 in percent, with so many decimals: 0.9876 with 1 as "98.8%"."""
    return f"{share * 100:.{places}f}%"


def rough_percent(share: float) -> str:
    """0.934 as "93%", with a decimal where it would otherwise read 0 or 100 wrongly."""
    is_near_an_end = 0.0005 <= share < 0.01 or 0.99 <= share < 0.9995
    return percent(share, 1 if is_near_an_end else 0)


def in_sentence(name: str) -> str:
    """A name as it stands within a sentence: "Batch size" as "batch size", "L2" as it is."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name
