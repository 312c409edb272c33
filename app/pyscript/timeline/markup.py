"""The HTML of the section on time travel."""

from app.pyscript.draw.digit_bars import BARS
from app.pyscript.messages import UNIT_COLUMNS, UNIT_ROWS
from app.pyscript.timeline import texts

HEADS = (
    texts.TIME_HEAD_ITERATION,
    texts.TIME_HEAD_VALIDATION,
    texts.TIME_HEAD_DRAWINGS,
    texts.TIME_HEAD_LOSS,
    texts.TIME_HEAD_READS,
    texts.TIME_HEAD_SURE,
)
MARKUP = (
    f"""
<p class="note" id="time-note"></p>
<div class="time-travel" id="time-travel" hidden>
  <div class="time-course">
    <button id="time-play" class="primary">{texts.TIME_PLAY}</button>
    <div class="time-track">
      <p class="note" id="time-range"></p>
      <div class="time-strip" id="time-strip" aria-hidden="true"></div>
      <input id="time-slider" type="range" min="0" max="0" step="1" value="0"
        aria-label="{texts.TIME_SLIDER}">
    </div>
  </div>
  <div class="row">
    <p class="grow time-words"><strong id="time-iteration"></strong>
      <span id="time-accuracy"></span></p>
    <button id="time-go-on" aria-expanded="false">{texts.TIME_GO_ON}</button>
  </div>
  <div class="row" id="time-sure" hidden>
    <p class="grow" id="time-loss"></p>
    <button id="time-cancel">{texts.TIME_CANCEL}</button>
    <button id="time-confirm" class="primary"></button>
  </div>
  <p class="note" id="time-legend"></p>
  <div class="time-views">
    <div>
      <h3>{texts.TIME_ANSWER}</h3>
      <p class="note" id="time-blank">{texts.TIME_ANSWER_BLANK}</p>
      <div class="time-answer" id="time-answer" hidden>
        <div id="time-digit"></div>
        <ol class="bars" id="time-bars">{BARS}</ol>
      </div>
    </div>
    <div>
      <h3>{texts.TIME_UNITS}</h3>
      <div class="units"><canvas id="time-units" width="{28 * UNIT_COLUMNS}"
        height="{28 * UNIT_ROWS}" role="img" aria-label="{texts.TIME_UNITS}"></canvas></div>
      <label class="choice"><input id="time-of-change" type="checkbox">
        {texts.TIME_OF_CHANGE}</label>
      <p class="note" id="time-units-note"></p>
    </div>
  </div>
  <details id="time-table">
    <summary>{texts.TIME_TABLE}</summary>
    <div class="table-scroll" tabindex="0" role="region" aria-label="{texts.TIME_TABLE}">
      <table><thead><tr>"""
    + "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    + """</tr></thead><tbody id="time-rows"></tbody></table>
    </div>
  </details>
</div>
"""
)
