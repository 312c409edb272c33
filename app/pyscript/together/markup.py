"""The HTML of learning together: the teacher's form with the chart, and a pupil's note."""

from app.pyscript.kit import chart_table
from app.pyscript.together import texts

SPLITS = (
    ("shares", texts.TOGETHER_SHARES),
    ("two_digits", texts.TOGETHER_TWO_DIGITS),
    ("own", texts.TOGETHER_OWN),
)
DEFAULT_STEPS, DEFAULT_ROUNDS, DEFAULT_SECONDS = 20, 20, 60
SERIES = (
    ("accuracy", texts.TOGETHER_COMMON, "chart-1"),
    ("alone", texts.TOGETHER_ALONE, "chart-2"),
    ("central", texts.TOGETHER_CENTRAL, "chart-3"),
)
KEYS = ("", "second", "third")
COLUMNS = (texts.TOGETHER_ROUND,) + tuple([words for _, words, _ in SERIES])
PANEL = (
    f"""
<p class="note">{texts.TOGETHER_INTRODUCTION}</p>
<div class="row" id="together-form">
  <label for="together-split">{texts.TOGETHER_SPLIT}</label>
  <select id="together-split">"""
    + "".join([f'<option value="{value}">{words}</option>' for value, words in SPLITS])
    + f"""</select>
  <label>{texts.TOGETHER_STEPS}
    <input id="together-steps" type="text" inputmode="numeric" value="{DEFAULT_STEPS}"></label>
  <label>{texts.TOGETHER_ROUNDS}
    <input id="together-rounds" type="text" inputmode="numeric" value="{DEFAULT_ROUNDS}"></label>
  <label>{texts.TOGETHER_SECONDS}
    <input id="together-seconds" type="text" inputmode="numeric" value="{DEFAULT_SECONDS}"></label>
  <button id="begin-together" class="primary">{texts.TOGETHER_BEGIN}</button>
  <button id="stop-together">{texts.TOGETHER_STOP}</button>
  <button id="take-together">{texts.TOGETHER_TAKE}</button>
</div>
<p class="note" id="together-sent">{texts.TOGETHER_SENT}</p>
<p class="error" id="together-problem" role="alert"></p>
<p id="together-state" role="status"></p>
<p class="note" id="together-left-out"></p>
<div class="chart">
  <h3>"""
    + "".join(
        [
            f'<span class="key {KEYS[place]}">{words}</span>'
            for place, (_, words, _) in enumerate(SERIES)
        ]
    )
    + f"""</h3>
  <div class="plot board-plot" id="together-chart" role="img" aria-label="{texts.TOGETHER_CHART}"
    hidden></div>
</div>
"""
    + chart_table.markup("together-table", COLUMNS)
)
NOTE = f"""
<div class="row">
  <strong>{texts.TOGETHER_NOTE}</strong>
  <span class="grow" id="together-note-text" role="status"></span>
  <button id="take-result">{texts.TOGETHER_TAKE}</button>
</div>
<details><summary>{texts.TOGETHER_WHAT_IS_SENT}</summary>
  <p class="note">{texts.TOGETHER_PUPIL_SENT}</p></details>
"""
