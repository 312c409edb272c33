"""The browser, as the page's modules use it; the only main-thread module that imports js.

Thin functions over elements, events, timers, fetch, canvases and PyScript's named workers. Tests
replace this module whole (tests/ui/fake_browser.py); nothing else of the page needs a browser.

MicroPython cannot catch a *synchronous* JavaScript exception, with `except` or with `finally`; a
rejected promise does become a Python exception. So nothing here calls what may throw on the spot,
and parsing goes through a promise.
"""

import asyncio
import json

import js
from pyscript import config, create_named_worker, ffi

from app.pyscript import texts
from app.pyscript.bridge.wire import ASK
from app.pyscript.kit.formats import language_tag
from app.pyscript.reasons import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Awaitable, Callable, Coroutine, Iterable, JsProxy, Record

# Where the service is: nothing after the host or, behind a proxy, a path, as /digits. Whoever types
# two slashes in a row is at the same place.
PATH = "".join(["/" + part for part in js.location.pathname.split("/")[:-1] if part])
SITE = js.location.origin + PATH
WORKER_POLL_SECONDS = 0.02
WAITING_SLICES = 10
# A server that says nothing for so long is given up.
SILENCE_SECONDS = 20
USUAL_STACK_TRACE_LIMIT = 10  # V8's; other engines have none
# A download has begun long before, and then the browser no longer needs our copy.
DOWNLOAD_MILLISECONDS = 60000
# What can be given the focus unasked, and what cannot: a field for text brings up a keyboard.
FIELDS = "input:is([type='checkbox'], [type='range'])"
CONTROLS = f":is(button, select, {FIELDS}, summary, a[href], [tabindex]):not([tabindex='-1'])"
CLOSED = "details:not([open]) > :not(summary)"
UNFOCUSABLE = f":disabled, [hidden], [hidden] *, {CLOSED}, {CLOSED} *"

_stopped_workers: list = []  # their names
_ignore = ffi.create_proxy(lambda error: None)


class FetchError(Exception):
    """A request had no answer (`status` 0) or an error for an answer; `str()` says it in words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class DamagedError(FetchError):
    """An answer that is not whole, or not the file that the server has."""


class LateError(OSError):
    """No answer in time."""


# Elements and events


def element(identifier: str) -> "JsProxy":
    """The element with this id; components ask for what their own markup made."""
    return js.document.getElementById(identifier)


def root() -> "JsProxy":
    """The document's root element, which carries data-ui, data-panels and data-worker."""
    return js.document.documentElement


def create_element(tag: str) -> "JsProxy":
    return js.document.createElement(tag)


def listen(target: "JsProxy", event: str, handler: "Callable", active: bool = False) -> None:
    """Call handler(event) at every such event; an active handler may prevent the default."""
    options = js.Object.new()
    options.passive = not active
    target.addEventListener(event, ffi.create_proxy(handler), options)


def early_moves(target: "JsProxy", handler: "Callable") -> "Callable":
    """What asks for handler(event) at the pointer's next move over the target, once and at once.

    A pointermove waits for the next frame, 8 ms on average. Where browsers have no earlier event,
    as outside secure contexts, it is all that comes.
    """
    proxy = ffi.create_proxy(handler)
    options = js.Object.new()
    options.once = options.passive = True
    return lambda: target.addEventListener("pointerrawupdate", proxy, options)


def pointer_path(event: "JsProxy") -> "Iterable":
    """All positions that a pointermove stands for: a fast stroke has several in one frame."""
    # Missing outside secure contexts, which a page over plain HTTP on a LAN is.
    if hasattr(event, "getCoalescedEvents"):
        path = event.getCoalescedEvents()
        if path.length:
            return path
    return (event,)


def has_focus(target: "JsProxy") -> bool:
    return bool(target.matches(":focus"))


def focus_quietly(target: "JsProxy") -> None:
    """Focus without a focus ring, for somebody who uses a pointer."""
    options = js.Object.new()
    options.focusVisible = False
    options.preventScroll = True
    target.focus(options)


def focus_in_place(target: "JsProxy") -> None:
    """Focus without scrolling, for what takes the place of another control."""
    options = js.Object.new()
    options.preventScroll = True
    target.focus(options)


def on_focus(on_come: "Callable", on_gone: "Callable") -> None:
    """Call on_come(element, former) when an element gets the focus, from the former one or None;
    on_gone() a moment after the focus has gone nowhere."""

    def on_focusout(event: "JsProxy") -> None:
        if not event.relatedTarget:
            next_frame(lambda: None if focused() else on_gone())

    listen(js.document, "focusin", lambda event: on_come(event.target, event.relatedTarget))
    listen(js.document, "focusout", on_focusout)


def focused() -> "JsProxy | None":
    """The element that has the focus, if any in particular has it."""
    active = js.document.activeElement
    return active if active and not active.isSameNode(js.document.body) else None


def on_redraw(callback: "Callable") -> None:
    """Call back whenever elements came, went, were hidden, shown, disabled or enabled."""
    options = js.Object.new()
    options.childList = options.subtree = True
    options.attributeFilter = js.Array.of("hidden", "disabled", "open")
    observer = js.MutationObserver.new(ffi.create_proxy(lambda *records: callback()))
    observer.observe(js.document.body, options)


def can_have_focus(target: "JsProxy") -> bool:
    """Is it on the page, enabled, and not within what is hidden or closed?"""
    return bool(target.isConnected) and not target.matches(UNFOCUSABLE)


def is_rendered(target: "JsProxy") -> bool:
    """Does it take any room, as the style sheet has it? Makes the browser lay out the page."""
    return target.getClientRects().length > 0


def controls_in(container: "JsProxy") -> "JsProxy":
    """What can be given the focus in there, once enabled and shown, in order: an array."""
    return getattr(js.Array, "from")(container.querySelectorAll(CONTROLS))


def places_of(target: "JsProxy") -> list:
    """(container, index among its controls) of each element around this one, the nearest first."""
    places = []
    container = target.parentElement
    while container:
        places.append((container, max(0, controls_in(container).indexOf(target))))
        container = container.parentElement
    return places


def reveal(target: "JsProxy") -> None:
    """Scroll just so far that the target is seen."""
    options = js.Object.new()
    options.block = "nearest"
    target.scrollIntoView(options)


def is_in_view(target: "JsProxy") -> bool:
    """Can some of it be seen, as far as the page knows?"""
    box = target.getBoundingClientRect()
    is_within = box.height > 0 and box.bottom > 0 and box.top < js.window.innerHeight
    return is_within and not js.document.hidden


def place_after(node: "JsProxy", target: "JsProxy") -> None:
    """Move a node behind another: whoever tabs on from there comes to it."""
    target.after(node)


def capture_pointer(target: "JsProxy", pointer_id: int) -> None:
    """Let the target keep this pointer's events outside its box, if the pointer is still there."""
    capture = target.setPointerCapture.bind(target)
    # Through a promise, because it throws when the pointer is gone already.
    js.Promise.resolve(pointer_id).then(capture).catch(_ignore)


def release_pointer(target: "JsProxy", pointer_id: int) -> None:
    """End what capture_pointer began, if it has not ended by itself."""
    release = target.releasePointerCapture.bind(target)
    # It throws where capture_pointer does.
    js.Promise.resolve(pointer_id).then(release).catch(_ignore)


def on_leaving(callback: "Callable") -> None:
    """Call back when the page can no longer count on hearing of keys and pointers."""

    def on_visibility() -> None:
        if js.document.hidden:
            callback()

    listen(js.document, "visibilitychange", lambda event: on_visibility())
    for event in ("blur", "pagehide"):
        on_window(event, lambda event: callback())


def on_window(event: str, handler: "Callable") -> None:
    listen(js.window, event, handler)


def on_view(target: "JsProxy", callback: "Callable") -> None:
    """Call callback(is_seen) when the target comes into view, goes out of it, or its page does."""
    state = {"is_near": False}

    def tell() -> None:
        callback(state["is_near"] and not js.document.hidden)

    def on_crossing(entries: "JsProxy", *_: "JsProxy") -> None:
        state["is_near"] = bool(entries[entries.length - 1].isIntersecting)
        tell()

    js.IntersectionObserver.new(ffi.create_proxy(on_crossing)).observe(target)
    listen(js.document, "visibilitychange", lambda event: tell())


def on_theme_change(callback: "Callable") -> None:
    """Call back when the visitor's system turns dark or light."""
    query = js.window.matchMedia("(prefers-color-scheme: dark)")
    listen(query, "change", lambda event: callback())


def style_value(name: str) -> str:
    """The value of one of the style sheet's custom properties, such as --ink."""
    return js.getComputedStyle(root()).getPropertyValue(name).strip()


# Time


def now() -> float:
    """Milliseconds since the page began to load."""
    return js.performance.now()


def next_frame(callback: "Callable") -> None:
    """Call back before the next repaint, or soon where the page is hidden and repaints nothing."""
    proxy = ffi.create_proxy(lambda *arguments: callback())
    if js.document.hidden:
        js.setTimeout(proxy, 50)
    else:
        js.requestAnimationFrame(proxy)


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)


def run(coroutine: "Coroutine") -> None:
    """Run a coroutine beside everything else; what it raises goes to on_uncaught's handler."""

    async def guarded() -> None:
        try:
            await coroutine
        except Exception as error:
            js.reportError(f"{type(error).__name__}: {words_of(error)}")

    asyncio.create_task(guarded())  # noqa: RUF006 - MicroPython's scheduler keeps the task


def keep_stack_traces() -> None:
    """From here on JavaScript's errors tell where they arose: boot.py had switched that off."""
    js.Error.stackTraceLimit = USUAL_STACK_TRACE_LIMIT


def on_uncaught(handler: "Callable") -> None:
    """Call handler(text) for every error that nothing else caught, in Python or JavaScript."""

    def on_error(event: "JsProxy") -> None:
        # PyScript runs a worker's script from a blob. What one that was stopped still stumbles
        # over, as on the page's answer to it, is of no use to anybody: why it was stopped is told.
        if not (_stopped_workers and str(event.filename).startswith("blob:")):
            handler(str(event.message))

    listen(js.window, "error", on_error)
    listen(js.window, "unhandledrejection", lambda event: handler(_words_of(event.reason)))


def _words_of(reason: "JsProxy") -> str:
    """What a promise was rejected with: an Error's message, or whatever it is, as text."""
    return str(getattr(reason, "message", reason))


async def gather(coroutines: list) -> None:
    """Run coroutines side by side until all are done; the first exception is raised at once."""
    await asyncio.gather(*coroutines)


def random_seed() -> int:
    """A fresh seed, 0 to 2**30 - 1: MicroPython passes no larger integers to JavaScript."""
    return int(js.Math.random() * 2**30)


async def within(seconds: float, promise: "Awaitable") -> "JsProxy":
    """Await a promise; raises LateError when it takes longer than this many seconds.

    The time is waited in slices: a machine that slept meanwhile loses one of them, and the answer
    that came with its waking is still heard.
    """
    ended = asyncio.Event()
    outcome: list = []

    async def wait() -> None:
        try:
            outcome.append((await promise, None))
        except Exception as error:
            outcome.append((None, error))
        ended.set()

    run(wait())
    for _ in range(WAITING_SLICES):
        try:
            await asyncio.wait_for(ended.wait(), seconds / WAITING_SLICES)
            break
        except asyncio.TimeoutError:  # MicroPython has no builtin of this name
            pass
    if not outcome:
        raise LateError(texts.REQUEST_TIMED_OUT.format(seconds=seconds))
    value, error = outcome[0]
    if error is not None:
        raise error
    return value


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


# The page's address


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


# The server


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


async def fetch_json(
    path: str, method: str = "GET", token: str = "", body: "Record | None" = None
) -> "Record":
    """Ask the service for a JSON document; FetchError says what the server had against it.

    path: as the API has it, such as /api/jobs. token: the operator's, for what only the operator
    may do. body: sent as JSON.
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
        # A network's login page may lie in the browser's own cache, in place of the answer.
        options.cache = cache
        response = await _fetch(path, options, SITE)
        text = await _unbroken(path, response.text())
        try:
            return json.loads(text)
        except ValueError:
            pass
    raise FetchError(response.status, texts.REQUEST_NOT_JSON.format(path=path))


async def fetch_counted(
    path: str, on_bytes: "Callable", expected: "Record", is_fresh: bool = False
) -> None:
    """GET a file to the end, for the browser's cache; calls on_bytes(count) as pieces come.

    expected: the file's "bytes" and "sha256", as the server has it; without the digest, anything
    but a web page will do. Raises DamagedError for another content. is_fresh: past what the browser
    and the service worker have kept, and in its place.

    Hundreds come while the worker needs the processor: one watch is kept over all of them.
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
        await reader.cancel()  # which ends what waits for a piece

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
    """The promise of a body's SHA-256, computed beside its reading; None over plain HTTP."""
    if not hasattr(js.crypto, "subtle"):
        return None
    digest = js.crypto.subtle.digest.bind(js.crypto.subtle, "SHA-256")
    promise = response.clone().arrayBuffer().then(digest)
    promise.catch(_ignore)  # a broken connection is noticed elsewhere
    return promise


def _hexadecimal(buffer: "JsProxy") -> str:
    values = js.Uint8Array.new(buffer)
    return "".join([f"{values[index]:02x}" for index in range(values.length)])


async def load_script(path: str, name: str) -> None:
    """Run a JavaScript file of this site that defines a global of this name.

    Raises OSError or FetchError when it does not come, or fails.
    """
    _name_a_language()
    for is_fresh in (False, True):
        # Looked at first: a web page in its place would run, and fail where nobody catches it. What
        # the browser has kept of it may be damaged.
        try:
            await fetch_counted(path, lambda count: None, {}, is_fresh)
        except DamagedError:
            continue
        if await _defines(path, name):
            return
    raise OSError(texts.SCRIPT_FAILED.format(path=path))


async def _defines(path: str, name: str) -> bool:
    """Run a JavaScript file; did it come, and define the global? One that throws has come, too."""
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
    """Give navigator.language a name of a language, where it has none.

    In the C locale WebKitGTK calls it "C", and a library that makes a number format of it throws.
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
        raise FetchError(response.status, texts.REQUEST_REFUSED.format(path=path, reason=reason))
    return response


async def _unbroken(path: str, reading: "Awaitable") -> "JsProxy":
    """What a body's reading brings, unless the connection breaks."""
    try:
        return await within(SILENCE_SECONDS, reading)
    except Exception:
        raise FetchError(0, texts.REQUEST_BROKEN.format(path=path))


def _problem_in(text: str, status: int) -> str:
    """The detail of a problem document, or the bare status."""
    try:
        return json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        return texts.REQUEST_STATUS.format(status=status)


# What this browser remembers of the visitor's choices


def _own(name: str) -> str:
    """The name of what this site stores, unlike that of another Digits under another path."""
    return f"{PATH}/{name}" if PATH else name


async def recall(key: str) -> str:
    """The text that was remembered under a key, or empty. Raises OSError where that is forbidden.

    For small things; the worker keeps the network (keep/worker/autosave.py).
    """
    return await _in_storage("getItem", _own(key)) or ""


async def remember(key: str, text: str) -> None:
    """Keep a text for later visits. Raises OSError where it is forbidden, or nothing fits in."""
    await _in_storage("setItem", _own(key), text)


async def _in_storage(method: str, *arguments: str) -> "JsProxy":
    # By way of a promise, because even to look at it throws where it is forbidden.
    look_up = js.Reflect.get.bind(js.Reflect, js.window)
    try:
        storage = await js.Promise.resolve("localStorage").then(look_up)
        act = js.Reflect.apply.bind(js.Reflect, getattr(storage, method), storage)
        return await js.Promise.resolve(js.Array.of(*arguments)).then(act)
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.BROWSER_KEEPS_NOTHING)


async def is_storage_persistent() -> "bool | None":
    """Does the browser keep all that for good? None where it does not say, as over plain HTTP."""
    return await _of_storage("persisted")


async def persist_storage() -> "bool | None":
    """Ask it to, which may ask the visitor. Whether it does; None where it cannot be asked."""
    return await _of_storage("persist")


async def _of_storage(name: str) -> "bool | None":
    if not hasattr(js.navigator, "storage") or not hasattr(js.navigator.storage, name):
        return None
    try:
        return bool(await getattr(js.navigator.storage, name)())
    except Exception:  # a DOMException, where storage is forbidden
        return None


# Files


def chosen_file(field: "JsProxy") -> "JsProxy | None":
    """The File that a visitor chose in a field, if any; it can be chosen again then."""
    file = field.files[0] if field.files.length else None
    field.value = ""
    return file


async def read_file(file: "JsProxy", limit: int) -> "JsProxy":
    """A File's bytes as a Uint8Array, no more than `limit`. Raises OSError where it is gone."""
    try:
        return js.Uint8Array.new(await file.slice(0, limit).arrayBuffer())
    except Exception:  # a DOMException, in words for programmers
        raise OSError(texts.FILE_UNREADABLE)


def save_file(name: str, media_type: str, content: "str | JsProxy") -> None:
    """Have the browser save text or a typed array as a file, where it saves what is downloaded."""
    options = js.Object.new()
    options.type = media_type
    # A copy: the worker's arrays may lie in memory that is shared, which a Blob refuses.
    part = content if isinstance(content, str) else js.Uint8Array.new(content)
    file = js.File.new(js.Array.of(part), name, options)
    shared = js.Object.new()
    shared.files = js.Array.of(file)
    # Installed on an iPhone's home screen, a page has no downloads: a link shows the file in the
    # app's place, and no way leads back. Only there is there a `standalone`.
    is_app = hasattr(js.navigator, "standalone") and js.navigator.standalone
    if is_app and js.navigator.canShare(shared):

        def on_refusal(error: "JsProxy") -> None:
            if error.name != "AbortError":  # which is the visitor's own doing
                _save_by_link(file)

        js.navigator.share(shared).catch(ffi.create_proxy(on_refusal))
    else:
        _save_by_link(file)


def _save_by_link(file: "JsProxy") -> None:
    link = create_element("a")
    link.href = js.URL.createObjectURL(file)
    link.download = file.name
    link.click()
    release = ffi.create_proxy(lambda: js.URL.revokeObjectURL(link.href))
    js.setTimeout(release, DOWNLOAD_MILLISECONDS)


# Without the server


def is_kept_page() -> bool:
    """Is this the page that the service worker had kept, because the server did not answer?"""
    return bool(root().hasAttribute("data-offline"))


def is_secure() -> bool:
    """Did the page come over HTTPS, or from this machine? Browsers keep no other."""
    return bool(js.isSecureContext)


def has_service_workers() -> bool:
    return hasattr(js.navigator, "serviceWorker")


async def keep_page(service_worker: str, limit_seconds: float) -> None:
    """Have a service worker keep the page; raises what the browser has against it.

    A newer one is kept beside the one in use, and is used when no tab shows the page any more.
    """
    container = js.navigator.serviceWorker
    await within(SILENCE_SECONDS, container.register(SITE + service_worker))
    await within(limit_seconds, container.ready)


async def forget_page() -> None:
    """Take back what keep_page did, and load whatever the network has at this address."""
    container, caches = js.navigator.serviceWorker, js.caches
    registration = await container.getRegistration()
    if registration and registration.scope == f"{SITE}/":  # not that of a site around this one
        await registration.unregister()
    prefix = _own("digits-")  # as app/service-worker.js has it
    names = await caches.keys()
    for index in range(names.length):
        if names[index].startswith(prefix):
            await caches.delete(names[index])
    js.location.reload()


# Pictures


class InkCanvas:
    """A canvas of 28x28 pixels that shows intensities as the opacity of black ink.

    The style sheet scales it up and inverts it in the dark theme.
    """

    def __init__(self, identifier: str) -> None:
        options = js.Object.new()
        # Kept in plain memory: so small a canvas gains nothing from the graphics processor.
        options.willReadFrequently = True
        self._context = element(identifier).getContext("2d", options)
        self._image = self._context.createImageData(28, 28)
        self._data = self._image.data

    def show_cells(self, pixels: bytearray, cells: "Iterable") -> None:
        """Redraw some cells, by index, from 784 intensities."""
        data = self._data
        for index in cells:
            data[4 * index + 3] = pixels[index]
        self._context.putImageData(self._image, 0, 0)

    def show_rgba(self, rgba: "JsProxy | None") -> None:
        """Show 28x28 RGBA pixels as the worker sends them; None blanks the canvas."""
        self._data.fill(0)
        if rgba is not None:
            self._data.set(rgba)
        self._context.putImageData(self._image, 0, 0)


def fill_canvas(canvas: "JsProxy", rgba: "JsProxy | None", start: int = 0) -> None:
    """Fill a canvas with the worker's RGBA pixels from this byte on; None blanks it."""
    options = js.Object.new()
    options.willReadFrequently = True
    context = canvas.getContext("2d", options)
    image = context.createImageData(canvas.width, canvas.height)
    if rgba is not None:
        image.data.set(rgba.subarray(start, start + image.data.length))
    context.putImageData(image, 0, 0)


def pictures(rgba: "JsProxy", count: int) -> list:
    """Canvases of 28x28 pixels, each with its part of the RGBA pixels that the worker sent."""
    canvases = []
    for index in range(count):
        canvas = create_element("canvas")
        canvas.width = canvas.height = 28
        fill_canvas(canvas, rgba, index * 4 * 28 * 28)
        canvases.append(canvas)
    return canvases


# Of the horizontal axis, which counts iterations or versions.
WHOLE_STEPS = [digit * 10**power for power in range(9) for digit in (1, 2, 5)]


# Lines of this color are dashed, so that nobody has to tell it from the others.
DASHES = {"chart-3": [5, 4]}


class Chart:
    """A uPlot line chart over iterations, always as wide as the element it stands in.

    The style sheet takes the chart out of the flow (.plot): its width never holds the element's
    open, and changing it in an observer's callback sets off no further one.
    """

    def __init__(
        self,
        identifier: str,
        height: int,
        colours: "Record",
        series: list,
        scale: "Record",
    ) -> None:
        """series: (label, colour name) of each line; colours: CSS colours by name.

        scale: uPlot's options of the vertical scale.
        """
        self._element = element(identifier)
        self._element.textContent = ""
        self._height = height
        axis = {
            "stroke": colours["muted"],
            "grid": {"stroke": colours["line"], "width": 1},
            "ticks": {"show": False},
            "font": "11px system-ui, sans-serif",
            "size": 38,
            "space": 28,
        }
        lines = [
            {
                "label": label,
                "stroke": colours[colour],
                "width": 2,
                "spanGaps": True,
                "dash": DASHES.get(colour, []),
            }
            for label, colour in series
        ]
        self._width = self._element.clientWidth  # 0 while a closed section hides it
        options = {
            "width": self._width,
            "height": height,
            "legend": {"show": False},
            "cursor": {"show": False},
            "scales": {"x": {"time": False}, "y": scale},
            "axes": [dict(axis, size=24, space=40, incrs=WHOLE_STEPS), axis],
            "padding": [6, 10, 0, 0],
            "series": [{}] + lines,
        }
        nothing: list = [[] for _ in range(len(series) + 1)]
        self._plot = js.uPlot.new(ffi.to_js(options), ffi.to_js(nothing), self._element)
        self._observer = js.ResizeObserver.new(ffi.create_proxy(self._on_size))
        self._observer.observe(self._element)

    def show(self, columns: list) -> None:
        """Show the iterations and each line's values; None leaves a gap to be bridged."""
        self._plot.setData(ffi.to_js(columns))

    def _on_size(self, *_: "JsProxy") -> None:
        """The element was shown, or has another width."""
        width = self._element.clientWidth
        if width and width != self._width:
            self._width = width
            size = js.Object.new()
            size.width = width
            size.height = self._height
            self._plot.setSize(size)

    def remove(self) -> None:
        """Take it off the page: uPlot listens to the window until then."""
        self._observer.disconnect()
        self._plot.destroy()


# PyScript's worker


async def _refused(reason: str) -> "JsProxy":
    raise OSError(reason)


class Worker:
    """A running PyScript named worker: what it is asked, what it reports, its end."""

    def __init__(self, script: "JsProxy", proxy: "JsProxy") -> None:
        self._script = script
        self._proxy = proxy

    def call(self, limit_seconds: float, name: str, text: str, *arrays: "JsProxy") -> "Awaitable":
        """Call what the worker offers, as bridge/wire.py says, at once; await its answer.

        Raises OSError there when there is no answer in time: a dead worker never answers. One
        whose script has failed exports nothing.
        """
        ask = getattr(self._proxy, ASK, None)
        if ask is None:
            return _refused(texts.WORKER_LACKS)
        promise = ask(name, text, *arrays)
        # It may be rejected before somebody awaits it, and that is nothing uncaught.
        promise.catch(_ignore)
        return within(limit_seconds, promise)

    def terminate(self) -> None:
        self._script.xworker.terminate()
        self._script.remove()


def start_worker(
    source: str, name: str, worker_config: "Record", on_report: "Callable"
) -> "Awaitable":
    """Start a PyScript worker on Pyodide, at once; await the Worker, whose script has run then.

    PyScript never forgets a name, so every start needs a new one. `on_report(text)` gets every
    string that the worker posts, from its first line on. Raises OSError for one that cannot start.
    A worker whose files are missing may never become ready: give the waiting a time limit.
    """
    ended = asyncio.Event()
    outcome: list = []

    async def start() -> None:
        try:
            proxy = await create_named_worker(source, name, config=worker_config)
            outcome.append((Worker(_worker_script(name), proxy), None))
        except Exception as error:
            reason = texts.PYTHON_NOT_STARTED.format(error=_last_line(error))
            outcome.append((None, OSError(reason)))
        ended.set()

    async def wait() -> Worker:
        await ended.wait()
        worker, error = outcome[0]
        if error is not None:
            raise error
        return worker

    run(start())
    run(_connect_reports(name, on_report))
    return wait()


def _last_line(error: Exception) -> str:
    """What JavaScript's exceptions say last: (object, name, message) on MicroPython."""
    lines = str(error.args[-1] if error.args else error).strip().split("\n")
    return lines[-1].strip()


def stop_worker(name: str) -> None:
    """End a worker that never became ready."""
    _stopped_workers.append(name)
    script = _worker_script(name)
    if script and hasattr(script, "xworker"):
        script.xworker.terminate()
    if script:
        script.remove()


async def _connect_reports(name: str, on_report: "Callable") -> None:
    """Listen to the worker as soon as PyScript has made it, unless it is stopped before."""
    await asyncio.sleep(0)  # the script element stands by then
    while script := _worker_script(name):
        if hasattr(script, "xworker"):
            script.xworker.onmessage = ffi.create_proxy(lambda event: on_report(event.data))
            return
        await asyncio.sleep(WORKER_POLL_SECONDS)


def _worker_script(name: str) -> "JsProxy | None":
    return js.document.querySelector(f'script[name="{name}"]')
