"""All state of the page, the named changes to it, and who hears of them.

Components read the store and call its changes; the store knows no component and no DOM. A change
only marks its key; subscribers are told together, once a frame, so that twenty changes between
two frames redraw once. `schedule` is the browser's next frame on the page, a plain call in tests.

Runs on MicroPython and on CPython.
"""

from app.pyscript.draw.drawing import Drawing
from app.pyscript.evaluate.evaluations import Evaluations
from app.pyscript.messages import CHECKPOINT, PROBLEMS
from app.pyscript.messages import CHOSEN_BY_NETWORK as CHOSEN
from app.pyscript.runs.runs import Runs
from app.pyscript.train.history import History

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, Record

# How the worker fares.
STARTING, READY, FAILED = "starting", "ready", "failed"
# Weights on their way to the service.
SENDING = "sending"
# Whether the page works without its server: see texts.OFFLINE_*.
KEPT, AWAY, INSECURE = "kept", "away", "insecure"
UNSUPPORTED, NOT_KEEPING = "unsupported", "not keeping"
NOTICE_LIMIT = 3
HAND_POINT_LIMIT = 200
NOTHING_POOLED = {"cached": 0, "fetching": 0, "total": 0, "state": "ok", "detail": ""}
NOTHING_TRAINED = {
    "iteration": 0,
    "epoch": 0.0,
    "loss": None,
    "accuracy": None,
    "samples_per_second": 0.0,
    "is_training": False,
}


class Store:
    """The state, by key; a component subscribes to keys.

    drawing     the Drawing and `drawing_version`, which counts its changes; `sample` is the label
                of the sample that it shows, or None
    ink         marked when the drawing was replaced whole; brush: when a tool or undo changed
    prediction  what the worker last read in the drawing, or None when the grid is blank or nothing
                was read yet: {"version", "digit", "unreadable": why the digit should not be
                named, or empty, "probabilities", "seen", "worker_milliseconds", "milliseconds"};
                `cannot_read`, whether the last try to read failed
    worker      STARTING, READY or FAILED
    boot        {"stage": text, "fraction": 0 to 1, or None when unknown}: how far starting is
    notices     what went wrong, oldest first: {"key", "title", "detail", "action" label or None}
    dataset     what /api/data says, or None
    settings    all that messages.check_settings describes: what the training should use
    kernels     {"kernels": "simd" or "numpy", "no_simd": why not "simd", or empty}, or None
    training    the figures of the last progress report
    validation  the last validation report, or None
    history     the run's course
    pool        cached, fetching, total, state, detail: the worker's sample pool
    weights     source, name, digest, changed_by_training, tuned: where the network's weights come
                from, as in messages.REPORTS
    restored    what the last visit left and this one began with, or None: {"saved_at": RFC 3339,
                "digest": of the weights that it left, or empty}; `not_kept`: why this
                visit is not kept, of messages.WHY_NOT_KEPT, or empty; `is_persistent`: whether the
                browser keeps it for good, or None where that is not known
    publication what became of publishing the weights, or None: {"state": SENDING or an outcome of
                messages.py, "version", "detail"}
    versions    what /api/weights/versions says, or None; `versions_problem` is what went wrong
                with them, in words, or empty
    has_charts  whether uPlot is there to draw with
    job         the retraining that is followed, as /api/jobs says it, or None
    evaluations what was measured on each test set (evaluations.py); `test_set`, marked when another
                one is looked at. Of that:
    evaluating  how far the evaluation is that is under way, or why the last one failed, as the
                report "evaluating" has it; None otherwise
    evaluation  the last report "evaluation", or None
    gallery     digits of it: {"set", "label", "digit": of a cell, or None for mistakes, "first",
                "total", "digits", "pictures"} as list_cell answers, or None
    inspected   what is looked at inside the network: {"unit": a hidden unit, "first", "second":
                digits to compare, or CHOSEN_BY_NETWORK}
    inspection  what was last seen there, or None: as InsideCalls.inspect answers, and
                "is_blank", whether nothing was drawn
    searching   how far the search for the nearest training digits is, as the report "searching"
                has it, or None; nearest: what the last one found, as list_nearest answers, or None
    explanation one step on the drawing, taken apart: what explain_step answers with "pictures", the
                drawing's "version", and "is_applied": whether the network took the step; where it
                was refused, "problem" takes the place of the answer. None before
    sources     the code of a step, as step_sources answers, or None
    tour        the step that the tour is at, from 0, or None
    runs        the run under way and the former ones (runs.py); the course of the one under way
                is the history; `run_number` is the worker's for it
    checkpoints the run's checkpoints as list_checkpoints answers, with "probabilities", or None
    units       {"number", "of_change", "picture"}: the hidden units of a checkpoint, or None
    tray        how many drawings the tray holds, as the report "tray" has it, or None
    tray_page   drawings of it: {"first", "total", "drawings", "pictures"} as list_tray answers, or
                None; `kept` is marked when one was kept and made room
    is_keeping  whether a drawing is on its way into the tray
    hand        the run's reports "hand", oldest first, thinned out when there are many
    offline     whether the page works without its server: KEPT, AWAY where it does so now, or why
                not, INSECURE, UNSUPPORTED or NOT_KEEPING; empty while that is not known
    tuning      the last tune's {"label", "loss_before", "loss_after"}, or None
    lesson      the lesson that is proposed or was started (lesson.make_lesson), or None
    hidden      the parts of the page that a link has hidden: names of lesson.HIDEABLE
    stepping    what the last single step did: its "iteration" and the fields of
                worker/single_step.py; or None
    reached     where training last stopped by itself, as the report has it, or None
    """

    def __init__(self, schedule: "Callable", settings: "Record") -> None:  # noqa: PLR0915 - a field a line
        self._schedule = schedule
        self._subscriptions: list = []
        self._changed: set = set()
        self.drawing = Drawing()
        self.drawing_version = 0
        self._on_drawing: Callable = lambda: None
        self._blank_version = 0  # when the grid was last blank: older readings are of no interest
        self.sample: int | None = None
        self.prediction: Record | None = None
        self.cannot_read = False
        self.worker = STARTING
        self.boot: Record = {"stage": "", "fraction": None}
        self.notices: list = []
        self.dataset: Record | None = None
        self.settings = settings
        self.history = History()
        self.history.settings_changed(0, settings)
        self.pool: Record = dict(NOTHING_POOLED)
        self.weights: Record | None = None
        self.restored: Record | None = None
        self.is_persistent: bool | None = None
        self.not_kept = self.offline = self.versions_problem = ""
        self.publication: Record | None = None
        self.versions: Record | None = None
        self.has_charts = False
        self.job: Record | None = None
        self.kernels: Record | None = None
        self.evaluations = Evaluations()
        self.inspected: Record = {"unit": 0, "first": CHOSEN, "second": CHOSEN}
        self.inspection: Record | None = None
        self.searching: Record | None = None
        self.nearest: Record | None = None
        self.explanation: Record | None = None
        self.sources: list | None = None
        self.tour: int | None = None
        self.runs = Runs()
        self.run_number: int | None = None
        self.checkpoints: Record | None = None
        self._measured: list = []  # since they came
        self.units: Record | None = None
        self.tray: Record | None = None
        self.tray_page: Record | None = None
        self.is_keeping = False
        self.hand: list = []
        self.tuning: Record | None = None
        self.lesson: Record | None = None
        self.hidden: list = []
        self.stepping: Record | None = None
        self.reached: Record | None = None
        self.training: Record = dict(NOTHING_TRAINED)
        self.validation: Record | None = None

    def on_drawing(self, callback: "Callable") -> None:
        """Call `callback()` in the very moment that the drawing has changed."""
        self._on_drawing = callback

    def subscribe(self, keys: tuple, callback: "Callable") -> "Callable":
        """Call `callback()` once in the frame after any of the keys changed.

        Returns a function that ends the subscription.
        """
        subscription = (keys, callback)
        self._subscriptions.append(subscription)
        return lambda: self._subscriptions.remove(subscription)

    def _mark(self, *keys: str) -> None:
        is_first = not self._changed
        self._changed.update(keys)
        if is_first:
            self._schedule(self.flush)

    def flush(self) -> None:
        """Tell the subscribers now: for what a visitor is waiting to see."""
        changed = self._changed
        self._changed = set()
        for keys, callback in list(self._subscriptions):
            if any(key in changed for key in keys):
                callback()

    # The drawing and what is read in it

    def drawing_changed(self) -> None:
        """The drawing was drawn on, and the grid shows it already."""
        self.drawing_version += 1
        self.sample = None
        self._mark("drawing")
        self.tuning_outdated()
        if self.drawing.is_blank:
            self._blank_version = self.drawing_version
            if self.prediction is not None:
                self.prediction = None
                self._mark("prediction")
        self._on_drawing()

    def stroke_canceled(self, sample: "int | None") -> None:
        """The last stroke was taken back; sample: what `sample` was before it."""
        self.drawing_changed()
        self.sample = sample

    def sample_arrived(self, label: int, pixels: list) -> None:
        """Put a sample on the grid: 784 integers from 0 to 255, and the digit it is."""
        self.drawing.replace(pixels)
        self.drawing_changed()
        self.sample = label
        self._mark("ink")

    def brush_changed(self) -> None:
        self._mark("brush")

    def prediction_arrived(self, prediction: "Record") -> None:
        """Show a reading, unless the drawing was wiped since or a newer one is shown."""
        self.cannot_read = False
        if prediction["version"] <= self._blank_version:
            return
        shown = self.prediction
        if shown is None or shown["version"] <= prediction["version"]:
            self.prediction = prediction
            self._mark("prediction")

    def prediction_failed(self) -> None:
        """The drawing cannot be read: what was read in an earlier one says nothing of it."""
        self.cannot_read = True
        self.prediction = None
        self._mark("prediction")

    def tuned(self, tuning: "Record") -> None:
        self.tuning = tuning
        self._mark("tuning")

    def tuning_outdated(self) -> None:
        """The last tune's losses are of another drawing, label or network."""
        if self.tuning is not None:
            self.tuning = None
            self._mark("tuning")

    # Starting, and what goes wrong

    def boot_progressed(self, stage: str, fraction: "float | None" = None) -> None:
        self.boot = {"stage": stage, "fraction": fraction}
        self._mark("boot")

    def worker_changed(self, state: str) -> None:
        self.worker = state
        self._mark("worker")
        if state == FAILED:
            self.evaluations.interrupt()
            self._mark("evaluating")
        if state != READY and self.prediction is not None:
            # The drawing may go on, and nobody reads it.
            self.prediction = None
            self._mark("prediction")

    def dataset_arrived(self, dataset: "Record") -> None:
        self.dataset = dataset
        self._mark("dataset")

    def notify(self, key: str, title: str, detail: str, action: "str | None" = None) -> None:
        """Tell the visitor what went wrong; a newer notice replaces the one of the same key."""
        others = [notice for notice in self.notices if notice["key"] != key]
        notice = {"key": key, "title": title, "detail": detail, "action": action}
        self.notices = others + [notice]
        if len(self.notices) > NOTICE_LIMIT:
            # The oldest makes room, but not one whose button is the only way on.
            without_action = [notice for notice in self.notices if notice["action"] is None]
            self.notices.remove((without_action + self.notices)[0])
        self._mark("notices")

    def dismiss(self, key: str) -> None:
        """Take a notice away: the visitor has read it, or its cause is gone."""
        remaining = [notice for notice in self.notices if notice["key"] != key]
        if len(remaining) < len(self.notices):
            self.notices = remaining
            self._mark("notices")

    # Training

    def settings_changed(self, changes: "Record") -> None:
        self.settings.update(changes)
        self.history.settings_changed(self.training["iteration"], self.settings)
        self._mark("settings")

    def lesson_changed(self, lesson: "Record | None") -> None:
        self.lesson = lesson
        self._mark("lesson")

    def parts_hidden(self, names: list) -> None:
        """These parts of the page are hidden, and no others."""
        self.hidden = names
        self._mark("hidden")

    def stepped(self, step: "Record") -> None:
        """A single step was taken; the report of it has come before."""
        self.stepping = dict(step, iteration=self.training["iteration"])
        self._mark("stepping")

    def run_reached(self, report: "Record") -> None:
        self.reached = report
        self._mark("reached")

    def _run_moved(self) -> None:
        """What was said of a former moment of the run is over."""
        if self.stepping is not None or self.reached is not None:
            self.stepping = self.reached = None
            self._mark("stepping", "reached")

    def kernels_changed(self, kernels: "Record") -> None:
        self.kernels = kernels
        self._mark("kernels")

    def progress_arrived(self, report: "Record") -> None:
        """Take the worker's figures, ten times a second while it trains."""
        before = self.training
        if report.get("is_training"):
            self._run_moved()
        is_new = report["iteration"] > before["iteration"]
        if report["iteration"] == before["iteration"]:
            # A change of state without a step between: the figures still stand.
            report = dict(report, loss=before["loss"], accuracy=before["accuracy"])
        self.training = report
        self._mark("training")
        if is_new and self.runs.note_settings(self.settings):
            self._mark("runs")
        if is_new and self.history.add(report["iteration"], report["loss"], report["accuracy"]):
            self._mark("history")
        if report.get("is_training") is False and self.history.settle():
            self._mark("history")
        self.pool_changed(report)

    def validation_arrived(self, report: "Record") -> None:
        self.validation = report
        self.history.add_validation(report["iteration"], report["accuracy"], report.get("drawings"))
        self._mark("validation", "history")

    def pool_changed(self, report: "Record") -> None:
        """Take over what a report says of the sample pool; it may leave parts out."""
        self.pool.update({key: report[key] for key in self.pool if key in report})
        self._mark("pool")

    def weights_changed(self, report: "Record") -> None:
        self.weights = report
        self._mark("weights")
        if not report["changed_by_training"] and not report["tuned"]:
            # Another network: what was measured was the former one.
            self.training = dict(self.training, loss=None, accuracy=None)
            self.validation = None
            self.tuning_outdated()
            self._mark("training", "validation")
            if self.publication is not None and self.publication["state"] == "refused":
                self.publication_changed(None)  # it was of other weights

    @property
    def has_restored_network(self) -> bool:
        """Does the network go on from the one that the last visit left?"""
        restored, weights = self.restored, self.weights
        if restored is None or weights is None:
            return False
        return bool(restored["digest"]) and restored["digest"] == weights["digest"]

    def restored_changed(self, restored: "Record | None") -> None:
        self.restored = restored
        self._mark("restored")

    def keeping_failed(self, why: str) -> None:
        """Of messages.WHY_NOT_KEPT; empty where it succeeds again."""
        self.not_kept = why
        self._mark("restored")

    def persistence_changed(self, is_persistent: "bool | None") -> None:
        self.is_persistent = is_persistent
        self._mark("restored")

    def publication_changed(self, publication: "Record | None") -> None:
        self.publication = publication
        self._mark("publication")

    def versions_arrived(self, versions: "Record") -> None:
        self.versions = versions
        self._mark("versions")

    def versions_failed(self, problem: str) -> None:
        if problem != self.versions_problem:
            self.versions_problem = problem
            self._mark("versions_problem")

    def charts_arrived(self) -> None:
        self.has_charts = True
        self._mark("has_charts")

    def job_changed(self, job: "Record | None") -> None:
        self.job = job
        self._mark("job")

    # Evaluating

    @property
    def evaluating(self) -> "Record | None":
        return self.evaluations.evaluating

    @property
    def evaluation(self) -> "Record | None":
        return self.evaluations.evaluation

    @property
    def gallery(self) -> "Record | None":
        return self.evaluations.gallery

    def test_set_chosen(self, name: str) -> None:
        """Look at what was measured on this test set."""
        self.evaluations.chosen = name
        self._mark("test_set")

    def evaluating_progressed(self, report: "Record") -> None:
        self.evaluations.progressed(report)
        self._mark("evaluating")

    def evaluation_arrived(self, report: "Record") -> None:
        self.evaluations.arrived(report)
        self._mark("evaluating", "evaluation", "gallery")

    def gallery_arrived(self, gallery: "Record") -> None:
        self.evaluations.listed(gallery)
        self._mark("gallery")

    # Looking inside

    def inspected_changed(self, changes: "Record") -> None:
        """Look at another unit, or compare other digits; two that are chosen are not the same."""
        self.inspected.update(changes)
        if self.inspected["first"] == self.inspected["second"]:
            for name in ("first", "second"):
                if name not in changes:
                    self.inspected[name] = CHOSEN
        self._mark("inspected")

    def inspection_arrived(self, inspection: "Record | None") -> None:
        self.inspection = inspection
        self._mark("inspection")

    def searching_progressed(self, report: "Record | None") -> None:
        self.searching = report
        self._mark("searching")

    def nearest_arrived(self, nearest: "Record | None") -> None:
        self.searching = None
        self.nearest = nearest
        self._mark("searching", "nearest")

    # Learning how it works

    def explanation_arrived(self, explanation: "Record | None") -> None:
        self.explanation = explanation
        self._mark("explanation")

    def sources_arrived(self, sources: list) -> None:
        self.sources = sources
        self._mark("sources")

    def tour_moved(self, step: "int | None") -> None:
        self.tour = step
        self._mark("tour")

    # The visitor's own digits

    def drawing_kept(self, version: int) -> None:
        """The drawing, as it was in this version, is in the tray: make room for the next one."""
        if self.drawing_version == version:
            self.drawing.clear()
            self.drawing_changed()
            self._mark("ink", "kept")

    def keeping_changed(self, is_keeping: bool) -> None:
        self.is_keeping = is_keeping
        self._mark("is_keeping")

    def tray_changed(self, report: "Record | None") -> None:
        self.tray = report
        self._mark("tray")

    def tray_listed(self, page: "Record | None") -> None:
        self.tray_page = page
        self._mark("tray_page")

    def hand_measured(self, report: "Record") -> None:
        """Take a measure; the newest of an iteration counts, those of a later one are of no run."""
        points = [point for point in self.hand if point["iteration"] < report["iteration"]]
        if len(points) >= HAND_POINT_LIMIT:
            points = points[::2]
        points.append(report)
        self.hand = points
        self._mark("hand")

    def offline_changed(self, offline: str) -> None:
        self.offline = offline
        self._mark("offline")

    def network_lost(self) -> None:
        """Forget what a worker said of its network, its samples and its run: it is no more."""
        self.inspection_arrived(None)
        self.nearest_arrived(None)
        self.run_reset()
        self.run_number = None
        self.tuning_outdated()
        self.pool = dict(NOTHING_POOLED)
        self.weights = None
        self.evaluations.clear()
        self._mark("evaluating", "evaluation", "gallery")
        self.explanation_arrived(None)
        self.checkpoints_arrived(None)
        self.units_arrived(None)
        self.tray_changed(None)
        self.tray_listed(None)
        for kind in PROBLEMS:  # another worker would never say that they are mended
            self.dismiss(kind)
        self.keeping_failed("")
        self._mark("pool", "weights")

    def run_reset(self) -> None:
        """Forget the run's figures; the network itself is the worker's."""
        self.training = dict(NOTHING_TRAINED)
        self._end_run(None, 0)

    def _end_run(self, start: "Record | None", iteration: int) -> None:
        """Keep the run's course to compare with, and go on from here."""
        self.history.settle()
        self.runs.end(self.history, start or self.runs.current.start)
        self.history.go_back(iteration)
        if iteration == 0:
            self.history.clear()
        self.history.settings_changed(iteration, self.settings)
        self.validation = None
        self.hand = [point for point in self.hand if 0 < point["iteration"] <= iteration]
        self._run_moved()
        self._mark("training", "validation", "history", "runs", "hand")

    def run_began(self, report: "Record") -> None:
        """The worker begins a run, and has said before what its weights are."""
        iteration, weights = report["iteration"], self.weights or {}
        is_branch = report["start"] == CHECKPOINT
        left, former = self.runs.current, None
        if is_branch:
            # One that took no step is not remembered: what it had was the run's before.
            former = left.number if left.first_settings else (left.start or {}).get("run")
        start = {
            "source": weights.get("source", ""),
            "name": weights.get("name", ""),
            "is_trained": bool(weights.get("changed_by_training") or weights.get("tuned")),
            "run": former,
            "iteration": iteration if is_branch else None,
        }
        is_training = self.training["is_training"]
        self.training = dict(NOTHING_TRAINED, iteration=iteration, is_training=is_training)
        self.run_number = report["number"]
        self._end_run(start, iteration)

    # Time travel

    def checkpoints_arrived(self, checkpoints: "Record | None") -> None:
        self.checkpoints = checkpoints
        for report in self._measured:
            self._take_measured(report)
        self._measured = []
        self._mark("checkpoints")

    def checkpoint_measured(self, report: "Record") -> None:
        """A checkpoint's validation; it may overtake the answer that will tell of it."""
        self._measured.append(report)
        self._take_measured(report)

    def _take_measured(self, report: "Record") -> None:
        for checkpoint in (self.checkpoints or {"checkpoints": []})["checkpoints"]:
            if checkpoint["number"] == report["number"]:
                for name in ("accuracy", "loss", "drawings"):
                    checkpoint[name] = report.get(name)
                self._mark("checkpoints")

    def units_arrived(self, units: "Record | None") -> None:
        self.units = units
        self._mark("units")

    def run_compared(self, number: "int | None") -> None:
        """Show this former run beside the one under way, or none."""
        self.runs.compare(number)
        self._mark("runs")

    def run_pinned(self, number: int, is_pinned: bool) -> None:
        self.runs.pin(number, is_pinned)
        self._mark("runs")

    def run_deleted(self, number: int) -> None:
        self.runs.delete(number)
        self._mark("runs")
