"""Brings MicroPython the modules that the page did not need at once."""

import os

import js
import vfs
from _pyscript import interpreter

from app.pyscript.kit.web.tasks import ignore, sleep, within
from app.pyscript.kit.web.visitor import page_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy

PLACE = "/page"  # where boot.py has mounted the first ones
FILE = "/panels.bin"
LIMIT_SECONDS = 20
RETRY_SECONDS = 2
# It has to stay: what is imported from an image is not copied out of it.
images: list = []
# The answer that was asked for first, until it is awaited.
begun: list = []


def begin_modules() -> None:
    """Ask for them, so that they come while the page does something else."""
    begun.append(_fetched("default"))


async def mount_modules() -> None:
    """Let the modules be imported; those of the first image stay imported. A server that is away is
    asked until it answers: without them the page has nothing to say."""
    asked = begun.pop()
    while not images:
        try:
            image = await _image(asked)
            found = vfs.VfsRom(image)  # raises OSError for what is none
        except Exception:  # a rejected promise can bring any
            await sleep(RETRY_SECONDS)
            asked = _fetched("reload")
        else:
            images.append(image)
            vfs.umount(PLACE)
            vfs.mount(found, PLACE)


def _fetched(cache: str) -> "JsProxy":
    options = js.Object.new()
    options.cache = cache
    asked = js.fetch(page_config()["modules"]["path"], options)
    asked.catch(ignore)  # whoever awaits it hears of a failure; nobody may do so yet
    return asked


async def _image(asked: "JsProxy") -> bytearray:
    """Its bytes. Raises ValueError if some are missing, and what promises are rejected with."""
    answer = await within(LIMIT_SECONDS, asked)
    content = js.Uint8Array.new(await within(LIMIT_SECONDS, answer.arrayBuffer()))
    if content.length != page_config()["modules"]["bytes"]:
        raise ValueError(content.length)
    # MicroPython reads a file at once, and an array of JavaScript's only number by number.
    interpreter.FS.writeFile(FILE, content)
    image = bytearray(content.length)
    with open(FILE, "rb") as file:
        file.readinto(image)
    os.remove(FILE)
    return image
