"""The worker's composition root and, with indexed_db.py, all that imports what Pyodide and PyScript
bring. PyScript runs it, then offers the page the functions that `__export__` names."""

import asyncio
import time
from typing import Any

import numpy as np
from js import Intl, Object, navigator
from polyscript import xworker  # type: ignore[import-not-found]
from pyodide.ffi import JsProxy, to_js
from pyodide.http import pyfetch

from app.pyscript import texts
from app.pyscript.formats import language_tag, use_marks
from app.pyscript.messages import CALLS
from app.pyscript.worker.api_client import ApiClient, Upload
from app.pyscript.worker.exports import Exports, offer
from app.pyscript.worker.indexed_db import NETWORK_KEY, TRAY_KEY, IndexedDbStorage
from app.pyscript.worker.session import Session


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
        raise OSError(texts.CONNECTION_BROKE) from error


def to_page(answer: Any) -> Any:
    """An answer's arrays as typed arrays, in an object; text stays as it is."""
    return to_js(answer, dict_converter=Object.fromEntries) if isinstance(answer, dict) else answer


def from_page(argument: Any) -> Any:
    """A typed array as bytes; numbers and text stay as they are."""
    return argument.to_bytes() if isinstance(argument, JsProxy) else argument


use_marks_of_the_reader()
client = ApiClient(fetch)
session = Session(
    client,
    send=xworker.postMessage,
    clock=time.perf_counter,
    rng=np.random.default_rng(),
    storage=IndexedDbStorage(NETWORK_KEY, lambda: client.site),
    tray_storage=IndexedDbStorage(TRAY_KEY, lambda: client.site),
)
# PyScript looks for the functions among the names here.
globals().update(offer(Exports(session, client, time.perf_counter), to_page, from_page))
__export__ = list(CALLS)
