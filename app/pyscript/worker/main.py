"""The worker's composition root and, with indexed_db.py, all that imports what Pyodide and PyScript
bring. PyScript runs it, then offers the page the functions that `__export__` names."""

import asyncio
import time
from typing import Any

import numpy as np
from js import Object
from polyscript import xworker  # type: ignore[import-not-found]
from pyodide.ffi import JsProxy, to_js
from pyodide.http import pyfetch

from app.pyscript import texts
from app.pyscript.messages import CALLS
from app.pyscript.worker.api_client import ApiClient, Upload
from app.pyscript.worker.exports import Exports
from app.pyscript.worker.indexed_db import NETWORK_KEY, TRAY_KEY, IndexedDbStorage
from app.pyscript.worker.session import Session


async def fetch(
    url: str, media_type: str, upload: Upload | None, is_fresh: bool
) -> tuple[int, bytes]:
    """GET or POST; raises OSError where no answer comes, or breaks; cancelling stops it."""
    headers = {"Accept": media_type}
    if upload is None:
        response = await pyfetch(url, headers=headers, cache="reload" if is_fresh else "default")
    else:
        headers["Content-Type"] = upload.media_type
        if upload.if_match:
            headers["If-Match"] = f'"{upload.if_match}"'
        response = await pyfetch(url, method="POST", headers=headers, body=to_js(upload.body))
    try:
        return response.status, await response.bytes()
    except asyncio.CancelledError:
        raise
    except Exception as error:  # of several kinds, none of them an OSError
        raise OSError(texts.CONNECTION_BROKE) from error


def predict(pixels: str) -> JsProxy:
    return _with_arrays(exports.predict(pixels))


def open_weights(content: JsProxy, name: str) -> str:
    return exports.open_weights(content.to_bytes(), name)


def save_weights() -> JsProxy:
    return _with_arrays(exports.save_weights())


def save_program(pixels: str) -> JsProxy:
    return _with_arrays(exports.save_program(pixels))


def _with_arrays(answer: dict[str, Any]) -> JsProxy:
    return to_js(answer, dict_converter=Object.fromEntries)


def list_mistakes(test_set: str, first: int) -> JsProxy:
    return _with_arrays(exports.list_mistakes(test_set, first))


def list_cell(test_set: str, label: int, digit: int, first: int) -> JsProxy:
    return _with_arrays(exports.list_cell(test_set, label, digit, first))


def inspect(pixels: str, unit: int, first: int, second: int) -> JsProxy:
    return _with_arrays(exports.inspect(pixels, unit, first, second))


async def list_nearest(pixels: str) -> JsProxy:
    return _with_arrays(await exports.list_nearest(pixels))


def explain_step(pixels: str, label: int) -> JsProxy:
    return _with_arrays(exports.explain_step(pixels, label))


def apply_step(pixels: str, label: int) -> JsProxy:
    return _with_arrays(exports.apply_step(pixels, label))


async def list_checkpoints(pixels: str) -> JsProxy:
    return _with_arrays(await exports.list_checkpoints(pixels))


def list_checkpoint_units(number: int, of_change: bool) -> JsProxy:
    return _with_arrays(exports.list_checkpoint_units(number, of_change))


def list_tray(first: int) -> JsProxy:
    return _with_arrays(exports.list_tray(first))


async def open_tray(content: JsProxy, name: str) -> str:
    return await exports.open_tray(content.to_bytes(), name)


def save_tray() -> JsProxy:
    return _with_arrays(exports.save_tray())


client = ApiClient(fetch)
session = Session(
    client,
    send=xworker.postMessage,
    clock=time.perf_counter,
    rng=np.random.default_rng(),
    storage=IndexedDbStorage(NETWORK_KEY),
    tray_storage=IndexedDbStorage(TRAY_KEY),
)
exports = Exports(session, client, time.perf_counter)

connect = exports.connect
ping = exports.ping
load_shared_weights = exports.load_shared_weights
randomize_weights = exports.randomize_weights
tune = exports.tune
start_training = exports.start_training
pause_training = exports.pause_training
step_training = exports.step_training
reset_training = exports.reset_training
change_settings = exports.change_settings
use_kernels = exports.use_kernels
load_version = exports.load_version
publish_weights = exports.publish_weights
merge_and_publish = exports.merge_and_publish
evaluate = exports.evaluate
restore = exports.restore
start_afresh = exports.start_afresh
step_sources = exports.step_sources
go_on_from = exports.go_on_from
add_drawing = exports.add_drawing
remove_drawing = exports.remove_drawing
clear_tray = exports.clear_tray
undo_tray = exports.undo_tray
watch_hand = exports.watch_hand
keep_this = exports.keep_this
__export__ = list(CALLS)
