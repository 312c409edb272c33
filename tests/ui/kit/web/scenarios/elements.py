"""kit/web/elements.py"""

import js

from app.pyscript.kit.web import elements
from tests.ui.kit.web.scenarios.tools import add, listed, record, until


async def an_element_is_found_by_its_id() -> None:
    button = add("button", "id=go")
    assert elements.element("go").isSameNode(button)
    assert elements.element("gone") is None
    assert elements.root().isSameNode(js.document.documentElement)
    assert elements.create_element("canvas").localName == "canvas"


async def only_an_active_listener_may_prevent_the_default() -> None:
    target = add("canvas")
    elements.listen(target, "wheel", lambda event: event.preventDefault())
    assert not js.stage.fire(target, "wheel").defaultPrevented
    elements.listen(target, "touchmove", lambda event: event.preventDefault(), active=True)
    assert js.stage.fire(target, "touchmove").defaultPrevented


async def an_early_move_comes_once_for_each_request() -> None:
    target, moves = add("canvas"), []
    request = elements.early_moves(target, lambda event: moves.append(event.x))
    js.stage.fire(target, "pointerrawupdate", record(x=1))
    request()
    js.stage.fire(target, "pointerrawupdate", record(x=2))
    js.stage.fire(target, "pointerrawupdate", record(x=3))
    request()
    js.stage.fire(target, "pointerrawupdate", record(x=4))
    assert moves == [2, 4]


async def a_move_has_all_its_positions_or_at_least_its_own() -> None:
    def positions(**fields: object) -> list[int]:
        return [each.x for each in elements.pointer_path(record(x=9, **fields))]

    assert positions() == [9]
    assert positions(getCoalescedEvents=js.Array.new) == [9]
    several = js.Array.of(record(x=1), record(x=2))
    assert positions(getCoalescedEvents=lambda: several) == [1, 2]


async def the_focus_is_known_and_moved_quietly() -> None:
    button = add("button")
    assert elements.focused() is None
    assert not elements.has_focus(button)
    elements.focus_quietly(button)
    assert button.isSameNode(elements.focused())
    assert elements.has_focus(button)
    assert button.focusedWith.preventScroll
    assert not button.focusedWith.focusVisible
    elements.reveal(button)
    assert button.scrolledWith.block == "nearest"


async def a_pointer_that_is_gone_is_captured_by_nobody_and_breaks_nothing() -> None:
    """Both calls throw then, which MicroPython could not catch."""
    target = add("canvas")
    elements.capture_pointer(target, 5)
    elements.release_pointer(target, 5)
    target.pointers.add(6)
    elements.capture_pointer(target, 6)
    await until(lambda: target.captured.length)
    assert listed(target.captured) == [6]
    elements.release_pointer(target, 6)
    await until(lambda: not target.captured.length)


async def leaving_is_noticed_in_every_way() -> None:
    left: list[str] = []
    elements.on_leaving(lambda: left.append("left"))
    js.stage.fire(js.document, "visibilitychange")
    assert left == []
    js.document.hidden = True
    js.stage.fire(js.document, "visibilitychange")
    js.stage.fire(js.window, "blur")
    js.stage.fire(js.window, "pagehide")
    assert len(left) == 3


async def another_theme_is_noticed_and_brings_other_values() -> None:
    told: list[str] = []
    elements.on_theme_change(lambda: told.append(elements.style_value("--ink")))
    js.Reflect.set(js.stage.styles, "--ink", " #fff ")
    js.stage.fire(js.stage.media, "change")
    assert told == ["#fff"]
