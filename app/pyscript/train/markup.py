"""The HTML of the training panel, made from the table of the settings and texts.py."""

from app.pyscript import texts as common
from app.pyscript.kit.formats import plain
from app.pyscript.settings import texts as settings_texts
from app.pyscript.settings.limits import (
    DRAWINGS,
    MAX_MOMENTUM,
    MNIST,
)
from app.pyscript.settings.table import find
from app.pyscript.train import texts

# For each setting's name, a sentence that explains it. The reader's decimal mark must be set before
# this is imported.
HELP = {
    "batch_size": texts.SETTING_BATCH_SIZE,
    "learning_rate": texts.SETTING_LEARNING_RATE,
    "optimizer": texts.SETTING_OPTIMIZER,
    "prefetch": texts.SETTING_PREFETCH,
    "momentum": texts.SETTING_MOMENTUM.format(highest=plain(MAX_MOMENTUM)),
    "schedule": texts.SETTING_SCHEDULE,
    "schedule_steps": texts.SETTING_SCHEDULE_STEPS,
    "l2": texts.SETTING_L2.format(gentle=plain(0.001)),
    "initializer": texts.SETTING_INITIALIZER,
    "seed": texts.SETTING_SEED,
    "training_set": texts.SETTING_TRAINING_SET,
    "data_fraction": texts.SETTING_DATA_FRACTION,
    "label_noise": texts.SETTING_LABEL_NOISE,
    "until": texts.SETTING_UNTIL,
}


def field(name: str) -> str:
    """A setting's title, and a field for its number.

    It is a text field, because a browser's own number field may take only the decimal mark of the
    browser's language, and does not say what was typed if it refuses it. setting_fields.py adds the
    arrow keys of a number field.
    """
    setting = find(name)
    if setting.parse is int:
        return (
            f'<label>{setting.title} <input id="{setting.identifier}" type="text"'
            f' inputmode="numeric" autocomplete="off" title="{HELP[name]}" role="spinbutton"'
            f' aria-valuemin="{setting.lowest}" aria-valuemax="{setting.highest}"></label>'
        )
    return (
        f'<label>{setting.title} <input id="{setting.identifier}" type="text"'
        f' inputmode="decimal" autocomplete="off" title="{HELP[name]}"></label>'
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
  {field("batch_size")}
  {field("learning_rate")}
  <label>{settings_texts.SETTING_NAME_OPTIMIZER}
    <select id="optimizer" title="{texts.SETTING_OPTIMIZER}">
      <option value="sgd">{texts.OPTIMIZER_SGD}</option>
      <option value="momentum">{texts.OPTIMIZER_MOMENTUM}</option>
      <option value="adam">{texts.OPTIMIZER_ADAM}</option>
    </select></label>
  {field("prefetch")}
</div>
<details id="more-settings">
  <summary>{texts.TRAINING_MORE}</summary>
  <div class="settings">
    {field("momentum")}
    {field("l2")}
    <label>{settings_texts.SETTING_NAME_SCHEDULE}
      <select id="schedule" title="{texts.SETTING_SCHEDULE}">
        <option value="constant">{texts.SCHEDULE_CONSTANT}</option>
        <option value="warmup">{texts.SCHEDULE_WARMUP}</option>
        <option value="step">{texts.SCHEDULE_STEP}</option>
        <option value="cosine">{texts.SCHEDULE_COSINE}</option>
      </select></label>
    {field("schedule_steps")}
    {field("data_fraction")}
    {field("label_noise")}
    <label>{settings_texts.SETTING_NAME_INITIALIZER}
      <select id="initializer" title="{texts.SETTING_INITIALIZER}">
        <option value="he_normal">{texts.INITIALIZER_HE}</option>
        <option value="uniform">{texts.INITIALIZER_UNIFORM}</option>
        <option value="zeros">{texts.INITIALIZER_ZEROS}</option>
      </select></label>
    {field("until")}
    {field("seed")}
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
