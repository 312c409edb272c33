"""The example of docs/pyscript.md, as its own server serves it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor
from e2e.server import ROOT

SERVE = ROOT / "examples/two_interpreters/serve.py"
# A square wave of two periods has odd multiples alone: of its power, 8 / (pi * n) ** 2 in the nth.
KNOWN_ANSWER = "Strongest sines, in periods across: 2 (81%), 6 (9%), 10 (3%)."
WORKER_LIMIT = 60_000
# What the progress bar goes through.
WATCH_PROGRESS = """
() => {
  const bar = document.getElementById("progress");
  window.progress = [];
  new MutationObserver(() => {
    if (bar.hasAttribute("value")) window.progress.push(bar.value / bar.max);
  }).observe(bar, {attributes: true});
}
"""


@pytest.fixture
def url() -> Iterator[str]:
    command = [sys.executable, str(SERVE), "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.terminate()


def test_the_example_answers_reports_and_outlives_its_worker(
    url: str, new_visitor: Callable[..., Visitor]
) -> None:
    page = new_visitor(url).page
    status, answer, again = (page.locator(f"#{name}") for name in ("status", "answer", "start"))
    page.goto(url)

    # It can be drawn on before there is a worker.
    expect(page.locator("#progress")).to_be_visible()
    square = page.locator("#wave").get_attribute("points")
    page.locator("#paper").hover(position={"x": 100, "y": 100})
    page.mouse.down()
    page.mouse.move(300, 300, steps=3)
    page.mouse.up()
    assert page.locator("#wave").get_attribute("points") != square

    page.reload()
    expect(status).to_contain_text("Ready, with NumPy", timeout=WORKER_LIMIT)
    page.evaluate(WATCH_PROGRESS)
    page.click("#rebuild")
    expect(answer).to_have_text(KNOWN_ANSWER)
    progress = page.evaluate("window.progress")
    assert progress == sorted(progress)
    assert len(set(progress)) > 10
    assert progress[-1] == 1

    page.click("#kill")
    page.click("#rebuild")
    expect(status).to_have_text("The worker failed: no answer within 5 seconds.")
    expect(page.locator("#rebuild")).to_be_disabled()
    again.click()
    expect(status).to_contain_text("Ready", timeout=WORKER_LIMIT)
    expect(again).to_be_hidden()
    page.click("#rebuild")
    expect(answer).to_have_text(KNOWN_ANSWER)
