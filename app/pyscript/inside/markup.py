"""The HTML of the section on the network's inside."""

from app.pyscript.draw.label_field import DIGIT_OPTIONS
from app.pyscript.inside import texts
from app.pyscript.messages import CHOSEN_BY_NETWORK, HIDDEN_SIZE, TELLING_UNITS

DIGITS = range(10)
# Equal to SHEETS in app.pyscript.worker.pictures, which draws them.
SHEETS = 2
SHEET_COLUMNS = 8
SHEET_WIDTH, SHEET_HEIGHT = 240, 272


def _sheet(sheet: int) -> str:
    units = range(sheet * HIDDEN_SIZE // SHEETS, (sheet + 1) * HIDDEN_SIZE // SHEETS)
    return (
        f'<div class="sheet"><canvas id="sheet-{sheet}" width="{SHEET_WIDTH}"'
        f' height="{SHEET_HEIGHT}"></canvas><div>'
        + "".join(
            f'<button id="unit-{unit}" data-unit="{unit}" tabindex="-1" '
            f'aria-label="{texts.INSIDE_UNIT_BUTTON.format(unit=unit)}"></button>'
            for unit in units
        )
        + "</div></div>"
    )


def _heads(*names: str) -> str:
    return "".join(f'<th scope="col">{name}</th>' for name in names)


def _cells(identifier: str) -> str:
    return "".join(f'<td id="{identifier}-{digit}"></td>' for digit in DIGITS)


def _choice(identifier: str, label: str, by_network: str) -> str:
    return (
        f'<label>{label} <select id="{identifier}">'
        f'<option value="{CHOSEN_BY_NETWORK}">{by_network}</option>{DIGIT_OPTIONS}</select></label>'
    )


MARKUP = (
    f"""
<p class="note">{texts.INSIDE_WORDS}</p>
<div class="inside-part">
  <div>
    <h3 id="units-title">{texts.INSIDE_UNITS}</h3>
    <p class="legend"><span class="is-for">{texts.INSIDE_FOR}</span>
      <span class="is-against">{texts.INSIDE_AGAINST}</span>
      <span class="is-bar">{texts.INSIDE_BAR}</span></p>
    <div class="sheets" id="units" role="group" aria-labelledby="units-title">"""
    + "".join(_sheet(sheet) for sheet in range(SHEETS))
    + f"""</div>
  </div>
  <div class="inside-unit">
    <h3 id="unit-title"></h3>
    <p class="note" id="unit-words"></p>
    <div class="inside-pair">
      <canvas id="unit-picture" class="inside-picture" width="28" height="28" role="img"
        aria-label="{texts.INSIDE_UNIT_PICTURE.format(unit=0)}"></canvas>
      <table class="adds" aria-labelledby="unit-title" aria-describedby="unit-note">
        <thead><tr>{_heads(texts.INSIDE_DIGIT, texts.INSIDE_WEIGHT, texts.INSIDE_ADDS)}</tr></thead>
        <tbody>"""
    + "".join(
        f'<tr><th scope="row">{digit}</th><td id="weight-{digit}"></td>'
        f'<td id="adds-{digit}"></td></tr>'
        for digit in DIGITS
    )
    + f"""</tbody>
      </table>
    </div>
    <p class="note" id="unit-note">{texts.INSIDE_UNIT_TABLE}</p>
  </div>
</div>
<p class="note" id="inside-blank"></p>
<div class="inside-part inside-drawing" id="inside-drawing" hidden>
  <div>
    <h3>{texts.INSIDE_DRAWING}</h3>
    <div class="row">
      {_choice("ink-for", texts.INSIDE_COMPARE_FOR, texts.INSIDE_LIKELIEST)}
      {_choice("ink-against", texts.INSIDE_COMPARE_AGAINST, texts.INSIDE_NEXT)}
    </div>
    <div class="inside-pair">
      <canvas id="votes" class="inside-picture" width="28" height="28" role="img"></canvas>
      <div>
        <p class="legend"><span class="is-for" id="votes-for"></span>
          <span class="is-against" id="votes-against"></span></p>
        <p class="note" id="votes-words"></p>
      </div>
    </div>
  </div>
  <div>
    <h3 id="telling-title">{texts.INSIDE_TELLING}</h3>
    <p class="note" id="telling-note"></p>
    <table class="adds telling" aria-labelledby="telling-title" aria-describedby="share-note">
      <thead><tr>{_heads(texts.INSIDE_UNIT, texts.INSIDE_ACTIVATION)}"""
    + _heads(*[str(digit) for digit in DIGITS])
    + "</tr></thead><tbody>"
    + "".join(
        f'<tr id="telling-{row}"><th scope="row"><button id="telling-{row}-unit"></button></th>'
        f'<td id="telling-{row}-activation"></td>{_cells(f"telling-{row}")}</tr>'
        for row in range(TELLING_UNITS)
    )
    + f"""</tbody><tfoot>
      <tr><th scope="row" colspan="2">{texts.INSIDE_OTHERS}</th>{_cells("others")}</tr>
      <tr><th scope="row" colspan="2">{texts.INSIDE_TOTAL}</th>{_cells("total")}</tr>
      <tr><th scope="row" colspan="2">{texts.INSIDE_SHARE}</th>{_cells("share")}</tr>
    </tfoot></table>
    <p class="note" id="share-note">{texts.INSIDE_SHARE_NOTE}</p>
  </div>
</div>
<div class="inside-why">
  <h3>{texts.INSIDE_WHY}</h3>
  <p class="note">{texts.INSIDE_WHY_NOTE}</p>
  <div class="row">
    <button id="find-nearest" disabled>{texts.INSIDE_FIND}</button>
    <progress id="nearest-progress" max="1" aria-label="{texts.INSIDE_FIND}" hidden></progress>
    <p class="note grow" id="nearest-stage"></p>
  </div>
  <div id="nearest" hidden>
    <p id="nearest-words" aria-live="polite"></p>
    <p class="note">{texts.INSIDE_NEAREST_NOTE}</p>
    <div class="gallery nearest">
      <div id="nearest-drawing"></div>
      <ol id="nearest-digits" aria-labelledby="nearest-words"></ol>
    </div>
  </div>
</div>
"""
)
