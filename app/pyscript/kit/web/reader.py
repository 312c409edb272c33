"""The visitor's language, the page's address, and what the server wrote into the page."""

import js
from pyscript import config, ffi

from app.pyscript.kit.web.elements import root

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Record

# Where the service is: nothing after the host or, behind a proxy, a path, as /digits. Whoever types
# two slashes in a row is at the same place.
PATH = "".join(["/" + part for part in js.location.pathname.split("/")[:-1] if part])
SITE = js.location.origin + PATH


def random_seed() -> int:
    """A fresh seed, 0 to 2**30 - 1: MicroPython passes no larger integers to JavaScript."""
    return int(js.Math.random() * 2**30)


def language() -> str:
    """The visitor's language as the browser says it, such as "de-AT"; it may be anything."""
    return str(js.navigator.language)


def number_marks(tag: str) -> tuple:
    """The marks of decimals and between thousands in a language, beside Latin digits.

    tag: as formats.language_tag makes it, for others would throw; empty for the browser's own.
    """
    options = js.Object.new()
    options.numberingSystem = "latn"
    tags = js.Array.of(tag) if tag else js.Array.new()
    marks = {"decimal": ".", "group": ","}
    for part in js.Intl.NumberFormat.new(tags, options).formatToParts(1234567.8):
        marks[str(part.type)] = str(part.value)
    return marks["decimal"], marks["group"]


def local_time(text: str) -> str:
    """A time as the server writes it, RFC 3339, as this visitor's clock and customs have it."""
    return js.Date.new(text).toLocaleString()


def fragment_fields() -> list:
    """The (name, value) pairs after the # of the page's address, as in a query; may be empty."""
    fields: list = []
    # Takes anything: what is no escape sequence stays as it is.
    parameters = js.URLSearchParams.new(js.location.hash[1:])
    parameters.forEach(ffi.create_proxy(lambda value, name, *rest: fields.append((name, value))))
    return fields


def page_address() -> str:
    """The page's address without its fragment and its query."""
    return js.location.origin + js.location.pathname


async def copy_text(text: str) -> bool:
    """Put a text on the clipboard; False where the browser does not let us."""
    # Missing outside secure contexts, which a page over plain HTTP on a LAN is.
    if not hasattr(js.navigator, "clipboard"):
        return False
    try:
        await js.navigator.clipboard.writeText(text)
    except Exception:  # a DOMException: the visitor, or a policy, forbids it
        return False
    return True


def is_traced() -> bool:
    """Does the address ask for it to be told what crosses to the worker and back (?trace)?"""
    return bool(js.URLSearchParams.new(js.location.search).has("trace"))


def trace(direction: str, name: str, milliseconds: float, text: str) -> None:
    js.console.debug(direction, name, milliseconds, text)


def page_config() -> "Record":
    """What the server wrote into the page for us: see api/services/browser_files.py."""
    return config["digits"]


def takes_names() -> bool:
    """Does the server take names to publish under?"""
    return root().getAttribute("data-names") != "none"
