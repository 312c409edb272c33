"""The view of the tray: the visitor's own drawings, to look at, delete, save and open.

Shows: worker, tray, tray_page. Emits the intents to list, delete and bring back drawings, and to
save and open the tray.
"""

from app.pyscript.hand import texts
from app.pyscript.hand.state import Hand
from app.pyscript.kit.clicks import on_clicks
from app.pyscript.kit.live_region import say
from app.pyscript.kit.paging import Paging
from app.pyscript.messages import GALLERY_SIZE, TRAY_LIMIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy
    from app.pyscript.hand.records import ListedDrawing, TrayCounts
    from app.pyscript.page import Page


class TrayView:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._hand = page.of(Hand)
        self._first = 0  # the place of the first drawing that is listed
        self._has_deleted = False  # then the focus must move, because its button disappears
        self._paging = Paging(
            page.browser,
            "tray-newer",
            "tray-older",
            "tray-position",
            self._turn,
            size=GALLERY_SIZE,
        )

    def mount(self) -> None:
        """Listen to the markup, which must be on the page already."""
        find, hand = self._browser.element, self._hand
        on_clicks(
            self._browser,
            ("tray-undo", lambda: self._leave_for_title(hand.undo)),
            ("tray-clear", lambda: self._leave_for_title(hand.clear)),
            ("save-tray", hand.save),
            ("open-tray", lambda: find("tray-file").click()),
        )
        self._browser.listen(find("tray-file"), "change", lambda event: self.on_file())
        self._browser.listen(find("tray-digits"), "click", self.on_delete)
        self._paging.mount()
        self._page.watch((hand.tray, hand.tray_page, self._page.bridge.state), self.render)
        self.render()

    def ask(self) -> None:
        """Get the drawings of the page that is shown."""
        self._hand.list_tray(self._first)

    def on_file(self) -> None:
        file = self._browser.chosen_file(self._browser.element("tray-file"))
        if file is not None:
            self._hand.open_file(file)

    def on_delete(self, event: "JsProxy") -> None:
        """One listener for all delete buttons, because they come and go."""
        number = event.target.getAttribute("data-number")
        if number is not None:
            self._hand.remove(int(number))
            self._has_deleted = True

    def _leave_for_title(self, act: "Callable") -> None:
        """Do a button's action, then focus the title: the button may now be disabled or hidden."""
        act()
        self._browser.element("tray-title").focus()

    def _turn(self, first: int) -> None:
        self._first = first
        self.ask()

    def render(self) -> None:
        find, tray = self._browser.element, self._hand.tray.value
        count = 0 if tray is None else tray["count"]
        removed = 0 if tray is None else tray["removed"]
        title, note = describe_tray(tray)
        say(self._browser, "tray-title", title)
        find("tray-note").textContent = note
        find("tray-clear").disabled = find("save-tray").disabled = not (
            self._page.bridge.is_ready and count
        )
        find("open-tray").disabled = not self._page.bridge.is_ready
        find("tray-undo").hidden = not removed
        find("tray-undo").textContent = texts.HAND_UNDO.format(count=removed)
        if removed and self._has_deleted:
            self._has_deleted = False
            find("tray-undo").focus()
        self._render_drawings()

    def _render_drawings(self) -> None:
        listed = self._hand.tray_page.value
        items = self._browser.element("tray-digits")
        items.textContent = ""
        if listed is None:
            self._paging.show(0, 0, 0, "")
            return
        first, drawings, total = listed["first"], listed["drawings"], listed["total"]
        if not drawings and first:
            self._turn(max(0, first - GALLERY_SIZE))  # the page's last drawing was deleted
            return
        position = texts.HAND_POSITION.format(
            first=first + 1, last=first + len(drawings), total=total
        )
        self._paging.show(first, len(drawings), total, position)
        canvases = self._browser.pictures(listed["pictures"], len(drawings))
        for index, drawing in enumerate(drawings):
            items.appendChild(self._item(canvases[index], drawing))

    def _item(self, canvas: "JsProxy", drawing: "ListedDrawing") -> "JsProxy":
        create = self._browser.create_element
        item, words, button = create("li"), create("span"), create("button")
        label = drawing["label"]
        held_out = drawing["held_out"]
        words.textContent = (
            texts.HAND_LABEL_HELD_OUT.format(label=label) if held_out else str(label)
        )
        button.textContent = "\u00d7"
        button.setAttribute("data-number", str(drawing["number"]))
        button.setAttribute("id", f"delete-drawing-{drawing['number']}")  # for FocusKeeper
        button.setAttribute("aria-label", texts.HAND_DELETE.format(label=label))
        item.append(canvas, words, button)
        return item


def describe_tray(tray: "TrayCounts | None") -> tuple:
    """A title with the number of drawings, and a note: how many are held out, missing digits."""
    if tray is None or not tray["count"]:
        return texts.HAND_TRAY_EMPTY, texts.HAND_TRAY_EMPTY_NOTE
    count, held_out = tray["count"], tray["held_out"]
    title = texts.HAND_TRAY_ONE if count == 1 else texts.HAND_TRAY_MANY.format(count=count)
    notes = []
    if count >= TRAY_LIMIT:
        notes.append(texts.HAND_TRAY_FULL)
    if held_out:
        notes.append(texts.HAND_TRAY_HELD_OUT.format(count=held_out))
    missing = [str(digit) for digit in range(10) if not tray["of_digit"][digit]]
    if missing:
        notes.append(texts.HAND_TRAY_MISSING.format(digits=", ".join(missing)))
    return title, " ".join(notes)
