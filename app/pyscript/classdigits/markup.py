"""The HTML of the section on the class's digits."""

from app.pyscript.classdigits import texts
from app.pyscript.draw.label_field import DIGIT_OPTIONS

MARKUP = f"""
<p class="note">{texts.CLASSDIGITS_INTRODUCTION}</p>
<p class="error" id="class-digits-problem" role="alert"></p>
<div class="row">
  <strong id="class-digits-count" tabindex="-1" aria-live="polite"></strong>
  <span class="grow"></span>
  <button id="hand-in" class="primary" disabled>{texts.CLASSDIGITS_HAND_IN}</button>
  <button id="take-class-digits" disabled>{texts.CLASSDIGITS_TAKE}</button>
  <button id="measure-class-digits" disabled>{texts.CLASSDIGITS_MEASURE}</button>
</div>
<p class="note" id="hand-in-note">{texts.CLASSDIGITS_HAND_IN_NOTE}</p>
<p class="note" id="class-digits-said" role="status"></p>
<div class="row" id="class-digits-choice">
  <label for="choose-hand">{texts.CLASSDIGITS_OF}</label>
  <select id="choose-hand"><option value="">{texts.CLASSDIGITS_EVERYBODY}</option></select>
  <label for="choose-digit">{texts.CLASSDIGITS_DIGIT}</label>
  <select id="choose-digit"><option value="">{texts.CLASSDIGITS_ALL}</option>
    {DIGIT_OPTIONS}</select>
</div>
<ol id="class-digits-list" aria-labelledby="class-digits-count"></ol>
<div class="row">
  <button id="class-digits-newer" hidden>{texts.CLASSDIGITS_NEWER}</button>
  <button id="class-digits-older" hidden>{texts.CLASSDIGITS_OLDER}</button>
  <span class="note" id="class-digits-position"></span>
</div>
"""
