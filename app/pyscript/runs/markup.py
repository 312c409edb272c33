"""The HTML of the part that compares runs."""

from app.pyscript.runs import texts

LOSSES = "losses"
# The lists of a History, and their names for visitors.
FIGURES = (
    (LOSSES, texts.RUNS_LOSS),
    ("accuracies", texts.RUNS_ACCURACY),
    ("validations", texts.RUNS_VALIDATIONS),
    ("drawings", texts.RUNS_DRAWINGS),
)
MARKUP = (
    f"""
<h3 id="runs-title" tabindex="-1">{texts.RUNS_TITLE}</h3>
<p class="note" id="runs-note"></p>
<ul class="runs-list" id="runs-list" hidden></ul>
<div class="runs-course" id="runs-course" hidden>
  <div class="row"><label for="runs-figure">{texts.RUNS_FIGURE}</label>
    <select id="runs-figure">"""
    + "".join(f'<option value="{figure}">{name}</option>' for figure, name in FIGURES)
    + f"""</select></div>
  <div class="chart"><div class="plot" id="runs-chart" role="img"></div></div>
  <details id="runs-table">
    <summary>{texts.RUNS_TABLE}</summary>
    <div class="table-scroll" tabindex="0" role="region" aria-label="{texts.RUNS_TABLE}">
      <table><thead><tr><th scope="col">{texts.RUNS_ITERATION}</th>
        <th scope="col" id="runs-head-1"></th><th scope="col" id="runs-head-2"></th></tr></thead>
        <tbody id="runs-rows"></tbody></table>
    </div>
  </details>
</div>
"""
)
