from collections.abc import Callable

import pytest

from app.pyscript.draw.brush import SIDE, THICKEST, THINNEST
from app.pyscript.draw.drawing import ALL_CELLS, CELLS, UNDO_LIMIT, Drawing

SAMPLE = bytes(index % 256 for index in range(CELLS))


@pytest.fixture
def drawing() -> Drawing:
    drawing = Drawing()
    drawing.set_width(1)
    return drawing


def ink(drawing: Drawing) -> set[tuple[int, int]]:
    """The column and row of every cell that is not blank."""
    return {(index % SIDE, index // SIDE) for index in ALL_CELLS if drawing.pixels[index]}


def stroke(drawing: Drawing, *positions: tuple[float, float], erasing: bool = False) -> None:
    """A whole stroke with the thinnest pen, which on cell centers fills whole cells."""
    drawing.begin_stroke(*positions[0], erasing=erasing)
    for position in positions[1:]:
        drawing.continue_stroke(*position)
    drawing.end_stroke()


class TestStroke:
    def test_begins_with_a_dot(self, drawing: Drawing) -> None:
        changed = drawing.begin_stroke(3.5, 2.5)

        assert changed == [2 * SIDE + 3]
        assert ink(drawing) == {(3, 2)}

    def test_goes_all_the_way(self, drawing: Drawing) -> None:
        drawing.begin_stroke(3.5, 2.5)
        changed = drawing.continue_stroke(6.5, 2.5)

        assert changed == [2 * SIDE + column for column in (4, 5, 6)]
        assert ink(drawing) == {(column, 2) for column in (3, 4, 5, 6)}

    def test_needs_the_pen_down(self, drawing: Drawing) -> None:
        assert drawing.continue_stroke(6.5, 2.5) == []
        stroke(drawing, (3.5, 2.5))
        assert drawing.continue_stroke(6.5, 2.5) == []
        assert ink(drawing) == {(3, 2)}

    def test_begins_where_the_pen_is_put_down(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (9.5, 2.5))

        assert ink(drawing) == {(3, 2), (9, 2)}

    def test_is_under_way_until_the_pen_is_lifted(self, drawing: Drawing) -> None:
        drawing.begin_stroke(3.5, 2.5)
        drawing.continue_stroke(6.5, 2.5)
        while_down = drawing.is_drawing
        drawing.end_stroke()

        assert (while_down, drawing.is_drawing) == (True, False)

    def test_begun_while_another_is_under_way_starts_afresh(self, drawing: Drawing) -> None:
        drawing.begin_stroke(3.5, 2.5)
        drawing.begin_stroke(9.5, 2.5)
        drawing.end_stroke()
        assert ink(drawing) == {(3, 2), (9, 2)}

        drawing.undo()

        assert ink(drawing) == {(3, 2)}

    def test_at_the_origin_is_a_stroke_too(self, drawing: Drawing) -> None:
        drawing.set_width(2)
        drawing.begin_stroke(0, 0)
        drawing.continue_stroke(0, 5)

        assert {(0, row) for row in range(6)} <= ink(drawing)


class TestEraser:
    def test_takes_ink_away(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5), (9.5, 2.5))
        drawing.is_erasing = True
        stroke(drawing, (3.5, 2.5), (9.5, 2.5))

        assert drawing.is_blank

    def test_for_one_stroke_leaves_the_pen_in_hand(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (3.5, 2.5), erasing=True)
        assert drawing.is_blank

        stroke(drawing, (9.5, 2.5))

        assert ink(drawing) == {(9, 2)}

    def test_chosen_in_mid_stroke_waits_for_the_next(self, drawing: Drawing) -> None:
        drawing.begin_stroke(3.5, 2.5)
        drawing.is_erasing = True
        drawing.continue_stroke(5.5, 2.5)

        assert ink(drawing) == {(3, 2), (4, 2), (5, 2)}


class TestUndo:
    def test_takes_back_a_whole_stroke(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (5.5, 5.5), (9.5, 5.5), (9.5, 9.5))

        assert drawing.undo() == ALL_CELLS

        assert ink(drawing) == {(3, 2)}

    def test_goes_back_to_the_blank_grid_and_no_further(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        before = drawing.can_undo

        drawing.undo()

        assert drawing.is_blank
        assert (before, drawing.can_undo) == (True, False)
        assert len(drawing.undo()) == 0

    def test_brings_back_what_was_cleared(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        assert drawing.clear() == ALL_CELLS
        assert drawing.is_blank

        drawing.undo()

        assert ink(drawing) == {(3, 2)}

    def test_brings_back_what_a_sample_replaced(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.replace(SAMPLE)

        drawing.undo()

        assert ink(drawing) == {(3, 2)}

    def test_brings_back_what_was_erased(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (3.5, 2.5), erasing=True)

        drawing.undo()

        assert ink(drawing) == {(3, 2)}

    def test_in_mid_stroke_takes_that_stroke_back_and_lifts_the_pen(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.begin_stroke(5.5, 5.5)

        drawing.undo()
        drawing.continue_stroke(9.5, 9.5)
        drawing.end_stroke()

        assert ink(drawing) == {(3, 2)}
        assert drawing.can_undo

    def test_skips_strokes_that_changed_nothing(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (20.5, 20.5), erasing=True)

        drawing.undo()

        assert drawing.is_blank
        assert not drawing.can_undo

    def test_remembers_a_bounded_number_of_strokes(self, drawing: Drawing) -> None:
        cells = [(column, row) for row in range(4) for column in range(SIDE)][: UNDO_LIMIT + 1]
        for column, row in cells:
            stroke(drawing, (column + 0.5, row + 0.5))

        while drawing.can_undo:
            drawing.undo()

        assert ink(drawing) == {cells[0]}


class TestRedo:
    def test_takes_an_undo_back(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (9.5, 2.5))
        drawing.undo()
        drawing.undo()

        can_redo = [drawing.can_redo]
        assert drawing.redo() == ALL_CELLS
        assert ink(drawing) == {(3, 2)}
        drawing.redo()
        assert ink(drawing) == {(3, 2), (9, 2)}
        can_redo.append(drawing.can_redo)
        assert can_redo == [True, False]
        assert len(drawing.redo()) == 0

        drawing.undo()

        assert ink(drawing) == {(3, 2)}

    def test_brings_a_clearing_and_a_sample_again(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.clear()
        drawing.replace(SAMPLE)
        for _ in range(3):
            drawing.undo()

        shown = []
        for _ in range(3):
            drawing.redo()
            shown.append(bytes(drawing.pixels))

        assert shown[1:] == [bytes(CELLS), SAMPLE]

    def test_ends_with_a_new_stroke(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.undo()
        drawing.begin_stroke(9.5, 2.5)
        while_drawing = drawing.can_redo
        drawing.end_stroke()

        assert not while_drawing
        assert not drawing.can_redo
        assert len(drawing.redo()) == 0

    def test_outlives_a_stroke_that_changes_nothing(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.undo()
        stroke(drawing, (20.5, 20.5), erasing=True)

        drawing.redo()

        assert ink(drawing) == {(3, 2)}

    def test_in_mid_stroke_keeps_the_stroke(self, drawing: Drawing) -> None:
        stroke(drawing, (3.5, 2.5))
        drawing.undo()
        drawing.begin_stroke(9.5, 2.5)

        assert len(drawing.redo()) == 0
        assert ink(drawing) == {(9, 2)}
        assert drawing.can_undo


class TestCancel:
    @pytest.mark.parametrize("has_ended", [False, True], ids=["under way", "ended"])
    def test_leaves_no_trace(self, drawing: Drawing, has_ended: bool) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (9.5, 2.5))
        drawing.undo()
        drawing.begin_stroke(20.5, 20.5)
        drawing.continue_stroke(25.5, 20.5)
        if has_ended:
            drawing.end_stroke()

        assert drawing.cancel_stroke() == ALL_CELLS

        assert not drawing.is_drawing
        assert ink(drawing) == {(3, 2)}
        drawing.redo()
        assert ink(drawing) == {(3, 2), (9, 2)}
        drawing.undo()
        drawing.undo()
        assert drawing.is_blank
        assert not drawing.can_undo

    def test_gives_back_the_oldest_that_made_room(self, drawing: Drawing) -> None:
        for row in range(UNDO_LIMIT):
            stroke(drawing, (row % SIDE + 0.5, row // SIDE + 0.5))
        stroke(drawing, (20.5, 20.5))

        drawing.cancel_stroke()
        while drawing.can_undo:
            drawing.undo()

        assert drawing.is_blank

    @pytest.mark.parametrize("change", [Drawing.clear, Drawing.undo, Drawing.cancel_stroke])
    def test_leaves_alone_what_happened_since(
        self, drawing: Drawing, change: Callable[[Drawing], object]
    ) -> None:
        stroke(drawing, (3.5, 2.5))
        stroke(drawing, (9.5, 2.5))
        change(drawing)
        before = bytes(drawing.pixels)

        assert len(drawing.cancel_stroke()) == 0
        assert drawing.pixels == before


class TestReplace:
    @pytest.mark.parametrize("pixels", [SAMPLE, list(SAMPLE)], ids=["bytes", "list"])
    def test_shows_the_pixels(self, drawing: Drawing, pixels: bytes | list[int]) -> None:
        assert drawing.replace(pixels) == ALL_CELLS

        assert drawing.pixels == SAMPLE

    def test_keeps_the_one_buffer_that_views_hold(self, drawing: Drawing) -> None:
        pixels = drawing.pixels

        drawing.replace(SAMPLE)
        drawing.clear()
        drawing.undo()

        assert drawing.pixels is pixels
        assert pixels == SAMPLE

    def test_ends_a_stroke_under_way(self, drawing: Drawing) -> None:
        drawing.begin_stroke(3.5, 2.5)
        drawing.replace(SAMPLE)

        assert drawing.continue_stroke(9.5, 9.5) == []
        assert drawing.pixels == SAMPLE

    @pytest.mark.parametrize("count", [0, CELLS - 1, CELLS + 1])
    def test_refuses_another_number_of_pixels(self, drawing: Drawing, count: int) -> None:
        with pytest.raises(ValueError, match=f"784 pixels, and {count} came"):
            drawing.replace(bytes(count))

        assert not drawing.can_undo

    @pytest.mark.parametrize("value", [-1, 256])
    def test_refuses_intensities_out_of_range(self, drawing: Drawing, value: int) -> None:
        with pytest.raises(ValueError, match="range"):
            drawing.replace([0] * (CELLS - 1) + [value])

        assert drawing.is_blank
        assert not drawing.can_undo


class TestClear:
    def test_of_a_blank_grid_changes_nothing(self, drawing: Drawing) -> None:
        assert len(drawing.clear()) == 0
        assert not drawing.can_undo


@pytest.mark.parametrize(("asked", "got"), [(0, THINNEST), (2.2, 2.2), (99, THICKEST)])
def test_the_width_stays_within_what_the_brush_can_draw(
    drawing: Drawing, asked: float, got: float
) -> None:
    drawing.set_width(asked)

    assert drawing.width == got
