"""The HTML of the dialog to start or join a class."""

from app.pyscript.classroom import texts
from app.pyscript.messages import MAX_AUTHOR_LENGTH

TITLE_LENGTH, CODE_LENGTH = 60, 4

MARKUP = f"""
<dialog id="door" class="door" aria-labelledby="door-title">
  <h2 id="door-title">{texts.CLASS_TITLE}</h2>
  <p class="note">{texts.CLASS_INTRODUCTION}</p>
  <p class="error" id="door-problem" role="alert"></p>
  <div class="door-parts">
    <section aria-labelledby="join-title">
      <h3 id="join-title">{texts.CLASS_JOIN_TITLE}</h3>
      <label for="join-code">{texts.CLASS_CODE}</label>
      <input id="join-code" class="door-code" type="text" maxlength="{CODE_LENGTH}"
        autocomplete="off" autocapitalize="characters" spellcheck="false">
      <label for="join-name">{texts.CLASS_NAME}</label>
      <input id="join-name" type="text" maxlength="{MAX_AUTHOR_LENGTH}" autocomplete="off"
        placeholder="{texts.CLASS_NAME_HINT}">
      <button id="join-class" class="primary">{texts.CLASS_JOIN}</button>
      <p class="note">{texts.CLASS_JOIN_NOTE}</p>
    </section>
    <section id="start-class-part" aria-labelledby="start-class-title">
      <h3 id="start-class-title">{texts.CLASS_START_TITLE}</h3>
      <label for="class-title">{texts.CLASS_NAMED}</label>
      <input id="class-title" type="text" maxlength="{TITLE_LENGTH}" autocomplete="off"
        placeholder="{texts.CLASS_NAMED_HINT}">
      <div id="class-token-part" hidden>
        <label for="class-token">{texts.CLASS_ADMIN}</label>
        <input id="class-token" type="password" autocomplete="off">
      </div>
      <button id="start-class">{texts.CLASS_START}</button>
      <p class="note">{texts.CLASS_START_NOTE}</p>
    </section>
  </div>
  <div class="row"><span class="grow"></span>
    <button id="close-door">{texts.CLASS_CLOSE}</button></div>
</dialog>
"""
