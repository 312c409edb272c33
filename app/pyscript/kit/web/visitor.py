"""The visitor's language and clock, the page's address, and the server's data in the page."""

import js
from pyscript import config, ffi

from app.pyscript.kit.web.elements import root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import PageConfig

# The path of the service: empty, or a path such as /digits behind a proxy. Two slashes in a row
# count as one.
PATH = "".join(["/" + part for part in js.location.pathname.split("/")[:-1] if part])
SITE = js.location.origin + PATH


def random() -> float:
    """From 0 to 1."""
    return float(js.Math.random())


def random_seed() -> int:
    """A fresh seed, 0 to 2**30 - 1: MicroPython passes no larger integers to JavaScript."""
    return int(random() * 2**30)


def language() -> str:
    """The visitor's language according to the browser, such as "de-AT"; it may be any text."""
    return str(js.navigator.language)


def number_marks(tag: str) -> tuple:
    """A language's marks for decimals and between thousands, with Latin digits.

    tag: made by formats.language_tag, because others may throw; empty for the browser's own.
    """
    options = js.Object.new()
    options.numberingSystem = "latn"
    tags = js.Array.of(tag) if tag else js.Array.new()
    marks = {"decimal": ".", "group": ","}
    for part in js.Intl.NumberFormat.new(tags, options).formatToParts(1234567.8):
        marks[str(part.type)] = str(part.value)
    return marks["decimal"], marks["group"]


def local_time(text: str) -> str:
    """A time from the server, in RFC 3339, in this visitor's time zone and language."""
    return js.Date.new(text).toLocaleString()


def fragment_fields() -> list:
    """The (name, value) pairs after the # of the page's address, as in a query; may be empty."""
    fields: list = []
    # Never throws: text that is not an escape sequence stays as it is.
    parameters = js.URLSearchParams.new(js.location.hash[1:])
    parameters.forEach(ffi.create_proxy(lambda value, name, *rest: fields.append((name, value))))
    return fields


def page_address() -> str:
    """The page's address without its fragment and its query."""
    return js.location.origin + js.location.pathname


async def copy_text(text: str) -> bool:
    """Put a text on the clipboard; False where the browser does not let us."""
    # Missing outside secure contexts, for example over plain HTTP on a LAN.
    if not hasattr(js.navigator, "clipboard"):
        return False
    try:
        await js.navigator.clipboard.writeText(text)
    except Exception:  # a DOMException: the visitor, or a policy, forbids it
        return False
    return True


def is_traced() -> bool:
    """Should the console show what crosses to the worker and back (?trace in the address)?"""
    return bool(js.URLSearchParams.new(js.location.search).has("trace"))


def trace(direction: str, name: str, milliseconds: float, text: str) -> None:
    js.console.debug(direction, name, milliseconds, text)


def page_config() -> "PageConfig":
    """What the server wrote into the page for us: see api/services/browser_files.py."""
    return config["digits"]


def takes_names() -> bool:
    """Can visitors publish under a name on this server?"""
    return root().getAttribute("data-names") != "none"
