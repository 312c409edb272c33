"""The HTML of the section on evaluating."""

from app.pyscript.evaluate import texts

DIGITS = range(10)
MARKUP = (
    f"""
<div class="row">
  <label for="test-set">{texts.TEST_SET}</label>
  <select id="test-set"></select>
  <button id="evaluate" class="primary" disabled>{texts.EVALUATION_EVALUATE}</button>
  <progress id="evaluation-progress" max="1" aria-label="{texts.EVALUATION_PROGRESS}"
    hidden></progress>
  <p class="note grow" id="evaluation-stage"></p>
</div>
<p class="error" id="evaluation-problem" role="alert"></p>
<p class="evaluation-words" aria-live="polite"><strong id="test-accuracy"></strong>
  <span id="evaluation-note"></span></p>
<div class="table-scroll" id="evaluation-hands-scroll" tabindex="0"
  aria-label="{texts.EVALUATION_HANDS}" hidden>
  <table><thead><tr><th scope="col">{texts.EVALUATION_HAND}</th>
    <th scope="col">{texts.EVALUATION_DRAWINGS}</th>
    <th scope="col">{texts.EVALUATION_READ_RIGHT}</th></tr></thead>
    <tbody id="evaluation-hands"></tbody></table>
</div>
<div class="evaluation-result" id="evaluation-result" hidden>
  <div>
    <table class="confusion" id="confusion" role="grid" aria-describedby="confusion-keys">
      <caption>{texts.CONFUSION_CAPTION}</caption>
      <thead><tr><td></td>"""
    + "".join(f'<th scope="col">{digit}</th>' for digit in DIGITS)
    + f'<th scope="col">{texts.CONFUSION_RECALL}</th></tr></thead><tbody>'
    + "".join(
        f'<tr><th scope="row">{label}</th>'
        + "".join(
            f'<td><button id="cell-{label}-{digit}" tabindex="-1" class="'
            + ("is-right" if label == digit else "is-wrong")
            + '"></button></td>'
            for digit in DIGITS
        )
        + f'<td id="recall-{label}"></td></tr>'
        for label in DIGITS
    )
    + f'</tbody><tfoot><tr><th scope="row" aria-label="{texts.CONFUSION_PRECISION_LABEL}">'
    + f"{texts.CONFUSION_PRECISION}</th>"
    + "".join(f'<td id="precision-{digit}"></td>' for digit in DIGITS)
    + f"""<td></td></tr></tfoot>
    </table>
    <p class="note" id="confusion-keys">{texts.CONFUSION_KEYS}</p>
  </div>
  <div class="gallery" id="gallery">
    <h3 id="gallery-title" tabindex="-1" aria-live="polite"></h3>
    <p class="note" id="gallery-note">{texts.GALLERY_NOTE}</p>
    <ol id="gallery-digits" aria-labelledby="gallery-title"></ol>
    <div class="row">
      <button id="previous-digits" hidden>{texts.GALLERY_PREVIOUS}</button>
      <button id="next-digits" hidden>{texts.GALLERY_NEXT}</button>
      <span class="note" id="gallery-position"></span>
      <span class="grow"></span>
      <button id="show-mistakes" hidden>{texts.GALLERY_ALL_MISTAKES}</button>
    </div>
  </div>
</div>
"""
)
