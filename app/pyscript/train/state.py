"""The state of training: the run's figures and history, and the visitor's commands to the worker.

Runs on MicroPython and on CPython.
"""

from app.pyscript.kit.signals import Event, Signal
from app.pyscript.settings.state import Settings
from app.pyscript.train.history import History
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.train.records import (
        Kernels,
        Progress,
        Reached,
        RunStart,
        TakenStep,
        Training,
        Validation,
    )

NOTHING_TRAINED: "Training" = {
    "iteration": 0,
    "epoch": 0.0,
    "loss": None,
    "accuracy": None,
    "samples_per_second": 0.0,
    "learning_rate": None,
    "is_training": False,
}


class Train:
    """training: the figures of the last progress report; validation: the last validation report, or
    None; history: the run's figures over time; run_number: the worker's number of the run, or None;
    stepping: what the last single step did, or None; reached: the report of where training last
    stopped by itself, or None; kernels: those in use, or None.

    Two events come at once. `advanced`: there are new steps. `run_ended(report, iteration)`: the
    run is over, but its history is still here. The next run begins at that iteration; report is the
    worker's report "run", or None if the worker is lost.
    """

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._settings = page.of(Settings)
        self._weights = page.of(Weights)
        frame = page.frame
        self.training: Signal[Training] = Signal(frame, NOTHING_TRAINED.copy())
        self.validation: Signal[Validation | None] = Signal(frame)
        self.history = Signal(frame, History())
        self.history.value.settings_changed(0, self._settings.values.value)
        self.run_number: int | None = None
        self.stepping: Signal[TakenStep | None] = Signal(frame)
        self.reached: Signal[Reached | None] = Signal(frame)
        self.kernels: Signal[Kernels | None] = Signal(frame)
        self.advanced = Event()
        self.run_ended = Event()
        self._settings.changed.listen(self._note_settings)
        self._weights.replaced.listen(self._on_other_weights)
        bridge = page.bridge
        bridge.lost.listen(self._on_lost)
        bridge.watch_while(lambda: self.is_training)
        bridge.on("progress", self.note_progress)
        bridge.on("validation", self.note_validation)
        bridge.on("reached", self.reached.set)
        bridge.on("run", self.begin_run)

    @property
    def is_training(self) -> bool:
        return self.training.value["is_training"]

    @property
    def iteration(self) -> int:
        return self.training.value["iteration"]

    # Calls to the worker

    def start(self) -> None:
        self._page.browser.run(self.start_training())

    async def start_training(self) -> None:
        await self._settings.ask_with("start_training", dict(self._settings.values.value))

    def pause(self) -> None:
        self._page.bridge.send("pause_training")

    def reset(self) -> None:
        self._page.bridge.send("reset_training")

    def step(self) -> None:
        """Train one step on one batch."""
        self._page.browser.run(self._step())

    async def _step(self) -> None:
        settings = dict(self._settings.values.value)
        step: TakenStep | None = await self._settings.ask_with("step_training", settings)
        if step is not None:
            # The progress report of this step came before the answer.
            step["iteration"] = self.iteration
            self.stepping.set(step)
            self._page.network_changed.tell(False)

    def use_kernels(self, name: str) -> None:
        """Compute with "simd" or "numpy" from now on."""
        self._page.browser.run(self._use_kernels(name))

    async def _use_kernels(self, name: str) -> None:
        answer = await self._page.bridge.ask("use_kernels", name)
        if answer is not None:
            self.kernels.set(answer)

    # Reports from the worker

    def note_progress(self, report: "Progress") -> None:
        """Store the worker's figures; they come ten times a second during training."""
        before = self.training.value
        if report.get("is_training"):
            self._forget_moment()
        is_new = report["iteration"] > before["iteration"]
        if report["iteration"] == before["iteration"]:
            # Training started or paused without a new step, so keep the old figures.
            report = report.copy()
            report["loss"], report["accuracy"] = before["loss"], before["accuracy"]
        self.training.set(report)
        if is_new:
            self.advanced.tell()
        history, loss, accuracy = self.history.value, report["loss"], report["accuracy"]
        if (
            is_new
            and loss is not None
            and accuracy is not None
            and history.add(report["iteration"], loss, accuracy)
        ):
            self.history.mark()
        if report.get("is_training") is False and history.settle():
            self.history.mark()
        self._page.network_changed.tell(bool(report.get("is_training")))

    def note_validation(self, report: "Validation") -> None:
        self.validation.set(report)
        drawings = report.get("drawings")
        self.history.value.add_validation(report["iteration"], report["accuracy"], drawings)
        self.history.mark()

    def begin_run(self, report: "RunStart") -> None:
        """The worker begins a run. The report of its weights came before."""
        iteration = report["iteration"]
        training = NOTHING_TRAINED.copy()
        training["iteration"], training["is_training"] = iteration, self.is_training
        self.training.set(training)
        self.run_number = report["number"]
        self._end_run(report, iteration)

    def _end_run(self, report: "RunStart | None", iteration: int) -> None:
        """Tell listeners that the run has ended, so that runs/ can keep its history."""
        history = self.history.value
        history.settle()
        self.run_ended.tell(report, iteration)
        history.go_back(iteration)
        if iteration == 0:
            history.clear()
        history.settings_changed(iteration, self._settings.values.value)
        self.history.mark()
        self.validation.set(None)
        self._forget_moment()

    def _forget_moment(self) -> None:
        """Forget the last single step and the last stop: the run has moved on."""
        for signal in (self.stepping, self.reached):
            if signal.value is not None:
                signal.set(None)

    def _note_settings(self) -> None:
        self.history.value.settings_changed(self.iteration, self._settings.values.value)

    def _on_other_weights(self) -> None:
        """Forget the validation: it was of other weights."""
        training = self.training.value.copy()
        training["loss"] = training["accuracy"] = None
        self.training.set(training)
        self.validation.set(None)

    def _on_lost(self) -> None:
        """Forget the run; its network was lost with the worker."""
        self.training.set(NOTHING_TRAINED.copy())
        self._end_run(None, 0)
        self.run_number = None
