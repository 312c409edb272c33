"""What visitors are told when something is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Route, expect

from e2e.conftest import Regular
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.proxy import Proxy
from e2e.server import Server, copy_of_the_program
from e2e.test_accessibility import DESK_IN_THE_DARK, PHONE_IN_THE_LIGHT, violations

MISSING: dict[str, Any] = {"status": 404, "body": "not here"}
LOGIN_PAGE = {"status": 200, "content_type": "text/html", "body": "<!doctype html>Log in"}
CUT = {"status": 200, "body": "P" * 4000}
# In the order in which the worker needs them: that one is missed tells that those before came.
SPOILED: dict[str, dict[str, Any]] = {
    "**/worker/main.py": LOGIN_PAGE,
    "**/pyodide.asm.wasm": LOGIN_PAGE,
    "**/python_stdlib.zip": CUT,
    "**/numpy-*.whl": CUT,
    "**/worker.zip": MISSING,
}

ODD = """

import functools

from app.pyscript.keep.worker.calls import KeepCalls
from app.pyscript.read.worker.calls import ReadCalls
from app.pyscript.train.worker.trainer import Trainer

def fails(method, is_odd):
    @functools.wraps(method)  # what is offered is marked
    def call(self, *arguments):
        if is_odd(self, *arguments):
            raise ZeroDivisionError("odd")
        return method(self, *arguments)
    return call

once = {"file": True, "slice": True}
ReadCalls.predict = fails(ReadCalls.predict, lambda self, pixels: pixels[:2] != "00")
KeepCalls.save_weights = fails(KeepCalls.save_weights, lambda self: once.pop("file", False))
Trainer._train_slice = fails(
    Trainer._train_slice,
    lambda self: self._network.figures.iteration > 50 and once.pop("slice", False),
)
"""
"""A mistake in reading what has ink in the first corner, one in saving, and one in training."""


def test_a_mistake_of_the_program_is_told_and_the_network_stays(
    tmp_path: Path, new_visitor: Callable[..., Visitor]
) -> None:
    server = Server()
    server.checkout = copy_of_the_program(tmp_path / "program")
    with (server.checkout / "app/pyscript/worker/features.py").open("a") as features:
        features.write(ODD)
    with server:
        go_on_in_spite_of_mistakes(new_visitor(server.url))


def go_on_in_spite_of_mistakes(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    notices = page.locator("#notices .notice")
    three = placed(stored_drawings()[3]["strokes"])

    page.click("#start")
    expect(notices).to_contain_text("Training stopped")
    expect(notices).to_contain_text("The program made a mistake (ZeroDivisionError: odd).")
    learned = visitor.figure("iteration")
    assert learned > 50

    visitor.draw(three)
    visitor.expect_reading(3)
    visitor.draw([[(0.5, 0.5), (1.5, 0.5)]])
    expect(notices.filter(has_text="The drawing could not be read")).to_have_count(1)
    visitor.expect_reading("")
    expect(page.locator("#prediction-note")).to_have_text("It could not be read.")
    page.click("#undo")
    visitor.expect_reading(3)
    expect(notices.filter(has_text="The drawing could not be read")).to_have_count(0)

    page.locator("#save-weights").evaluate("button => button.click()")
    expect(notices.filter(has_text="The file could not be made")).to_have_count(1)
    with page.expect_download() as download:
        page.locator("#save-weights").evaluate("button => button.click()")
    assert download.value.suggested_filename.endswith(".npz")
    expect(notices.filter(has_text="The file could not be made")).to_have_count(0)

    assert visitor.figure("iteration") == learned
    page.click("#start")
    visitor.wait_for_figure("iteration", at_least=learned + 50)
    page.click("#pause")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    expect(notices).to_have_count(0)


def fulfill(answer: dict[str, Any], route: Route) -> None:
    route.fulfill(**answer)


def test_each_file_of_the_worker_that_does_not_come_is_named_and_drawing_goes_on(
    visitor: Visitor, console: list[str]
) -> None:
    page = visitor.page
    notices, again = page.locator("#notices .notice"), page.get_by_role("button", name="Try again")
    for pattern, answer in SPOILED.items():
        page.route(pattern, partial(fulfill, answer))
        # The cause mended, the button brings the next one without a reload.
        if notices.count():
            again.click()
        else:
            visitor.open()
        expect(notices).to_contain_text(pattern.rsplit("*", maxsplit=1)[-1].strip("/"))
        expect(page.locator("html")).to_have_attribute("data-worker", "failed")
        visitor.draw(placed(stored_drawings()[3]["strokes"]))
        assert visitor.ink() > 20
        page.click("#clear")
        page.unroute(pattern)

    page.route("**/api/samples/**", partial(fulfill, MISSING))
    page.click("#load-sample")
    expect(notices).to_have_count(2)
    assert violations(visitor, PHONE_IN_THE_LIGHT, DESK_IN_THE_DARK) == []
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    again.click()
    visitor.wait_for_the_network()
    visitor.expect_reading(3)
    console.clear()  # the browser logs what failed itself, and Pyodide what it cannot read


def test_without_its_python_the_page_says_so(visitor: Visitor, console: list[str]) -> None:
    page = visitor.page
    page.route("**/micropython.wasm", lambda route: route.fulfill(status=404, body="not here"))
    page.goto(visitor.url)
    expect(page.locator(".stalled")).to_be_visible(timeout=20_000)
    expect(page.locator(".misplaced")).to_be_hidden()
    console.clear()


def test_the_grid_needs_no_more_than_it_has(visitor: Visitor, console: list[str]) -> None:
    """The rest of the program does not come for a while."""
    page = visitor.page
    pattern = "**/panels.bin"
    page.route(pattern, lambda route: route.abort())
    page.goto(visitor.url)
    page.wait_for_selector('html[data-ui="ready"]')
    visitor.draw([[(4, 4), (24, 4), (24, 24)]])
    page.click("#undo")
    page.click("#redo")
    page.click("#clear")
    page.click("#eraser")
    page.click("#pen")
    page.locator("#brush-size").fill("3")
    page.locator("#grid").focus()
    for key in ("Enter", "ArrowRight", "ArrowDown", "Enter", "Control+z"):
        page.keyboard.press(key)
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    assert visitor.ink() > 20
    expect(page.locator(".stalled")).to_be_visible(timeout=20_000)
    console.clear()  # the browser logs what failed itself

    page.unroute(pattern)
    visitor.wait_for_the_network()
    visitor.expect_reading(3)
    expect(page.locator(".stalled")).to_be_hidden()
    console.clear()


def test_at_an_address_without_its_slash_the_page_says_so(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    with Proxy(server.url, prefix="/digits") as proxy:
        page = new_visitor(proxy.url).page
        page.goto(f"{proxy.url}/digits")
        expect(page.locator(".misplaced")).to_contain_text("without a slash")
        expect(page.locator(".stalled")).to_be_hidden()
        page.goto("about:blank")  # before the proxy goes, while files are still asked for in vain
    console.clear()


def test_an_unreachable_api_is_said_when_a_sample_is_wanted(regular_and_console: Regular) -> None:
    visitor, console = regular_and_console
    page = visitor.page
    page.route("**/api/samples/**", lambda route: route.abort())
    page.click("#load-sample")
    expect(page.locator("#notices .notice")).to_contain_text("did not answer")
    page.unroute("**/api/samples/**")
    page.click("#load-sample")
    expect(page.locator("#sample-note")).to_contain_text("labeled")
    expect(page.locator("#notices .notice")).to_have_count(0)
    console.clear()  # the browser logs the aborted request itself
