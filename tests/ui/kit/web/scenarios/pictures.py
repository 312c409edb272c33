"""kit/web/ink_canvas.py and chart.py"""

import js

from app.pyscript.kit.web import chart, ink_canvas
from tests.ui.kit.web.scenarios.tools import add, listed

PIXELS = 28 * 28


async def ink_is_shown_as_opacity_where_it_changed() -> None:
    canvas = add("canvas", "id=grid")
    ink = ink_canvas.InkCanvas("grid")
    pixels = bytearray(PIXELS)
    pixels[3], pixels[5] = 200, 100
    ink.show_cells(pixels, [3])
    assert listed(canvas.shown.slice(12, 24)) == [0, 0, 0, 200] + [0] * 8
    rgba = js.Uint8Array.new(4 * PIXELS).fill(7)
    ink.show_rgba(rgba)
    assert canvas.shown[4 * PIXELS - 1] == 7
    ink.show_rgba(None)
    assert not any(listed(canvas.shown.slice(0, 40)))


async def ink_is_shown_from_a_text() -> None:
    canvas = add("canvas")
    canvas.width = canvas.height = 28
    ink_canvas.show_ink(canvas, "00ff" + "00" * (PIXELS - 2))
    assert listed(canvas.shown.slice(0, 8)) == [0] * 7 + [255]
    ink_canvas.show_ink(canvas, "")
    assert not any(listed(canvas.shown.slice(0, 8)))


async def pictures_are_cut_from_one_array() -> None:
    rgba = js.Uint8Array.new(8 * PIXELS).fill(1, 0, 4 * PIXELS).fill(2, 4 * PIXELS)
    first, second = ink_canvas.pictures(rgba, 2)
    assert (first.width, first.height) == (28, 28)
    assert (first.shown[0], second.shown[0]) == (1, 2)
    ink_canvas.fill_canvas(first, None)
    assert first.shown[0] == 0


async def a_chart_is_as_wide_as_its_element() -> None:
    js.uPlot = js.Plot
    panel = add("div", "id=loss")
    panel.clientWidth = 0  # in a closed section
    colours = {"muted": "gray", "line": "silver", "chart-1": "blue", "chart-3": "red"}
    made = chart.Chart("loss", 120, colours, [("a", "chart-1"), ("b", "chart-3")], {})
    (plot,) = listed(js.stage.plots)
    assert plot.target.isSameNode(panel)
    assert plot.options.height == 120
    assert [each.stroke for each in listed(plot.options.series)[1:]] == ["blue", "red"]
    assert listed(plot.options.series[2].dash) == chart.DASHES["chart-3"]
    assert plot.columns.length == 3
    (observer,) = listed(js.stage.observers)
    for width in (0, 300, 300, 200):
        panel.clientWidth = width
        observer.tell()
    assert listed(plot.sizes) == [300, 200]
    made.show([[1, 2], [0.5, None], [None, 0.25]])
    assert plot.columns[1][1] is None
    made.remove()
    assert plot.isDestroyed
    assert observer.target is None
