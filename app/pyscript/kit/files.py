"""Files that visitors open and save.

Runs on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy
    from app.pyscript.page import Page


class TooLargeError(OSError):
    """The file has more bytes than allowed."""


async def save(page: "Page", media_type: str, name: str, *arguments: "object") -> None:
    """Save what a function of the worker returns: a file's "name" and "content"."""
    answer = await page.bridge.ask(name, *arguments)
    if answer is not None:
        page.browser.save_file(answer["name"], media_type, answer["content"])


async def read(page: "Page", file: "JsProxy", limit: int) -> "JsProxy":
    """The bytes of a file. Raises OSError; TooLargeError if there are more than `limit`."""
    content = await page.browser.read_file(file, limit + 1)
    if content.length > limit:
        raise TooLargeError
    return content
