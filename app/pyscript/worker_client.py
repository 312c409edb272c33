"""The page's side of the worker: starts it, asks it, and puts what it says into the store.

The worker owns the network; nothing here computes. What may be asked is in the features'
worker/calls.py, how it crosses in bridge/. The worker starts in stages that a visitor can follow;
every file is checked to be there, because PyScript would wait forever for a missing one.
"""

from app.pyscript import texts
from app.pyscript.bridge.bridge import Bridge
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.kit.formats import decimal
from app.pyscript.lessons.lesson import RANDOM, SHARED
from app.pyscript.messages import (
    DEFAULT_SETTINGS,
    KEPT_BY_OTHER_TAB,
    MAX_TRAY_FILE_SIZE,
    MAX_WEIGHTS_FILE_SIZE,
    WHY_NOT_KEPT,
)
from app.pyscript.reasons import reason, sentence
from app.pyscript.store import FAILED, READY, SENDING, STARTING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any, Awaitable, Browser, Callable, JsProxy, Record
    from app.pyscript.store import Store

# After the last file has come: Pyodide compiles for seconds, on a slow phone for many.
START_LIMIT_SECONDS = 90
# So long after its last change a drawing is one that is being made.
DRAWING_MILLISECONDS = 250
# The worker gives up fetching weights before this.
LOAD_LIMIT_SECONDS = 60
# Many may publish at once: the worker asks again for a minute.
PUBLISH_LIMIT_SECONDS = 120
MEGABYTE = 1_000_000
# Calls whose refusal comes with a button to call again.
REPEATABLE = ("load_shared_weights",)


class WorkerClient:
    """Talks to one worker at a time; `start()` again replaces a failed one.

    Changes in the store: boot, worker, prediction, tuning, training, validation, history, pool,
    weights, restored, settings, evaluating, evaluation, gallery, inspection, searching, nearest,
    explanation, sources, lesson, stepping, reached, runs, checkpoints, units, tray, hand, notices.
    """

    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser
        self._bridge = bridge = Bridge(browser, self._is_busy)
        self._name = ""  # of the worker that was started last
        self._starts = 0
        self._predicting: Any = None  # the worker that has a prediction under way
        self._cannot_read = False  # whether the last reading failed, which is told once
        self._wants_prediction = False
        self._is_explaining = False
        self._wanted_explanation: int | None = None  # the label to explain with
        # Whether what the browser keeps is another tab's network, not this one's.
        self._is_kept_elsewhere = False
        self._drawn_at = -DRAWING_MILLISECONDS
        store.on_drawing(self._on_drawing)
        bridge.on_refused = self._on_refused
        bridge.on_done = store.dismiss
        bridge.on_failed = self._on_failed
        bridge.on_dead = self._on_dead
        for kind, handler in (
            ("progress", self._on_progress),
            ("validation", store.validation_arrived),
            ("reached", store.run_reached),
            ("pool", store.pool_changed),
            ("weights", store.weights_changed),
            ("run", store.run_began),
            ("checkpoint", store.checkpoint_measured),
            ("evaluating", store.evaluating_progressed),
            ("evaluation", self._on_evaluation),
            ("searching", store.searching_progressed),
            ("tray", store.tray_changed),
            ("hand", store.hand_measured),
            ("problem", self._on_problem),
            ("recovered", self._on_recovered),
        ):
            bridge.on(kind, handler)

    # Starting

    async def start(self) -> None:
        """Bring a worker up, or say in the store why it did not come."""
        self._starts += 1
        start = self._starts
        self._bridge.worker = None
        self._store.worker_changed(STARTING)
        self._store.network_lost()
        self._store.dismiss("worker")
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
        await self._fetch_file({"path": plan["source"]}, lambda count: None)
        self._store.kernels_changed(await self._bring_up(plan, name))
        self._store.boot_progressed(texts.STATUS_RESTORING)
        has_weights = await self._restore()
        if not has_weights and self._bridge.worker is not None:
            self._store.boot_progressed(texts.STATUS_LOADING_WEIGHTS)
            await self._load_shared_weights()
        if self._bridge.worker is None:
            return  # it fell silent, and that is told already
        self._store.worker_changed(READY)
        self._store.boot_progressed(texts.STATUS_READY, 1.0)
        self.request_prediction()

    async def _bring_up(self, plan: "Record", name: str) -> "Record":
        """Start a worker while its files come beside it; returns its answer to the first call.

        The worker loads these very files itself; each crosses once, through the browser's cache.
        One that a damaged file stopped, whoever got it, is followed by another, which finds the
        right files there.
        """
        starting = self._begin(plan, name)
        is_mended = await self._fetch_files(plan["files"])
        self._store.boot_progressed(texts.STATUS_STARTING)
        if not is_mended:
            try:
                return await self._greet(starting)
            except (self._browser.LateError, RefusedError):
                raise
            except Exception:  # it did not start, or has nothing to call
                self._bridge.worker = None
                # Over plain HTTP there is no digest to know a damaged file by.
                await self._fetch_files(plan["files"], is_fresh=True)
        self._browser.stop_worker(name)
        return await self._greet(self._begin(plan, f"{name}-again"))

    def _begin(self, plan: "Record", name: str) -> "Awaitable":
        self._name = name
        take_report = self._bridge.take_report
        return self._browser.start_worker(plan["source"], name, plan["config"], take_report)

    async def _greet(self, starting: "Awaitable") -> "Record":
        """Wait for a worker, and make the first call, which tells whether its script has run."""
        worker = await self._browser.within(START_LIMIT_SECONDS, starting)
        answer: Record = await self._bridge.attach(worker, "connect", self._browser.SITE)
        return answer

    async def _fetch_files(self, files: list, is_fresh: bool = False) -> bool:
        """Load the runtime's files with honest progress; as _fetch_file of each."""
        total = sum(file["bytes"] for file in files)
        received = 0
        start = self._starts
        mended = []

        def on_bytes(count: int) -> None:
            nonlocal received
            received += count
            # When one file fails, the others still come.
            if start != self._starts or self._store.worker != STARTING:
                return
            text = texts.STATUS_LOADING.format(megabytes=decimal(total / MEGABYTE, 0))
            self._store.boot_progressed(text, min(received / total, 1))

        async def fetch(file: "Record") -> None:
            if is_fresh:
                await self._browser.fetch_counted(file["path"], on_bytes, file, True)
            elif await self._fetch_file(file, on_bytes):
                mended.append(file)

        await self._browser.gather([fetch(file) for file in files])
        return bool(mended)

    async def _fetch_file(self, file: "Record", on_bytes: "Callable") -> bool:
        """Bring a file into the browser's cache; one that is damaged, on its way or where it was
        kept, is asked for once more, past what is kept. Whether that was so; raises FetchError.
        """
        try:
            await self._browser.fetch_counted(file["path"], on_bytes, file)
        except self._browser.DamagedError:
            await self._browser.fetch_counted(file["path"], lambda count: None, file, True)
            return True
        return False

    def _fail_to_start(self, error: Exception) -> None:
        words = error.detail if isinstance(error, RefusedError) else reason(error)
        if not isinstance(error, (OSError, RefusedError, self._browser.FetchError)):
            words = texts.STATUS_UNFORESEEN.format(error=words)  # no sentence of ours
        self._fail(texts.STATUS_NOT_STARTED, texts.STATUS_FAILED_ADVICE.format(error=words))

    def _fail(self, title: str, detail: str) -> None:
        self._store.worker_changed(FAILED)
        self._store.boot_progressed(title)
        self._store.notify("worker", title, detail, texts.NOTICE_TRY_AGAIN)

    # Reading: the newest drawing wins, and there is never a queue

    def _on_drawing(self) -> None:
        self._drawn_at = self._browser.now()
        self.request_prediction()

    def request_prediction(self) -> None:
        """Have the drawing read as it is now, at once or right after the reading under way."""
        self._wants_prediction = True
        worker = self._bridge.worker
        if self._store.worker == READY and self._predicting is not worker:
            # Sent in this very moment; a task begins only once the page has drawn its next frame.
            sent = self._send_drawing(worker)
            if sent is not None:
                self._predicting = worker
                self._browser.run(self._show_readings(worker, sent))

    def _send_drawing(self, worker: "JsProxy") -> "Record | None":
        """Ask for a reading of the drawing as it is now; None if there is nothing to read."""
        if not self._wants_prediction or self._bridge.worker is not worker:
            return None
        self._wants_prediction = False
        if self._store.drawing.is_blank:
            return None
        return {
            "version": self._store.drawing_version,
            "asked_at": self._browser.now(),
            "answer": self._bridge.call("predict", self._pixels()),
        }

    async def _show_readings(self, worker: "JsProxy", sent: "Record | None") -> None:
        try:
            while sent is not None:
                await self._show_reading(sent)
                sent = self._send_drawing(worker)
        finally:
            if self._predicting is worker:
                self._predicting = None

    async def _show_reading(self, sent: "Record") -> None:
        try:
            answer = await sent["answer"]
        except RefusedError as refusal:
            self._store.prediction_failed()
            if not self._cannot_read:
                self._cannot_read = True
                self._on_refused("predict", refusal.title, refusal.detail)
            return
        if answer is None:
            return
        if self._cannot_read:
            self._cannot_read = False
            self._store.dismiss("predict")
        self._store.prediction_arrived(
            {
                "version": sent["version"],
                "digit": answer["digit"],
                "unreadable": answer["unreadable"],
                "probabilities": [float(share) for share in answer["probabilities"]],
                "seen": answer["seen"],
                "worker_milliseconds": answer["milliseconds"],
                "milliseconds": self._browser.now() - sent["asked_at"],
            }
        )
        self._store.flush()

    def _pixels(self) -> str:
        """The drawing as text, two hexadecimal digits a cell: what crosses fastest from here."""
        return self._store.drawing.pixels.hex()

    # Changing the network. Each is asked of the worker, whose answer and reports tell the outcome.

    def tune(self, label: int) -> None:
        self._browser.run(self._tune(label))

    async def _tune(self, label: int) -> None:
        version = self._store.drawing_version
        answer = await self._bridge.ask("tune", self._pixels(), label)
        if answer is not None:
            if self._store.drawing_version == version:
                self._store.tuned(dict(answer, label=label))
            self.request_prediction()

    def start_training(self) -> None:
        self._browser.run(self._ask_with_settings("start_training", dict(self._store.settings)))

    def pause_training(self) -> None:
        self._bridge.tell("pause_training")

    def reset_training(self) -> None:
        self._bridge.tell("reset_training")

    def change_settings(self, changes: "Record") -> None:
        """Have the worker take these over; those that it refuses leave the store."""
        if self._bridge.worker is not None:
            self._browser.run(self._ask_with_settings("change_settings", dict(changes)))

    async def _ask_with_settings(self, name: str, settings: "Record") -> "Record | None":
        """Call a function that takes settings over first; where it refuses, show those in force."""
        try:
            answer: Record | None = await self._bridge.call(name, settings)
        except RefusedError as refusal:
            self._on_refused(name, refusal.title, refusal.detail)
            await self._take_back(settings)
            return None
        if answer is not None:
            self._store.dismiss(name)
        return answer

    async def _take_back(self, settings: "Record") -> None:
        """Put what is in force in the worker in the place of these, unless they changed since."""
        try:
            answer = await self._bridge.call("change_settings", {})
        except RefusedError:
            return
        in_force = {} if answer is None else answer["settings"]
        changes = {
            name: in_force[name]
            for name in settings
            if name in in_force
            and self._store.settings[name] == settings[name]
            and in_force[name] != settings[name]
        }
        if changes:
            self._store.settings_changed(changes)

    def use_kernels(self, name: str) -> None:
        """Compute with "simd" or "numpy" from now on."""
        self._browser.run(self._use_kernels(name))

    async def _use_kernels(self, name: str) -> None:
        answer = await self._bridge.ask("use_kernels", name)
        if answer is not None:
            self._store.kernels_changed(answer)

    def load_shared_weights(self) -> None:
        self._browser.run(self._load_shared_weights())

    async def _load_shared_weights(self) -> bool:
        if await self._bridge.ask("load_shared_weights", limit=LOAD_LIMIT_SECONDS) is None:
            return False
        self.request_prediction()
        return True

    def randomize_weights(self) -> None:
        """Begin anew with random weights, which the settings describe."""
        settings = self._store.settings
        self._browser.run(self._randomize_weights(settings["seed"], settings["initializer"]))

    async def _randomize_weights(self, seed: int, initializer: str) -> bool:
        if await self._bridge.ask("randomize_weights", seed, initializer) is None:
            return False
        self.request_prediction()
        return True

    def step_training(self) -> None:
        """Train one step on one batch."""
        self._browser.run(self._step_training())

    async def _step_training(self) -> None:
        answer = await self._ask_with_settings("step_training", dict(self._store.settings))
        if answer is not None:
            self._store.stepped(answer)
            self.request_prediction()

    def start_lesson(self, lesson: "Record") -> None:
        """Begin a run as a lesson describes it (lesson.make_lesson)."""
        self._browser.run(self._start_lesson(lesson))

    async def _start_lesson(self, lesson: "Record") -> None:
        settings = dict(lesson["settings"], tray_share=0)
        # Stopped first, so that no step is taken between.
        if await self._bridge.ask("reset_training") is None:
            return
        if not await self._have_weights(lesson["weights"], settings):
            return
        self._store.settings_changed(settings)
        self._store.lesson_changed(dict(lesson, is_started=True))
        await self._ask_with_settings("start_training", dict(self._store.settings))

    async def _have_weights(self, weights: "str | int", settings: "Record") -> bool:
        if weights == RANDOM:
            return await self._randomize_weights(settings["seed"], settings["initializer"])
        if weights == SHARED:
            return await self._load_shared_weights()
        return await self._load_version(int(weights))

    # Keeping the network

    async def _restore(self) -> bool:
        """Begin where the last visit, or the last worker, ended; whether there were weights."""
        is_elsewhere = self._is_kept_elsewhere
        answer = await self._bridge.ask("restore", not is_elsewhere)
        if answer is None:
            return False
        if is_elsewhere:
            self._store.notify("restore", texts.KEEP_LOST, texts.KEEP_LOST_ADVICE)
        if self._store.settings != DEFAULT_SETTINGS:
            # The visitor chose them since the page was opened.
            await self._ask_with_settings("change_settings", dict(self._store.settings))
        elif answer["settings"] is not None:
            self._store.settings_changed(answer["settings"])
        if answer["saved_at"]:
            restored = {"saved_at": answer["saved_at"], "digest": answer["digest"]}
            self._store.restored_changed(restored)
        return bool(answer["digest"])

    def start_afresh(self) -> None:
        """Shared weights, first settings, no run, and nothing kept."""
        self._browser.run(self._start_afresh())

    async def _start_afresh(self) -> None:
        answer = await self._bridge.ask("start_afresh", limit=LOAD_LIMIT_SECONDS)
        if answer is not None:
            self._store.settings_changed(answer["settings"])
            self._store.restored_changed(None)
            self.request_prediction()

    def keep_this(self) -> None:
        """Keep this tab's network in the place of another tab's."""
        self._bridge.tell("keep_this")

    def open_weights(self, file: "JsProxy") -> None:
        """Take over the weights in a file that the visitor chose, or say why not."""
        self._browser.run(self._open_weights(file))

    async def _open_weights(self, file: "JsProxy") -> None:
        title = texts.FILES_NOT_OPENED.format(name=file.name)
        try:
            content = await self._browser.read_file(file, MAX_WEIGHTS_FILE_SIZE + 1)
        except OSError as error:
            detail = texts.FILES_NOT_OPENED_ADVICE.format(error=reason(error))
            self._store.notify("open_weights", title, detail)
            return
        if content.length > MAX_WEIGHTS_FILE_SIZE:
            detail = texts.FILES_NOT_OPENED_ADVICE.format(error=texts.FILES_TOO_LARGE)
            self._store.notify("open_weights", title, detail)
            return
        if await self._bridge.ask("open_weights", content, file.name) is not None:
            self.request_prediction()

    def save_weights(self) -> None:
        """Save the network's weights as a file."""
        self._browser.run(self._save("application/octet-stream", "save_weights"))

    def save_program(self) -> None:
        """Save the network as a program that begins with the present drawing."""
        self._browser.run(self._save("application/zip", "save_program", self._pixels()))

    async def _save(self, media_type: str, name: str, *arguments: "object") -> None:
        answer = await self._bridge.ask(name, *arguments)
        if answer is not None:
            self._browser.save_file(answer["name"], media_type, answer["content"])

    # Sharing the network

    def load_version(self, version: int) -> None:
        """Take over a version of the shared weights."""
        self._browser.run(self._load_version(version))

    async def _load_version(self, version: int) -> bool:
        if await self._bridge.ask("load_version", version, limit=LOAD_LIMIT_SECONDS) is None:
            return False
        self.request_prediction()
        return True

    def publish_weights(self, author: str) -> None:
        """Offer the network to everybody; the outcome is in the store's publication."""
        self._browser.run(self._publish(author))

    async def _publish(self, author: str) -> None:
        self._store.publication_changed({"state": SENDING, "version": None, "detail": ""})
        answer = await self._bridge.ask("publish_weights", author, limit=PUBLISH_LIMIT_SECONDS)
        if answer is None:
            self._store.publication_changed(None)
            return
        self._store.publication_changed(
            {"state": answer["outcome"], "version": answer["version"], "detail": answer["detail"]}
        )
        self.request_prediction()

    # Evaluating. How it goes and its result are reported.

    def evaluate(self, test_set: str) -> None:
        """Measure the network on a test set (messages.TEST_SETS)."""
        self._bridge.tell("evaluate", test_set)

    def list_mistakes(self, test_set: str, first: int = 0) -> None:
        """Bring some of the set's misread digits into its gallery, from number `first` on."""
        cell = {"set": test_set, "label": None, "digit": None}
        self._browser.run(self._list("list_mistakes", cell, (test_set, first)))

    def list_cell(self, test_set: str, label: int, digit: int, first: int = 0) -> None:
        """The same with the digits of a cell of the confusion matrix."""
        cell = {"set": test_set, "label": label, "digit": digit}
        self._browser.run(self._list("list_cell", cell, (test_set, label, digit, first)))

    async def _list(self, name: str, cell: "Record", arguments: tuple) -> None:
        page = await self._bridge.ask(name, *arguments)
        if page is not None:
            page.update(cell)
            self._store.gallery_arrived(page)

    # Looking inside

    async def inspect(self) -> None:
        """Bring what is inside the network, as it and the drawing are now, into the store."""
        store = self._store
        is_blank = store.drawing.is_blank
        first, second = self._digits_to_compare()
        unit = store.inspected["unit"]
        inspection = await self._bridge.ask("inspect", self._pixels(), unit, first, second)
        if inspection is not None:
            store.inspection_arrived(dict(inspection, is_blank=is_blank))
            store.flush()

    def _digits_to_compare(self) -> tuple:
        """What the visitor chose; else, of a sample that was misread, what it is."""
        first, second = (self._store.inspected[name] for name in ("first", "second"))
        sample, prediction = self._store.sample, self._store.prediction
        if first != second or sample is None or prediction is None:
            return first, second
        return first, second if prediction["digit"] == sample else sample

    def find_nearest(self) -> None:
        """Bring the training digits that are most like the drawing into the store."""
        self._browser.run(self._find_nearest())

    async def _find_nearest(self) -> None:
        self._store.searching_progressed({"done": 0, "total": 0})
        nearest = await self._bridge.ask("list_nearest", self._pixels(), limit=LOAD_LIMIT_SECONDS)
        if nearest is None:
            self._store.searching_progressed(None)
        else:
            self._store.nearest_arrived(nearest)

    # Taking a step apart. As with reading, the newest drawing wins.

    def explain_step(self, label: int) -> None:
        """Bring one step on the drawing into the store's explanation; label may be NO_LABEL."""
        self._wanted_explanation = label
        if not self._is_explaining:
            self._is_explaining = True
            self._browser.run(self._explain_latest())

    async def _explain_latest(self) -> None:
        try:
            while self._wanted_explanation is not None:
                label, self._wanted_explanation = self._wanted_explanation, None
                await self._explain("explain_step", label)
        finally:
            self._is_explaining = False

    def apply_step(self, label: int) -> None:
        """Have the network take that step."""
        self._browser.run(self._apply_step(label))

    async def _apply_step(self, label: int) -> None:
        await self._explain("apply_step", label)
        self.request_prediction()

    async def _explain(self, name: str, label: int) -> None:
        version = self._store.drawing_version
        if self._store.drawing.is_blank:
            return
        try:
            explanation = await self._bridge.call(name, self._pixels(), label)
        except RefusedError as refusal:
            explanation = {"problem": refusal.detail, "pictures": None}
        if explanation is None:
            return
        explanation["version"] = version
        explanation["is_applied"] = name == "apply_step" and "problem" not in explanation
        self._store.explanation_arrived(explanation)

    def list_sources(self) -> None:
        """Bring the code of a step into the store's sources."""
        self._browser.run(self._list_sources())

    async def _list_sources(self) -> None:
        answer = await self._bridge.ask("step_sources")
        if answer is not None:
            self._store.sources_arrived(answer["stages"])

    # Time travel. Nothing of it touches the network, but going on from a checkpoint.

    async def list_checkpoints(self) -> None:
        """Bring the run's checkpoints into the store, with what each reads in the drawing."""
        course = await self._bridge.ask("list_checkpoints", self._pixels())
        if course is not None:
            self._store.checkpoints_arrived(course)

    async def list_checkpoint_units(self, number: int, of_change: bool) -> None:
        """Bring a picture of a checkpoint's hidden units into the store, if it is still there."""
        try:
            answer = await self._bridge.call("list_checkpoint_units", number, of_change)
        except RefusedError:  # it is gone
            return
        if answer is not None:
            units = {"number": number, "of_change": of_change, "picture": answer["picture"]}
            self._store.units_arrived(units)

    def go_on_from(self, number: int) -> None:
        """Take a checkpoint over as the network."""
        self._browser.run(self._go_on_from(number))

    async def _go_on_from(self, number: int) -> None:
        if await self._bridge.ask("go_on_from", number) is not None:
            self.request_prediction()

    # The visitor's own digits. What the tray holds, and how well it is read, is reported.

    def add_drawing(self, label: "int | None") -> None:
        """Keep the drawing in the tray, and clear the grid for the next one."""
        if not self._store.is_keeping:
            self._store.keeping_changed(True)
            self._browser.run(self._add_drawing(label))

    async def _add_drawing(self, label: "int | None") -> None:
        version = self._store.drawing_version
        try:
            if await self._bridge.ask("add_drawing", self._pixels(), label) is not None:
                self._store.drawing_kept(version)
        finally:
            self._store.keeping_changed(False)

    def remove_drawing(self, number: int) -> None:
        self._bridge.tell("remove_drawing", number)

    def clear_tray(self) -> None:
        self._bridge.tell("clear_tray")

    def undo_tray(self) -> None:
        """Bring back what was removed last."""
        self._bridge.tell("undo_tray")

    def list_tray(self, first: int) -> None:
        """Bring some of the tray's drawings into the store, from place `first` on."""
        self._browser.run(self._list_tray(first))

    async def _list_tray(self, first: int) -> None:
        page = await self._bridge.ask("list_tray", first)
        if page is not None:
            self._store.tray_listed(page)

    def save_tray(self) -> None:
        """Save the tray as a file."""
        self._browser.run(self._save("application/json", "save_tray"))

    def open_tray(self, file: "JsProxy") -> None:
        """Add the drawings in a file that the visitor chose, or say why not."""
        self._browser.run(self._open_tray(file))

    async def _open_tray(self, file: "JsProxy") -> None:
        title = texts.HAND_FILE_PROBLEM.format(name=file.name)
        try:
            content = await self._browser.read_file(file, MAX_TRAY_FILE_SIZE + 1)
        except OSError as error:
            self._store.notify("open_tray", title, sentence(error))
            return
        if content.length > MAX_TRAY_FILE_SIZE:
            self._store.notify("open_tray", title, texts.HAND_FILE_TOO_LARGE)
            return
        await self._bridge.ask("open_tray", content, file.name)

    def watch_hand(self, is_watched: bool) -> None:
        """Have it reported how well the tray is read; or no longer."""
        self._bridge.tell("watch_hand", is_watched)

    # How calls end, and what the worker reports by itself

    def _on_refused(self, name: str, title: str, detail: str) -> None:
        action = texts.NOTICE_TRY_AGAIN if name in REPEATABLE else None
        self._store.notify(name, title, detail, action)

    def _on_failed(self, name: str, error: Exception) -> None:
        unforeseen = texts.UNFORESEEN.format(error=reason(error))
        self._store.notify(name, texts.SESSION_UNEXPECTED, unforeseen)

    def _on_dead(self, name: str, error: Exception) -> None:
        detail = texts.STATUS_STOPPED_ADVICE.format(call=name, error=reason(error))
        self._fail(texts.STATUS_STOPPED, detail)

    def _is_busy(self) -> bool:
        """Is the worker at something of which it reports all the time?"""
        is_training: bool = self._store.training["is_training"]
        return is_training or self._store.evaluations.are_under_way

    def _on_progress(self, report: "Record") -> None:
        self._store.progress_arrived(report)
        # The network has changed. A hand that draws has its answers, and first.
        is_drawn = self._browser.now() < self._drawn_at + DRAWING_MILLISECONDS
        if not (is_drawn and report["is_training"]):
            self.request_prediction()

    def _on_evaluation(self, report: "Record") -> None:
        self._store.evaluation_arrived(report)
        self.list_mistakes(report["set"])

    def _on_problem(self, report: "Record") -> None:
        self._store.notify(report["kind"], report["title"], report["detail"])
        if report["kind"] in WHY_NOT_KEPT:
            self._store.keeping_failed(report["kind"])
            self._is_kept_elsewhere = report["kind"] == KEPT_BY_OTHER_TAB

    def _on_recovered(self, report: "Record") -> None:
        # Of this kind alone: whatever else failed for the same cause has its own way on.
        self._store.dismiss(report["kind"])
        if report["kind"] in WHY_NOT_KEPT:
            self._store.keeping_failed("")
            self._is_kept_elsewhere = False
