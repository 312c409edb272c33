"""Training: start, pause, a single step, reset, the settings, and the figures of the run.

Shows: worker, settings, dataset, kernels, training, stepping, reached. Emits the intents start,
pause, step, reset and use kernels, which the worker answers.
"""

from app.pyscript.advice import possible
from app.pyscript.kit.announcement import Announcement
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.formats import decimal, percent, rough, whole
from app.pyscript.settings import texts as settings_texts
from app.pyscript.settings.state import Settings
from app.pyscript.train import texts
from app.pyscript.train.data import TrainingData
from app.pyscript.train.markup import MARKUP
from app.pyscript.train.run_figures import RunFigures
from app.pyscript.train.setting_fields import SettingFields
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page
    from app.pyscript.train.records import TakenStep


class TrainingPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._data = page.of(TrainingData)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._fields = SettingFields(page)
        self._figures = RunFigures(page)
        self._note = Announcement(page.browser, "run-note")

    def mount(self) -> None:
        find = self._browser.element
        find("training-panel").innerHTML = MARKUP
        on_clicks(
            self._browser,
            ("start", self._train.start),
            ("pause", self._train.pause),
            ("step", self._train.step),
            ("reset", self._train.reset),
        )
        self._browser.listen(find("kernels"), "change", lambda event: self.on_kernels())
        self._page.watch((self._page.bridge.state, self._train.training), self.render_buttons)
        train, settings = self._train, self._settings.values
        run = (train.stepping, train.reached, train.training, settings, self._page.hidden)
        self._page.watch(run, self.render_run)
        self._page.watch((self._data.dataset,), self.render_dataset)
        self._page.watch((self._train.kernels, self._page.bridge.state), self.render_kernels)
        self._fields.mount()
        self._figures.mount()
        self.render_buttons()

    def render_dataset(self) -> None:
        """Offer the server's training sets; hide the choice if there is only one."""
        find, dataset = self._browser.element, self._data.dataset.value
        if dataset is None:
            return
        find("training-set-field").hidden = not dataset["splits"].get("mixture")
        find("drawings-figure").hidden = not dataset["splits"].get("validation_drawings")
        is_mnist = dataset.get("name") == "mnist"
        words = settings_texts.TRAINING_SET_MNIST if is_mnist else texts.TRAINING_SET_PLAIN
        find("training-set-plain").textContent = words

    def on_kernels(self) -> None:
        self._train.use_kernels(self._browser.element("kernels").value)

    def render_kernels(self) -> None:
        """Show which of the two ways to compute is used; hide the choice if there is only one."""
        field, kernels = self._browser.element("kernels"), self._train.kernels.value
        is_choice = kernels is not None and not kernels["no_simd"]
        field.disabled = not self._page.bridge.is_ready or not is_choice
        if kernels is not None:
            field.value = kernels["kernels"]
            field.title = kernels["no_simd"]

    def render_buttons(self) -> None:
        find, training = self._browser.element, self._train.training.value
        is_ready = self._page.bridge.is_ready
        is_training = training["is_training"]
        has_run = training["iteration"] > 0
        was_start_focused = self._browser.has_focus(find("start"))
        was_pause_focused = self._browser.has_focus(find("pause"))
        was_reset_focused = self._browser.has_focus(find("reset"))
        find("start").disabled = not is_ready or is_training
        is_resumed = has_run and not is_training
        find("start").textContent = texts.TRAINING_RESUME if is_resumed else texts.TRAINING_START
        find("pause").disabled = not (is_ready and is_training)
        find("step").disabled = not is_ready or is_training
        find("reset").disabled = not (is_ready and (has_run or is_training))
        # Move the keyboard's focus along, to the button that is needed next.
        if was_start_focused and is_training:
            find("pause").focus()
        if (was_pause_focused and not is_training) or (was_reset_focused and not has_run):
            find("start").focus()

    def render_run(self) -> None:
        """Show what the last single step did, or why training has stopped."""
        step, reached = self._train.stepping.value, self._train.reached.value
        text, event = self._passed_end(), step or reached
        if step is not None:
            text = describe_step(step)
        elif reached is not None:
            iteration, digest = whole(reached["iteration"]), reached["digest"][:8]
            text = texts.RUN_REACHED if reached["is_repeatable"] else texts.RUN_REACHED_ONCE
            text = text.format(iteration=iteration, digest=digest)
        self._note.tell(possible(text, self._page), event)

    def _passed_end(self) -> str:
        """A text for a run that goes on past its last step, for example after Resume; or empty."""
        training, until = self._train.training.value, self._settings.values.value["until"]
        if not training["is_training"] or not 0 < until < training["iteration"]:
            return ""
        return texts.RUN_PASSED.format(until=whole(until))


def describe_step(step: "TakenStep") -> str:
    """A sentence about what a single step did."""
    return texts.STEP_TAKEN.format(
        iteration=whole(step["iteration"]),
        samples=step["samples"],
        rate=rough(step["learning_rate"]),
        loss_before=decimal(step["loss_before"], 3),
        loss_after=decimal(step["loss_after"], 3),
        accuracy_before=percent(step["accuracy_before"]),
        accuracy_after=percent(step["accuracy_after"]),
    )
