"""Sends requests to the service, and fetches files whole or not at all."""

import asyncio
import json

import js
from pyscript import ffi

from app.pyscript.kit import texts
from app.pyscript.kit.formats import language_tag
from app.pyscript.kit.web.elements import create_element
from app.pyscript.kit.web.tasks import WAITING_SLICES, ignore, within
from app.pyscript.kit.web.visitor import SITE, language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Awaitable, Callable, FileIdentity, JsProxy, Record

# After this long without a byte, give the server up.
SILENCE_SECONDS = 20
NO_CONTENT = 204


class FetchError(Exception):
    """A request got no answer (`status` is 0) or an error; `str()` says it in words.

    `detail` is what the server says of it, or empty.
    """

    def __init__(self, status: int, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail


class DamagedError(FetchError):
    """The answer is incomplete, or is not the server's file."""


async def fetch_json(
    path: str, method: str = "GET", token: str = "", body: "Record | None" = None
) -> "Any":
    """Ask the service for a JSON document; FetchError gives the server's reason for an error.

    path: of the API, such as /api/jobs. token: the operator's, needed for what only the operator
    may do. body: sent as JSON. An answer without content (204) gives an empty document.
    """
    options = js.Object.new()
    options.method = method
    options.headers = js.Object.new()
    options.headers.Accept = "application/json"
    if token:
        options.headers.Authorization = f"Bearer {token}"
    if body is not None:
        js.Reflect.set(options.headers, "Content-Type", "application/json")
        options.body = json.dumps(body)
    for cache in ("default", "reload") if method == "GET" else ("default",):
        # The browser's cache may hold a network's login page in place of the answer.
        options.cache = cache
        response = await _fetch(path, options, SITE)
        text = await _unbroken(path, response.text())
        if response.status == NO_CONTENT:
            return {}
        try:
            return json.loads(text)
        except ValueError:
            pass
    raise FetchError(response.status, texts.REQUEST_NOT_JSON.format(path=path))


async def fetch_bytes(
    path: str, media_type: str, is_fresh: bool = False, token: str = ""
) -> "JsProxy":
    """GET a whole answer, as a Uint8Array. Raises FetchError. is_fresh: as for fetch_counted;
    token: as for fetch_json."""
    options = js.Object.new()
    options.headers = js.Object.new()
    options.headers.Accept = media_type
    if token:
        options.headers.Authorization = f"Bearer {token}"
    if is_fresh:
        options.cache = "reload"
    response = await _fetch(path, options)
    return js.Uint8Array.new(await _unbroken(path, response.arrayBuffer()))


async def send_bytes(
    path: str, method: str, token: str, media_type: str, content: "JsProxy"
) -> None:
    """Send a typed array; the answer has no content. Raises FetchError; token: see fetch_json."""
    options = js.Object.new()
    options.method = method
    options.headers = js.Object.new()
    options.headers.Authorization = f"Bearer {token}"
    js.Reflect.set(options.headers, "Content-Type", media_type)
    options.body = js.Uint8Array.new(content)  # a copy: the worker's may be in shared memory
    await _fetch(path, options, SITE)


async def fetch_counted(
    path: str, on_bytes: "Callable", expected: "FileIdentity", is_fresh: bool = False
) -> None:
    """GET a file to the end, for the browser's cache; calls on_bytes(count) as pieces come.

    expected: the "bytes" and "sha256" of the server's file; without a digest, any file passes that
    is not a web page. Raises DamagedError for other content. is_fresh: fetch from the server, and
    replace the copies of the browser and the service worker.

    Hundreds of pieces come while the worker needs the processor, so one timer watches them all.
    """
    options = js.Object.new()
    if is_fresh:
        options.cache = "reload"
    response = await _fetch(path, options)
    is_checked = "sha256" in expected
    digesting = _digest(response) if is_checked else None
    reader = response.body.getReader()
    pieces = received = 0
    is_silent = False

    async def end_silence() -> None:
        nonlocal is_silent
        silent_slices = 0
        while silent_slices < WAITING_SLICES:
            heard = pieces
            await asyncio.sleep(SILENCE_SECONDS / WAITING_SLICES)
            silent_slices = silent_slices + 1 if pieces == heard else 0
        is_silent = True
        await reader.cancel()  # ends the wait for the next piece

    watch = asyncio.create_task(end_silence())
    try:
        while not (piece := await reader.read()).done:
            pieces += 1
            received += piece.value.length
            on_bytes(piece.value.length)
        if is_silent:
            raise OSError
    except Exception:  # a broken connection, in the browser's own words
        raise DamagedError(0, texts.REQUEST_BROKEN.format(path=path))
    finally:
        watch.cancel()
    if str(response.headers.get("Content-Type")).startswith("text/html"):
        raise DamagedError(response.status, texts.FILE_IS_A_PAGE.format(path=path))
    if is_checked and received != expected["bytes"]:
        text = texts.FILE_HAS_ANOTHER_SIZE.format(
            path=path, found=received, expected=expected["bytes"]
        )
        raise DamagedError(response.status, text)
    if digesting is not None and _hexadecimal(await digesting) != expected["sha256"]:
        raise DamagedError(response.status, texts.FILE_IS_ANOTHER.format(path=path))


def _digest(response: "JsProxy") -> "JsProxy | None":
    """A promise of the body's SHA-256, computed while it is read; None over plain HTTP."""
    if not hasattr(js.crypto, "subtle"):
        return None
    digest = js.crypto.subtle.digest.bind(js.crypto.subtle, "SHA-256")
    promise = response.clone().arrayBuffer().then(digest)
    promise.catch(ignore)  # a broken connection is handled elsewhere
    return promise


def _hexadecimal(buffer: "JsProxy") -> str:
    values = js.Uint8Array.new(buffer)
    return "".join([f"{values[index]:02x}" for index in range(values.length)])


async def load_script(path: str, name: str) -> None:
    """Run a JavaScript file of this site that defines a global variable of this name.

    Raises OSError or FetchError when the file does not come, or fails.
    """
    _name_a_language()
    for is_fresh in (False, True):
        # Check the file first: a web page in its place would be run as a script, and nobody could
        # catch the error. The browser's copy may be damaged.
        try:
            await fetch_counted(path, lambda count: None, {}, is_fresh)
        except DamagedError:
            continue
        if await _defines(path, name):
            return
    raise OSError(texts.SCRIPT_FAILED.format(path=path))


async def _defines(path: str, name: str) -> bool:
    """Run a JavaScript file. Returns False if it did not come or did not define the global."""
    script = create_element("script")

    def begin(resolve: "Callable", reject: "Callable") -> None:
        script.addEventListener("load", resolve)
        script.addEventListener("error", reject)
        script.src = path
        js.document.head.append(script)

    try:
        await within(SILENCE_SECONDS, js.Promise.new(ffi.create_proxy(begin)))
    except Exception:  # the event of an error has no words
        return False
    return bool(js.Boolean(getattr(js, name, None)))


def _name_a_language() -> None:
    """Make navigator.language a valid language, if it is not.

    In the C locale it is "C" in WebKitGTK, and a library that makes a number format from it throws.
    """
    if not language_tag(language()):
        named = js.Object.new()
        named.value = texts.LANGUAGE
        js.Object.defineProperty(js.navigator, "language", named)


async def _fetch(path: str, options: "JsProxy", site: str = "") -> "JsProxy":
    try:
        response = await within(SILENCE_SECONDS, js.fetch(site + path, options))
    except Exception:  # a rejected fetch says only "Failed to fetch"
        raise FetchError(0, texts.REQUEST_UNANSWERED.format(path=path))
    if not response.ok:
        text = await _unbroken(path, response.text())
        reason = _problem_in(text, response.status)
        words = texts.REQUEST_REFUSED.format(path=path, reason=reason)
        raise FetchError(response.status, words, reason)
    return response


async def _unbroken(path: str, reading: "Awaitable") -> "JsProxy":
    """Read a body; if the connection breaks, raise FetchError."""
    try:
        return await within(SILENCE_SECONDS, reading)
    except Exception:
        raise FetchError(0, texts.REQUEST_BROKEN.format(path=path))


def _problem_in(text: str, status: int) -> str:
    """The detail of a problem document, or only the status."""
    try:
        return json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        return texts.REQUEST_STATUS.format(status=status)
