"""The worker's first module: PyScript runs it, and it makes everything else in the worker.

Only this module and indexed_db.py import from Pyodide and PyScript. `__export__` names the one
function that PyScript then lets the page call.
"""

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
from app.pyscript.kit.formats import language_tag, use_marks
from app.pyscript.messages import NETWORK_KEY, TRAY_KEY
from app.pyscript.worker.api_client import ApiClient, Upload
from app.pyscript.worker.features import offers_of
from app.pyscript.worker.indexed_db import IndexedDbStorage


def use_marks_of_the_reader() -> None:
    """Use the same marks in numbers as the page: see number_marks in kit/web/visitor.py."""
    tag = language_tag(str(navigator.language))
    options = to_js({"numberingSystem": "latn"}, dict_converter=Object.fromEntries)
    form = Intl.NumberFormat.new(to_js([tag] if tag else []), options)
    marks = {part.type: part.value for part in form.formatToParts(1234567.8)}
    use_marks(marks["decimal"], marks.get("group", ","))


async def fetch(
    url: str, media_type: str, upload: Upload | None, is_fresh: bool
) -> tuple[int, bytes]:
    """GET or POST. Raises OSError if no answer comes, or it breaks off. Can be canceled."""
    headers = {"Accept": media_type}
    if upload is None:
        response = await pyfetch(url, headers=headers, cache="reload" if is_fresh else "default")
    else:
        headers |= {"Content-Type": upload.media_type, **upload.headers}
        response = await pyfetch(url, method="POST", headers=headers, body=to_js(upload.body))
    try:
        return response.status, await response.bytes()
    except asyncio.CancelledError:
        raise
    except Exception as error:  # there are several kinds, but none is an OSError
        raise OSError(common.CONNECTION_BROKE) from error


def to_page(parts: dict[str, Any]) -> Any:
    """A JavaScript object with these parts, arrays as typed arrays."""
    return to_js(parts, dict_converter=Object.fromEntries)


def from_page(array: Any) -> bytes:
    """The bytes of a typed array."""
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
# PyScript looks up the exported function among this module's names.
globals()[ASK] = offers.ask
__export__ = [ASK]
