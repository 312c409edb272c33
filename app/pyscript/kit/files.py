"""Files that visitors open and save.

Runs on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page


class TooLargeError(OSError):
    """A file of more bytes than may be."""


async def save(page: "Page", media_type: str, name: str, *arguments: "object") -> None:
    """Save what a function of the worker returns: a file's "name" and "content"."""
    answer = await page.bridge.ask(name, *arguments)
    if answer is not None:
        page.browser.save_file(answer["name"], media_type, answer["content"])


async def read(page: "Page", file: "JsProxy", limit: int) -> "JsProxy":
    """The bytes of a file; raises OSError, and TooLargeError for one of more than `limit`."""
    content = await page.browser.read_file(file, limit + 1)
    if content.length > limit:
        raise TooLargeError
    return content
