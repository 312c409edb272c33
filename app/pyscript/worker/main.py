"""The worker's composition root and, with indexed_db.py, all that imports what Pyodide and PyScript
bring. PyScript runs it, then lets the page call the functions that `__export__` names: one."""

import asyncio
import time
from typing import Any

import numpy as np
from js import Intl, Object, navigator
from polyscript import xworker
from pyodide.ffi import to_js
from pyodide.http import pyfetch

from app.pyscript import texts as common
from app.pyscript.bridge.wire import ASK
from app.pyscript.keep.worker.indexed_db import NETWORK_KEY, TRAY_KEY, IndexedDbStorage
from app.pyscript.kit.formats import language_tag, use_marks
from app.pyscript.worker.api_client import ApiClient, Upload
from app.pyscript.worker.features import offers_of


def use_marks_of_the_reader() -> None:
    """As browser.number_marks has them for the page."""
    tag = language_tag(str(navigator.language))
    options = to_js({"numberingSystem": "latn"}, dict_converter=Object.fromEntries)
    form = Intl.NumberFormat.new(to_js([tag] if tag else []), options)
    marks = {part.type: part.value for part in form.formatToParts(1234567.8)}
    use_marks(marks["decimal"], marks.get("group", ","))


async def fetch(
    url: str, media_type: str, upload: Upload | None, is_fresh: bool
) -> tuple[int, bytes]:
    """GET or POST; raises OSError where no answer comes, or breaks; cancelling stops it."""
    headers = {"Accept": media_type}
    if upload is None:
        response = await pyfetch(url, headers=headers, cache="reload" if is_fresh else "default")
    else:
        headers["Content-Type"] = upload.media_type
        if upload.author:
            headers["Digits-Author"] = upload.author
        response = await pyfetch(url, method="POST", headers=headers, body=to_js(upload.body))
    try:
        return response.status, await response.bytes()
    except asyncio.CancelledError:
        raise
    except Exception as error:  # of several kinds, none of them an OSError
        raise OSError(common.CONNECTION_BROKE) from error


def to_page(parts: dict[str, Any]) -> Any:
    """An object for JavaScript, with arrays as typed arrays."""
    return to_js(parts, dict_converter=Object.fromEntries)


def from_page(array: Any) -> bytes:
    """A typed array's bytes."""
    content: bytes = array.to_bytes()
    return content


use_marks_of_the_reader()
client = ApiClient(fetch)
offers = offers_of(
    client,
    send=xworker.postMessage,
    clock=time.perf_counter,
    rng=np.random.default_rng(),
    storage=IndexedDbStorage(NETWORK_KEY, lambda: client.site),
    tray_storage=IndexedDbStorage(TRAY_KEY, lambda: client.site),
    to_page=to_page,
    from_page=from_page,
)
# PyScript looks for this among the names here.
globals()[ASK] = offers.ask
__export__ = [ASK]
