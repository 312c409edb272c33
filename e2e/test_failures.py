"""What visitors are told when something is missing."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Route, expect

from e2e.gestures import Visitor, placed, stored_drawings

MISSING = ["**/worker.zip", "**/pyodide.asm.wasm", "**/numpy-*.whl", "**/worker/main.py"]

ODD = """

def fails(method, is_odd):
    def call(self, *arguments):
        if is_odd(self, *arguments):
            raise ZeroDivisionError("odd")
        return method(self, *arguments)
    return call

once = {"file": True, "slice": True}
Session.predict = fails(Session.predict, lambda self, pixels: pixels[0])
Session.weights_file = fails(Session.weights_file, lambda self: once.pop("file", False))
Session._train_slice = fails(
    Session._train_slice, lambda self: self._figures.iteration > 50 and once.pop("slice", False)
)
"""
"""A mistake in reading what has ink in the first corner, one in saving, and one in training."""


def make_mistakes(route: Route) -> None:
    """Answer with the worker's archive, in which the session makes mistakes."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(route.fetch().body())) as archive,
        zipfile.ZipFile(changed, "w") as odd_archive,
    ):
        for name in archive.namelist():
            text = ODD.encode() if name.endswith("worker/session.py") else b""
            odd_archive.writestr(name, archive.read(name) + text)
    route.fulfill(body=changed.getvalue(), content_type="application/zip")


def test_a_mistake_of_the_program_is_told_and_the_network_stays(visitor: Visitor) -> None:
    page = visitor.page
    page.route("**/worker.zip", make_mistakes)
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


@pytest.mark.parametrize("pattern", MISSING)
def test_a_missing_file_of_the_worker_is_named_and_drawing_goes_on(
    visitor: Visitor, console: list[str], pattern: str
) -> None:
    page = visitor.page
    page.route(pattern, lambda route: route.fulfill(status=404, body="not here"))
    visitor.open()
    notice = page.locator("#notices .notice")
    expect(notice).to_contain_text(pattern.rsplit("*", maxsplit=1)[-1].strip("/"))
    expect(page.locator("html")).to_have_attribute("data-worker", "failed")
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    assert visitor.ink() > 20
    # The cause mended, the button brings the network without a reload.
    page.unroute(pattern)
    notice.get_by_role("button", name="Try again").click()
    visitor.wait_for_the_network()
    visitor.expect_reading(3)
    console.clear()  # the browser logs the 404 itself


def test_without_its_python_the_page_says_so(visitor: Visitor, console: list[str]) -> None:
    page = visitor.page
    page.route("**/micropython.wasm", lambda route: route.fulfill(status=404, body="not here"))
    page.goto(visitor.url)
    expect(page.locator(".stalled")).to_be_visible(timeout=20_000)
    console.clear()


def test_an_unreachable_api_is_said_when_a_sample_is_wanted(
    visitor: Visitor, console: list[str]
) -> None:
    page = visitor.page
    visitor.open()
    page.route("**/api/samples/**", lambda route: route.abort())
    page.click("#load-sample")
    expect(page.locator("#notices .notice")).to_contain_text("did not answer")
    page.unroute("**/api/samples/**")
    page.click("#load-sample")
    expect(page.locator("#sample-note")).to_contain_text("labelled")
    expect(page.locator("#notices .notice")).to_have_count(0)
    console.clear()  # the browser logs the aborted request itself
