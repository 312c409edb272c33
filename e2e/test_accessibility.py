"""The page in all its states, judged by axe: the rules of WCAG that a program can check."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"


class Look(NamedTuple):
    scheme: Literal["light", "dark"]
    width: int
    height: int


AT_A_DESK, ON_A_PHONE = Look("light", 1280, 800), Look("dark", 390, 844)
DESK_IN_THE_DARK, PHONE_IN_THE_LIGHT = Look("dark", 1280, 800), Look("light", 390, 844)
ON_A_PROJECTOR = Look("light", 1920, 1080)


def violations(visitor: Visitor, *looks: Look, axe: Path = AXE) -> list[str]:
    """What axe finds wrong with the page as it is now, in each of the looks."""
    visitor.page.evaluate(axe.read_text())
    return [found for look in looks for found in _violations(visitor, look)]


def _violations(visitor: Visitor, look: Look) -> list[str]:
    visitor.page.emulate_media(color_scheme=look.scheme)
    visitor.page.set_viewport_size({"width": look.width, "height": look.height})
    found: dict[str, Any] = visitor.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{look}: {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def test_axe_finds_nothing_wrong(regular: Visitor) -> None:
    page = regular.page
    assert violations(regular, AT_A_DESK, ON_A_PHONE) == []

    regular.draw(placed(stored_drawings()[3]["strokes"]))
    regular.expect_reading(3)
    page.click("#show-data")
    assert violations(regular, AT_A_DESK, ON_A_PHONE) == []
    page.click("#close-data")

    page.click("#inside summary")
    page.click("#unit-90")
    expect(page.locator("#unit-picture")).to_have_attribute("aria-label", "The weights of unit 90")
    page.click("#find-nearest")
    page.wait_for_selector("#nearest-digits button")
    assert violations(regular, AT_A_DESK, ON_A_PHONE) == []
    page.click("#inside summary")

    page.click("#start")
    regular.wait_for_figure("iteration", 20)
    page.click("#pause")
    page.fill("#batch-size", "5000")
    page.press("#batch-size", "Enter")
    assert violations(regular, AT_A_DESK, ON_A_PHONE) == []

    page.click("#show-history")
    page.wait_for_selector("#history-rows tr")
    page.click("#operator summary")
    assert violations(regular, AT_A_DESK, ON_A_PHONE) == []


def test_axe_finds_nothing_wrong_with_time_travel(regular: Visitor) -> None:
    page = regular.page
    page.click("#time summary")
    page.wait_for_selector("#time-note:not(:empty)")
    assert violations(regular, AT_A_DESK) == []

    regular.draw(placed(stored_drawings()[3]["strokes"]))
    page.click("#start")
    regular.wait_for_figure("iteration", 20)
    page.click("#pause")
    page.locator("#time-panel").scroll_into_view_if_needed()
    page.wait_for_selector("#time-slider")
    page.press("#time-slider", "Home")
    page.click("#time-go-on")
    page.click("#time-table summary")
    assert violations(regular, AT_A_DESK) == []

    page.click("#time-confirm")
    page.wait_for_selector("#runs-chart canvas")
    page.click("#runs-table summary")
    assert violations(regular, AT_A_DESK) == []


def test_axe_finds_nothing_wrong_with_what_teaches(regular: Visitor) -> None:
    page = regular.page
    page.set_viewport_size({"width": ON_A_PHONE.width, "height": ON_A_PHONE.height})
    regular.draw(placed(stored_drawings()[3]["strokes"]))
    page.click("#learn summary")
    page.select_option("#learn-label", "3")
    for stage in ("Hidden layer", "Gradients", "Update"):
        page.locator("#stages button", has_text=stage).click()
        page.wait_for_selector("#stage-arrays canvas")
        assert violations(regular, ON_A_PHONE) == []
    page.click("#stage-code summary")
    assert violations(regular, ON_A_PHONE) == []

    page.click("#open-tour")
    assert violations(regular, ON_A_PHONE) == []
    page.click("#end-tour")
    page.evaluate("location.hash = 'preset=l2&seed=-1&hide=tune'")
    page.wait_for_selector("#lesson-problems li")
    page.click("#more-settings summary")
    page.click("#link summary")
    page.focus("#l2")
    assert violations(regular, ON_A_PHONE) == []
    page.click("#close-lesson")


def test_axe_finds_nothing_wrong_with_the_tray(regular: Visitor) -> None:
    page = regular.page
    page.set_viewport_size({"width": ON_A_PHONE.width, "height": ON_A_PHONE.height})
    page.click("#hand summary")
    page.click("#collect")
    regular.draw(placed(stored_drawings()[0]["strokes"]))
    page.click("#collect-keep")
    page.wait_for_selector("#tray-digits li")
    assert violations(regular, ON_A_PHONE) == []
    page.click("#collect-end")
    page.click("#tray-digits li button")
    page.wait_for_selector("#tray-undo:visible")
    page.click("#tray-undo")
    page.wait_for_selector("#tray-digits li")
    assert violations(regular, ON_A_PHONE) == []


def test_axe_finds_nothing_wrong_with_everything_open_while_it_trains(regular: Visitor) -> None:
    page = regular.page
    page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
    page.click("#load-sample")
    page.click("#evaluate")
    page.wait_for_selector("#evaluation-result:not([hidden])", timeout=60_000)
    page.click("#cell-4-4")
    page.wait_for_selector("#gallery li")
    page.locator("#start").evaluate("button => button.click()")
    regular.wait_for_figure("iteration", 20)
    page.click("#start-afresh")
    assert violations(regular, DESK_IN_THE_DARK, PHONE_IN_THE_LIGHT) == []
