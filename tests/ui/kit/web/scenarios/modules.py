"""kit/web/modules.py"""

import asyncio
import sys

import js
import vfs
from pyscript import config

from app.pyscript.kit.web import modules
from tests.ui.kit.web.scenarios.tools import listed

PATH, TYPE = "app/0/panels.bin", "application/octet-stream"
# Of came_later.py with the line ANSWER = 42 (api/services/rom_image.py).
IMAGE = bytes.fromhex(
    "d2cd31" + "1e" + "051c" + "0d63616d655f6c617465722e7079" + "020c" + "414e53574552203d2034320a"
)


class _Elsewhere:
    """Another place than that of the modules under test, which stay; and no long waits."""

    def __enter__(self) -> None:
        self._former = (modules.PLACE, modules.RETRY_SECONDS)
        modules.PLACE, modules.RETRY_SECONDS = "/elsewhere", 0
        vfs.mount(vfs.VfsRom(bytes.fromhex("d2cd3100")), "/elsewhere")
        sys.path.append("/elsewhere")
        config["digits"]["modules"] = {"path": PATH, "bytes": len(IMAGE)}
        modules.images.clear()

    def __exit__(self, *error: object) -> None:
        vfs.umount("/elsewhere")
        sys.path.remove("/elsewhere")
        sys.modules.pop("came_later", None)
        modules.PLACE, modules.RETRY_SECONDS = self._former


def _answer(content: bytes, status: int = 200) -> None:
    js.stage.answer(PATH, js.Uint8Array.new(js.Array.of(*content)), status, TYPE)


def _caches() -> "list[str]":
    return [request.cache for request in listed(js.stage.requests)]


async def modules_come_while_the_page_does_something_else() -> None:
    _answer(IMAGE)
    with _Elsewhere():
        modules.begin_modules()
        assert _caches() == ["default"]
        await modules.mount_modules()
        assert __import__("came_later").ANSWER == 42
    assert _caches() == ["default"]


async def what_is_no_image_or_only_a_part_is_asked_for_again() -> None:
    js.stage.answer(PATH, "<p>Sign in</p>", 200, "text/html")
    _answer(IMAGE[:-5])
    _answer(b"x" * len(IMAGE))
    _answer(IMAGE)
    with _Elsewhere():
        modules.begin_modules()
        await modules.mount_modules()
        assert __import__("came_later").ANSWER == 42
    assert _caches() == ["default", "reload", "reload", "reload"]


async def a_server_that_is_away_is_waited_for() -> None:
    with _Elsewhere():
        modules.begin_modules()  # is rejected, and nobody listens yet
        await asyncio.sleep(0.02)
        _answer(IMAGE)
        await modules.mount_modules()
        assert __import__("came_later").ANSWER == 42
    assert listed(js.stage.uncaught) == []
