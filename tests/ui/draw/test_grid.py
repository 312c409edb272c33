from typing import Any

import pytest

from app.pyscript.draw.brush import DEFAULT_WIDTH, SIDE
from app.pyscript.draw.drawing import CELLS
from app.pyscript.draw.grid import Grid
from app.pyscript.store import Store
from tests.ui.fake_browser import Box, Element, Event, FakeBrowser

PRIMARY, AUXILIARY, SECONDARY, PEN_ERASER = 0, 1, 2, 5
HELD = {PRIMARY: 1, SECONDARY: 2, AUXILIARY: 4, PEN_ERASER: 32}


class Page:
    """A mounted grid of 280 by 280 CSS pixels at (100, 50), and a visitor who uses it."""

    def __init__(self, store: Store, browser: FakeBrowser) -> None:
        self.store = store
        self.browser = browser
        self.samples_wished = 0
        Grid(store, browser, self.on_load_sample).mount()
        self.canvas = browser.get("grid")
        self.canvas.box = Box(100, 50, 280, 280)
        store.drawing.set_width(1)  # fills whole cells when their centres are hit
        browser.settle()

    def on_load_sample(self) -> None:
        self.samples_wished += 1

    def point(self, column: float, row: float) -> dict[str, float]:
        """Where the centre of a cell is on the page."""
        return {"clientX": 100 + 10 * (column + 0.5), "clientY": 50 + 10 * (row + 0.5)}

    def pointer(
        self,
        name: str,
        column: float,
        row: float,
        pointer: int = 1,
        *,
        button: int = PRIMARY,
        kind: str = "mouse",
        held: int | None = None,
        is_primary: bool = True,
        place: Element | None = None,
    ) -> Event:
        """held: the event's `buttons`, if not those that this `button` means.

        place: where it is heard, if not on the grid.
        """
        target = self.canvas if place is None else self.browser.root()
        return target.fire(
            name if name == "lostpointercapture" else f"pointer{name}",
            target=place or target,
            pointerId=pointer,
            pointerType=kind,
            isPrimary=is_primary,
            timeStamp=self.browser.now(),
            button=button,
            buttons=HELD[button] if held is None else held,
            **self.point(column, row),
        )

    def finger(
        self, name: str, column: float, row: float, pointer: int = 11, is_primary: bool = True
    ) -> Event:
        return self.pointer(name, column, row, pointer, kind="touch", is_primary=is_primary)

    def pen(self, name: str, column: float, row: float, held: int | None = None) -> Event:
        return self.pointer(name, column, row, 21, kind="pen", held=held)

    def stroke(self, *cells: tuple[float, float], button: int = PRIMARY) -> None:
        self.pointer("down", *cells[0], button=button)
        for cell in cells[1:]:
            self.pointer("move", *cell, button=button)
        self.pointer("up", *cells[-1], button=button)
        self.browser.settle()

    def key(self, key: str, **held: Any) -> Event:
        """held: as in Element.press."""
        event = self.canvas.press(key, **held)
        self.browser.settle()
        return event

    def release(self, key: str) -> None:
        self.canvas.fire("keyup", key=key)
        self.browser.settle()

    def click(self, identifier: str) -> None:
        self.browser.get(identifier).click()
        self.browser.settle()

    @property
    def ink(self) -> set[tuple[int, int]]:
        """The column and row of every cell with ink; the canvas must show the same."""
        pixels = self.store.drawing.pixels
        assert self.browser.canvases["grid"].ink == pixels
        return {(index % SIDE, index // SIDE) for index in range(CELLS) if pixels[index]}

    @property
    def cursor(self) -> Element:
        return self.browser.get("grid-cursor")

    def is_disabled(self, identifier: str) -> bool:
        return self.browser.get(identifier).disabled


@pytest.fixture
def page(store: Store, browser: FakeBrowser) -> Page:
    return Page(store, browser)


class TestPointer:
    def test_a_click_paints_a_dot(self, page: Page) -> None:
        page.stroke((3, 2))

        assert page.ink == {(3, 2)}

    def test_a_stroke_has_no_gaps(self, page: Page) -> None:
        page.stroke((3, 2), (9, 2), (9, 5))

        assert page.ink == {(column, 2) for column in range(3, 10)} | {(9, 3), (9, 4), (9, 5)}

    def test_ink_shows_before_the_next_frame(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.pointer("move", 4, 2)

        assert page.ink == {(3, 2), (4, 2)}

    def test_all_positions_of_a_fast_stroke_count(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        path = [Event(page.canvas, dict(page.point(*cell))) for cell in ((3, 6), (7, 6))]
        page.canvas.fire(
            "pointermove",
            pointerId=1,
            pointerType="mouse",
            timeStamp=0,
            buttons=1,
            path=path,
            **page.point(7, 6),
        )

        assert page.ink == {(3, row) for row in range(2, 7)} | {(x, 6) for x in range(3, 8)}

    def test_the_first_move_of_a_frame_is_drawn_at_once(self, page: Page) -> None:
        page.pointer("rawupdate", 3, 2, held=0)  # not pressed yet
        page.pointer("down", 3, 2)
        page.pointer("rawupdate", 3, 4)
        assert page.ink == {(3, 2), (3, 3), (3, 4)}
        page.pointer("rawupdate", 3, 6)
        assert page.ink == {(3, 2), (3, 3), (3, 4)}

        page.pointer("move", 3, 6)
        page.pointer("rawupdate", 5, 6)
        page.pointer("up", 5, 6)
        page.pointer("rawupdate", 9, 6)

        assert page.ink == {(3, row) for row in range(2, 7)} | {(4, 6), (5, 6)}

    def test_moving_without_pressing_draws_nothing(self, page: Page) -> None:
        page.pointer("move", 3, 2, held=0)
        page.stroke((9, 9))
        page.pointer("move", 12, 9, held=0)

        assert page.ink == {(9, 9)}

    def test_may_leave_the_grid_and_come_back(self, page: Page) -> None:
        page.stroke((3, 2), (-20, 2), (-20, 5), (3, 5))

        assert page.ink == {(x, row) for x in range(4) for row in (2, 5)}

    def test_is_captured_and_prevents_what_the_browser_would_do(self, page: Page) -> None:
        event = page.pointer("down", 3, 2, pointer=7)

        assert event.is_prevented
        assert page.canvas.captured == [7]
        assert page.canvas.is_focused

    def test_a_cancelled_one_ends_its_stroke(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.pointer("cancel", 3, 2)
        page.pointer("move", 9, 2)

        assert page.ink == {(3, 2)}

    @pytest.mark.parametrize("button", [SECONDARY, PEN_ERASER])
    def test_the_right_button_and_the_end_of_the_pen_erase(self, page: Page, button: int) -> None:
        page.stroke((3, 2), (9, 2))
        page.stroke((3, 2), (9, 2), button=button)
        assert page.ink == set()

        page.stroke((3, 2))

        assert page.ink == {(3, 2)}

    def test_the_middle_button_does_nothing(self, page: Page) -> None:
        page.stroke((3, 2), button=AUXILIARY)

        assert page.ink == set()

    def test_the_right_button_opens_no_menu(self, page: Page) -> None:
        assert page.canvas.fire("contextmenu").is_prevented

    def test_every_piece_is_a_new_drawing_to_read(self, page: Page) -> None:
        versions = [page.store.drawing_version]
        page.pointer("down", 3, 2)
        versions.append(page.store.drawing_version)
        page.pointer("move", 5, 2)
        versions.append(page.store.drawing_version)
        page.pointer("move", 5, 2)  # paints nothing that is not there

        assert len(set(versions)) == 3
        assert page.store.drawing_version == versions[-1]


class TestLostRelease:
    """Nothing tells of the button that was let go elsewhere, or in a menu."""

    @pytest.mark.parametrize("button", [PRIMARY, SECONDARY, PEN_ERASER])
    def test_hovering_neither_draws_nor_erases(self, page: Page, button: int) -> None:
        page.stroke((3, 2), (9, 2))
        page.canvas.captured.clear()
        page.pointer("down", 3, 2, button=button)
        before = page.ink
        page.pointer("rawupdate", 6, 2, held=0)
        page.pointer("move", 6, 2, held=0)
        page.pointer("move", 9, 9)

        assert page.ink == before
        assert page.canvas.captured == []

    def test_another_button_held_goes_on(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.pointer("move", 5, 2, held=3)
        page.pointer("move", 6, 2, held=2)  # a pen with its button pressed, in mid-stroke

        assert page.ink == {(3, 2), (4, 2), (5, 2), (6, 2)}

    @pytest.mark.parametrize("name", ["cancel", "lostpointercapture"])
    def test_what_ends_a_pointer_ends_its_stroke(self, page: Page, name: str) -> None:
        page.pointer("down", 3, 2)
        page.pointer(name, 3, 2, held=0)
        page.pointer("move", 9, 2)

        assert page.ink == {(3, 2)}

    def test_a_move_that_comes_before_the_lost_capture_is_not_drawn(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.canvas.captured.clear()
        page.pointer("rawupdate", 9, 2)
        page.pointer("lostpointercapture", 9, 2)
        page.pointer("move", 9, 2)

        assert page.ink == {(3, 2)}

    def test_a_menu_ends_a_stroke_but_not_that_of_its_own_button(self, page: Page) -> None:
        page.stroke((3, 2), (9, 2))
        page.pointer("down", 3, 2, button=SECONDARY)
        page.canvas.fire("contextmenu")
        page.pointer("move", 5, 2, button=SECONDARY)
        page.pointer("up", 5, 2, button=SECONDARY)
        erased = page.ink
        assert erased.isdisjoint({(3, 2), (4, 2), (5, 2)})
        page.pointer("down", 12, 12)
        page.canvas.fire("contextmenu")
        page.pointer("move", 20, 12)

        assert page.ink == erased | {(12, 12)}

    def test_a_finger_held_still_goes_on_where_browsers_offer_a_menu(self, page: Page) -> None:
        page.finger("down", 3, 2)
        page.canvas.fire("contextmenu")
        page.finger("move", 5, 2)

        assert page.ink == {(3, 2), (4, 2), (5, 2)}

    def test_leaving_the_page_ends_a_stroke(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.browser.leave()
        page.pointer("move", 9, 2)
        page.browser.settle()
        page.click("undo")

        assert page.ink == set()

    def test_another_pointers_end_ends_nothing(self, page: Page) -> None:
        page.finger("down", 3, 2)
        page.finger("move", 9, 2)
        for name in ("up", "cancel", "lostpointercapture"):
            page.finger(name, 20, 20, pointer=12, is_primary=False)
        page.finger("move", 12, 2)

        assert page.ink == {(column, 2) for column in range(3, 13)}

    @pytest.mark.parametrize("kind", ["mouse", "pen", "touch"])
    def test_a_new_pointer_takes_over_from_a_touch_without_an_end(
        self, page: Page, kind: str
    ) -> None:
        page.finger("down", 3, 2)
        page.finger("move", 9, 2)
        page.browser.advance(5000)
        page.pointer("down", 20, 20, 31, kind=kind)
        page.finger("move", 12, 2)
        page.pointer("move", 22, 20, 31, kind=kind)

        palm = set() if kind == "pen" else {(column, 2) for column in range(3, 10)}
        assert page.ink == palm | {(20, 20), (21, 20), (22, 20)}

    @pytest.mark.parametrize("kind", ["mouse", "pen"])
    def test_a_finger_takes_over_from_what_has_no_end(self, page: Page, kind: str) -> None:
        page.pointer("down", 3, 2, kind=kind)
        page.browser.advance(5000)
        page.finger("down", 20, 20)
        page.finger("move", 21, 20)

        assert page.ink == {(3, 2), (20, 20), (21, 20)}

    def test_the_same_pointer_begins_again(self, page: Page) -> None:
        page.pointer("down", 3, 2)
        page.pointer("down", 9, 9)
        page.browser.settle()
        page.click("undo")

        assert page.ink == {(3, 2)}


class TestPalm:
    def test_the_pen_takes_over_and_the_ink_of_the_palm_goes(self, page: Page) -> None:
        page.stroke((9, 9))
        page.finger("down", 20, 24)
        page.browser.advance(3000)
        page.finger("move", 21, 26)
        page.pen("down", 3, 2)
        page.pen("move", 6, 2)
        page.finger("move", 24, 26)
        page.pen("up", 6, 2, held=0)
        page.browser.settle()
        assert page.ink == {(9, 9), (3, 2), (4, 2), (5, 2), (6, 2)}

        page.click("undo")
        assert page.ink == {(9, 9)}
        page.click("undo")
        assert page.ink == set()
        assert page.is_disabled("undo")

    def test_ink_of_a_palm_that_has_just_left_goes_too(self, page: Page) -> None:
        page.finger("down", 20, 24)
        page.finger("up", 20, 24)
        page.browser.advance(400)
        page.pen("down", 3, 2)

        assert page.ink == {(3, 2)}

    def test_ink_of_a_finger_stays_when_a_pen_comes_later(self, page: Page) -> None:
        page.finger("down", 20, 24)
        page.finger("up", 20, 24)
        page.browser.advance(1500)
        page.pen("down", 3, 2)

        assert page.ink == {(3, 2), (20, 24)}

    @pytest.mark.parametrize("name", ["move", "over", "down"])
    def test_a_pen_that_comes_near_is_enough(self, page: Page, name: str) -> None:
        page.finger("down", 20, 24)
        page.finger("move", 26, 24)
        place = None if name == "move" else page.browser.get("clear")
        page.pointer(name, 3, 2, 21, kind="pen", held=0, place=place)

        assert page.ink == set()
        page.browser.settle()
        assert page.is_disabled("undo")

    def test_while_a_pen_is_near_touch_does_not_draw(self, page: Page) -> None:
        page.pen("move", 3, 2, held=0)
        page.browser.advance(900)
        page.finger("down", 20, 24)
        page.browser.advance(2000)
        page.finger("move", 24, 24)
        page.finger("up", 24, 24)
        assert page.ink == set()

        page.finger("down", 20, 24)

        assert page.ink == {(20, 24)}

    def test_a_touch_beside_the_pen_that_draws_is_nothing(self, page: Page) -> None:
        page.pen("down", 3, 2)
        page.finger("down", 20, 24)
        page.finger("move", 24, 24)
        page.finger("cancel", 24, 24)
        page.pen("move", 5, 2)

        assert page.ink == {(3, 2), (4, 2), (5, 2)}

    def test_what_the_browser_takes_for_a_palm_leaves_no_ink(self, page: Page) -> None:
        page.finger("down", 20, 24)
        page.browser.advance(800)
        page.finger("cancel", 20, 24)

        assert page.ink == set()

    def test_the_reading_follows_the_ink(self, page: Page) -> None:
        page.finger("down", 20, 24)
        page.store.prediction_arrived({"version": page.store.drawing_version, "digit": 1})
        page.pen("move", 3, 2, held=0)

        assert page.store.prediction is None

    def test_a_sample_is_a_sample_again(self, page: Page) -> None:
        page.store.sample_arrived(4, [255 if index == 30 else 0 for index in range(CELLS)])
        page.browser.settle()
        page.finger("down", 20, 24)
        page.browser.settle()
        page.pen("move", 3, 2, held=0)
        page.browser.settle()

        assert page.store.sample == 4
        assert page.browser.text("sample-note") == "A sample from the data, labeled 4."


class TestPinch:
    def pinch(self, page: Page, after_milliseconds: float = 100) -> None:
        page.finger("down", 10, 10, 11)
        page.browser.advance(after_milliseconds)
        page.finger("down", 15, 15, 12, is_primary=False)
        for step in (1, 2, 3):
            page.finger("move", 10 - step, 10 - step, 11)
            page.finger("move", 15 + step, 15 + step, 12, is_primary=False)

    @pytest.mark.parametrize("milliseconds", [0, 100, 2000])
    def test_draws_nothing(self, page: Page, milliseconds: float) -> None:
        self.pinch(page, milliseconds)
        page.finger("up", 18, 18, 12, is_primary=False)
        page.finger("move", 2, 2, 11)
        page.finger("up", 2, 2, 11)
        page.browser.settle()

        assert page.ink == set()
        assert page.is_disabled("undo")

    def test_leaves_what_was_drawn_and_undone(self, page: Page) -> None:
        page.stroke((3, 2))
        page.stroke((9, 2))
        page.click("undo")
        self.pinch(page)
        page.browser.settle()
        assert page.ink == {(3, 2)}

        page.click("redo")

        assert page.ink == {(3, 2), (9, 2)}

    def test_is_left_to_the_browser(self, page: Page) -> None:
        """All other touches are not: one finger draws, and a quick stroke is no fling."""
        page.finger("down", 10, 10, 11)
        alone = page.canvas.fire("touchmove", cancelable=True).is_prevented
        page.finger("down", 15, 15, 12, is_primary=False)
        together = page.canvas.fire("touchmove", cancelable=True).is_prevented
        page.finger("up", 15, 15, 12)
        page.finger("up", 10, 10, 11)
        page.finger("down", 10, 10, 13)
        again = page.canvas.fire("touchmove", cancelable=True).is_prevented

        assert (alone, together, again) == (True, False, True)
        assert not page.canvas.fire("touchmove", cancelable=False).is_prevented

    def test_a_finger_beside_the_grid_pinches_too(self, page: Page) -> None:
        beside = page.browser.get("clear")
        page.finger("down", 10, 10, 11)
        page.pointer("down", 40, 10, 12, kind="touch", is_primary=False, place=beside)
        assert page.ink == set()
        page.finger("up", 10, 10, 11)

        page.pointer("down", 40, 10, 13, kind="touch", place=beside)
        page.browser.advance(100)
        page.finger("down", 10, 10, 14, is_primary=False)

        assert page.ink == set()

    def test_a_thumb_that_rests_beside_the_grid_does_not(self, page: Page) -> None:
        page.pointer("down", 40, 10, 11, kind="touch", place=page.browser.get("clear"))
        page.browser.advance(1000)
        page.finger("down", 10, 10, 12, is_primary=False)

        assert page.ink == {(10, 10)}

    @pytest.mark.parametrize("milliseconds", [50, 1000])
    def test_a_finger_that_comes_in_mid_stroke_is_a_palm(
        self, page: Page, milliseconds: float
    ) -> None:
        page.finger("down", 3, 2)
        page.finger("move", 9, 2)
        page.browser.advance(milliseconds)
        page.finger("down", 20, 20, 12, is_primary=False)
        page.finger("move", 24, 20, 12, is_primary=False)
        page.finger("up", 24, 20, 12, is_primary=False)
        page.finger("move", 12, 2)

        assert page.ink == {(column, 2) for column in range(3, 13)}


class TestKeyboard:
    """The pen begins in the middle, on the cell (14, 14)."""

    def test_arrows_move_the_pen_without_ink(self, page: Page) -> None:
        event = page.key("ArrowRight")
        page.key("ArrowDown")

        assert event.is_prevented
        assert page.ink == set()
        assert not page.cursor.hidden
        assert page.cursor.style.getPropertyValue("left") == f"{15 * 100 / 28}%"
        assert page.cursor.style.getPropertyValue("top") == f"{15 * 100 / 28}%"

    def test_space_paints_a_dot(self, page: Page) -> None:
        page.key("ArrowLeft")
        page.key(" ")

        assert page.ink == {(13, 14)}

    def test_arrows_draw_with_shift(self, page: Page) -> None:
        page.key("ArrowRight", shift=True)
        page.key("ArrowDown", shift=True)

        assert page.ink == {(14, 14), (15, 14), (15, 15)}

    def test_while_shift_is_held_it_is_one_stroke(self, page: Page) -> None:
        for _ in range(2):
            page.key("ArrowRight", shift=True)
            page.key("ArrowDown", shift=True)
            page.release("Shift")
            page.key("ArrowRight")
        page.click("undo")

        assert page.ink == {(14, 14), (15, 14), (15, 15)}

    def test_the_pen_stays_on_the_grid(self, page: Page) -> None:
        for _ in range(40):
            page.key("ArrowLeft")
            page.key("ArrowUp")
        page.key(" ")

        assert page.ink == {(0, 0)}

    def test_e_swaps_pen_and_eraser(self, page: Page) -> None:
        page.key(" ")
        page.key("e")
        page.key(" ")
        assert page.ink == set()

        page.key("E")
        page.key(" ")

        assert page.ink == {(14, 14)}

    @pytest.mark.parametrize("held", ["control", "meta"])
    @pytest.mark.parametrize(
        ("key", "code"),
        [("z", "KeyZ"), ("Z", "KeyZ"), ("z", "KeyY"), ("z", "Slash")]
        + [(letter, "KeyZ") for letter in "яζזئㅋㄈผ"],
    )
    def test_control_z_undoes_and_redoes_with_any_layout(
        self, page: Page, held: str, key: str, code: str
    ) -> None:
        page.key(" ")
        undo = page.key(key, code=code, **{held: True})
        assert page.ink == set()
        redo = page.key(key, code=code, shift=True, **{held: True})

        assert page.ink == {(14, 14)}
        assert undo.is_prevented
        assert redo.is_prevented

    @pytest.mark.parametrize(("key", "code"), [("y", "KeyY"), ("y", "KeyZ"), ("н", "KeyY")])
    def test_control_y_redoes(self, page: Page, key: str, code: str) -> None:
        page.key(" ")
        page.click("undo")
        event = page.key(key, code=code, control=True)

        assert page.ink == {(14, 14)}
        assert event.is_prevented

    @pytest.mark.parametrize("letter", "уεקث")
    def test_e_is_a_place_where_letters_are_not_latin(self, page: Page, letter: str) -> None:
        page.key(letter, code="KeyE")

        assert page.store.drawing.is_erasing

    @pytest.mark.parametrize("key", ["Delete", "Backspace"])
    def test_delete_clears(self, page: Page, key: str) -> None:
        page.stroke((3, 2), (9, 9))
        page.key(key)

        assert page.ink == set()

    @pytest.mark.parametrize(
        "keys",
        [
            {"key": "Tab"},
            {"key": "z", "code": "KeyZ"},
            {"key": "a", "code": "KeyA"},
            {"key": ".", "code": "KeyE"},  # Dvorak
            {"key": "é", "code": "Digit2"},
            {"key": "ẽ", "code": "KeyE"},
            {"key": ";", "code": "KeyZ", "control": True},  # Dvorak
            {"key": "e", "code": "KeyE", "control": True},
            {"key": "e", "code": "KeyE", "meta": True},
            {"key": "e", "code": "KeyE", "alt": True},
            {"key": "€", "code": "KeyE", "alt_graph": True},
            {"key": "€", "code": "KeyE", "control": True, "alt": True},
            {"key": "€", "code": "KeyE"},
            {"key": "e", "code": "KeyE", "is_composing": True},
            {"key": "y", "code": "KeyY", "meta": True},
            {"key": "z", "code": "KeyZ", "control": True, "alt": True},
            {"key": " ", "control": True},
            {"key": " ", "alt": True},
            {"key": "ArrowLeft", "alt": True},
            {"key": "ArrowLeft", "control": True},
            {"key": "ArrowLeft", "meta": True, "shift": True},
            {"key": "Delete", "control": True},
            {"key": "Delete", "shift": True},
            {"key": "Backspace", "alt": True},
            {"key": "Backspace", "meta": True},
        ],
        ids=str,
    )
    def test_other_keys_are_left_to_the_browser(self, page: Page, keys: dict[str, Any]) -> None:
        page.stroke((3, 2))
        page.key(" ")
        page.key("z", control=True)
        event = page.key(**keys)

        assert not event.is_prevented
        assert page.ink == {(3, 2)}
        assert not page.store.drawing.is_erasing
        page.key(" ")
        assert page.ink == {(3, 2), (14, 14)}, "the pen has not moved"

    def test_the_cursor_shows_while_keys_can_draw(self, page: Page) -> None:
        hidden = [page.cursor.hidden]
        for event in ("focus", "blur"):
            page.canvas.fire(event)
            hidden.append(page.cursor.hidden)

        assert hidden == [True, False, True]

    def test_the_cursor_stays_away_from_pointers(self, page: Page) -> None:
        page.stroke((3, 2))

        assert page.cursor.hidden


class TestPointerAndKeyboard:
    def test_a_stroke_whose_shift_was_released_elsewhere_has_ended(self, page: Page) -> None:
        page.key("ArrowRight", shift=True)
        page.canvas.fire("blur")
        for _ in range(4):
            page.key("ArrowDown")
        page.key("ArrowRight", shift=True)

        assert page.ink == {(14, 14), (15, 14), (15, 18), (16, 18)}

    def test_a_pointer_begins_its_own_stroke(self, page: Page) -> None:
        page.key("ArrowRight", shift=True)
        page.stroke((20, 3), (22, 3))
        assert page.ink == {(14, 14), (15, 14), (20, 3), (21, 3), (22, 3)}

        page.click("undo")

        assert page.ink == {(14, 14), (15, 14)}

    def test_letting_shift_go_leaves_the_pointer_drawing(self, page: Page) -> None:
        page.key("ArrowRight", shift=True)
        page.pointer("down", 20, 3)
        page.release("Shift")
        page.pointer("move", 22, 3)

        assert {(20, 3), (21, 3), (22, 3)} < page.ink

    def test_keys_paint_nothing_while_a_pointer_draws(self, page: Page) -> None:
        page.pointer("down", 20, 3)
        page.key(" ")
        page.key("ArrowRight", shift=True)
        page.pointer("move", 22, 3)

        assert page.ink == {(20, 3), (21, 3), (22, 3)}


class TestTools:
    def test_pen_and_eraser_are_chosen(self, page: Page) -> None:
        def pressed() -> list[str | None]:
            tools = (page.browser.get("pen"), page.browser.get("eraser"))
            return [tool.getAttribute("aria-pressed") for tool in tools]

        assert pressed() == ["true", "false"]
        page.stroke((3, 2))
        page.click("eraser")
        assert pressed() == ["false", "true"]
        page.stroke((3, 2))
        assert page.ink == set()
        page.click("pen")
        assert pressed() == ["true", "false"]
        page.stroke((3, 2))
        assert page.ink == {(3, 2)}

    def test_the_brush_has_a_width(self, store: Store, browser: FakeBrowser) -> None:
        page = Page(store, browser)
        slider = page.browser.get("brush-size")
        assert float(slider.value) == DEFAULT_WIDTH

        slider.value = "4.2"
        slider.fire("input")
        browser.settle()

        assert store.drawing.width == 4.2
        assert browser.text("brush-output") == "4.2"

    def test_undo_takes_back_one_stroke(self, page: Page) -> None:
        assert page.is_disabled("undo")
        page.stroke((3, 2))
        page.stroke((9, 9), (12, 9))
        page.click("undo")
        assert page.ink == {(3, 2)}
        page.click("undo")

        assert page.ink == set()
        assert page.is_disabled("undo")

    def test_redo_takes_an_undo_back(self, page: Page) -> None:
        assert page.is_disabled("redo")
        page.stroke((3, 2))
        page.stroke((9, 9))
        page.click("undo")
        page.click("undo")
        page.click("redo")
        assert page.ink == {(3, 2)}
        assert not page.is_disabled("redo")
        page.stroke((12, 12))

        assert page.is_disabled("redo")
        assert page.ink == {(3, 2), (12, 12)}

    def test_a_stroke_without_effect_leaves_nothing_to_undo(self, page: Page) -> None:
        page.stroke((3, 2), button=SECONDARY)

        assert page.is_disabled("undo")

    def test_clear_wipes_and_can_be_undone(self, page: Page) -> None:
        assert page.is_disabled("clear")
        page.stroke((3, 2))
        page.click("clear")
        assert page.ink == set()
        assert page.is_disabled("clear")

        page.click("undo")

        assert page.ink == {(3, 2)}

    def test_clear_takes_the_prediction_along(self, page: Page) -> None:
        page.stroke((3, 2))
        page.store.prediction_arrived({"version": page.store.drawing_version, "digit": 1})
        page.click("clear")

        assert page.store.prediction is None

    def test_the_hint_gives_way_to_ink(self, page: Page) -> None:
        paper = page.browser.get("paper")
        assert not paper.classList.contains("has-ink")
        page.stroke((3, 2))
        assert paper.classList.contains("has-ink")
        page.click("clear")
        assert not paper.classList.contains("has-ink")

    def test_the_numbers_of_a_blank_grid_are_not_offered(self, page: Page) -> None:
        assert page.is_disabled("show-data")
        page.stroke((3, 2))
        assert not page.is_disabled("show-data")


class TestSample:
    def test_is_wished_for(self, page: Page) -> None:
        page.click("load-sample")

        assert page.samples_wished == 1

    def test_is_shown_with_its_label(self, page: Page) -> None:
        page.store.sample_arrived(4, [255 if index == 30 else 0 for index in range(CELLS)])
        page.browser.settle()

        assert page.ink == {(2, 1)}
        assert page.browser.text("sample-note") == "A sample from the data, labeled 4."

    def test_drawn_on_is_no_sample_any_more(self, page: Page) -> None:
        page.store.sample_arrived(4, [255 if index == 30 else 0 for index in range(CELLS)])
        page.stroke((9, 9))

        assert page.browser.text("sample-note") == ""

    def test_can_be_undone(self, page: Page) -> None:
        page.stroke((3, 2))
        page.store.sample_arrived(4, [255] * CELLS)
        page.browser.settle()
        page.click("undo")

        assert page.ink == {(3, 2)}
