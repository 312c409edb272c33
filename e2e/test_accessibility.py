"""The page in all its states, judged by axe: the rules of WCAG that a program can check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import ROOT, Server

AXE = ROOT / "node_modules/axe-core/axe.min.js"


def violations(visitor: Visitor, axe: Path = AXE) -> list[str]:
    """What axe finds wrong with the page as it is now."""
    visitor.page.evaluate(axe.read_text())
    found: dict[str, Any] = visitor.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


FIELDS = ("scheme", "width", "height")
AT_A_DESK, ON_A_PHONE = ("light", 1280, 800), ("dark", 390, 844)
LOOKS = pytest.mark.parametrize(FIELDS, [AT_A_DESK, ON_A_PHONE], ids=["desk", "phone"])
# The test with everything open looks at the others.
DESK = pytest.mark.parametrize(FIELDS, [AT_A_DESK], ids=["desk"])
PHONE = pytest.mark.parametrize(FIELDS, [ON_A_PHONE], ids=["phone"])


@LOOKS
def test_axe_finds_nothing_wrong(
    server: Server, new_visitor: Callable[..., Visitor], scheme: str, width: int, height: int
) -> None:
    visitor = new_visitor(server.url, width=width, height=height, color_scheme=scheme)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    assert violations(visitor) == []

    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    visitor.expect_reading(3)
    page.click("#show-data")
    assert violations(visitor) == []
    page.click("#close-data")

    page.click("#inside summary")
    page.click("#unit-90")
    expect(page.locator("#unit-picture")).to_have_attribute("aria-label", "The weights of unit 90")
    page.click("#find-nearest")
    page.wait_for_selector("#nearest-digits button")
    assert violations(visitor) == []
    page.click("#inside summary")

    page.click("#start")
    visitor.wait_for_figure("iteration", 20)
    page.click("#pause")
    page.fill("#batch-size", "5000")
    page.press("#batch-size", "Enter")
    assert violations(visitor) == []

    page.click("#show-history")
    page.wait_for_selector("#history-rows tr")
    page.click("#operator summary")
    assert violations(visitor) == []


@DESK
def test_axe_finds_nothing_wrong_with_time_travel(
    server: Server, new_visitor: Callable[..., Visitor], scheme: str, width: int, height: int
) -> None:
    visitor = new_visitor(server.url, width=width, height=height, color_scheme=scheme)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#time summary")
    page.wait_for_selector("#time-note:not(:empty)")
    assert violations(visitor) == []

    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.click("#start")
    visitor.wait_for_figure("iteration", 20)
    page.click("#pause")
    page.locator("#time-panel").scroll_into_view_if_needed()
    page.wait_for_selector("#time-slider")
    page.press("#time-slider", "Home")
    page.click("#time-go-on")
    page.click("#time-table summary")
    assert violations(visitor) == []

    page.click("#time-confirm")
    page.wait_for_selector("#runs-chart canvas")
    page.click("#runs-table summary")
    assert violations(visitor) == []


@PHONE
def test_axe_finds_nothing_wrong_with_what_teaches(
    server: Server, new_visitor: Callable[..., Visitor], scheme: str, width: int, height: int
) -> None:
    visitor = new_visitor(server.url, width=width, height=height, color_scheme=scheme)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.click("#learn summary")
    page.select_option("#learn-label", "3")
    for stage in ("Hidden layer", "Gradients", "Update"):
        page.locator("#stages button", has_text=stage).click()
        page.wait_for_selector("#stage-arrays canvas")
        assert violations(visitor) == []
    page.click("#stage-code summary")
    assert violations(visitor) == []

    page.click("#open-tour")
    assert violations(visitor) == []
    page.click("#end-tour")
    page.evaluate("location.hash = 'preset=l2&seed=-1&hide=tune'")
    page.wait_for_selector("#lesson-problems li")
    page.click("#more-settings summary")
    page.click("#link summary")
    page.focus("#l2")
    assert violations(visitor) == []
    page.click("#close-lesson")


@PHONE
def test_axe_finds_nothing_wrong_with_the_tray(
    server: Server, new_visitor: Callable[..., Visitor], scheme: str, width: int, height: int
) -> None:
    visitor = new_visitor(server.url, width=width, height=height, color_scheme=scheme)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#hand summary")
    page.click("#collect")
    visitor.draw(placed(stored_drawings()[0]["strokes"]))
    page.click("#collect-keep")
    page.wait_for_selector("#tray-digits li")
    assert violations(visitor) == []
    page.click("#collect-end")
    page.click("#tray-digits li button")
    page.wait_for_selector("#tray-undo:visible")
    page.click("#tray-undo")
    page.wait_for_selector("#tray-digits li")
    assert violations(visitor) == []


# The other schemes: what is tried in the light at a desk is tried in the dark on a phone.
OTHERWISE = pytest.mark.parametrize(
    "screen",
    [
        {"width": 390, "height": 844, "color_scheme": "light"},
        {"width": 1280, "height": 800, "color_scheme": "dark"},
    ],
    ids=["phone", "desk"],
)


@OTHERWISE
def test_axe_finds_nothing_wrong_with_everything_open_while_it_trains(
    server: Server, new_visitor: Callable[..., Visitor], screen: dict[str, Any]
) -> None:
    visitor = new_visitor(server.url, **screen)
    page = visitor.page
    visitor.open()
    assert violations(visitor) == []
    visitor.wait_for_the_network()
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    page.click("#load-sample")
    page.click("#evaluate")
    page.wait_for_selector("#evaluation-result:not([hidden])", timeout=60_000)
    page.click("#cell-4-4")
    page.wait_for_selector("#gallery li")
    page.locator("#start").evaluate("button => button.click()")
    visitor.wait_for_figure("iteration", 20)
    page.click("#start-afresh")
    assert violations(visitor) == []


@OTHERWISE
def test_axe_finds_nothing_wrong_after_failures(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str], screen: dict[str, Any]
) -> None:
    visitor = new_visitor(server.url, **screen)
    page = visitor.page
    for pattern in ("**/pyodide.asm.wasm", "**/api/samples/**"):
        page.route(pattern, lambda route: route.fulfill(status=404, body="not here"))
    visitor.open()
    page.wait_for_selector('html[data-worker="failed"]')
    page.click("#load-sample")
    expect(page.locator("#notices .notice")).to_have_count(2)

    assert violations(visitor) == []
    console.clear()  # the browser logs the failed requests itself
