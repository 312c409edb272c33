"""The HTML of the section on the visitor's own digits."""

from app.pyscript import texts as common
from app.pyscript.draw.label_field import DIGIT_OPTIONS
from app.pyscript.hand import texts
from app.pyscript.kit import chart_table

SHARES = (
    (0.125, texts.HAND_EIGHTH),
    (0.25, texts.HAND_QUARTER),
    (0.5, texts.HAND_HALF),
    (1, texts.HAND_ALL),
)
SERIES = (
    ("learned", texts.HAND_LEARNED, "chart-1"),
    ("held_out", texts.HAND_HELD_OUT, "good"),
    ("mnist", texts.HAND_MNIST, "chart-2"),
    ("drawings", texts.HAND_DRAWINGS, "chart-3"),
)
MARKUP = (
    f"""
<p class="note">{texts.HAND_INTRODUCTION}</p>
<div class="row">
  <button id="collect" class="primary" disabled>{texts.HAND_COLLECT}</button>
  <span class="grow"></span>
  <label for="hand-label">{texts.HAND_LABEL}</label>
  <select id="hand-label"><option value="">{common.TUNE_UNKNOWN}</option>
    {DIGIT_OPTIONS}</select>
  <button id="keep-drawing" disabled>{texts.HAND_KEEP}</button>
</div>
<div class="hand-columns">
  <div class="hand-tray">
    <h3 id="tray-title" tabindex="-1" aria-live="polite"></h3>
    <p class="note" id="tray-note"></p>
    <ol id="tray-digits" aria-labelledby="tray-title"></ol>
    <div class="row">
      <button id="tray-newer" hidden>{texts.HAND_NEWER}</button>
      <button id="tray-older" hidden>{texts.HAND_OLDER}</button>
      <span class="note" id="tray-position"></span>
    </div>
    <div class="row tray-files">
      <button id="tray-undo" hidden></button>
      <button id="tray-clear" disabled>{texts.HAND_DELETE_ALL}</button>
      <span class="grow"></span>
      <button id="save-tray" disabled>{texts.HAND_SAVE}</button>
      <button id="open-tray" disabled>{texts.HAND_OPEN}</button>
      <input id="tray-file" type="file" aria-label="{texts.HAND_FILE}" hidden>
    </div>
  </div>
  <div class="hand-learning">
    <h3>{texts.HAND_TRAIN_TITLE}</h3>
    <div class="row">
      <label class="switch"><input id="hand-learn" type="checkbox"> {texts.HAND_LEARN}</label>
      <select id="hand-share" aria-label="{texts.HAND_SHARE}">"""
    + "".join(f'<option value="{share:g}">{words}</option>' for share, words in SHARES)
    + """</select>
      <button id="hand-train" disabled></button>
    </div>
    <p class="note" id="hand-advice" aria-live="polite"></p>
    <dl class="figures hand-figures">"""
    + "".join(
        f'<div id="hand-figure-{name}"><dt class="key {color}">{words}</dt>'
        f'<dd id="hand-{name}"></dd></div>'
        for name, words, color in SERIES
    )
    + f"""</dl>
    <p class="note" id="hand-honest"></p>
    <div class="plot hand-plot" id="hand-chart" role="img" aria-label="{texts.HAND_CHART}" hidden>
    </div>
"""
    + chart_table.markup(
        "hand-table",
        (texts.HAND_ITERATION,)
        + tuple([texts.HAND_HEAD.format(figure=words) for _, words, _ in SERIES]),
    )
    + """
  </div>
</div>
"""
)
BAR = f"""
<strong id="collect-prompt" aria-live="polite"></strong>
<span class="grow"></span>
<button id="collect-keep" class="primary" disabled>{texts.HAND_KEEP_IT}</button>
<button id="collect-skip">{texts.HAND_SKIP}</button>
<button id="collect-end">{texts.HAND_DONE}</button>
"""
