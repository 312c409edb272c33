"""Starts the worker, says how far it has come, and turns reported problems into notices.

The worker starts in stages that a visitor can follow. Runs on MicroPython and on CPython.
"""

from app.pyscript import texts as common
from app.pyscript.bridge.bridge import FAILED, READY, STARTING
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.keep.state import Keep
from app.pyscript.kit import texts as kit_texts
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.kit.formats import decimal
from app.pyscript.kit.signals import Event, Signal
from app.pyscript.messages import PROBLEMS
from app.pyscript.read.state import Read
from app.pyscript.reasons import reason
from app.pyscript.start import texts
from app.pyscript.train.state import Train
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import (
        Callable,
        Problem,
        Recovered,
        SentFile,
        StartingWorker,
        WorkerPlan,
    )
    from app.pyscript.page import Page
    from app.pyscript.start.records import Boot
    from app.pyscript.train.records import Kernels

# When a start takes longer, the page looks at the worker's files, since PyScript would wait forever
# for a missing one. A quick start would only be slowed down by that.
PATIENCE_SECONDS = 3
# Counted from the last file: Pyodide compiles for seconds, and much longer on a slow phone.
START_LIMIT_SECONDS = 90
MEGABYTE = 1_000_000
# If the worker refuses one of these calls, the notice has a button to try again.
REPEATABLE = ("load_shared_weights",)


class Start:
    """boot: how far the start has come. worker_made, an event: the browser has a worker, which does
    without the page for a while."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._bridge = bridge = page.bridge
        self.boot: Signal[Boot] = Signal(page.frame, {"stage": "", "fraction": None})
        self.worker_made = Event()
        self._name = ""  # the name of the newest worker
        self._starts = 0
        self._page_reads = page.of(Read).page_reads
        page.watch((self._page_reads,), self._tell_failure)
        # While there is no worker because of a failure: its title, and what makes its advice.
        self._failure: tuple = ()
        # Features that hear of nothing before they are mounted may not miss a worker's first words.
        self.before_connect: Callable = lambda: None
        bridge.on_refused = self._on_refused
        bridge.on_done = page.notices.dismiss
        bridge.on_unanswered = self._on_unanswered
        bridge.on_dead = self._on_dead
        bridge.on("problem", self._on_problem)
        bridge.on("recovered", self._on_recovered)

    def progress(self, stage: str, fraction: "float | None" = None) -> None:
        self.boot.set({"stage": stage, "fraction": fraction})

    async def start(self) -> None:
        """Start a worker, in place of any former one, or say why it did not start."""
        self._starts += 1
        start = self._starts
        self._failure = ()
        self._bridge.worker = None
        self._bridge.set_state(STARTING)
        self._bridge.lost.tell()
        for kind in PROBLEMS:  # a new worker would never say that they are over
            self._page.notices.dismiss(kind)
        self._page.notices.dismiss("worker")
        try:
            await self._start(f"network-{start}")
        except Exception as error:  # a rejected promise can bring any
            if start == self._starts:
                self._browser.stop_worker(self._name)
                self._bridge.worker = None
                self._fail_to_start(error)

    async def _start(self, name: str) -> None:
        plan = self._browser.page_config()["worker"]
        # PyScript's own complaint about a missing script has no words, so ask for it first.
        fetching = self._fetch_file({"path": plan["source"]}, lambda count: None)
        await self._browser.gather([fetching, self._page.of(Read).prepare()])
        self._page.of(Train).kernels.set(await self._bring_up(plan, name))
        self.progress(texts.STATUS_RESTORING)
        has_weights = await self._page.of(Keep).restore()
        if not has_weights and self._bridge.worker is not None:
            self.progress(texts.STATUS_LOADING_WEIGHTS)
            await self._page.of(Weights).ask("load_shared_weights")
        if self._bridge.worker is None:
            return  # it went silent, and the visitor has been told
        self._bridge.set_state(READY)
        self.progress(texts.STATUS_READY, 1.0)

    async def _bring_up(self, plan: "WorkerPlan", name: str) -> "Kernels":
        """Start a worker; returns its answer to the first call.

        The worker loads its files itself. When that takes long, the page fetches them, too, to show
        how many have come and to find what is wrong with them. Both use the browser's cache, so
        each is downloaded once; in WebKit, those twice that are on their way just then. If a
        damaged file stopped the worker, a second worker is started; by then the right files are in
        the cache.
        """
        self.progress(texts.STATUS_STARTING)
        starting = self._begin(plan, name)
        # Only now that the worker is starting: this script takes as long to run as the page.
        self._page.of(ChartLibrary).load()
        is_mended = False
        if not await starting.has_ended_within(PATIENCE_SECONDS):
            is_mended = await self._fetch_files(plan["files"])
            self.progress(texts.STATUS_STARTING)
        if not is_mended:
            try:
                return await self._greet(starting)
            except (self._browser.LateError, RefusedError):
                raise
            except Exception:  # it did not start, or exports nothing to call
                self._bridge.worker = None
                # Which file is to blame cannot be known: over plain HTTP there is no digest.
                await self._fetch_files(plan["files"], is_fresh=True)
        self._browser.stop_worker(name)
        return await self._greet(self._begin(plan, f"{name}-again"))

    def _begin(self, plan: "WorkerPlan", name: str) -> "StartingWorker":
        self._name = name
        reported, made = self._bridge.take_report, self.worker_made.tell
        return self._browser.start_worker(plan["source"], name, plan["config"], reported, made)

    async def _greet(self, starting: "StartingWorker") -> "Kernels":
        """Wait for a worker, and make the first call, which shows whether its script has run."""
        worker = await self._browser.within(START_LIMIT_SECONDS, starting.worker())
        self.before_connect()
        return await self._bridge.attach(worker, "connect", self._browser.SITE)

    async def _fetch_files(self, files: "list[SentFile]", is_fresh: bool = False) -> bool:
        """Load the runtime's files and show real progress. Result and errors: see _fetch_file."""
        total = sum(file["bytes"] for file in files)
        received = 0
        start = self._starts
        mended = []

        def on_bytes(count: int) -> None:
            nonlocal received
            received += count
            # When one file fails, the others still come.
            if start != self._starts or self._bridge.state.value != STARTING:
                return
            text = texts.STATUS_LOADING.format(megabytes=decimal(total / MEGABYTE, 0))
            self.progress(text, min(received / total, 1))

        async def fetch(file: "SentFile") -> None:
            if await self._fetch_file(file, on_bytes, is_fresh):
                mended.append(file)

        await self._browser.gather([fetch(file) for file in files])
        return bool(mended)

    async def _fetch_file(
        self, file: "SentFile", on_bytes: "Callable", is_fresh: bool = False
    ) -> bool:
        """Bring a file into the browser's cache. If it is damaged, there or on its way, fetch it
        once more without the cache. Returns whether it was damaged; raises FetchError.
        """
        try:
            await self._browser.fetch_counted(file["path"], on_bytes, file, is_fresh)
        except self._browser.DamagedError:
            await self._browser.fetch_counted(file["path"], lambda count: None, file, True)
            return True
        return False

    def _fail_to_start(self, error: Exception) -> None:
        words = error.detail if isinstance(error, RefusedError) else reason(error)
        if not isinstance(error, (OSError, RefusedError, self._browser.FetchError)):
            words = texts.STATUS_UNFORESEEN.format(error=words)  # not one of our sentences

        def advise(rest: str) -> str:
            return texts.STATUS_FAILED_ADVICE.format(error=words, rest=rest)

        self._fail(texts.STATUS_NOT_STARTED, advise)

    def _fail(self, title: str, advise: "Callable") -> None:
        """advise(sentence) makes a text of a sentence on what works without the network."""
        self._failure = (title, advise)
        self._bridge.set_state(FAILED)
        self.progress(title)
        self._tell_failure()

    def _tell_failure(self) -> None:
        """Say why there is no network, and what works without it."""
        if self._failure:
            title, advise = self._failure
            reads = self._page_reads.value
            detail = advise(texts.STATUS_PAGE_READS if reads else texts.STATUS_NOTHING_READS)
            self._page.notices.notify("worker", title, detail, texts.NOTICE_TRY_AGAIN)

    # How calls end, and what the worker reports about itself

    def _on_refused(self, name: str, title: str, detail: str) -> None:
        action = texts.NOTICE_TRY_AGAIN if name in REPEATABLE else None
        self._page.notices.notify(name, title, detail, action)

    def _on_unanswered(self, name: str, error: Exception) -> None:
        unforeseen = kit_texts.UNFORESEEN.format(error=reason(error))
        self._page.notices.notify(name, common.SESSION_UNEXPECTED, unforeseen)

    def _on_dead(self, name: str, error: Exception) -> None:
        words = reason(error)

        def advise(rest: str) -> str:
            return texts.STATUS_STOPPED_ADVICE.format(rest=rest, call=name, error=words)

        self._fail(texts.STATUS_STOPPED, advise)

    def _on_problem(self, report: "Problem") -> None:
        kind = report["kind"]
        self._page.notices.notify(kind, PROBLEMS[kind], report["detail"])

    def _on_recovered(self, report: "Recovered") -> None:
        # This kind alone: other failures with the same cause recover on their own.
        self._page.notices.dismiss(report["kind"])
