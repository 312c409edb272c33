"""The HTML of the board."""

from app.pyscript.board import texts
from app.pyscript.board.figures import BY_DIGITS, BY_DRAWINGS, BY_NAME, BY_STEPS

ORDERS = (
    (BY_NAME, texts.BOARD_BY_NAME),
    (BY_DIGITS, texts.BOARD_BY_DIGITS),
    (BY_DRAWINGS, texts.BOARD_BY_DRAWINGS),
    (BY_STEPS, texts.BOARD_BY_STEPS),
)
MARKUP = (
    f"""
<dialog id="board" class="board" aria-labelledby="board-title">
  <div class="board-top">
    <div class="board-join">
      <h2 id="board-title" tabindex="-1"></h2>
      <p class="board-letters" id="board-letters"></p>
      <p class="board-address" id="board-address"></p>
      <p class="note" id="board-how">{texts.BOARD_HOW}</p>
    </div>
    <img class="board-qr" id="board-qr" alt="{texts.BOARD_QR}">
    <dl class="figures board-figures">
      <div><dt>{texts.BOARD_PRESENT}</dt><dd id="board-present"></dd></div>
      <div><dt>{texts.BOARD_DIGITS}</dt><dd id="board-mean-digits"></dd>
        <dd class="board-range" id="board-range-digits"></dd></div>
      <div><dt>{texts.BOARD_DRAWN}</dt><dd id="board-mean-drawings"></dd>
        <dd class="board-range" id="board-range-drawings"></dd></div>
    </dl>
    <button class="board-close" id="close-board">{texts.BOARD_CLOSE}</button>
  </div>
  <p class="note" id="board-state" role="status"></p>
  <p class="error" id="board-problem" role="alert"></p>
  <section id="board-orders" class="board-orders" aria-label="{texts.BOARD_ORDERS}"></section>
  <div class="row board-sort" id="board-sort">
    <h3 class="grow">{texts.BOARD_PUPILS}</h3>
    <label for="sort-pupils">{texts.BOARD_SORT}</label>
    <select id="sort-pupils">"""
    + "".join([f'<option value="{value}">{words}</option>' for value, words in ORDERS])
    + f"""</select>
  </div>
  <section id="board-pupil" class="pupil-card" aria-labelledby="pupil-card-title" hidden></section>
  <p class="note" id="board-nobody">{texts.BOARD_NOBODY}</p>
  <ol id="board-tiles" class="board-tiles" aria-label="{texts.BOARD_PUPILS}"></ol>
  <details id="board-together" class="board-fold">
    <summary>{texts.BOARD_TOGETHER}</summary>
    <div id="together-panel" class="together-panel"></div>
  </details>
  <details id="board-curves" class="board-fold">
    <summary>{texts.BOARD_CURVES}</summary>
    <div class="plot board-plot" id="class-chart" role="img" aria-label="{texts.BOARD_CURVES_LABEL}"
      hidden></div>
  </details>
  <details id="board-links" class="board-fold">
    <summary>{texts.BOARD_LINKS}</summary>
    <p><a id="projector-link" target="_blank" rel="noopener">{texts.BOARD_PROJECTOR}</a>
      <span class="note">{texts.BOARD_PROJECTOR_NOTE}</span></p>
    <div class="row">
      <input id="teacher-link" type="text" class="grow" readonly
        aria-label="{texts.BOARD_TEACHER_LINK}">
      <button id="copy-teacher-link">{texts.BOARD_COPY}</button>
    </div>
    <p class="note" id="teacher-link-note" aria-live="polite">{texts.BOARD_TEACHER_NOTE}</p>
  </details>
</dialog>
"""
)
