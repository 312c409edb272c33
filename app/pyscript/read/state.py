"""Has the drawing read: by the worker or, while that does not run, by the page itself.

The worker gets only the newest drawing, and there is never a queue. Runs on MicroPython and on
CPython.
"""

from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.kit.signals import Signal
from app.pyscript.read.page_reader import PageReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, JsProxy
    from app.pyscript.page import Page
    from app.pyscript.read.records import Prediction, Reading, SentDrawing

# How often the start of a worker looks whether the page can read, before it begins all the same.
LOOKS, LOOK_SECONDS = 25, 0.01


class Read:
    """prediction: the last reading, or None if the grid is blank or nothing was read yet;
    cannot_read: whether the last try failed; page_reads: whether the page can read when the worker
    does not run.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._draw = page.of(Draw)
        self._page_reader = PageReader(page)
        self._is_outdated = True  # whether the next worker may begin with other weights than it has
        self._is_loading = False
        self.page_reads = Signal(page.frame, False)
        self.prediction: Signal[Prediction | None] = Signal(page.frame)
        self.cannot_read = False
        self._blank_version = 0  # when the grid was last blank; older readings are ignored
        self._predicting: Any = None  # the worker that is reading a drawing now
        self._wants_prediction = False
        self._has_told_failure = False
        self._draw.drawn.listen(self._on_drawn)
        page.network_changed.listen(self._on_network)
        page.bridge.state_changed.listen(self._on_worker)

    def _on_drawn(self) -> None:
        if self._draw.drawing.is_blank:
            self._blank_version = self._draw.version
            self._forget()
        self.request()

    def _on_network(self, is_training: bool) -> None:
        # While the visitor draws, each change is read anyway, so training need not ask for more.
        if not (self._draw.is_busy and is_training):
            self.request()

    def _on_worker(self) -> None:
        if self._page.bridge.is_ready:
            self._is_outdated = True
            self.request()
        elif self._is_outdated:
            # What the worker had learned is gone with it. The page reads as the next one will.
            self._forget()
            self._page.browser.run(self._load_page_reader())

    async def prepare(self) -> None:
        """Wait until the page can read, but not long. A worker should start only then: its files
        take the whole connection, its compiling the whole of a small machine, and WebKit compiles
        one module after the other. Never raises."""
        await self._page_reader.load_module()
        for _ in range(LOOKS):
            if not self._is_loading:
                return
            await self._page.browser.sleep(LOOK_SECONDS)

    async def _load_page_reader(self) -> None:
        if self._is_loading:
            return
        self._is_loading = True
        while self._is_outdated and not self._page.bridge.is_ready:
            self._is_outdated = False
            await self._page_reader.load()
        self._is_loading = False
        if not self._page_reader.has_weights:
            self._is_outdated = True  # try again when the worker fails, or another one starts
        self.page_reads.set(self._page_reader.has_weights)
        if not self._page.bridge.is_ready:
            self.request()

    def _forget(self) -> None:
        if self.prediction.value is not None:
            self.prediction.set(None)

    def request(self) -> None:
        """Have the drawing read as it is now, at once or right after the reading under way."""
        self._wants_prediction = True
        if not self._page.bridge.is_ready:
            self._read_on_page()
            return
        worker = self._page.bridge.worker
        if self._predicting is not worker:
            # Send it now: a task would begin only after the page has drawn its next frame.
            sent = self._send_drawing(worker)
            if sent is not None:
                self._predicting = worker
                self._page.browser.run(self._show_readings(worker, sent))

    def _read_on_page(self) -> None:
        """At once, so that the bars are drawn in the same frame as the ink."""
        can_read = self._page_reader.has_weights and not self._is_loading
        if can_read and not self._draw.drawing.is_blank:
            asked_at = self._page.browser.now()
            answer = self._page_reader.read(self._draw.hexadecimal)
            self.show(self._prediction(answer, self._draw.version, asked_at))

    def _send_drawing(self, worker: "JsProxy") -> "SentDrawing | None":
        """Ask for a reading of the drawing as it is now; None if there is nothing to read."""
        if not self._wants_prediction or self._page.bridge.worker is not worker:
            return None
        self._wants_prediction = False
        if self._draw.drawing.is_blank:
            return None
        return {
            "version": self._draw.version,
            "asked_at": self._page.browser.now(),
            "answer": self._page.bridge.call("predict", self._draw.hexadecimal),
        }

    async def _show_readings(self, worker: "JsProxy", sent: "SentDrawing | None") -> None:
        try:
            while sent is not None:
                await self._show_reading(sent)
                sent = self._send_drawing(worker)
        finally:
            if self._predicting is worker:
                self._predicting = None

    async def _show_reading(self, sent: "SentDrawing") -> None:
        try:
            answer = await sent["answer"]
        except RefusedError as refusal:
            self.fail()
            if not self._has_told_failure:
                self._has_told_failure = True
                self._page.notices.notify("predict", refusal.title, refusal.detail)
            return
        if answer is None:
            return
        if self._has_told_failure:
            self._has_told_failure = False
            self._page.notices.dismiss("predict")
        self.show(self._prediction(answer, sent["version"], sent["asked_at"]))
        self._page.frame.flush()

    def _prediction(self, answer: "Reading", version: int, asked_at: float) -> "Prediction":
        return {
            "version": version,
            "digit": answer["digit"],
            "unreadable": answer["unreadable"],
            "probabilities": [float(share) for share in answer["probabilities"]],
            "seen": answer["seen"],
            "worker_milliseconds": answer.get("milliseconds"),
            "milliseconds": self._page.browser.now() - asked_at,
        }

    def show(self, prediction: "Prediction") -> None:
        """Show a reading, unless the grid was cleared since or a newer reading is shown."""
        self.cannot_read = False
        if prediction["version"] <= self._blank_version:
            return
        shown = self.prediction.value
        if shown is None or shown["version"] <= prediction["version"]:
            self.prediction.set(prediction)

    def fail(self) -> None:
        """The drawing cannot be read, so drop the reading of an earlier one."""
        self.cannot_read = True
        self.prediction.set(None)
