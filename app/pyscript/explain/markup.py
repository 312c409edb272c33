"""The HTML of the section on how it works."""

from app.pyscript import texts as common
from app.pyscript.draw.label_field import DIGIT_OPTIONS
from app.pyscript.explain import texts
from app.pyscript.explain.stages import STAGES, TITLES

MARKUP = (
    f"""
<div class="row">
  <label for="learn-label">{texts.LEARN_LABEL}</label>
  <select id="learn-label"><option value="">?</option>{DIGIT_OPTIONS}</select>
  <button id="run-step" class="primary" disabled>{texts.LEARN_RUN}</button>
  <button id="leave-step" hidden>{texts.LEARN_LEAVE}</button>
  <p class="note grow" id="learn-note" role="status"></p>
</div>
<div class="walk">
  <ol class="stages" id="stages" aria-label="{texts.LEARN_STAGES}">"""
    + "".join(
        f'<li><button data-stage="{index}"><span>{index + 1}</span> {TITLES[stage]}</button></li>'
        for index, (stage, _) in enumerate(STAGES)
    )
    + f"""</ol>
  <div class="stage">
    <div class="stage-words">
      <div class="stage-head">
        <h3 id="stage-title"></h3>
        <button id="previous-stage">{texts.LEARN_BACK}</button>
        <button id="next-stage">{texts.LEARN_NEXT}</button>
      </div>
      <p id="stage-words"></p>
      <div class="formula" id="stage-formula"></div>
      <p id="stage-numbers"></p>
      <button id="apply-step" hidden>{texts.LEARN_APPLY}</button>
      <p class="note" id="apply-note" hidden>{common.LEARN_APPLY_NOTE}</p>
      <p class="heard" id="stage-heard" aria-live="polite"></p>
    </div>
    <div class="arrays">
      <div id="stage-arrays"></div>
      <p class="note" id="stage-colors">{texts.LEARN_COLORS}</p>
    </div>
    <details class="code" id="stage-code">
      <summary>{texts.LEARN_CODE}</summary>
      <p class="note" id="kernels-note" hidden>{texts.LEARN_KERNELS}
        <a id="kernels-source">{texts.LEARN_KERNELS_LINK}</a></p>
      <div id="code"></div>
    </details>
  </div>
</div>
"""
)
