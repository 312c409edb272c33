# ruff: noqa: N802 - it offers the names of the DOM
"""A browser for tests: stands in for the module app.pyscript.browser.

Elements come from the page's markup and from what components set, so an id that nobody made is as
missing as on the page. Nothing happens by itself: time passes by `advance`, coroutines and
frames run in `settle`, requests and the worker's calls are promises that the test keeps or breaks.

It is no browser: no layout, no style sheet, no bubbling of events. Runs on CPython and, so that
components can be tried there too, on MicroPython (see test_micropython.py).

It stands in for kit/web/ itself, and not for the `js` below that. Most of kit/web/ is about what
only JavaScript does: promises that are rejected where a call would throw, streams, typed arrays. On
CPython these would be imitations to test against, and each of these tests would work through two
layers of them, where it now keeps time and promises in its hand. So kit/web/ has tests of its own,
on MicroPython with a real JavaScript (kit/web/test_web.py), and test_fake_browser.py holds this
stand-in to its names and arguments.
"""

import json

from app.pyscript.bridge.wire import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Iterable
    from typing import Any

EMPTY_ELEMENTS = ("br", "hr", "img", "input", "link", "meta")


class FetchError(Exception):
    """As in app.pyscript.browser: a request that failed, `status` 0 if nobody answered."""

    def __init__(self, status: int, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.detail = detail


class DamagedError(FetchError):
    """As there: an answer that is not the file."""


class LateError(OSError):
    """As there: no answer in time."""


class Promise:
    """What an awaiting coroutine waits for, until the test resolves or rejects it."""

    def __init__(self) -> None:
        self.is_settled = False
        self._value: Any = None
        self._error: Exception | None = None

    def resolve(self, value: "Any" = None) -> None:
        """Answer; a promise settles once, whatever comes later is ignored."""
        if not self.is_settled:
            self.is_settled = True
            self._value = value

    def reject(self, error: Exception) -> None:
        if not self.is_settled:
            self.is_settled = True
            self._error = error

    def __await__(self) -> "Generator[Promise, None, Any]":
        while not self.is_settled:
            yield self
        if self._error is not None:
            raise self._error
        return self._value

    # MicroPython awaits whatever iterates.
    __iter__ = __await__


class Event:
    """An event with the fields that a test gives it."""

    def __init__(self, target: "Element", fields: "dict[str, Any]") -> None:
        # Events do not bubble here: a test that fires at a listener's element can name another.
        self.target = fields.pop("target", target)
        self.is_prevented = False
        self.is_passive = False
        self._fields = fields

    def __getattr__(self, name: str) -> "Any":
        # MicroPython looks here for `_fields` itself only when it is missing, as CPython does.
        fields = self._fields
        if name in fields:
            return fields[name]
        raise AttributeError(f"this event was made without {name}")

    def preventDefault(self) -> None:
        assert not self.is_passive, "a passive listener cannot prevent the default"
        self.is_prevented = True


class ClassList:
    def __init__(self, names: str) -> None:
        self._names = names.split()

    def toggle(self, name: str, force: bool) -> None:
        if name in self._names:
            self._names.remove(name)
        if force:
            self._names.append(name)

    def contains(self, name: str) -> bool:
        return name in self._names


class Style:
    """Style properties, as attributes (style.left) and by name (style.setProperty)."""

    def setProperty(self, name: str, value: str) -> None:
        setattr(self, name, value)

    def getPropertyValue(self, name: str) -> str:
        return str(getattr(self, name, ""))


class Box:
    """Where an element stands on the page, in CSS pixels."""

    def __init__(self, left: float, top: float, width: float, height: float) -> None:
        self.left, self.top, self.width, self.height = left, top, width, height


class Tree:
    """How often an element came to its place, left it or got an id, on any page."""

    changes = 0


class Element:
    """An element: attributes, text, children, style and the listeners that `fire` calls."""

    def __init__(self, tag: str, attributes: "dict[str, str] | None" = None) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.nodes: list[Any] = []
        self.listeners: list[tuple[str, Callable[[Event], object], bool]] = []
        self.style = Style()
        self.className = self.attributes.get("class", "")
        self.classList = ClassList(self.className)
        self.value: Any = self.attributes.get("value", "")
        self.hidden = "hidden" in self.attributes
        self.disabled = "disabled" in self.attributes
        self.open = False
        self.checked = "checked" in self.attributes
        self.is_selected = False
        self.title = ""
        self.box = Box(0, 0, 280, 280)
        self.is_focused = False
        self.parent: Element | None = None
        self.captured: list[int] = []

    @property
    def children(self) -> "list[Element]":
        return [node for node in self.nodes if isinstance(node, Element)]

    @property
    def textContent(self) -> str:
        return "".join(
            [node.textContent if isinstance(node, Element) else node for node in self.nodes]
        )

    @textContent.setter
    def textContent(self, text: str) -> None:
        if self.children:
            Tree.changes += 1
        self.nodes = [text]

    @property
    def innerHTML(self) -> str:
        raise NotImplementedError("components only set it")

    @innerHTML.setter
    def innerHTML(self, markup: str) -> None:
        Tree.changes += 1
        self.nodes = parse(markup)

    def append(self, *nodes: "Element") -> None:
        for node in nodes:
            self.appendChild(node)

    def appendChild(self, node: "Element") -> None:
        if isinstance(node, Element):
            Tree.changes += 1
            node.remove()
            node.parent = self
        self.nodes.append(node)

    def remove(self) -> None:
        if self.parent is not None and self in self.parent.nodes:
            Tree.changes += 1
            self.parent.nodes.remove(self)
        self.parent = None

    def contains(self, node: "Element | None") -> bool:
        return any(each is node for each in self.descendants())

    def getAttribute(self, name: str) -> "str | None":
        return self.attributes.get(name)

    def setAttribute(self, name: str, value: str) -> None:
        if name == "id":
            Tree.changes += 1
        self.attributes[name] = value

    def removeAttribute(self, name: str) -> None:
        self.attributes.pop(name, None)
        if name == "value":
            self.value = ""

    def getBoundingClientRect(self) -> Box:
        return self.box

    def showModal(self) -> None:
        self.open = True

    def close(self) -> None:
        self.open = False

    def hasPointerCapture(self, pointer_id: int) -> bool:
        return pointer_id in self.captured

    def descendants(self) -> "list[Element]":
        """The element and all below it, in the order of the markup."""
        found, later = [], [self]
        while later:
            element = later.pop()
            found.append(element)
            later += reversed(element.children)
        return found

    def fire(self, name: str, **fields: "Any") -> Event:
        """Send an event to the listeners, as the visitor would; returns it."""
        event = Event(self, fields)
        for heard, handler, is_active in list(self.listeners):
            if heard == name:
                event.is_passive = not is_active
                handler(event)
        return event

    def press(
        self,
        key: str,
        *,
        code: str = "",
        shift: bool = False,
        control: bool = False,
        alt: bool = False,
        meta: bool = False,
        alt_graph: bool = False,
        is_composing: bool = False,
    ) -> Event:
        """Press a key here; code: its place on the keyboard, as browsers name it."""
        return self.fire(
            "keydown",
            key=key,
            code=code,
            keyCode=0,
            shiftKey=shift,
            ctrlKey=control,
            altKey=alt,
            metaKey=meta,
            isComposing=is_composing,
            getModifierState=lambda name: name == "AltGraph" and alt_graph,
        )

    def focus(self) -> None:
        """Unlike a browser, this takes the focus from nobody: tests ask who was given it."""
        self.is_focused = True
        self.fire("focus")

    def select(self) -> None:
        self.is_selected = True

    def click(self) -> None:
        assert not self.disabled, f"{self.attributes.get('id')} is disabled"
        self.fire("click")


class Controls(list):  # type: ignore[type-arg]
    """An array of elements, as JavaScript has it."""

    @property
    def length(self) -> int:
        return len(self)


def is_control(element: Element) -> bool:
    tags = ("button", "select", "input", "summary")
    index = element.attributes.get("tabindex")
    return index != "-1" and (element.tag in tags or index is not None)


def parse(markup: str) -> "list[Any]":
    """The elements and texts of well-formed markup without comments and entities."""
    top = Element("top")
    stack = [top]
    text, *tags = markup.split("<")
    stack[-1].nodes.append(text)
    for piece in tags:
        tag, _, text = piece.partition(">")
        if tag.startswith("/"):
            assert stack.pop().tag == tag[1:], f"<{tag}> closes another element"
        elif not tag.startswith("!"):
            element = _element(tag)
            stack[-1].nodes.append(element)
            if element.tag not in EMPTY_ELEMENTS:
                stack.append(element)
        stack[-1].nodes.append(text)
    assert stack == [top], f"<{stack[-1].tag}> is not closed"
    return top.nodes


def _element(tag: str) -> Element:
    """An element from the inside of its opening tag."""
    # Quotation marks part what is outside the values from the values.
    parts = tag.split('"')
    words: list[str] = []
    attributes: dict[str, str] = {}
    for outside, value in zip(parts[0::2], parts[1::2] + [""]):  # noqa: B905, RUF005 - MicroPython
        words.extend(outside.split())
        if words[-1].endswith("="):
            attributes[words.pop()[:-1]] = value
    for name in words[1:]:
        attributes[name] = ""
    return Element(words[0], attributes)


class FakeInkCanvas:
    """What a canvas of ink shows: `ink`, 784 opacities, or `rgba` as it was given."""

    def __init__(self) -> None:
        self.ink = bytearray(784)
        self.rgba: Any = None

    def show_cells(self, pixels: bytearray, cells: "Iterable[int]") -> None:
        for index in cells:
            self.ink[index] = pixels[index]

    def show_rgba(self, rgba: "Any") -> None:
        self.rgba = rgba


class FakeChart:
    """A chart: what it was made with, the `columns` it shows, and how often it was drawn."""

    def __init__(self, height: int, colors: "dict[str, str]", series: "list[Any]") -> None:
        self.height = height
        self.colors = colors
        self.series = series
        self.columns: list[list[Any]] = []
        self.times_shown = 0
        self.is_removed = False

    def show(self, columns: "list[list[Any]]") -> None:
        self.columns = [list(column) for column in columns]
        self.times_shown += 1

    def remove(self) -> None:
        assert not self.is_removed
        self.is_removed = True


class Request(Promise):
    """A request under way; `on_bytes` counts the pieces of a counted one."""

    def __init__(self, path: str, on_bytes: "Callable[[int], None] | None" = None) -> None:
        super().__init__()
        self.path = path
        self.method = "GET"
        self.token = ""
        self.body: dict[str, Any] | None = None
        self.is_fresh = False
        self._on_bytes = on_bytes

    def receive(self, count: int) -> None:
        """Let some bytes of a counted file arrive."""
        assert self._on_bytes is not None, f"nobody counts the bytes of {self.path}"
        self._on_bytes(count)


class Events:
    """A stream of the server's events, which the test sends."""

    def __init__(
        self,
        path: str,
        kinds: "tuple[str, ...]",
        on_event: "Callable[[str, str], object]",
        on_failure: "Callable[[], object]",
    ) -> None:
        self.path = path
        self.is_closed = False
        self._kinds = kinds
        self._on_event = on_event
        self._on_failure = on_failure

    def send(self, kind: str, document: "Any") -> None:
        assert not self.is_closed
        assert kind in self._kinds
        self._on_event(kind, json.dumps(document))

    def fail(self) -> None:
        """The connection breaks, or could not be made."""
        assert not self.is_closed
        self.is_closed = True
        self._on_failure()

    def close(self) -> None:
        self.is_closed = True


class Call(Promise):
    """A call of the worker under way; resolved with what the function returns, a dict, or with the
    RefusedError that the page is to get."""

    def __init__(self, name: str, arguments: "tuple[Any, ...]") -> None:
        super().__init__()
        self.name = name
        self.arguments = arguments

    def resolve(self, value: "Any" = None) -> None:
        super().resolve(crossing(value))


def wire_arguments(text: str, arrays: "tuple[Any, ...]") -> "list[Any]":
    """A call's arguments, from what crosses; what JSON can say is no array."""
    assert not [array for array in arrays if array is None or is_plain(array)], arrays
    call = json.loads(text)
    arguments: list[Any] = call["arguments"]
    for place, array in zip(call["arrays"], arrays):  # noqa: B905 - not on MicroPython
        arguments[place] = array
    return arguments


def crossing(value: "Any") -> "Any":
    """What crosses for an answer, by app/pyscript/bridge/wire.py; what JSON cannot say stands for
    an array."""
    if isinstance(value, RefusedError):
        return json.dumps({"ok": False, "title": value.title, "detail": value.detail})
    plain = {name: part for name, part in value.items() if part is None or is_plain(part)}
    arrays = {name: part for name, part in value.items() if name not in plain}
    text = json.dumps({"ok": True, "value": plain, "arrays": list(arrays)})
    if not arrays:
        return text
    crossed = Crossed()
    crossed.text = text
    for name, array in arrays.items():
        setattr(crossed, name, array)
    return crossed


class Crossed:
    """The JavaScript object of an answer with arrays."""

    text = ""


def is_plain(part: object) -> bool:
    # A list of its own: what the page forgot must not pass. To MicroPython a bool is no int.
    return isinstance(part, (bool, str, int, float, list, tuple, dict))


class File:
    """A file that a visitor chose; the test resolves `reading` with its Bytes, or rejects it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reading = Promise()


class Bytes:
    """A typed array, of which the page sees only how long it is."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __repr__(self) -> str:
        return f"{self.length} bytes"


class StoredRecord:
    """What the browser keeps for the next visit: the bytes of weights, which may be none."""

    def __init__(self, weights: Bytes) -> None:
        self.weights = weights


class FakeReader:
    """The module that reads on the page (app/model/reader), of `load_module`. It takes weights of
    the right length, and reads what the test says: a digit, and a reason by its number."""

    NPZ_BYTES = 406_982

    def __init__(self) -> None:
        self.digit = 7
        self.reason = 0
        self.share = 0.75
        self.taken: list[Bytes] = []
        self.refused: list[Bytes] = []  # no weights, as their checksums say
        self.drawings: list[str] = []
        self._room: Bytes | None = None

    def call(self, function: str, *numbers: int) -> int:
        if function == "take_weights":
            assert numbers == (self.NPZ_BYTES,)
            assert self._room is not None
            if self._room in self.refused:
                return 0
            self.taken.append(self._room)
            return 1
        return {
            "npz_bytes": self.NPZ_BYTES,
            "npz": 1,
            "drawing": 2,
            "seen": 3,
            "probabilities": 4,
            "digit": self.digit,
            "read_drawing": self.reason,
        }[function]

    async def fill(self, address: int, room: int, content: "Bytes") -> bool:
        assert (address, room) == (1, self.NPZ_BYTES)
        self._room = content
        return content.length == room

    def write(self, address: int, text: str) -> None:
        assert address == 2
        self.drawings.append(text)

    def bytes_at(self, address: int, count: int) -> str:
        assert (address, count) == (3, 4 * 784)
        return "the picture"

    def floats_at(self, address: int, count: int) -> "list[float]":
        assert (address, count) == (4, 10)
        return [self.share if each == self.digit else 0 for each in range(10)]


class StartingWorker:
    """bridge/workers.py"""

    def __init__(self, browser: "FakeBrowser", ready: Promise) -> None:
        self._browser = browser
        self._ready = ready

    def worker(self) -> Promise:
        return self._ready

    async def has_ended_within(self, seconds: float) -> bool:
        outcome = FirstSettled(self._ready, self._browser.sleep(seconds))
        await outcome
        return self._ready.is_settled


class FirstSettled:
    """Waits for whichever of these promises settles first."""

    def __init__(self, *promises: Promise) -> None:
        self._promises = promises

    @property
    def is_settled(self) -> bool:
        return any(promise.is_settled for promise in self._promises)

    def __await__(self) -> "Generator[FirstSettled, None, None]":
        while not self.is_settled:
            yield self

    __iter__ = __await__


class FakeWorker:
    """A named worker. It answers calls of functions in `answers`, other calls wait for the test."""

    def __init__(self, browser: "FakeBrowser", source: str, name: str, config: "Any") -> None:
        self._browser = browser
        self.source = source
        self.name = name
        self.config = config
        self.ready = Promise()
        self.on_report: Callable[[str], None] | None = None
        self.answers: dict[str, Any] = {}
        self.calls: list[Call] = []
        self.is_terminated = False

    def become_ready(self) -> None:
        self.ready.resolve(self)

    def call(self, limit_seconds: float, name: str, text: str, *arrays: "Any") -> Call:
        call = Call(name, tuple(wire_arguments(text, arrays)))
        self.calls.append(call)
        if name in self.answers and not self.is_terminated:
            call.resolve(self.answers[name])
        self._browser.within(limit_seconds, call)
        return call

    def terminate(self) -> None:
        self.is_terminated = True

    def waiting(self, name: str) -> "list[Call]":
        """The calls of a function that have no answer yet, oldest first."""
        return [call for call in self.calls if call.name == name and not call.is_settled]

    def asked(self, name: str) -> "list[tuple[Any, ...]]":
        """The arguments of each call of a function, oldest first."""
        return [call.arguments for call in self.calls if call.name == name]

    def report(self, **report: "Any") -> None:
        """Post a report to the page."""
        assert self.on_report is not None
        self.on_report(json.dumps(report))


class FakeBrowser:
    """What the page uses of app.pyscript.browser, and what tests need to drive and to look at."""

    SITE = "http://digits.test"
    FetchError = FetchError
    DamagedError = DamagedError
    LateError = LateError

    def __init__(self, page: str) -> None:
        """page: the markup that components find: tests/ui/page_markup.py."""
        self.document = Element("document")
        self.document.innerHTML = page
        self._by_id: dict[str | None, Element] = {}
        self._indexed_at = -1
        self.window = Element("window")
        self.config: dict[str, Any] = {}
        self.canvases: dict[str, FakeInkCanvas] = {}
        self.charts: dict[str, FakeChart] = {}
        self.requests: list[Request] = []
        self.streams: list[Events] = []  # of the server's events, the newest last
        # What was told of what crosses to the worker, where the address asks for that.
        self.traced: list[tuple[Any, ...]] | None = None
        # What the visitor saved: name, media type and content.
        self.saved: list[tuple[str, str, Any]] = []
        # As on a page over plain HTTP: nothing can be kept.
        self.is_page_secure = False
        self.is_page_kept = False
        self.can_keep_pages = True
        self.has_forgotten_page = False
        self.keeping: list[Promise] = []
        self.scripts: dict[str, Promise] = {}
        # Modules, whole answers with the type that was asked for, and what the database keeps.
        self.modules: list[Promise] = []
        self.reader: FakeReader | None = FakeReader()  # the module that comes at once, if any
        self.fetched: list[tuple[str, Request]] = []
        self.record: StoredRecord | None = None
        self.workers: list[FakeWorker] = []
        self.uncaught: list[Exception] = []
        self.revealed: list[Element] = []
        self.memory: dict[str, str] | None = {}
        # Whether it keeps that for good; None, as over plain HTTP, where it does not say.
        self.is_persistent: bool | None = None
        self.can_persist = True
        self.times_asked_to_persist = 0
        # The page's fragment, and what was copied; None forbids copying.
        self.fragment: list[tuple[str, str]] = []
        self.copied: list[str] | None = []
        self.milliseconds = 0.0
        self.chance = 1.0  # what random() gives
        self._view_watchers: list[tuple[Element, Callable[[bool], object]]] = []
        self._leaving_listeners: list[Callable[[], object]] = []
        self._theme_listeners: list[Callable[[], object]] = []
        self.has_begun_modules = False
        self._uncaught_handlers: list[Callable[[str], object]] = []
        self._focus_watchers: list[tuple[Callable[..., object], Callable[[], object]]] = []
        self._redraw_watchers: list[Callable[[], object]] = []
        self._focused: Element | None = None
        self._frames: list[Callable[[], object]] = []
        self._timers: list[tuple[float, Callable[[], object]]] = []
        # Coroutines under way, with what each waits for.
        self._tasks: list[tuple[Any, Promise | None]] = []

    # For tests

    def settle(self) -> None:
        """Run coroutines and frames until nothing happens any more; time stands still."""
        while True:
            runnable = [task for task in self._tasks if task[1] is None or task[1].is_settled]
            frames, self._frames = self._frames, []
            if not runnable and not frames:
                return
            for task in runnable:
                self._tasks.remove(task)
                self._step(task[0])
            for frame in frames:
                frame()

    def _step(self, coroutine: "Any") -> None:
        try:
            awaited = coroutine.send(None)
        except StopIteration:
            return
        except Exception as error:
            self.uncaught.append(error)
            for handler in self._uncaught_handlers:
                handler(str(error))
            return
        self._tasks.append((coroutine, awaited))

    def advance(self, milliseconds: float) -> None:
        """Let time pass, and everything happen that was due by then."""
        self.settle()
        end = self.milliseconds + milliseconds
        while True:
            due = [timer for timer in self._timers if timer[0] <= end]
            if not due:
                break
            timer = min(due, key=lambda timer: timer[0])
            self._timers.remove(timer)
            self.milliseconds = timer[0]
            timer[1]()
            self.settle()
        self.milliseconds = end

    def close(self) -> None:
        """End the coroutines that still wait."""
        for coroutine, _ in self._tasks:
            coroutine.close()
        self._tasks = []

    def request(self, path: str) -> Request:
        """The oldest unanswered request for this path."""
        waiting = [request for request in self.requests if not request.is_settled]
        for request in waiting:
            if request.path == path:
                return request
        raise AssertionError(f"no request for {path}, only {[each.path for each in waiting]}")

    def get(self, identifier: str) -> Element:
        """The element with this id, which must be there."""
        found = self.element(identifier)
        assert found is not None, f"nothing on the page has the id {identifier}"
        return found

    def text(self, identifier: str) -> str:
        """The text of an element, spaces and line ends made single spaces."""
        return " ".join(self.get(identifier).textContent.split())

    # Elements and events

    def element(self, identifier: str) -> "Element | None":
        # To look through the whole page each time took nine tenths of these tests.
        if self._indexed_at != Tree.changes:
            self._indexed_at = Tree.changes
            self._by_id = {
                element.attributes.get("id"): element
                for element in reversed(self.document.descendants())
            }
        return self._by_id.get(identifier)

    def root(self) -> Element:
        return self.document.children[0]

    def create_element(self, tag: str) -> Element:
        return Element(tag)

    def listen(
        self,
        target: Element,
        event: str,
        handler: "Callable[[Event], object]",
        active: bool = False,
    ) -> None:
        target.listeners.append((event, handler, active))

    def early_moves(
        self, target: Element, handler: "Callable[[Event], object]"
    ) -> "Callable[[], None]":
        """A test fires "pointerrawupdate", as the browser once for each request."""
        state = {"is_asked": False}

        def on_move(event: Event) -> None:
            if state["is_asked"]:
                state["is_asked"] = False
                handler(event)

        def ask() -> None:
            state["is_asked"] = True

        self.listen(target, "pointerrawupdate", on_move)
        return ask

    def pointer_path(self, event: Event) -> "Iterable[Event]":
        """The event's field `path`, a list of events, where a test gave one."""
        path: Iterable[Event] = getattr(event, "path", (event,))
        return path

    def has_focus(self, target: Element) -> bool:
        return target.is_focused

    def focus_quietly(self, target: Element) -> None:
        target.focus()

    def focus_in_place(self, target: Element) -> None:
        self.move_focus(target)

    def on_focus(self, on_come: "Callable[..., object]", on_gone: "Callable[[], object]") -> None:
        self._focus_watchers.append((on_come, on_gone))

    def on_redraw(self, callback: "Callable[[], object]") -> None:
        self._redraw_watchers.append(callback)

    def move_focus(self, target: "Element | None") -> None:
        """For tests: the visitor goes to this element, or to nothing at all."""
        former, self._focused = self._focused, target
        if target is not None:
            target.focus()
        for on_come, on_gone in self._focus_watchers:
            on_come(target, former) if target is not None else on_gone()

    def redraw(self) -> None:
        """For tests: the browser notices what was changed on the page."""
        for callback in self._redraw_watchers:
            callback()

    def focused(self) -> "Element | None":
        return self._focused

    def can_have_focus(self, target: Element) -> bool:
        around = self._ancestors(target)
        if not around or around[-1] is not self.document or target.disabled:
            return False
        return not target.hidden and not any(each.hidden for each in around)

    def is_rendered(self, target: Element) -> bool:
        return target.box.height > 0

    def controls_in(self, container: Element) -> "list[Element]":
        return Controls([each for each in container.descendants()[1:] if is_control(each)])

    def places_of(self, target: Element) -> "list[tuple[Element, int]]":
        return [
            (each, self.controls_in(each).index(target) if is_control(target) else 0)
            for each in self._ancestors(target)
        ]

    def _ancestors(self, target: Element) -> "list[Element]":
        """The nearest first; the document last, where the element is on the page."""
        for container in self.document.descendants():
            if target in container.nodes:
                return [container] + self._ancestors(container)  # noqa: RUF005 - MicroPython
        return []

    def reveal(self, target: Element) -> None:
        self.revealed.append(target)

    def is_in_view(self, target: Element) -> bool:
        """Unless a test gave its box no height."""
        return target.box.height > 0

    def place_after(self, node: Element, target: Element) -> None:
        Tree.changes += 1
        for element in self.document.descendants():
            if node in element.nodes:
                element.nodes.remove(node)
        for element in self.document.descendants():
            if target in element.nodes:
                element.nodes.insert(element.nodes.index(target) + 1, node)
                return

    def capture_pointer(self, target: Element, pointer_id: int) -> None:
        target.captured.append(pointer_id)

    def release_pointer(self, target: Element, pointer_id: int) -> None:
        if pointer_id in target.captured:
            target.captured.remove(pointer_id)

    def on_leaving(self, callback: "Callable[[], object]") -> None:
        self._leaving_listeners.append(callback)

    def leave(self) -> None:
        """For tests: the page is hidden, or its window loses the focus."""
        for callback in self._leaving_listeners:
            callback()

    def on_window(self, event: str, handler: "Callable[[Event], object]") -> None:
        self.listen(self.window, event, handler)

    def on_theme_change(self, callback: "Callable[[], object]") -> None:
        self._theme_listeners.append(callback)

    def on_view(self, target: Element, callback: "Callable[[bool], object]") -> None:
        self._view_watchers.append((target, callback))

    def bring_into_view(self, identifier: str, is_seen: bool = True) -> None:
        """For tests: an element is scrolled into view, or out of it."""
        target = self.get(identifier)
        for watched, callback in self._view_watchers:
            if watched is target:
                callback(is_seen)

    def change_theme(self) -> None:
        """For tests: the visitor's system turns dark or light."""
        for callback in self._theme_listeners:
            callback()

    def style_value(self, name: str) -> str:
        return f"color of {name}"

    # Time

    def now(self) -> float:
        return self.milliseconds

    def language(self) -> str:
        return "en-US"

    def number_marks(self, tag: str) -> "tuple[str, str]":
        return (",", ".") if tag.startswith("de") else (".", ",")

    def local_time(self, text: str) -> str:
        return f"local {text}"

    def next_frame(self, callback: "Callable[[], object]") -> None:
        self._frames.append(callback)

    def sleep(self, seconds: float) -> Promise:
        promise = Promise()
        self._timers.append((self.milliseconds + seconds * 1000, promise.resolve))
        return promise

    def run(self, coroutine: "Coroutine[Any, Any, object]") -> None:
        self._tasks.append((coroutine, None))

    def on_uncaught(self, handler: "Callable[[str], object]") -> None:
        self._uncaught_handlers.append(handler)

    def gather(self, coroutines: "list[Any]") -> Promise:
        """As in the browser: done when all are; the first exception is raised at once."""
        together = Promise()
        unfinished = list(coroutines)

        async def finish(coroutine: "Any") -> None:
            try:
                await coroutine
            except Exception as error:
                together.reject(error)
            else:
                unfinished.remove(coroutine)
                if not unfinished:
                    together.resolve()

        for coroutine in coroutines:
            self.run(finish(coroutine))
        if not unfinished:
            together.resolve()
        return together

    def random(self) -> float:
        return self.chance

    def random_seed(self) -> int:
        return 20260

    def within(self, seconds: float, promise: "Any") -> Promise:
        late = LateError(f"no answer within {seconds} seconds")
        self._timers.append((self.milliseconds + seconds * 1000, lambda: promise.reject(late)))
        waited: Promise = promise
        return waited

    # The page's address

    def fragment_fields(self) -> "list[tuple[str, str]]":
        return self.fragment

    def page_address(self) -> str:
        return f"{self.SITE}/"

    async def copy_text(self, text: str) -> bool:
        if self.copied is None:
            return False
        self.copied.append(text)
        return True

    # Without the server

    def is_kept_page(self) -> bool:
        return self.is_page_kept

    def is_secure(self) -> bool:
        return self.is_page_secure

    def has_service_workers(self) -> bool:
        return self.can_keep_pages

    def keep_page(self, service_worker: str, limit_seconds: float) -> Promise:
        promise = Promise()
        self.keeping.append(promise)
        return self.within(limit_seconds, promise)

    async def forget_page(self) -> None:
        self.has_forgotten_page = True

    # The server

    def begin_modules(self) -> None:
        self.has_begun_modules = True

    async def mount_modules(self) -> None:
        assert self.has_begun_modules

    def page_config(self) -> "Any":
        return {
            "worker": self.config,
            "charts": "/uPlot.js",
            "kernels_source": "/kernels.c",
            "reader": "/reader.wasm",
        }

    def takes_names(self) -> bool:
        return self.root().getAttribute("data-names") != "none"

    def fetch_json(
        self,
        path: str,
        method: str = "GET",
        token: str = "",
        body: "dict[str, Any] | None" = None,
    ) -> Request:
        self.requests.append(Request(path))
        self.requests[-1].method = method
        self.requests[-1].token = token
        self.requests[-1].body = body
        return self.requests[-1]

    def fetch_counted(
        self,
        path: str,
        on_bytes: "Callable[[int], None]",
        expected: "Any",
        is_fresh: bool = False,
    ) -> Request:
        assert expected["path"] == path
        self.requests.append(Request(path, on_bytes))
        self.requests[-1].is_fresh = is_fresh
        return self.requests[-1]

    def fetch_bytes(
        self, path: str, media_type: str, is_fresh: bool = False, token: str = ""
    ) -> Request:
        self.fetched.append((media_type, Request(path)))
        self.fetched[-1][1].token = token
        return self.fetched[-1][1]

    def send_bytes(
        self, path: str, method: str, token: str, media_type: str, content: "Any"
    ) -> Request:
        self.requests.append(Request(path))
        self.requests[-1].method = method
        self.requests[-1].token = token
        self.requests[-1].body = {media_type: content}
        return self.requests[-1]

    def open_events(
        self,
        path: str,
        kinds: "tuple[str, ...]",
        on_event: "Callable[[str, str], object]",
        on_failure: "Callable[[], object]",
    ) -> "Callable[[], None]":
        self.streams.append(Events(path, kinds, on_event, on_failure))
        return self.streams[-1].close

    def load_module(self, path: str) -> Promise:
        assert path == "/reader.wasm"
        self.modules.append(Promise())
        if self.reader is not None:
            self.modules[-1].resolve(self.reader)
        return self.modules[-1]

    async def stored_record(self, database: str, store: str, key: str) -> "StoredRecord | None":
        assert (database, store, key) == ("digits-autosave", "autosave", "network")
        return self.record

    def load_script(self, path: str, name: str) -> Promise:
        self.scripts[path] = Promise()
        return self.scripts[path]

    # What the browser remembers; a test forbids it by `memory = None`

    async def recall(self, key: str) -> str:
        return self._allowed_memory().get(key, "")

    async def remember(self, key: str, text: str) -> None:
        self._allowed_memory()[key] = text

    def forget_fragment(self) -> None:
        self.fragment = []

    async def is_storage_persistent(self) -> "bool | None":
        return self.is_persistent

    async def persist_storage(self) -> "bool | None":
        self.times_asked_to_persist += 1
        if self.is_persistent is not None:
            self.is_persistent = self.can_persist
        return self.is_persistent

    def _allowed_memory(self) -> "dict[str, str]":
        if self.memory is None:
            raise OSError("this browser keeps nothing for this page")
        return self.memory

    # Files

    def chosen_file(self, field: Element) -> "File | None":
        file: File | None = getattr(field, "file", None)
        return file

    def read_file(self, file: "File", limit: int) -> Promise:
        assert limit > 0
        return file.reading

    def save_file(self, name: str, media_type: str, content: "Any") -> None:
        self.saved.append((name, media_type, content))

    # Pictures

    def InkCanvas(self, identifier: str) -> FakeInkCanvas:
        assert self.get(identifier).tag == "canvas"
        return self.canvases.setdefault(identifier, FakeInkCanvas())

    def fill_canvas(self, canvas: Element, rgba: "Any", start: int = 0) -> None:
        """It tells in an attribute what it shows of which."""
        assert canvas.tag == "canvas"
        canvas.setAttribute("data-shows", f"{rgba} from {start}" if start else str(rgba))

    def show_ink(self, canvas: Element, text: str) -> None:
        """It tells in an attribute how much ink it shows."""
        assert canvas.tag == "canvas"
        canvas.setAttribute("data-ink", str(sum(bytes.fromhex(text))))

    def pictures(self, rgba: "Any", count: int) -> "list[Element]":
        """Canvases that tell in their attributes what they show of which."""
        return [Element("canvas", {"data-shows": f"{index} of {rgba}"}) for index in range(count)]

    def Chart(
        self,
        identifier: str,
        height: int,
        colors: "dict[str, str]",
        series: "list[Any]",
        scale: "dict[str, Any]",
    ) -> FakeChart:
        assert self.get(identifier)
        assert identifier not in self.charts or self.charts[identifier].is_removed
        self.charts[identifier] = FakeChart(height, colors, series)
        return self.charts[identifier]

    # PyScript's worker

    def is_traced(self) -> bool:
        return self.traced is not None

    def trace(self, direction: str, name: str, milliseconds: float, text: str) -> None:
        assert self.traced is not None
        self.traced.append((direction, name, milliseconds, text))

    def start_worker(
        self,
        source: str,
        name: str,
        worker_config: "Any",
        on_report: "Callable[[str], None]",
        on_made: "Callable[[], object]" = lambda: None,
    ) -> StartingWorker:
        worker = FakeWorker(self, source, name, worker_config)
        worker.on_report = on_report
        self.workers.append(worker)
        on_made()
        return StartingWorker(self, worker.ready)

    def stop_worker(self, name: str) -> None:
        for worker in self.workers:
            if worker.name == name:
                worker.terminate()
