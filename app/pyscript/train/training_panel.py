"""Training: start, pause, a single step, reset, the settings, and the figures of the run.

Shows: worker, settings, dataset, kernels, training, validation, pool, stepping,
reached.
Changes: settings. Emits the intents start, pause, step, reset, change settings and use
kernels, which the worker answers. A setting that has the focus is explained below its group.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.kit import keys
from app.pyscript.kit.formats import decimal, number_text, percent, plain, rough, whole
from app.pyscript.kit.heard import say
from app.pyscript.samples.state import Samples
from app.pyscript.settings import texts as settings_texts
from app.pyscript.settings.checks import check_settings, check_until
from app.pyscript.settings.limits import (
    DEFAULT_LEARNING_RATES,
    DRAWINGS,
    MAX_BATCH_SIZE,
    MAX_MOMENTUM,
    MAX_PREFETCH,
    MAX_SEED,
    MAX_STEPS,
    MIN_BATCH_SIZE,
    MIN_PREFETCH,
    MNIST,
)
from app.pyscript.settings.state import Settings
from app.pyscript.train import texts
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page

# What a setting means, in a sentence; beside its field's id. The page has been told how its reader
# writes numbers before this is imported.
HELP = {
    "batch-size": texts.SETTING_BATCH_SIZE,
    "learning-rate": texts.SETTING_LEARNING_RATE,
    "optimizer": texts.SETTING_OPTIMIZER,
    "prefetch": texts.SETTING_PREFETCH,
    "momentum": texts.SETTING_MOMENTUM.format(highest=plain(MAX_MOMENTUM)),
    "schedule": texts.SETTING_SCHEDULE,
    "schedule-steps": texts.SETTING_SCHEDULE_STEPS,
    "l2": texts.SETTING_L2.format(gentle=plain(0.001)),
    "initializer": texts.SETTING_INITIALIZER,
    "seed": texts.SETTING_SEED,
    "training-set": texts.SETTING_TRAINING_SET,
    "data-fraction": texts.SETTING_DATA_FRACTION,
    "label-noise": texts.SETTING_LABEL_NOISE,
    "until": texts.SETTING_UNTIL,
}
# Fields for numbers. Browsers' own take only the decimal mark of their language, some both, and
# give no text where they refuse it; so these are for text, with the arrow keys of the others.


def whole_field(identifier: str, lowest: int, highest: int) -> str:
    return (
        f'<input id="{identifier}" type="text" inputmode="numeric" autocomplete="off"'
        f' title="{HELP[identifier]}" role="spinbutton"'
        f' aria-valuemin="{lowest}" aria-valuemax="{highest}">'
    )


def decimal_field(identifier: str) -> str:
    return (
        f'<input id="{identifier}" type="text" inputmode="decimal" autocomplete="off"'
        f' title="{HELP[identifier]}">'
    )


MARKUP = f"""
<div class="row">
  <button id="start" class="primary" disabled>{texts.TRAINING_START}</button>
  <button id="pause" disabled>{texts.TRAINING_PAUSE}</button>
  <button id="step" disabled
    title="{texts.TRAINING_STEP_HINT}">{texts.TRAINING_STEP}</button>
  <span class="grow"></span>
  <button id="reset" disabled
    title="{texts.TRAINING_RESET_HINT}">{texts.TRAINING_RESET}</button>
</div>
<div class="row">
  <label for="kernels">{texts.TRAINING_KERNELS}</label>
  <select id="kernels" disabled>
    <option value="simd">{texts.TRAINING_SIMD}</option>
    <option value="numpy">{texts.TRAINING_NUMPY}</option>
  </select>
  <p class="note grow">
    <span id="pool-note" aria-live="polite"></span>
    <span class="error" id="settings-note" role="alert" hidden></span>
  </p>
</div>
<p class="note run-note" id="run-note" aria-live="polite"></p>
<div class="settings" id="settings">
  <label class="wide" id="training-set-field">{settings_texts.SETTING_NAME_TRAINING_SET}
    <select id="training-set" title="{texts.SETTING_TRAINING_SET}">
      <option value="{DRAWINGS}">{settings_texts.TRAINING_SET_DRAWINGS}</option>
      <option value="{MNIST}" id="training-set-plain">{settings_texts.TRAINING_SET_MNIST}</option>
    </select></label>
  <label>{settings_texts.SETTING_NAME_BATCH_SIZE}
    {whole_field("batch-size", MIN_BATCH_SIZE, MAX_BATCH_SIZE)}</label>
  <label>{settings_texts.SETTING_NAME_LEARNING_RATE}
    {decimal_field("learning-rate")}</label>
  <label>{settings_texts.SETTING_NAME_OPTIMIZER}
    <select id="optimizer" title="{texts.SETTING_OPTIMIZER}">
      <option value="sgd">{texts.OPTIMIZER_SGD}</option>
      <option value="momentum">{texts.OPTIMIZER_MOMENTUM}</option>
      <option value="adam">{texts.OPTIMIZER_ADAM}</option>
    </select></label>
  <label>{settings_texts.SETTING_NAME_PREFETCH}
    {whole_field("prefetch", MIN_PREFETCH, MAX_PREFETCH)}</label>
</div>
<details id="more-settings">
  <summary>{texts.TRAINING_MORE}</summary>
  <div class="settings">
    <label>{settings_texts.SETTING_NAME_MOMENTUM}
      {decimal_field("momentum")}</label>
    <label>{settings_texts.SETTING_NAME_L2}
      {decimal_field("l2")}</label>
    <label>{settings_texts.SETTING_NAME_SCHEDULE}
      <select id="schedule" title="{texts.SETTING_SCHEDULE}">
        <option value="constant">{texts.SCHEDULE_CONSTANT}</option>
        <option value="warmup">{texts.SCHEDULE_WARMUP}</option>
        <option value="step">{texts.SCHEDULE_STEP}</option>
        <option value="cosine">{texts.SCHEDULE_COSINE}</option>
      </select></label>
    <label>{settings_texts.SETTING_NAME_SCHEDULE_STEPS}
      {whole_field("schedule-steps", 1, MAX_STEPS)}</label>
    <label>{settings_texts.SETTING_NAME_DATA_FRACTION}
      {decimal_field("data-fraction")}</label>
    <label>{settings_texts.SETTING_NAME_LABEL_NOISE}
      {decimal_field("label-noise")}</label>
    <label>{settings_texts.SETTING_NAME_INITIALIZER}
      <select id="initializer" title="{texts.SETTING_INITIALIZER}">
        <option value="he_normal">{texts.INITIALIZER_HE}</option>
        <option value="uniform">{texts.INITIALIZER_UNIFORM}</option>
        <option value="zeros">{texts.INITIALIZER_ZEROS}</option>
      </select></label>
    <label>{settings_texts.SETTING_NAME_UNTIL}
      {whole_field("until", 0, MAX_STEPS)}</label>
    <label>{settings_texts.SETTING_NAME_SEED}
      {whole_field("seed", 0, MAX_SEED)}</label>
    <button id="new-seed">{texts.TRAINING_NEW_SEED}</button>
  </div>
</details>
<p class="note setting-help" id="setting-help"></p>
<dl class="figures" id="figures">
  <div><dt>{texts.TRAINING_ITERATION}</dt><dd id="iteration"></dd></div>
  <div><dt>{texts.TRAINING_LOSS}</dt><dd id="loss"></dd></div>
  <div title="{texts.TRAINING_ACCURACY_HINT}">
    <dt>{texts.TRAINING_ACCURACY}</dt><dd id="accuracy"></dd></div>
  <div title="{texts.TRAINING_VALIDATION_HINT}">
    <dt>{common.TRAINING_VALIDATION}</dt><dd id="validation"></dd></div>
  <div id="drawings-figure" title="{texts.TRAINING_DRAWINGS_HINT}">
    <dt>{texts.TRAINING_DRAWINGS}</dt><dd id="validation-drawings"></dd></div>
  <div><dt>{texts.TRAINING_SPEED}</dt><dd id="samples-per-second"></dd></div>
  <div><dt>{texts.TRAINING_EPOCH}</dt><dd id="epoch"></dd></div>
  <div title="{texts.TRAINING_CACHED_HINT}">
    <dt>{common.TRAINING_CACHED}</dt><dd id="cached"></dd></div>
  <div title="{texts.TRAINING_FETCHING_HINT}">
    <dt>{texts.TRAINING_FETCHING}</dt><dd id="fetching"></dd></div>
  <div id="rate-figure" title="{texts.TRAINING_RATE_HINT}" hidden>
    <dt>{texts.TRAINING_RATE}</dt><dd id="rate"></dd></div>
  <div id="norm-figure" title="{texts.TRAINING_NORM_HINT}" hidden>
    <dt>{texts.TRAINING_NORM}</dt><dd id="norm"></dd></div>
</dl>
"""
# What each setting's field holds, and how the field's text becomes its value.
FIELDS = (
    ("batch-size", "batch_size", int),
    ("learning-rate", "learning_rate", float),
    ("prefetch", "prefetch", int),
    ("optimizer", "optimizer", str),
    ("momentum", "momentum", float),
    ("l2", "l2", float),
    ("schedule", "schedule", str),
    ("schedule-steps", "schedule_steps", int),
    ("training-set", "training_set", str),
    ("data-fraction", "data_fraction", float),
    ("label-noise", "label_noise", float),
    ("initializer", "initializer", str),
    ("until", "until", int),
    ("seed", "seed", int),
)


class TrainingPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._samples = page.of(Samples)
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._shown: Record = {}
        self._told: Record | None = None  # the step, or the end of a run, that the note tells of
        self._shown_settings: Record = {}

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("training-panel").innerHTML = MARKUP
        listen(find("start"), "click", lambda event: self._train.start())
        listen(find("pause"), "click", lambda event: self._train.pause())
        listen(find("step"), "click", lambda event: self._train.step())
        listen(find("reset"), "click", lambda event: self._train.reset())
        listen(find("new-seed"), "click", lambda event: self.on_new_seed())
        listen(find("kernels"), "change", lambda event: self.on_kernels())
        for identifier, name, parse in FIELDS:
            self._listen_to_field(identifier, name, parse)
        self._page.watch((self._page.bridge.state, self._train.training), self.render_buttons)
        self._page.watch((self._settings.values,), self.render_settings)
        train, settings = self._train, self._settings.values
        run = (train.stepping, train.reached, train.training, settings, self._page.hidden)
        self._page.watch(run, self.render_run)
        self._page.watch((self._samples.dataset,), self.render_dataset)
        self._page.watch((self._train.kernels, self._page.bridge.state), self.render_kernels)
        figures = (train.training, train.validation, self._samples.pool, settings)
        self._page.watch(figures, self.render_figures)
        self.render_buttons()
        self.render_settings()
        self.render_figures()

    def _listen_to_field(self, identifier: str, name: str, parse: "Callable") -> None:
        field = self._browser.element(identifier)
        self._browser.listen(field, "change", lambda event: self.on_change(field, name, parse))
        self._browser.listen(field, "focus", lambda event: self._explain(identifier))
        if parse is int or name == "learning_rate":

            def on_key(event: "JsProxy") -> None:
                self.on_key(event, field, name, parse)

            self._browser.listen(field, "keydown", on_key, active=True)

    def _explain(self, identifier: str) -> None:
        self._browser.element("setting-help").textContent = HELP[identifier]

    def on_change(self, field: "JsProxy", name: str, parse: "Callable") -> None:
        """Take a setting over, or say what is wrong with it and leave the old one in force."""
        note = self._browser.element("settings-note")
        try:
            changes = check_settings({name: parsed(field.value, parse)})
            check_until(changes.get("until", 0), self._train.training.value["iteration"])
        except ValueError as error:
            field.setAttribute("aria-invalid", "true")
            value = shown(self._settings.values.value[name])
            note.hidden = False
            words = texts.TRAINING_REFUSED.format(problem=error, value=value)
            say(self._browser, "settings-note", words, is_news=True)
            return
        field.removeAttribute("aria-invalid")
        note.hidden = True
        if name == "optimizer":
            # Each optimiser has its own scale of learning rates.
            changes["learning_rate"] = DEFAULT_LEARNING_RATES[changes["optimizer"]]
        self._settings.change(changes)
        self._settings.send(changes)

    def on_key(self, event: "JsProxy", field: "JsProxy", name: str, parse: "Callable") -> None:
        """Arrows go to the next whole number, and double or halve the learning rate: learning rates
        differ by factors, not by steps."""
        is_up = {"ArrowUp": True, "ArrowDown": False}.get(event.key)
        if is_up is None or event.shiftKey or not keys.is_plain(event):
            return
        event.preventDefault()
        value = self._settings.values.value[name]
        try:
            value = check_settings({name: parsed(field.value, parse)})[name]
        except ValueError:
            pass  # from the value in force, then
        if parse is int:
            lowest, highest = [
                int(field.getAttribute(f"aria-value{end}")) for end in ("min", "max")
            ]
            value = min(max(value + (1 if is_up else -1), lowest), highest)
        else:
            value = value * 2 if is_up else value / 2
        field.value = shown(value)
        self.on_change(field, name, parse)

    def on_new_seed(self) -> None:
        changes = {"seed": self._browser.random_seed()}
        self._settings.change(changes)
        self._settings.send(changes)

    def render_settings(self) -> None:
        find, settings = self._browser.element, self._settings.values.value
        for identifier, name, _ in FIELDS:
            field, text = find(identifier), shown(settings[name])
            # Another setting that changes must not wipe out what is being typed here.
            if self._shown_settings.get(name) == text and self._browser.has_focus(field):
                continue
            self._shown_settings[name] = text
            field.value = text
            field.setAttribute("data-value", str(settings[name]))
            field.removeAttribute("aria-invalid")
        find("momentum").disabled = settings["optimizer"] != "momentum"
        find("schedule-steps").disabled = settings["schedule"] == "constant"
        find("rate-figure").hidden = settings["schedule"] == "constant"
        find("norm-figure").hidden = not settings["l2"]

    def render_dataset(self) -> None:
        """Offer and show what the server has: with one training set there is nothing to choose."""
        find, dataset = self._browser.element, self._samples.dataset.value
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
        """Which of the two ways to compute is in use; one only, where the other cannot be had."""
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
        # Who works by keyboard stays where the next step is.
        if was_start_focused and is_training:
            find("pause").focus()
        if (was_pause_focused and not is_training) or (was_reset_focused and not has_run):
            find("start").focus()

    def render_figures(self) -> None:
        training, pool = self._train.training.value, self._samples.pool.value
        validation = self._train.validation.value
        self._show("iteration", training["iteration"], whole)
        self._show("epoch", training["epoch"], lambda epoch: decimal(epoch, 2))
        self._show("loss", training["loss"], lambda loss: decimal(loss, 4))
        self._show("accuracy", training["accuracy"], in_percent)
        self._show("validation", validation["accuracy"] if validation else None, in_percent)
        drawings = validation.get("drawings") if validation else None
        self._show("validation-drawings", drawings, in_percent)
        self._show("samples-per-second", training["samples_per_second"], whole)
        self._show("cached", pool["cached"], lambda cached: out_of(cached, pool["total"]))
        self._show("fetching", pool["fetching"], str)
        self._show("rate", training.get("learning_rate"), rough)
        norm = validation.get("norm") if validation else None
        self._show("norm", norm, lambda norm: decimal(norm, 2))
        say(self._browser, "pool-note", pool["detail"])

    def render_run(self) -> None:
        """What the last single step did, or why training has stopped."""
        step, reached = self._train.stepping.value, self._train.reached.value
        text, event = self._passed_end(), step or reached
        if step is not None:
            text = describe_step(step)
        elif reached is not None:
            iteration, digest = whole(reached["iteration"]), reached["digest"][:8]
            text = texts.RUN_REACHED if reached["is_repeatable"] else texts.RUN_REACHED_ONCE
            text = text.format(iteration=iteration, digest=digest)
        is_news = event is not None and event is not self._told
        say(self._browser, "run-note", possible(text, self._page), is_news)
        self._told = event

    def _passed_end(self) -> str:
        """That a run goes on beyond the step that it was to stop at, as after a Resume there."""
        training, until = self._train.training.value, self._settings.values.value["until"]
        if not training["is_training"] or not 0 < until < training["iteration"]:
            return ""
        return texts.RUN_PASSED.format(until=whole(until))

    def _show(self, identifier: str, value: "float | None", rounded: "Callable") -> None:
        """Show rounded(value), with the exact value in data-value; only where it changed."""
        text = texts.TRAINING_NOTHING if value is None else rounded(value)
        if self._shown.get(identifier) == (value, text):
            return
        self._shown[identifier] = (value, text)
        target = self._browser.element(identifier)
        target.textContent = text
        target.setAttribute("data-value", "" if value is None else str(value))


def describe_step(step: "Record") -> str:
    """In words, what a single step did."""
    return texts.STEP_TAKEN.format(
        iteration=whole(step["iteration"]),
        samples=step["samples"],
        rate=rough(step["learning_rate"]),
        loss_before=decimal(step["loss_before"], 3),
        loss_after=decimal(step["loss_after"], 3),
        accuracy_before=percent(step["accuracy_before"]),
        accuracy_after=percent(step["accuracy_after"]),
    )


def shown(value: "float | str") -> str:
    """A setting as its field shows it."""
    return value if isinstance(value, str) else plain(value)


def in_percent(share: float) -> str:
    return percent(share, 1)


def out_of(cached: int, total: int) -> str:
    """So many blocks of all, where it is known how many there are."""
    return texts.TRAINING_CACHED_OF.format(cached=cached, total=total) if total else str(cached)


def parsed(text: str, parse: "Callable") -> object:
    """The text's value, or the text itself where it has none: the check then names it.

    Raises AmbiguousNumberError, a ValueError, where it could be read as two.
    """
    if parse is str:
        return text
    number = number_text(text, parse is int)
    try:
        return parse(number)
    except ValueError:
        return text
