"""The page's side of the worker: starts it, asks it, and puts what it says into the store.

The worker owns the network; nothing here computes. What crosses is described in messages.py. The
worker starts in stages that a visitor can follow; every file is checked to be there, because
PyScript would wait for a missing one for ever; every call has a time limit, because a dead worker
never answers; and one that ought to report and does not is asked whether it is still there. A
worker that answers lives, whatever it answers: only with a dead one the network is given up.
"""

import json

from app.pyscript import texts
from app.pyscript.formats import decimal
from app.pyscript.lesson import RANDOM, SHARED
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
# A step of the largest batch is the longest that the worker keeps anybody waiting.
CALL_LIMIT_SECONDS = 20
# A worker that is busy reports ten times a second. Silent for so long, it waits for the server, or
# it is dead, and that a call of nothing tells.
SILENCE_SECONDS = 3
PING_LIMIT_SECONDS = 10
# So long after its last change a drawing is one that is being made.
DRAWING_MILLISECONDS = 250
# The worker gives up fetching weights before this.
LOAD_LIMIT_SECONDS = 60
# Many may publish at once: the worker asks again for a minute.
PUBLISH_LIMIT_SECONDS = 120
MEGABYTE = 1_000_000
# Calls whose refusal comes with a button to call again.
REPEATABLE = ("load_shared_weights",)
# The changes of the store that take whole reports, by their types.
TAKEN = {
    "validation": "validation_arrived",
    "reached": "run_reached",
    "pool": "pool_changed",
    "weights": "weights_changed",
    "evaluating": "evaluating_progressed",
    "searching": "searching_progressed",
    "run": "run_began",
    "checkpoint": "checkpoint_measured",
    "tray": "tray_changed",
    "hand": "hand_measured",
}


class WorkerClient:
    """Talks to one worker at a time; `start()` again replaces a failed one.

    Changes in the store: boot, worker, prediction, tuning, training, validation, history, pool,
    weights, restored, settings, evaluating, evaluation, gallery, inspection, searching, nearest,
    explanation, sources, lesson, stepping, reached, runs, checkpoints, units, tray, hand, notices.
    """

    def __init__(self, store: "Store", browser: "Browser") -> None:
        self._store = store
        self._browser = browser
        self._worker: Any = None
        self._name = ""  # of the worker that was started last
        self._starts = 0
        self._reports = 0  # that have come
        self._watched: Any = None  # the worker whose silence would be noticed
        self._predicting: Any = None  # the worker that has a prediction under way
        self._cannot_read = False  # whether the last reading failed, which is told once
        self._wants_prediction = False
        self._is_explaining = False
        self._wanted_explanation: int | None = None  # the label to explain with
        # Whether what the browser keeps is another tab's network, not this one's.
        self._is_kept_elsewhere = False
        self._drawn_at = -DRAWING_MILLISECONDS
        store.on_drawing(self._on_drawing)

    # Starting

    async def start(self) -> None:
        """Bring a worker up, or say in the store why it did not come."""
        self._starts += 1
        start = self._starts
        self._worker = None
        self._store.worker_changed(STARTING)
        self._store.network_lost()
        self._store.dismiss("worker")
        try:
            await self._start(f"network-{start}")
        except Exception as error:  # a rejected promise can bring any
            if start == self._starts:
                self._browser.stop_worker(self._name)
                self._worker = None
                self._fail_to_start(error)

    async def _start(self, name: str) -> None:
        plan = self._browser.page_config()["worker"]
        # PyScript's own complaint about a missing script has no words, so ask for it first.
        await self._fetch_file({"path": plan["source"]}, lambda count: None)
        answer = json.loads(await self._bring_up(plan, name))
        if not answer["ok"]:
            raise OSError(answer["problem"]["detail"])
        self._store.kernels_changed(answer)
        self._store.boot_progressed(texts.STATUS_RESTORING)
        has_weights = await self._restore()
        if not has_weights and self._worker is not None:
            self._store.boot_progressed(texts.STATUS_LOADING_WEIGHTS)
            await self._load_shared_weights()
        if self._worker is None:
            return  # it fell silent, and that is told already
        self._store.worker_changed(READY)
        self._store.boot_progressed(texts.STATUS_READY, 1.0)
        self.request_prediction()

    async def _bring_up(self, plan: "Record", name: str) -> str:
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
            except self._browser.LateError:
                raise
            except Exception:  # it did not start, or has nothing to call
                self._worker = None
                # Over plain HTTP there is no digest to know a damaged file by.
                await self._fetch_files(plan["files"], is_fresh=True)
        self._browser.stop_worker(name)
        return await self._greet(self._begin(plan, f"{name}-again"))

    def _begin(self, plan: "Record", name: str) -> "Awaitable":
        self._name = name
        return self._browser.start_worker(plan["source"], name, plan["config"], self._on_report)

    async def _greet(self, starting: "Awaitable") -> str:
        """Wait for a worker, and make the first call, which tells whether its script has run."""
        self._worker = await self._browser.within(START_LIMIT_SECONDS, starting)
        call = self._worker.call(CALL_LIMIT_SECONDS, "connect", self._browser.SITE)
        answer: str = await call
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
        words = reason(error)
        if not isinstance(error, (OSError, self._browser.FetchError)):
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
        worker = self._worker
        if self._store.worker == READY and self._predicting is not worker:
            # Sent in this very moment; a task begins only once the page has drawn its next frame.
            sent = self._send_drawing(worker)
            if sent is not None:
                self._predicting = worker
                self._browser.run(self._show_readings(worker, sent))

    def _send_drawing(self, worker: "JsProxy") -> "Record | None":
        """Ask for a reading of the drawing as it is now; None if there is nothing to read."""
        if not self._wants_prediction or self._worker is not worker:
            return None
        self._wants_prediction = False
        if self._store.drawing.is_blank:
            return None
        return {
            "version": self._store.drawing_version,
            "asked_at": self._browser.now(),
            "answer": worker.call(CALL_LIMIT_SECONDS, "predict", self._pixels()),
        }

    async def _show_readings(self, worker: "JsProxy", sent: "Record | None") -> None:
        try:
            while sent is not None:
                await self._show_reading(worker, sent)
                sent = self._send_drawing(worker)
        finally:
            if self._predicting is worker:
                self._predicting = None

    async def _show_reading(self, worker: "JsProxy", sent: "Record") -> None:
        answer = await self._answer_of(worker, "predict", sent["answer"])
        if answer is None:
            return
        if isinstance(answer, str):
            self._store.prediction_failed()
            if not self._cannot_read:
                self._cannot_read = True
                self._accepted("predict", answer)
            return
        if self._cannot_read:
            self._cannot_read = False
            self._store.dismiss("predict")
        self._store.prediction_arrived(
            {
                "version": sent["version"],
                "digit": answer.digit,
                "unreadable": answer.unreadable,
                "probabilities": [float(share) for share in answer.probabilities],
                "seen": answer.seen,
                "worker_milliseconds": answer.milliseconds,
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
        answer = await self._ask_for("tune", self._pixels(), label)
        if answer is not None:
            if self._store.drawing_version == version:
                self._store.tuned(dict(answer, label=label))
            self.request_prediction()

    def start_training(self) -> None:
        self._browser.run(self._ask_with_settings("start_training", dict(self._store.settings)))

    def pause_training(self) -> None:
        self._browser.run(self._ask_for("pause_training"))

    def reset_training(self) -> None:
        self._browser.run(self._ask_for("reset_training"))

    def change_settings(self, changes: "Record") -> None:
        """Have the worker take these over; those that it refuses leave the store."""
        if self._worker is not None:
            self._browser.run(self._ask_with_settings("change_settings", dict(changes)))

    async def _ask_with_settings(self, name: str, settings: "Record") -> "Record | None":
        """Call a function that takes settings over first; where it refuses, show those in force."""
        text = await self._ask(name, json.dumps(settings))
        answer = None if text is None else self._accepted(name, text)
        if text is not None and answer is None:
            await self._take_back(settings)
        return answer

    async def _take_back(self, settings: "Record") -> None:
        """Put what is in force in the worker in the place of these, unless they changed since."""
        text = await self._ask("change_settings", "{}")
        in_force = {} if text is None else json.loads(text).get("settings", {})
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
        answer = await self._ask_for("use_kernels", name)
        if answer is not None:
            self._store.kernels_changed(answer)

    def load_shared_weights(self) -> None:
        self._browser.run(self._load_shared_weights())

    async def _load_shared_weights(self) -> bool:
        if await self._ask_for("load_shared_weights", limit=LOAD_LIMIT_SECONDS) is None:
            return False
        self.request_prediction()
        return True

    def randomize_weights(self) -> None:
        """Begin anew with random weights, which the settings describe."""
        settings = self._store.settings
        self._browser.run(self._randomize_weights(settings["seed"], settings["initializer"]))

    async def _randomize_weights(self, seed: int, initializer: str) -> bool:
        if await self._ask_for("randomize_weights", seed, initializer) is None:
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
        if await self._ask_for("reset_training") is None:
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
        answer = await self._ask_for("restore", not is_elsewhere)
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
        answer = await self._ask_for("start_afresh", limit=LOAD_LIMIT_SECONDS)
        if answer is not None:
            self._store.settings_changed(answer["settings"])
            self._store.restored_changed(None)
            self.request_prediction()

    def keep_this(self) -> None:
        """Keep this tab's network in the place of another tab's."""
        self._browser.run(self._ask_for("keep_this"))

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
        if await self._ask_for("open_weights", content, file.name) is not None:
            self.request_prediction()

    def save_weights(self) -> None:
        """Save the network's weights as a file."""
        self._browser.run(self._save("application/octet-stream", "save_weights"))

    def save_program(self) -> None:
        """Save the network as a program that begins with the present drawing."""
        self._browser.run(self._save("application/zip", "save_program", self._pixels()))

    async def _save(self, media_type: str, name: str, *arguments: "object") -> None:
        answer = await self._ask(name, *arguments)
        if isinstance(answer, str):
            self._accepted(name, answer)
        elif answer is not None:
            self._store.dismiss(name)
            self._browser.save_file(answer.name, media_type, answer.content)

    # Sharing the network

    def load_version(self, version: int) -> None:
        """Take over a version of the shared weights."""
        self._browser.run(self._load_version(version))

    async def _load_version(self, version: int) -> bool:
        if await self._ask_for("load_version", version, limit=LOAD_LIMIT_SECONDS) is None:
            return False
        self.request_prediction()
        return True

    def publish_weights(self, author: str) -> None:
        """Offer the network to everybody; the outcome is in the store's publication."""
        self._browser.run(self._publish(author))

    async def _publish(self, author: str) -> None:
        self._store.publication_changed({"state": SENDING, "version": None, "detail": ""})
        answer = await self._ask_for("publish_weights", author, limit=PUBLISH_LIMIT_SECONDS)
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
        self._browser.run(self._ask_for("evaluate", test_set))

    def list_mistakes(self, test_set: str, first: int = 0) -> None:
        """Bring some of the set's misread digits into its gallery, from number `first` on."""
        cell = {"set": test_set, "label": None, "digit": None}
        self._browser.run(self._list("list_mistakes", cell, (test_set, first)))

    def list_cell(self, test_set: str, label: int, digit: int, first: int = 0) -> None:
        """The same with the digits of a cell of the confusion matrix."""
        cell = {"set": test_set, "label": label, "digit": digit}
        self._browser.run(self._list("list_cell", cell, (test_set, label, digit, first)))

    async def _list(self, name: str, cell: "Record", arguments: tuple) -> None:
        answer = await self._ask(name, *arguments)
        if answer is None:
            return
        page = self._accepted(name, _text_of(answer))
        if page is not None:
            page.update(cell)
            page["pictures"] = answer.pictures
            self._store.gallery_arrived(page)

    # Looking inside

    async def inspect(self) -> None:
        """Bring what is inside the network, as it and the drawing are now, into the store."""
        store = self._store
        is_blank = store.drawing.is_blank
        first, second = self._digits_to_compare()
        answer = await self._ask("inspect", self._pixels(), store.inspected["unit"], first, second)
        inspection = None if answer is None else self._accepted("inspect", _text_of(answer))
        if answer is not None and inspection is not None:
            pictures = {name: getattr(answer, name) for name in ("sheets", "unit", "votes")}
            inspection.update(pictures, is_blank=is_blank)
            store.inspection_arrived(inspection)
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
        answer = await self._ask("list_nearest", self._pixels(), limit=LOAD_LIMIT_SECONDS)
        nearest = None if answer is None else self._accepted("list_nearest", _text_of(answer))
        if answer is None or nearest is None:
            self._store.searching_progressed(None)
            return
        nearest["pictures"] = answer.pictures
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
        answer = None
        if not self._store.drawing.is_blank:
            answer = await self._ask(name, self._pixels(), label)
        if answer is None:
            return
        explanation = json.loads(_text_of(answer))
        if explanation["ok"]:
            explanation["pictures"] = answer.pictures
        else:
            explanation = {"problem": explanation["problem"]["detail"], "pictures": None}
        explanation["version"] = version
        explanation["is_applied"] = name == "apply_step" and "problem" not in explanation
        self._store.explanation_arrived(explanation)

    def list_sources(self) -> None:
        """Bring the code of a step into the store's sources."""
        self._browser.run(self._list_sources())

    async def _list_sources(self) -> None:
        answer = await self._ask_for("step_sources")
        if answer is not None:
            self._store.sources_arrived(answer["stages"])

    # Time travel. Nothing of it touches the network, but going on from a checkpoint.

    async def list_checkpoints(self) -> None:
        """Bring the run's checkpoints into the store, with what each reads in the drawing."""
        answer = await self._ask("list_checkpoints", self._pixels())
        if answer is None:
            return
        course = self._accepted("list_checkpoints", _text_of(answer))
        if course is not None:
            course["probabilities"] = answer.probabilities
            self._store.checkpoints_arrived(course)

    async def list_checkpoint_units(self, number: int, of_change: bool) -> None:
        """Bring a picture of a checkpoint's hidden units into the store, if it is still there."""
        answer = await self._ask("list_checkpoint_units", number, of_change)
        if answer is not None and json.loads(_text_of(answer))["ok"]:
            units = {"number": number, "of_change": of_change, "picture": answer.picture}
            self._store.units_arrived(units)

    def go_on_from(self, number: int) -> None:
        """Take a checkpoint over as the network."""
        self._browser.run(self._go_on_from(number))

    async def _go_on_from(self, number: int) -> None:
        if await self._ask_for("go_on_from", number) is not None:
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
            if await self._ask_for("add_drawing", self._pixels(), label) is not None:
                self._store.drawing_kept(version)
        finally:
            self._store.keeping_changed(False)

    def remove_drawing(self, number: int) -> None:
        self._browser.run(self._ask_for("remove_drawing", number))

    def clear_tray(self) -> None:
        self._browser.run(self._ask_for("clear_tray"))

    def undo_tray(self) -> None:
        """Bring back what was removed last."""
        self._browser.run(self._ask_for("undo_tray"))

    def list_tray(self, first: int) -> None:
        """Bring some of the tray's drawings into the store, from place `first` on."""
        self._browser.run(self._list_tray(first))

    async def _list_tray(self, first: int) -> None:
        answer = await self._ask("list_tray", first)
        if answer is None:
            return
        page = self._accepted("list_tray", _text_of(answer))
        if page is not None:
            page["pictures"] = answer.pictures
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
        await self._ask_for("open_tray", content, file.name)

    def watch_hand(self, is_watched: bool) -> None:
        """Have it reported how well the tray is read; or no longer."""
        self._browser.run(self._ask_for("watch_hand", is_watched))

    # Asking

    async def _ask_for(
        self, name: str, *arguments: "object", limit: float = CALL_LIMIT_SECONDS
    ) -> "Record | None":
        """Call a function that answers {"ok", ...}; a refusal becomes a notice, and None."""
        text = await self._ask(name, *arguments, limit=limit)
        return None if text is None else self._accepted(name, text)

    def _accepted(self, name: str, text: str) -> "Record | None":
        """What an answer brings; a refusal becomes a notice, and None."""
        answer = json.loads(text)
        if answer["ok"]:
            self._store.dismiss(name)
            return answer
        problem = answer["problem"]
        action = texts.NOTICE_TRY_AGAIN if name in REPEATABLE else None
        self._store.notify(name, problem["title"], problem["detail"], action)
        return None

    async def _ask(
        self, name: str, *arguments: "object", limit: float = CALL_LIMIT_SECONDS
    ) -> "JsProxy | None":
        """Call a function of the worker: its answer, or None if it has none."""
        worker = self._worker
        if worker is None:
            return None
        return await self._answer_of(worker, name, worker.call(limit, name, *arguments))

    async def _answer_of(
        self, worker: "JsProxy", name: str, answer: "Awaitable"
    ) -> "JsProxy | None":
        """What a call brings, or None: then it is told that the worker is dead, or the call."""
        try:
            return await answer
        except Exception as error:  # whatever went wrong arrives as a rejected promise
            if self._worker is worker:
                await self._end_call(worker, name, error)
            return None

    async def _end_call(self, worker: "JsProxy", name: str, error: Exception) -> None:
        """Give a worker up that does not answer; of one that does, tell that a call had no answer.

        An answer that never comes in time is an OSError. What else a call is rejected with may be
        an oddity of this one call: a worker that still answers another has the network.
        """
        if not isinstance(error, OSError) and await self._is_alive(worker):
            unforeseen = texts.UNFORESEEN.format(error=reason(error))
            self._store.notify(name, texts.SESSION_UNEXPECTED, unforeseen)
        elif self._worker is worker:
            self._worker = None
            worker.terminate()
            detail = texts.STATUS_STOPPED_ADVICE.format(call=name, error=reason(error))
            self._fail(texts.STATUS_STOPPED, detail)

    async def _is_alive(self, worker: "JsProxy") -> bool:
        try:
            return json.loads(await worker.call(PING_LIMIT_SECONDS, "ping"))["ok"]
        except Exception:
            return False

    # What the worker reports by itself

    def _on_report(self, text: str) -> None:
        self._reports += 1
        self._take(json.loads(text))
        if self._is_busy and self._watched is not self._worker:
            self._watched = self._worker
            self._browser.run(self._watch(self._worker))

    @property
    def _is_busy(self) -> bool:
        """Is the worker at something of which it reports all the time?"""
        is_training: bool = self._store.training["is_training"]
        return is_training or self._store.evaluations.are_under_way

    async def _watch(self, worker: "JsProxy") -> None:
        """Notice that a worker has died while it was busy: perhaps nobody asks it anything."""
        while self._worker is worker and self._is_busy:
            heard = self._reports
            await self._browser.sleep(SILENCE_SECONDS)
            if self._worker is worker and self._reports == heard:
                await self._ask("ping", limit=PING_LIMIT_SECONDS)
        if self._watched is worker:
            self._watched = None

    def _take(self, report: "Record") -> None:
        name = report["type"]
        if name in TAKEN:
            getattr(self._store, TAKEN[name])(report)
        elif name == "progress":
            self._store.progress_arrived(report)
            # The network has changed. A hand that draws has its answers, and first.
            is_drawn = self._browser.now() < self._drawn_at + DRAWING_MILLISECONDS
            if not (is_drawn and report["is_training"]):
                self.request_prediction()
        elif name == "evaluation":
            self._store.evaluation_arrived(report)
            self.list_mistakes(report["set"])
        elif name == "problem":
            self._store.notify(report["kind"], report["title"], report["detail"])
            if report["kind"] in WHY_NOT_KEPT:
                self._store.keeping_failed(report["kind"])
                self._is_kept_elsewhere = report["kind"] == KEPT_BY_OTHER_TAB
        elif name == "recovered":
            # Of this kind alone: whatever else failed for the same cause has its own way on.
            self._store.dismiss(report["kind"])
            if report["kind"] in WHY_NOT_KEPT:
                self._store.keeping_failed("")
                self._is_kept_elsewhere = False


def _text_of(answer: "JsProxy") -> str:
    """The JSON in an answer: beside arrays in what was carried out, alone in a refusal."""
    return answer if isinstance(answer, str) else answer.text
