"""A pupil's strip below the header: the class, the pupil's name, and what the page sends.

Shows: membership, document, is_connected, shares, order. Emits the intents to share the drawing,
and to leave. While the teacher asks for attention, a dialog dims the page.
"""

from app.pyscript.classroom.state import PUPIL, Classroom
from app.pyscript.kit.confirmation import Confirmation
from app.pyscript.kit.live_region import say
from app.pyscript.pupil import texts
from app.pyscript.pupil.state import Pupil

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.page import Page

MARKUP = f"""
<div class="strip-row">
  <p class="strip-who"><strong id="strip-class"></strong> <span id="strip-name"></span></p>
  <p class="strip-state" id="strip-state" role="status"></p>
  <label><input id="share-drawing" type="checkbox">{texts.PUPIL_SHARE}</label>
  <details class="strip-sent"><summary>{texts.PUPIL_SENT}</summary>
    <p>{texts.PUPIL_SENT_NOTE}</p></details>
  <button id="leave-class" aria-expanded="false">{texts.PUPIL_LEAVE}</button>
</div>
<div class="row" id="leave-sure" hidden>
  <p class="grow">{texts.PUPIL_LEAVE_SURE}</p>
  <button id="leave-cancel">{texts.PUPIL_STAY}</button>
  <button id="leave-confirm" class="primary">{texts.PUPIL_LEAVE_CONFIRM}</button>
</div>
<dialog id="attention" class="attention" aria-labelledby="attention-title">
  <h2 id="attention-title">{texts.PUPIL_ATTENTION}</h2>
  <p>{texts.PUPIL_ATTENTION_NOTE}</p>
</dialog>
"""
ORDERS = {
    "lesson": texts.PUPIL_LESSON,
    "start": texts.PUPIL_STARTED,
    "pause": texts.PUPIL_PAUSED,
    "reset": texts.PUPIL_RESET,
}


class Strip:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._classroom = page.of(Classroom)
        self._pupil = page.of(Pupil)
        self._sure = Confirmation(
            page.browser, "leave-sure", "leave-cancel", "leave-confirm", "leave-class"
        )
        self._code = ""

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("class-strip").innerHTML = MARKUP
        self._sure.mount()
        share = find("share-drawing")
        listen(share, "change", lambda event: self._pupil.share(bool(share.checked)))
        leave = self._classroom.leave
        listen(find("leave-class"), "click", lambda event: self._sure.ask(leave))
        # The Escape key would close it.
        listen(find("attention"), "cancel", lambda event: event.preventDefault(), active=True)
        classroom = self._classroom
        self._page.watch((classroom.membership,), self._on_class)
        shown = (classroom.document, classroom.membership, self._pupil.shares)
        self._page.watch(shown, self.render)
        said = (classroom.document, classroom.is_connected, self._pupil.order)
        self._page.watch(said, self.render_state)
        self._on_class()

    def open(self) -> None:
        """Show the strip; it takes no part of the page away."""
        self._on_class()
        self._browser.element("class-strip").hidden = False
        self.render()

    def _on_class(self) -> None:
        membership = self._classroom.membership.value
        is_pupil = self._classroom.role == PUPIL
        code = membership["code"] if membership is not None and is_pupil else ""
        if code != self._code:
            self._code = code
            if code:
                self._pupil.begin()
        self._browser.element("class-strip").hidden = not is_pupil
        self._sure.close()

    def render(self) -> None:
        find, membership = self._browser.element, self._classroom.membership.value
        if membership is None or self._classroom.role != PUPIL:
            self._dim(False)
            return
        the_class, document = self._classroom.the_class, self._classroom.document.value
        me = document["me"] if document is not None and "me" in document else membership["pupil"]
        title = the_class["title"] if the_class is not None else ""
        find("strip-class").textContent = title or texts.PUPIL_CLASS.format(code=membership["code"])
        find("strip-name").textContent = texts.PUPIL_YOU.format(name=me["name"])
        find("share-drawing").checked = bool(self._pupil.shares.value)
        self.render_state()

    def render_state(self) -> None:
        is_connected, the_class = self._classroom.is_connected.value, self._classroom.the_class
        order = self._pupil.order.value
        words = ORDERS.get(order["order"], "") if order is not None else ""
        if not is_connected and the_class is not None:
            words = texts.PUPIL_AWAY
        say(self._browser, "strip-state", words)
        # Without the teacher's computer nobody could end it.
        self._dim(bool(is_connected and the_class is not None and the_class["wants_attention"]))

    def _dim(self, is_dimmed: bool) -> None:
        dialog = self._browser.element("attention")
        if is_dimmed and not dialog.open:
            dialog.showModal()
        elif dialog.open and not is_dimmed:
            dialog.close()
