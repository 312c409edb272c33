"""The main path, in the other engines that are installed: Firefox, and WebKitGTK as it is on a bare
machine.

Chromium is told all of it, and more, in the other journeys: to draw by mouse and by touch in
test_drawing.py, to learn from random weights with charts in test_training.py, to evaluate in
test_evaluation.py, to come back with a network and its settings in test_keeping.py, to outlive its
worker in test_robustness.py, and plain HTTP in test_offline.py.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.pyscript.offline import texts as offline_texts
from app.pyscript.start import texts as start_texts
from e2e import engines
from e2e.engines import Page
from e2e.gestures import CHARTS_DRAWN, placed, stored_drawings
from e2e.server import Server
from e2e.test_robustness import KILL_WORKER

READY = "html[data-worker=ready]"
# Where the driver has no touch, it comes as a mouse.
TOUCH = {"firefox": "touch", "webkit": "mouse"}


@pytest.fixture(params=list(engines.STARTS))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(engine: str) -> Iterator[Page]:
    try:
        with engines.opened(engine) as page:
            yield page
    except engines.NotInstalledError as error:
        pytest.skip(f"{error}")


def test_the_main_path(page: Page, engine: str, server: Server) -> None:
    strokes = {drawing["digit"]: placed(drawing["strokes"]) for drawing in stored_drawings()}
    page.open(server.url)
    page.wait_for(READY)
    assert page.draw(strokes[3]) == "mouse"
    page.expect_reading(3)
    page.click("#clear")
    assert page.draw(strokes[7], "touch") == TOUCH[engine]
    page.expect_reading(7)

    page.click("#randomize-weights")
    page.wait_for_text("weights-note", "Random weights")
    page.fill("batch-size", "64")
    page.click("#start")
    page.wait_for_figure("validation", 0.85)
    page.wait_until(
        "the charts are drawn", lambda: page.script(f"return {CHARTS_DRAWN}") == [True, True]
    )
    page.click("#pause")
    page.wait_for("#start:enabled")
    page.click("#evaluation summary")
    page.click("#evaluate")
    page.wait_for_text("evaluate", "Evaluate again")
    assert page.figure("test-accuracy") > 0.8

    page.wait_for_text("keep-note", "kept in this browser")
    trained = page.text("weights-note")
    page.open(server.url)
    page.wait_for(READY)
    page.wait_for_text("weights-note", trained)
    assert page.script("return document.getElementById('batch-size').value") == "64"
    assert page.said() == []

    page.draw(strokes[3])
    reading = page.settled_reading()
    page.script(f"({KILL_WORKER})()")
    page.click("#start")
    page.wait_for_text("notices", start_texts.STATUS_STOPPED)
    page.click("#notices .notice button")
    page.wait_for(READY)
    page.wait_for_text("weights-note", trained)
    page.wait_for_text("prediction", reading)
    assert page.said() == []


def test_plain_http_on_a_network(page: Page) -> None:
    """Browsers withhold much from a page without HTTPS that another machine serves."""
    with Server(HOST="0.0.0.0") as server:
        url = f"http://{own_address()}:{urlsplit(server.url).port}/"
        page.open(url)
        assert not page.script("return isSecureContext")
        page.wait_for(READY)
        page.draw(placed(stored_drawings()[3]["strokes"]))
        page.expect_reading(3)
        page.click("#start")
        page.wait_for_figure("iteration", 50)
        page.click("#pause")
        page.wait_for_text("keep-note", "kept in this browser")
        page.wait_for_text("offline", offline_texts.OFFLINE_INSECURE)
        assert page.said() == []


def own_address() -> str:
    """This machine's on its network, as others would type it; skips where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine is on no network")
        return str(probe.getsockname()[0])
