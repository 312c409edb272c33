# ruff: noqa: RUF001 - letters of several alphabets
"""The journey of every hand on the grid: mouse, finger, palm, pen, two fingers, any keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from e2e.gestures import Visitor
from e2e.server import Server

# Longer than a pen counts as near, and a touch as just ended.
PEN_IS_GONE_MILLISECONDS = 1500
CONTROL, ALT = 2, 1

Cell = tuple[float, float]


class Hands:
    """Raw input, as Chromium gets it from the system; positions in cells of the grid."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._session: CDPSession = visitor.page.context.new_cdp_session(visitor.page)

    def touch(self, kind: str, *cells: Cell) -> None:
        """All fingers that are down after this; kind: Start, Move, End or Cancel."""
        points = [
            {"x": x, "y": y, "id": index}
            for index, (x, y) in enumerate(self._visitor.on_screen(list(cells)))
        ]
        self._send("Input.dispatchTouchEvent", type=f"touch{kind}", touchPoints=points)

    def pointer(self, kind: str, cell: Cell, held: int = 0, device: str = "pen") -> None:
        """kind: Pressed, Moved or Released; held: the event's `buttons`."""
        ((x, y),) = self._visitor.on_screen([cell])
        button = "right" if held == 2 else "none" if kind == "Moved" else "left"
        self._send(
            "Input.dispatchMouseEvent",
            type=f"mouse{kind}",
            x=x,
            y=y,
            button=button,
            buttons=held,
            clickCount=0 if kind == "Moved" else 1,
            pointerType=device,
        )

    def key(self, key: str, code: str, modifiers: int = 0) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self._send("Input.dispatchKeyEvent", type=kind, key=key, code=code, modifiers=modifiers)

    def _send(self, method: str, **fields: Any) -> None:
        self._session.send(method, fields)


def test_every_hand_draws_what_it_means(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(server.url, width=390, height=844, has_touch=True, is_mobile=True)
    visitor.open()
    hands = Hands(visitor)
    lose_a_release(visitor, hands)
    lose_a_touch(visitor)
    rest_the_palm(visitor, hands)
    draw_beside_a_palm(visitor, hands)
    pinch(visitor, hands)
    type_in_other_scripts(visitor, hands)


def start_over(visitor: Visitor) -> None:
    visitor.page.click("#clear")
    assert visitor.ink() == 0


def lose_a_release(visitor: Visitor, hands: Hands) -> None:
    """The button was let go where the page did not hear of it."""
    hands.pointer("Pressed", (5, 5), held=1, device="mouse")
    hands.pointer("Moved", (12, 5), held=1, device="mouse")
    line = visitor.ink()
    assert line > 5
    hands.pointer("Moved", (12, 20), device="mouse")
    hands.pointer("Moved", (20, 20), held=1, device="mouse")
    assert visitor.ink() == line
    hands.pointer("Released", (20, 20), device="mouse")
    hands.pointer("Pressed", (5, 20), held=2, device="mouse")
    hands.pointer("Moved", (5, 5), device="mouse")
    hands.pointer("Moved", (12, 5), device="mouse")
    assert visitor.ink() == line, "hovering does not erase either"
    start_over(visitor)


def lose_a_touch(visitor: Visitor) -> None:
    ((x, y),) = visitor.on_screen([(3, 3)])
    touch = {"pointerId": 99, "pointerType": "touch", "isPrimary": True, "buttons": 1}
    visitor.page.dispatch_event("#grid", "pointerdown", {**touch, "clientX": x, "clientY": y})
    dot = visitor.ink()
    visitor.draw([[(10, 20), (20, 20)]])
    assert visitor.ink() > 2 * dot > 0
    start_over(visitor)


def rest_the_palm(visitor: Visitor, hands: Hands) -> None:
    """It rests, the pen draws, the palm moves, lifts and comes again."""
    hands.touch("Start", (22, 24))
    hands.touch("Move", (23, 25))
    assert visitor.ink() > 0
    hands.pointer("Pressed", (5, 5), held=1)
    line_of_pen = visitor.ink()
    hands.touch("Move", (25, 26))
    hands.pointer("Released", (5, 5))
    hands.touch("End")
    hands.touch("Start", (22, 24))
    hands.touch("End")
    assert visitor.ink() == line_of_pen
    visitor.page.click("#undo")
    assert visitor.ink() == 0, "the palm left nothing to undo"
    visitor.page.wait_for_timeout(PEN_IS_GONE_MILLISECONDS)


def draw_beside_a_palm(visitor: Visitor, hands: Hands) -> None:
    """Only the first finger draws, and the page stays as large as it was."""
    hands.touch("Start", (5, 5))
    for x in range(6, 13):
        hands.touch("Move", (x, 5))
    hands.touch("Start", (12, 5), (24, 24))
    for x in range(13, 17):
        hands.touch("Move", (x, 5), (24, x + 6))
    hands.touch("End")
    ink = visitor.ink()
    visitor.draw([[(5, 5), (16, 5)]])
    assert visitor.ink() == pytest.approx(ink, abs=0.5)
    assert visitor.page.evaluate("visualViewport.scale") == 1


def pinch(visitor: Visitor, hands: Hands) -> None:
    before, page = visitor.ink(), visitor.page
    hands.touch("Start", (10, 10))
    hands.touch("Move", (10.2, 10.2))
    hands.touch("Start", (10.2, 10.2), (16, 16))
    for step in range(1, 9):
        hands.touch("Move", (10.2 - step, 10.2 - step), (16 + step, 16 + step))
    hands.touch("End")
    page.wait_for_function("visualViewport.scale > 1.5")
    assert visitor.ink() == before


def type_in_other_scripts(visitor: Visitor, hands: Hands) -> None:
    """Undo and redo with any layout; keys that are the browser's stay the browser's."""
    visitor.page.focus("#grid")
    visitor.page.keyboard.press("Space")
    with_dot = visitor.ink()
    visitor.page.keyboard.press("Control+z")
    without = visitor.ink()
    assert without < with_dot
    visitor.page.keyboard.press("Control+Shift+Z")
    assert visitor.ink() == with_dot
    for undo, redo in (("я", "н"), ("ζ", "υ"), ("ז", "ט"), ("ئ", "غ")):
        hands.key(undo, "KeyZ", CONTROL)
        assert visitor.ink() == without
        hands.key(redo, "KeyY", CONTROL)
        assert visitor.ink() == with_dot
    hands.key(";", "KeyZ", CONTROL)  # Dvorak
    hands.key("Delete", "Delete", CONTROL)
    hands.key("Backspace", "Backspace", ALT)
    assert visitor.ink() == with_dot
    hands.key("у", "KeyE")
    expect(visitor.page.locator("#eraser")).to_have_attribute("aria-pressed", "true")
