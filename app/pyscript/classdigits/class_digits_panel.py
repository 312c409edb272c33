"""The section on the class's digits: hand in, look through, take into the tray, and read them.

Shows: worker, document, tray, loaded, shown. How well the network reads them is shown under
Evaluate, where they are one of the sets (class_set.py). A teacher may delete and correct drawings,
a pupil their own.
"""

from app.pyscript.classdigits import texts
from app.pyscript.classdigits.markup import MARKUP
from app.pyscript.classdigits.state import ClassDigits
from app.pyscript.classroom.state import PUPIL, TEACHER, Classroom
from app.pyscript.draw.label_field import DIGIT_OPTIONS
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.hand.state import Hand
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.fold import Fold
from app.pyscript.kit.formats import whole
from app.pyscript.kit.live_region import say
from app.pyscript.kit.paging import Paging
from app.pyscript.messages import CLASS_SET, GALLERY_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import JsProxy, Record
    from app.pyscript.page import Page

EVALUATE = "evaluation"
BUTTONS = ("hand-in", "take-class-digits", "measure-class-digits")


class ClassDigitsPanel(Fold):
    IDENTIFIER = "class-digits"

    def __init__(self, page: "Page") -> None:
        super().__init__(page)
        self._classroom = page.of(Classroom)
        self._digits = page.of(ClassDigits)
        self._hand = page.of(Hand)
        self._hands: list | None = None  # those that can be chosen now
        self._paging = Paging(
            page.browser,
            "class-digits-newer",
            "class-digits-older",
            "class-digits-position",
            self._turn,
            size=GALLERY_SIZE,
        )

    def build(self) -> None:
        find, listen, digits = self._browser.element, self._browser.listen, self._digits
        find("class-digits-panel").innerHTML = MARKUP
        on_clicks(
            self._browser,
            ("hand-in", digits.hand_in),
            ("take-class-digits", digits.take),
            ("measure-class-digits", self.on_measure),
        )
        for identifier in ("choose-hand", "choose-digit"):
            listen(find(identifier), "change", lambda event: self._turn(0))
        listen(find("class-digits-list"), "click", self._on_click)
        listen(find("class-digits-list"), "change", self._on_label)
        self._paging.mount()
        bridge = self._page.bridge
        # Also when something else is done with: meanwhile the class's digits may have changed.
        self._page.watch((self._classroom.document, bridge.state, digits.is_busy), self._load)
        shown = (self._classroom.document, self._hand.tray, bridge.state, self._page.hidden)
        self._page.watch(shown, self.render)
        self._page.watch((digits.loaded,), self.render_hands)
        self._page.watch((digits.shown,), self.render_drawings)
        said = (digits.problem, digits.handed, digits.taken)
        self._page.watch(said, self.render_said)
        self.render()

    def on_toggle(self) -> None:
        super().on_toggle()
        if self._can_load:
            self._digits.load_again()

    @property
    def _can_load(self) -> bool:
        return self._is_built and self.is_open and self._page.bridge.is_ready

    def _load(self) -> None:
        if self._can_load:
            self._digits.load()

    def on_measure(self) -> None:
        """Read them under Evaluate, and show that."""
        evaluations, section = self._page.of(Evaluations), self._browser.element(EVALUATE)
        evaluations.chosen.set(CLASS_SET)
        evaluations.evaluate(CLASS_SET)
        section.open = True
        self._browser.reveal(section)

    def _turn(self, first: int) -> None:
        find = self._browser.element
        pupil, digit = find("choose-hand").value, find("choose-digit").value
        self._digits.choose(int(pupil) if pupil else None, int(digit) if digit else None, first)

    def _on_click(self, event: "JsProxy") -> None:
        number = event.target.getAttribute("data-remove")
        if number is not None:
            self._digits.remove(int(number))
            self._browser.element("class-digits-count").focus()

    def _on_label(self, event: "JsProxy") -> None:
        number = event.target.getAttribute("data-label")
        if number is not None:
            self._digits.relabel(int(number), int(event.target.value))

    def render(self) -> None:
        find, document = self._browser.element, self._classroom.document.value
        count = document["digits"]["count"] if document is not None else 0
        words = texts.CLASSDIGITS_COUNT.format(count=whole(count))
        say(self._browser, "class-digits-count", words)
        tray = self._hand.tray.value
        is_pupil = self._classroom.role == PUPIL
        # Not while it is busy: a button that is disabled when it is pressed loses the focus.
        can_ask = self._page.bridge.is_ready
        find("hand-in").hidden = find("hand-in-note").hidden = not is_pupil
        find("hand-in").disabled = not (can_ask and tray is not None and tray["count"])
        loaded = self._digits.loaded.value
        has_some = loaded is not None and loaded["count"] > 0
        for identifier in BUTTONS[1:]:
            find(identifier).disabled = not (can_ask and has_some)
        find("measure-class-digits").hidden = EVALUATE in self._page.hidden.value
        find("class-digits-choice").hidden = not has_some

    def render_hands(self) -> None:
        loaded = self._digits.loaded.value
        hands = loaded["hands"] if loaded is not None else []
        known = [(hand["pupil"], hand["name"]) for hand in hands]
        if known != self._hands:
            self._hands = known
            self._offer(known)
        self.render()

    def _offer(self, hands: list) -> None:
        """Offer these pupils in the list to choose from."""
        field = self._browser.element("choose-hand")
        chosen = field.value
        field.textContent = ""
        for value, name in [("", texts.CLASSDIGITS_EVERYBODY)] + hands:
            option = self._browser.create_element("option")
            option.value = str(value)
            option.textContent = name
            field.appendChild(option)
        field.value = chosen if chosen in [str(pupil) for pupil, _ in hands] else ""

    def render_drawings(self) -> None:
        page, items = self._digits.shown.value, self._browser.element("class-digits-list")
        items.textContent = ""
        if page is None:
            self._paging.show(0, 0, 0, "")
            return
        first, drawings, total = page["first"], page["drawings"], page["total"]
        if not drawings and first:
            self._turn(max(0, first - GALLERY_SIZE))
            return
        position = texts.CLASSDIGITS_POSITION.format(
            first=first + 1, last=first + len(drawings), total=whole(total)
        )
        self._paging.show(first, len(drawings), total, position)
        canvases = self._browser.pictures(page["pictures"], len(drawings))
        for index, drawing in enumerate(drawings):
            items.appendChild(self._item(canvases[index], drawing))

    def _item(self, canvas: "JsProxy", drawing: "Record") -> "JsProxy":
        create, number = self._browser.create_element, drawing["number"]
        item, name = create("li"), create("span")
        name.textContent = drawing["name"]
        item.append(canvas, name)
        membership = self._classroom.membership.value
        own = membership["pupil"]["id"] if membership and "pupil" in membership else None
        if self._classroom.role != TEACHER and own != drawing["pupil"]:
            label = create("span")
            label.textContent = str(drawing["label"])
            item.append(label)
            return item
        label, button = create("select"), create("button")
        label.innerHTML = DIGIT_OPTIONS
        label.value = str(drawing["label"])
        label.setAttribute("data-label", str(number))
        label.setAttribute("aria-label", texts.CLASSDIGITS_LABEL.format(name=drawing["name"]))
        button.textContent = "\u00d7"
        button.setAttribute("data-remove", str(number))
        words = texts.CLASSDIGITS_DELETE.format(label=drawing["label"], name=drawing["name"])
        button.setAttribute("aria-label", words)
        item.append(label, button)
        return item

    def render_said(self) -> None:
        say(self._browser, "class-digits-problem", self._digits.problem.value)
        handed, taken = self._digits.handed.value, self._digits.taken.value
        words = ""
        if taken is not None:
            words = texts.CLASSDIGITS_TAKEN.format(added=taken["added"], left=taken["left"])
        elif handed is not None and not self._digits.problem.value:
            words = texts.CLASSDIGITS_HANDED.format(count=handed)
        say(self._browser, "class-digits-said", words)
