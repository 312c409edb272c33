from typing import Any

import pytest

from app.pyscript.brush import DEFAULT_WIDTH, SIDE
from app.pyscript.components.grid import Grid
from app.pyscript.drawing import CELLS
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
        self, name: str, column: float, row: float, pointer: int = 1, button: int = PRIMARY
    ) -> Event:
        return self.canvas.fire(
            f"pointer{name}",
            pointerId=pointer,
            button=button,
            buttons=HELD[button],
            **self.point(column, row),
        )

    def stroke(self, *cells: tuple[float, float], button: int = PRIMARY) -> None:
        self.pointer("down", *cells[0], button=button)
        for cell in cells[1:]:
            self.pointer("move", *cell, button=button)
        self.pointer("up", *cells[-1], button=button)
        self.browser.settle()

    def key(
        self, key: str, shift: bool = False, control: bool = False, meta: bool = False
    ) -> Event:
        event = self.canvas.fire("keydown", key=key, shiftKey=shift, ctrlKey=control, metaKey=meta)
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
        page.canvas.fire("pointermove", pointerId=1, path=path, **page.point(7, 6))

        assert page.ink == {(3, row) for row in range(2, 7)} | {(x, 6) for x in range(3, 8)}

    def test_the_first_move_of_a_frame_is_drawn_at_once(self, page: Page) -> None:
        page.pointer("rawupdate", 3, 2)  # not pressed yet
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
        page.pointer("move", 3, 2)
        page.stroke((9, 9))
        page.pointer("move", 12, 9)

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

    def test_the_first_of_several_draws_alone(self, page: Page) -> None:
        page.pointer("down", 3, 2, pointer=1)
        page.pointer("down", 20, 20, pointer=2)
        page.pointer("move", 24, 20, pointer=2)
        page.pointer("up", 24, 20, pointer=2)
        page.pointer("move", 5, 2, pointer=1)
        page.pointer("up", 5, 2, pointer=1)
        assert page.ink == {(3, 2), (4, 2), (5, 2)}

        page.pointer("down", 20, 20, pointer=2)

        assert (20, 20) in page.ink

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
    def test_control_z_undoes(self, page: Page, held: str) -> None:
        page.key(" ")
        event = page.key("z", **{held: True})

        assert page.ink == set()
        assert event.is_prevented

    @pytest.mark.parametrize("key", ["Delete", "Backspace"])
    def test_delete_clears(self, page: Page, key: str) -> None:
        page.stroke((3, 2), (9, 9))
        page.key(key)

        assert page.ink == set()

    @pytest.mark.parametrize(
        "keys",
        [{"key": "Tab"}, {"key": "z"}, {"key": "e", "control": True}, {"key": "a"}],
        ids=str,
    )
    def test_other_keys_are_left_to_the_browser(self, page: Page, keys: dict[str, Any]) -> None:
        page.stroke((3, 2))
        event = page.key(**keys)

        assert not event.is_prevented
        assert page.ink == {(3, 2)}
        assert not page.store.drawing.is_erasing

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
        assert page.browser.text("sample-note") == "A sample from the data, labelled 4."

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
