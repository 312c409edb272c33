"""The HTML of the dialog on the history of the shared weights."""

from app.pyscript.weights import texts

MARKUP = f"""
<dialog id="history-dialog" aria-labelledby="history-title">
  <h2 id="history-title">{texts.HISTORY_TITLE}</h2>
  <p class="note" id="history-note"></p>
  <p class="error" id="history-problem" role="alert"></p>
  <div class="plot" id="history-chart" role="img"
    aria-label="{texts.HISTORY_CHART_LABEL}" hidden></div>
  <div class="history-scroll" tabindex="0" aria-label="{texts.HISTORY_TABLE_LABEL}">
    <table class="history">
      <thead><tr><th>{texts.HISTORY_VERSION}</th><th>{texts.HISTORY_RIGHT}</th>
        <th>{texts.HISTORY_BY}</th><th>{texts.HISTORY_HOW}</th><th>{texts.HISTORY_WHEN}</th>
        <th><span class="heard">{texts.HISTORY_ACTIONS}</span></th></tr></thead>
      <tbody id="history-rows"></tbody>
    </table>
  </div>
  <details id="operator">
    <summary>{texts.OPERATOR_SUMMARY}</summary>
    <div class="row">
      <label for="admin-token">{texts.OPERATOR_FIELD}</label>
      <input id="admin-token" type="password" class="grow" autocomplete="off">
      <button id="retrain">{texts.RETRAIN_ASK}</button>
    </div>
    <p class="note">{texts.OPERATOR_NOTE}</p>
    <div class="row" id="operator-sure" hidden>
      <p class="grow" id="operator-question"></p>
      <button id="operator-cancel">{texts.OPERATOR_CANCEL}</button>
      <button id="operator-everywhere">{texts.OPERATOR_CLEAR_EVERYWHERE}</button>
      <button id="operator-confirm" class="primary"></button>
    </div>
    <div class="row" id="job" hidden>
      <progress id="job-progress" class="grow" max="1"
        aria-label="{texts.RETRAIN_LABEL}"></progress>
      <span class="note" id="job-note"></span>
      <button id="end-job">{texts.RETRAIN_END_ASK}</button>
      <span class="heard" id="job-heard" aria-live="polite"></span>
    </div>
  </details>
  <div class="row">
    <span class="grow"></span>
    <button id="close-history" class="primary">{texts.HISTORY_CLOSE}</button>
  </div>
</dialog>
"""
