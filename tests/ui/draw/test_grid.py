from typing import Any

import pytest

from app.pyscript.draw.brush import DEFAULT_WIDTH, SIDE
from app.pyscript.draw.drawing import CELLS
from app.pyscript.draw.grid import Grid
from app.pyscript.draw.state import Draw
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from tests.ui.fake_browser import Box, Element, Event, FakeBrowser

PRIMARY, AUXILIARY, SECONDARY, PEN_ERASER = 0, 1, 2, 5
HELD = {PRIMARY: 1, SECONDARY: 2, AUXILIARY: 4, PEN_ERASER: 32}


class Desk:
    """A mounted grid of 280 by 280 CSS pixels at (100, 50), and a visitor who uses it."""

    def __init__(self, page: Page, browser: FakeBrowser) -> None:
        self.page = page
        self.browser = browser
        self.samples_wished = 0
        page.of(Draw).sample_wanted.listen(self.on_load_sample)
        Grid(page).mount()
        self.canvas = browser.get("grid")
        self.canvas.box = Box(100, 50, 280, 280)
        page.of(Draw).drawing.set_width(1)  # fills whole cells when their centers are hit
        browser.settle()

    def on_load_sample(self) -> None:
        self.samples_wished += 1

    def point(self, column: float, row: float) -> dict[str, float]:
        """Where the center of a cell is on the desk."""
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
        pixels = self.page.of(Draw).drawing.pixels
        assert self.browser.canvases["grid"].ink == pixels
        return {(index % SIDE, index // SIDE) for index in range(CELLS) if pixels[index]}

    @property
    def cursor(self) -> Element:
        return self.browser.get("grid-cursor")

    def is_disabled(self, identifier: str) -> bool:
        return self.browser.get(identifier).disabled


@pytest.fixture
def desk(page: Page, browser: FakeBrowser) -> Desk:
    return Desk(page, browser)


class TestPointer:
    def test_a_click_paints_a_dot(self, desk: Desk) -> None:
        desk.stroke((3, 2))

        assert desk.ink == {(3, 2)}

    def test_a_stroke_has_no_gaps(self, desk: Desk) -> None:
        desk.stroke((3, 2), (9, 2), (9, 5))

        assert desk.ink == {(column, 2) for column in range(3, 10)} | {(9, 3), (9, 4), (9, 5)}

    def test_ink_shows_before_the_next_frame(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.pointer("move", 4, 2)

        assert desk.ink == {(3, 2), (4, 2)}

    def test_all_positions_of_a_fast_stroke_count(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        path = [Event(desk.canvas, dict(desk.point(*cell))) for cell in ((3, 6), (7, 6))]
        desk.canvas.fire(
            "pointermove",
            pointerId=1,
            pointerType="mouse",
            timeStamp=0,
            buttons=1,
            path=path,
            **desk.point(7, 6),
        )

        assert desk.ink == {(3, row) for row in range(2, 7)} | {(x, 6) for x in range(3, 8)}

    def test_the_first_move_of_a_frame_is_drawn_at_once(self, desk: Desk) -> None:
        desk.pointer("rawupdate", 3, 2, held=0)  # not pressed yet
        desk.pointer("down", 3, 2)
        desk.pointer("rawupdate", 3, 4)
        assert desk.ink == {(3, 2), (3, 3), (3, 4)}
        desk.pointer("rawupdate", 3, 6)
        assert desk.ink == {(3, 2), (3, 3), (3, 4)}

        desk.pointer("move", 3, 6)
        desk.pointer("rawupdate", 5, 6)
        desk.pointer("up", 5, 6)
        desk.pointer("rawupdate", 9, 6)

        assert desk.ink == {(3, row) for row in range(2, 7)} | {(4, 6), (5, 6)}

    def test_moving_without_pressing_draws_nothing(self, desk: Desk) -> None:
        desk.pointer("move", 3, 2, held=0)
        desk.stroke((9, 9))
        desk.pointer("move", 12, 9, held=0)

        assert desk.ink == {(9, 9)}

    def test_may_leave_the_grid_and_come_back(self, desk: Desk) -> None:
        desk.stroke((3, 2), (-20, 2), (-20, 5), (3, 5))

        assert desk.ink == {(x, row) for x in range(4) for row in (2, 5)}

    def test_is_captured_and_prevents_what_the_browser_would_do(self, desk: Desk) -> None:
        event = desk.pointer("down", 3, 2, pointer=7)

        assert event.is_prevented
        assert desk.canvas.captured == [7]
        assert desk.canvas.is_focused

    def test_a_canceled_one_ends_its_stroke(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.pointer("cancel", 3, 2)
        desk.pointer("move", 9, 2)

        assert desk.ink == {(3, 2)}

    @pytest.mark.parametrize("button", [SECONDARY, PEN_ERASER])
    def test_the_right_button_and_the_end_of_the_pen_erase(self, desk: Desk, button: int) -> None:
        desk.stroke((3, 2), (9, 2))
        desk.stroke((3, 2), (9, 2), button=button)
        assert desk.ink == set()

        desk.stroke((3, 2))

        assert desk.ink == {(3, 2)}

    def test_the_middle_button_does_nothing(self, desk: Desk) -> None:
        desk.stroke((3, 2), button=AUXILIARY)

        assert desk.ink == set()

    def test_the_right_button_opens_no_menu(self, desk: Desk) -> None:
        assert desk.canvas.fire("contextmenu").is_prevented

    def test_every_piece_is_a_new_drawing_to_read(self, desk: Desk) -> None:
        versions = [desk.page.of(Draw).version]
        desk.pointer("down", 3, 2)
        versions.append(desk.page.of(Draw).version)
        desk.pointer("move", 5, 2)
        versions.append(desk.page.of(Draw).version)
        desk.pointer("move", 5, 2)  # paints nothing that is not there

        assert len(set(versions)) == 3
        assert desk.page.of(Draw).version == versions[-1]


class TestLostRelease:
    """Nothing tells of the button that was let go elsewhere, or in a menu."""

    @pytest.mark.parametrize("button", [PRIMARY, SECONDARY, PEN_ERASER])
    def test_hovering_neither_draws_nor_erases(self, desk: Desk, button: int) -> None:
        desk.stroke((3, 2), (9, 2))
        desk.canvas.captured.clear()
        desk.pointer("down", 3, 2, button=button)
        before = desk.ink
        desk.pointer("rawupdate", 6, 2, held=0)
        desk.pointer("move", 6, 2, held=0)
        desk.pointer("move", 9, 9)

        assert desk.ink == before
        assert desk.canvas.captured == []

    def test_another_button_held_goes_on(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.pointer("move", 5, 2, held=3)
        desk.pointer("move", 6, 2, held=2)  # a pen with its button pressed, in mid-stroke

        assert desk.ink == {(3, 2), (4, 2), (5, 2), (6, 2)}

    @pytest.mark.parametrize("name", ["cancel", "lostpointercapture"])
    def test_what_ends_a_pointer_ends_its_stroke(self, desk: Desk, name: str) -> None:
        desk.pointer("down", 3, 2)
        desk.pointer(name, 3, 2, held=0)
        desk.pointer("move", 9, 2)

        assert desk.ink == {(3, 2)}

    def test_a_move_that_comes_before_the_lost_capture_is_not_drawn(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.canvas.captured.clear()
        desk.pointer("rawupdate", 9, 2)
        desk.pointer("lostpointercapture", 9, 2)
        desk.pointer("move", 9, 2)

        assert desk.ink == {(3, 2)}

    def test_a_menu_ends_a_stroke_but_not_that_of_its_own_button(self, desk: Desk) -> None:
        desk.stroke((3, 2), (9, 2))
        desk.pointer("down", 3, 2, button=SECONDARY)
        desk.canvas.fire("contextmenu")
        desk.pointer("move", 5, 2, button=SECONDARY)
        desk.pointer("up", 5, 2, button=SECONDARY)
        erased = desk.ink
        assert erased.isdisjoint({(3, 2), (4, 2), (5, 2)})
        desk.pointer("down", 12, 12)
        desk.canvas.fire("contextmenu")
        desk.pointer("move", 20, 12)

        assert desk.ink == erased | {(12, 12)}

    def test_a_finger_held_still_goes_on_where_browsers_offer_a_menu(self, desk: Desk) -> None:
        desk.finger("down", 3, 2)
        desk.canvas.fire("contextmenu")
        desk.finger("move", 5, 2)

        assert desk.ink == {(3, 2), (4, 2), (5, 2)}

    def test_leaving_the_page_ends_a_stroke(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.browser.leave()
        desk.pointer("move", 9, 2)
        desk.browser.settle()
        desk.click("undo")

        assert desk.ink == set()

    def test_another_pointers_end_ends_nothing(self, desk: Desk) -> None:
        desk.finger("down", 3, 2)
        desk.finger("move", 9, 2)
        for name in ("up", "cancel", "lostpointercapture"):
            desk.finger(name, 20, 20, pointer=12, is_primary=False)
        desk.finger("move", 12, 2)

        assert desk.ink == {(column, 2) for column in range(3, 13)}

    @pytest.mark.parametrize("kind", ["mouse", "pen", "touch"])
    def test_a_new_pointer_takes_over_from_a_touch_without_an_end(
        self, desk: Desk, kind: str
    ) -> None:
        desk.finger("down", 3, 2)
        desk.finger("move", 9, 2)
        desk.browser.advance(5000)
        desk.pointer("down", 20, 20, 31, kind=kind)
        desk.finger("move", 12, 2)
        desk.pointer("move", 22, 20, 31, kind=kind)

        palm = set() if kind == "pen" else {(column, 2) for column in range(3, 10)}
        assert desk.ink == palm | {(20, 20), (21, 20), (22, 20)}

    @pytest.mark.parametrize("kind", ["mouse", "pen"])
    def test_a_finger_takes_over_from_what_has_no_end(self, desk: Desk, kind: str) -> None:
        desk.pointer("down", 3, 2, kind=kind)
        desk.browser.advance(5000)
        desk.finger("down", 20, 20)
        desk.finger("move", 21, 20)

        assert desk.ink == {(3, 2), (20, 20), (21, 20)}

    def test_the_same_pointer_begins_again(self, desk: Desk) -> None:
        desk.pointer("down", 3, 2)
        desk.pointer("down", 9, 9)
        desk.browser.settle()
        desk.click("undo")

        assert desk.ink == {(3, 2)}


class TestPalm:
    def test_the_pen_takes_over_and_the_ink_of_the_palm_goes(self, desk: Desk) -> None:
        desk.stroke((9, 9))
        desk.finger("down", 20, 24)
        desk.browser.advance(3000)
        desk.finger("move", 21, 26)
        desk.pen("down", 3, 2)
        desk.pen("move", 6, 2)
        desk.finger("move", 24, 26)
        desk.pen("up", 6, 2, held=0)
        desk.browser.settle()
        assert desk.ink == {(9, 9), (3, 2), (4, 2), (5, 2), (6, 2)}

        desk.click("undo")
        assert desk.ink == {(9, 9)}
        desk.click("undo")
        assert desk.ink == set()
        assert desk.is_disabled("undo")

    def test_ink_of_a_palm_that_has_just_left_goes_too(self, desk: Desk) -> None:
        desk.finger("down", 20, 24)
        desk.finger("up", 20, 24)
        desk.browser.advance(400)
        desk.pen("down", 3, 2)

        assert desk.ink == {(3, 2)}

    def test_ink_of_a_finger_stays_when_a_pen_comes_later(self, desk: Desk) -> None:
        desk.finger("down", 20, 24)
        desk.finger("up", 20, 24)
        desk.browser.advance(1500)
        desk.pen("down", 3, 2)

        assert desk.ink == {(3, 2), (20, 24)}

    @pytest.mark.parametrize("name", ["move", "over", "down"])
    def test_a_pen_that_comes_near_is_enough(self, desk: Desk, name: str) -> None:
        desk.finger("down", 20, 24)
        desk.finger("move", 26, 24)
        place = None if name == "move" else desk.browser.get("clear")
        desk.pointer(name, 3, 2, 21, kind="pen", held=0, place=place)

        assert desk.ink == set()
        desk.browser.settle()
        assert desk.is_disabled("undo")

    def test_while_a_pen_is_near_touch_does_not_draw(self, desk: Desk) -> None:
        desk.pen("move", 3, 2, held=0)
        desk.browser.advance(900)
        desk.finger("down", 20, 24)
        desk.browser.advance(2000)
        desk.finger("move", 24, 24)
        desk.finger("up", 24, 24)
        assert desk.ink == set()

        desk.finger("down", 20, 24)

        assert desk.ink == {(20, 24)}

    def test_a_touch_beside_the_pen_that_draws_is_nothing(self, desk: Desk) -> None:
        desk.pen("down", 3, 2)
        desk.finger("down", 20, 24)
        desk.finger("move", 24, 24)
        desk.finger("cancel", 24, 24)
        desk.pen("move", 5, 2)

        assert desk.ink == {(3, 2), (4, 2), (5, 2)}

    def test_what_the_browser_takes_for_a_palm_leaves_no_ink(self, desk: Desk) -> None:
        desk.finger("down", 20, 24)
        desk.browser.advance(800)
        desk.finger("cancel", 20, 24)

        assert desk.ink == set()

    def test_the_reading_follows_the_ink(self, desk: Desk) -> None:
        desk.finger("down", 20, 24)
        desk.page.of(Read).show({"version": desk.page.of(Draw).version, "digit": 1})
        desk.pen("move", 3, 2, held=0)

        assert desk.page.of(Read).prediction.value is None

    def test_a_sample_is_a_sample_again(self, desk: Desk) -> None:
        desk.page.of(Draw).show_sample(4, [255 if index == 30 else 0 for index in range(CELLS)])
        desk.browser.settle()
        desk.finger("down", 20, 24)
        desk.browser.settle()
        desk.pen("move", 3, 2, held=0)
        desk.browser.settle()

        assert desk.page.of(Draw).sample == 4
        assert desk.browser.text("sample-note") == "A sample from the data, labeled 4."


class TestPinch:
    def pinch(self, desk: Desk, after_milliseconds: float = 100) -> None:
        desk.finger("down", 10, 10, 11)
        desk.browser.advance(after_milliseconds)
        desk.finger("down", 15, 15, 12, is_primary=False)
        for step in (1, 2, 3):
            desk.finger("move", 10 - step, 10 - step, 11)
            desk.finger("move", 15 + step, 15 + step, 12, is_primary=False)

    @pytest.mark.parametrize("milliseconds", [0, 100, 2000])
    def test_draws_nothing(self, desk: Desk, milliseconds: float) -> None:
        self.pinch(desk, milliseconds)
        desk.finger("up", 18, 18, 12, is_primary=False)
        desk.finger("move", 2, 2, 11)
        desk.finger("up", 2, 2, 11)
        desk.browser.settle()

        assert desk.ink == set()
        assert desk.is_disabled("undo")

    def test_leaves_what_was_drawn_and_undone(self, desk: Desk) -> None:
        desk.stroke((3, 2))
        desk.stroke((9, 2))
        desk.click("undo")
        self.pinch(desk)
        desk.browser.settle()
        assert desk.ink == {(3, 2)}

        desk.click("redo")

        assert desk.ink == {(3, 2), (9, 2)}

    def test_is_left_to_the_browser(self, desk: Desk) -> None:
        """All other touches are not: one finger draws, and a quick stroke is no fling."""
        desk.finger("down", 10, 10, 11)
        alone = desk.canvas.fire("touchmove", cancelable=True).is_prevented
        desk.finger("down", 15, 15, 12, is_primary=False)
        together = desk.canvas.fire("touchmove", cancelable=True).is_prevented
        desk.finger("up", 15, 15, 12)
        desk.finger("up", 10, 10, 11)
        desk.finger("down", 10, 10, 13)
        again = desk.canvas.fire("touchmove", cancelable=True).is_prevented

        assert (alone, together, again) == (True, False, True)
        assert not desk.canvas.fire("touchmove", cancelable=False).is_prevented

    def test_a_finger_beside_the_grid_pinches_too(self, desk: Desk) -> None:
        beside = desk.browser.get("clear")
        desk.finger("down", 10, 10, 11)
        desk.pointer("down", 40, 10, 12, kind="touch", is_primary=False, place=beside)
        assert desk.ink == set()
        desk.finger("up", 10, 10, 11)

        desk.pointer("down", 40, 10, 13, kind="touch", place=beside)
        desk.browser.advance(100)
        desk.finger("down", 10, 10, 14, is_primary=False)

        assert desk.ink == set()

    def test_a_thumb_that_rests_beside_the_grid_does_not(self, desk: Desk) -> None:
        desk.pointer("down", 40, 10, 11, kind="touch", place=desk.browser.get("clear"))
        desk.browser.advance(1000)
        desk.finger("down", 10, 10, 12, is_primary=False)

        assert desk.ink == {(10, 10)}

    @pytest.mark.parametrize("milliseconds", [50, 1000])
    def test_a_finger_that_comes_in_mid_stroke_is_a_palm(
        self, desk: Desk, milliseconds: float
    ) -> None:
        desk.finger("down", 3, 2)
        desk.finger("move", 9, 2)
        desk.browser.advance(milliseconds)
        desk.finger("down", 20, 20, 12, is_primary=False)
        desk.finger("move", 24, 20, 12, is_primary=False)
        desk.finger("up", 24, 20, 12, is_primary=False)
        desk.finger("move", 12, 2)

        assert desk.ink == {(column, 2) for column in range(3, 13)}


class TestKeyboard:
    """The pen begins in the middle, on the cell (14, 14)."""

    def test_arrows_move_the_pen_without_ink(self, desk: Desk) -> None:
        event = desk.key("ArrowRight")
        desk.key("ArrowDown")

        assert event.is_prevented
        assert desk.ink == set()
        assert not desk.cursor.hidden
        assert desk.cursor.style.getPropertyValue("left") == f"{15 * 100 / 28}%"
        assert desk.cursor.style.getPropertyValue("top") == f"{15 * 100 / 28}%"

    def test_space_paints_a_dot(self, desk: Desk) -> None:
        desk.key("ArrowLeft")
        desk.key(" ")

        assert desk.ink == {(13, 14)}

    def test_arrows_draw_with_shift(self, desk: Desk) -> None:
        desk.key("ArrowRight", shift=True)
        desk.key("ArrowDown", shift=True)

        assert desk.ink == {(14, 14), (15, 14), (15, 15)}

    def test_while_shift_is_held_it_is_one_stroke(self, desk: Desk) -> None:
        for _ in range(2):
            desk.key("ArrowRight", shift=True)
            desk.key("ArrowDown", shift=True)
            desk.release("Shift")
            desk.key("ArrowRight")
        desk.click("undo")

        assert desk.ink == {(14, 14), (15, 14), (15, 15)}

    def test_the_pen_stays_on_the_grid(self, desk: Desk) -> None:
        for _ in range(40):
            desk.key("ArrowLeft")
            desk.key("ArrowUp")
        desk.key(" ")

        assert desk.ink == {(0, 0)}

    def test_e_swaps_pen_and_eraser(self, desk: Desk) -> None:
        desk.key(" ")
        desk.key("e")
        desk.key(" ")
        assert desk.ink == set()

        desk.key("E")
        desk.key(" ")

        assert desk.ink == {(14, 14)}

    @pytest.mark.parametrize("held", ["control", "meta"])
    @pytest.mark.parametrize(
        ("key", "code"),
        [("z", "KeyZ"), ("Z", "KeyZ"), ("z", "KeyY"), ("z", "Slash")]
        + [(letter, "KeyZ") for letter in "яζזئㅋㄈผ"],
    )
    def test_control_z_undoes_and_redoes_with_any_layout(
        self, desk: Desk, held: str, key: str, code: str
    ) -> None:
        desk.key(" ")
        undo = desk.key(key, code=code, **{held: True})
        assert desk.ink == set()
        redo = desk.key(key, code=code, shift=True, **{held: True})

        assert desk.ink == {(14, 14)}
        assert undo.is_prevented
        assert redo.is_prevented

    @pytest.mark.parametrize(("key", "code"), [("y", "KeyY"), ("y", "KeyZ"), ("н", "KeyY")])
    def test_control_y_redoes(self, desk: Desk, key: str, code: str) -> None:
        desk.key(" ")
        desk.click("undo")
        event = desk.key(key, code=code, control=True)

        assert desk.ink == {(14, 14)}
        assert event.is_prevented

    @pytest.mark.parametrize("letter", "уεקث")
    def test_e_is_a_place_where_letters_are_not_latin(self, desk: Desk, letter: str) -> None:
        desk.key(letter, code="KeyE")

        assert desk.page.of(Draw).drawing.is_erasing

    @pytest.mark.parametrize("key", ["Delete", "Backspace"])
    def test_delete_clears(self, desk: Desk, key: str) -> None:
        desk.stroke((3, 2), (9, 9))
        desk.key(key)

        assert desk.ink == set()

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
    def test_other_keys_are_left_to_the_browser(self, desk: Desk, keys: dict[str, Any]) -> None:
        desk.stroke((3, 2))
        desk.key(" ")
        desk.key("z", control=True)
        event = desk.key(**keys)

        assert not event.is_prevented
        assert desk.ink == {(3, 2)}
        assert not desk.page.of(Draw).drawing.is_erasing
        desk.key(" ")
        assert desk.ink == {(3, 2), (14, 14)}, "the pen has not moved"

    def test_the_cursor_shows_while_keys_can_draw(self, desk: Desk) -> None:
        hidden = [desk.cursor.hidden]
        for event in ("focus", "blur"):
            desk.canvas.fire(event)
            hidden.append(desk.cursor.hidden)

        assert hidden == [True, False, True]

    def test_the_cursor_stays_away_from_pointers(self, desk: Desk) -> None:
        desk.stroke((3, 2))

        assert desk.cursor.hidden


class TestPointerAndKeyboard:
    def test_a_stroke_whose_shift_was_released_elsewhere_has_ended(self, desk: Desk) -> None:
        desk.key("ArrowRight", shift=True)
        desk.canvas.fire("blur")
        for _ in range(4):
            desk.key("ArrowDown")
        desk.key("ArrowRight", shift=True)

        assert desk.ink == {(14, 14), (15, 14), (15, 18), (16, 18)}

    def test_a_pointer_begins_its_own_stroke(self, desk: Desk) -> None:
        desk.key("ArrowRight", shift=True)
        desk.stroke((20, 3), (22, 3))
        assert desk.ink == {(14, 14), (15, 14), (20, 3), (21, 3), (22, 3)}

        desk.click("undo")

        assert desk.ink == {(14, 14), (15, 14)}

    def test_letting_shift_go_leaves_the_pointer_drawing(self, desk: Desk) -> None:
        desk.key("ArrowRight", shift=True)
        desk.pointer("down", 20, 3)
        desk.release("Shift")
        desk.pointer("move", 22, 3)

        assert {(20, 3), (21, 3), (22, 3)} < desk.ink

    def test_keys_paint_nothing_while_a_pointer_draws(self, desk: Desk) -> None:
        desk.pointer("down", 20, 3)
        desk.key(" ")
        desk.key("ArrowRight", shift=True)
        desk.pointer("move", 22, 3)

        assert desk.ink == {(20, 3), (21, 3), (22, 3)}


class TestTools:
    def test_pen_and_eraser_are_chosen(self, desk: Desk) -> None:
        def pressed() -> list[str | None]:
            tools = (desk.browser.get("pen"), desk.browser.get("eraser"))
            return [tool.getAttribute("aria-pressed") for tool in tools]

        assert pressed() == ["true", "false"]
        desk.stroke((3, 2))
        desk.click("eraser")
        assert pressed() == ["false", "true"]
        desk.stroke((3, 2))
        assert desk.ink == set()
        desk.click("pen")
        assert pressed() == ["true", "false"]
        desk.stroke((3, 2))
        assert desk.ink == {(3, 2)}

    def test_the_brush_has_a_width(self, page: Page, browser: FakeBrowser) -> None:
        desk = Desk(page, browser)
        slider = desk.browser.get("brush-size")
        assert float(slider.value) == DEFAULT_WIDTH

        slider.value = "4.2"
        slider.fire("input")
        browser.settle()

        assert page.of(Draw).drawing.width == 4.2
        assert browser.text("brush-output") == "4.2"

    def test_undo_takes_back_one_stroke(self, desk: Desk) -> None:
        assert desk.is_disabled("undo")
        desk.stroke((3, 2))
        desk.stroke((9, 9), (12, 9))
        desk.click("undo")
        assert desk.ink == {(3, 2)}
        desk.click("undo")

        assert desk.ink == set()
        assert desk.is_disabled("undo")

    def test_redo_takes_an_undo_back(self, desk: Desk) -> None:
        assert desk.is_disabled("redo")
        desk.stroke((3, 2))
        desk.stroke((9, 9))
        desk.click("undo")
        desk.click("undo")
        desk.click("redo")
        assert desk.ink == {(3, 2)}
        assert not desk.is_disabled("redo")
        desk.stroke((12, 12))

        assert desk.is_disabled("redo")
        assert desk.ink == {(3, 2), (12, 12)}

    def test_a_stroke_without_effect_leaves_nothing_to_undo(self, desk: Desk) -> None:
        desk.stroke((3, 2), button=SECONDARY)

        assert desk.is_disabled("undo")

    def test_clear_wipes_and_can_be_undone(self, desk: Desk) -> None:
        assert desk.is_disabled("clear")
        desk.stroke((3, 2))
        desk.click("clear")
        assert desk.ink == set()
        assert desk.is_disabled("clear")

        desk.click("undo")

        assert desk.ink == {(3, 2)}

    def test_clear_takes_the_prediction_along(self, desk: Desk) -> None:
        desk.stroke((3, 2))
        desk.page.of(Read).show({"version": desk.page.of(Draw).version, "digit": 1})
        desk.click("clear")

        assert desk.page.of(Read).prediction.value is None

    def test_the_hint_gives_way_to_ink(self, desk: Desk) -> None:
        paper = desk.browser.get("paper")
        assert not paper.classList.contains("has-ink")
        desk.stroke((3, 2))
        assert paper.classList.contains("has-ink")
        desk.click("clear")
        assert not paper.classList.contains("has-ink")

    def test_the_numbers_of_a_blank_grid_are_not_offered(self, desk: Desk) -> None:
        assert desk.is_disabled("show-data")
        desk.stroke((3, 2))
        assert not desk.is_disabled("show-data")


class TestSample:
    def test_is_wished_for(self, desk: Desk) -> None:
        desk.click("load-sample")

        assert desk.samples_wished == 1

    def test_is_shown_with_its_label(self, desk: Desk) -> None:
        desk.page.of(Draw).show_sample(4, [255 if index == 30 else 0 for index in range(CELLS)])
        desk.browser.settle()

        assert desk.ink == {(2, 1)}
        assert desk.browser.text("sample-note") == "A sample from the data, labeled 4."

    def test_drawn_on_is_no_sample_any_more(self, desk: Desk) -> None:
        desk.page.of(Draw).show_sample(4, [255 if index == 30 else 0 for index in range(CELLS)])
        desk.stroke((9, 9))

        assert desk.browser.text("sample-note") == ""

    def test_can_be_undone(self, desk: Desk) -> None:
        desk.stroke((3, 2))
        desk.page.of(Draw).show_sample(4, [255] * CELLS)
        desk.browser.settle()
        desk.click("undo")

        assert desk.ink == {(3, 2)}
