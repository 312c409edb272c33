"""The page's end of the bridge: calls the worker, takes its reports, and notices when it dies.

Every call has a time limit, because a dead worker never answers. A worker that should report and is
silent gets a ping. Any answer, even a refusal, shows that the worker is alive. The network is given
up only when the worker is dead.
"""

import json

from app.pyscript.bridge import wire
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.kit.signals import Event, Signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Awaitable, Browser, Callable, JsProxy
    from app.pyscript.kit.signals import Frame

# The worker's states.
STARTING, READY, FAILED = "starting", "ready", "failed"
# Longer than the slowest training step with the largest batch.
CALL_LIMIT_SECONDS = 20
# A busy worker reports ten times a second. After this long without a report, ping it: it may be
# waiting for the server, or dead.
SILENCE_SECONDS = 3
PING, PING_LIMIT_SECONDS = "ping", 10


class Bridge:
    """Talks to one worker at a time.

    state holds STARTING, READY or FAILED; the event `state_changed` comes at once with every
    change. Whoever starts workers sets the state, tells the event `lost` before each start, because
    nothing that the last worker said is true any more, and sets these hooks:
    on_refused(name, title, detail): the worker refused a call that `ask` made;
    on_done(name): the worker did what `ask` wanted;
    on_dead(name, error): this call had no answer, and the worker is given up;
    on_unanswered(name, error): this call had no answer, but the worker is alive.
    """

    def __init__(self, browser: "Browser", frame: "Frame") -> None:
        self._browser = browser
        self.state = Signal(frame, STARTING)
        self.state_changed = Event()
        self.lost = Event()
        self._handlers: dict = {}
        self._busy_checks: list = []
        self._is_traced = browser.is_traced()
        self._report_count = 0
        self._watched: Any = None  # the worker that _watch is watching
        self.worker: Any = None
        self.on_refused: Callable = lambda name, title, detail: None
        self.on_done: Callable = lambda name: None
        self.on_dead: Callable = lambda name, error: None
        self.on_unanswered: Callable = lambda name, error: None

    async def attach(self, worker: "JsProxy", name: str, *arguments: "object") -> "Any":
        """Talk to this worker from now on. Returns its answer to a first call, of this name.

        Raises RefusedError. If the call has no answer, raises what its promise was rejected with.
        """
        self.worker = worker
        return wire.decode_answer(await self._post(worker, CALL_LIMIT_SECONDS, name, arguments))

    @property
    def is_ready(self) -> bool:
        return bool(self.state.value == READY)

    def set_state(self, state: str) -> None:
        """The worker is STARTING, READY or FAILED now."""
        self.state.set(state)
        self.state_changed.tell()

    # Asking

    async def ask(
        self, name: str, *arguments: "object", limit: float = CALL_LIMIT_SECONDS
    ) -> "Any":
        """Call a function of the worker; returns its answer. When the worker refuses or does not
        answer, the hooks are called and this returns None. Returns None without a word if there is
        no worker, or if it was replaced meanwhile."""
        try:
            answer = await self.call(name, *arguments, limit=limit)
        except RefusedError as refusal:
            self.on_refused(name, refusal.title, refusal.detail)
            return None
        if answer is not None:  # a function without a result answers {}
            self.on_done(name)
        return answer

    def send(self, name: str, *arguments: "object") -> None:
        """As `ask`, for callers that need no answer."""
        self._browser.run(self.ask(name, *arguments))

    def call(
        self, name: str, *arguments: "object", limit: float = CALL_LIMIT_SECONDS
    ) -> "Awaitable":
        """Send the call at once; await the answer. As `ask`, but raises RefusedError."""
        worker = self.worker
        if worker is None:
            return _nothing()
        return self._answer_of(worker, name, self._post(worker, limit, name, arguments))

    def _post(self, worker: "JsProxy", limit: float, name: str, arguments: tuple) -> "Awaitable":
        """Send a call at once; await what crosses back."""
        text, arrays = wire.encode_call(arguments)
        coming = worker.call(limit, name, text, *arrays)
        return self._traced(name, coming, self._browser.now()) if self._is_traced else coming

    async def _traced(self, name: str, coming: "Awaitable", sent_at: float) -> "Any":
        answer = await coming
        text = answer if isinstance(answer, str) else answer.text
        self._browser.trace("->", name, self._browser.now() - sent_at, text)
        return answer

    async def _answer_of(self, worker: "JsProxy", name: str, coming: "Awaitable") -> "Any":
        try:
            answer = await coming
        except Exception as error:  # any failure arrives as a rejected promise
            if self.worker is worker:
                await self._on_no_answer(worker, name, error)
            return None
        return wire.decode_answer(answer)

    async def _on_no_answer(self, worker: "JsProxy", name: str, error: Exception) -> None:
        """Give up a dead worker; if it is alive, say only that this call had no answer.

        OSError means that no answer came in time. Any other error may concern this one call: if the
        worker answers a ping, it still has the network.
        """
        if not isinstance(error, OSError) and await self._is_alive(worker):
            self.on_unanswered(name, error)
        elif self.worker is worker:
            self.worker = None
            worker.terminate()
            self.on_dead(name, error)

    async def _is_alive(self, worker: "JsProxy") -> bool:
        try:
            wire.decode_answer(await self._post(worker, PING_LIMIT_SECONDS, PING, ()))
        except Exception:
            return False
        return True

    # Reports that the worker sends without a call

    def on(self, kind: str, handler: "Callable") -> None:
        """Call handler(report) for every report of a kind, after the handlers added earlier."""
        self._handlers.setdefault(kind, []).append(handler)

    @property
    def handled(self) -> list:
        """The kinds of reports that have a handler."""
        return sorted(self._handlers)

    def watch_while(self, is_busy: "Callable") -> None:
        """While is_busy() holds, the worker should keep reporting; if it is silent, ping it."""
        self._busy_checks.append(is_busy)

    def _is_busy(self) -> bool:
        return any(is_busy() for is_busy in self._busy_checks)

    def take_report(self, text: str) -> None:
        """Hand a report, as JSON, to its handlers. Each kind must have one."""
        self._report_count += 1
        report = json.loads(text)
        kind = report.pop("type")
        if self._is_traced:
            self._browser.trace("<-", kind, 0, text)
        for handler in self._handlers[kind]:
            handler(report)
        # What makes the worker busy is itself reported, such as that training has begun.
        if self._is_busy() and self._watched is not self.worker:
            self._watched = self.worker
            self._browser.run(self._watch(self.worker))

    async def _watch(self, worker: "JsProxy") -> None:
        """Notice that a busy worker has died, even when nobody calls it."""
        while self.worker is worker and self._is_busy():
            heard = self._report_count
            await self._browser.sleep(SILENCE_SECONDS)
            if self.worker is worker and self._report_count == heard:
                await self.ask(PING, limit=PING_LIMIT_SECONDS)
        if self._watched is worker:
            self._watched = None


async def _nothing() -> None:
    """The answer when there is no worker."""
