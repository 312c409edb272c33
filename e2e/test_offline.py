"""Journeys of visitors whose server is gone, or has become another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from app.pyscript import texts
from e2e.conftest import LAN_HOST
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import ROOT, Server

# Every build's files that are kept, and the builds of the service workers.
KEPT_BUILDS = """
async () => (await caches.keys()).filter(name => name.startsWith("digits-build-")).sort()
"""
MIXED_BUILDS = """
() => new Set(performance.getEntriesByType("resource")
  .map(entry => entry.name.match("/app/([0-9a-f]+)/")?.[1]).filter(Boolean)).size
"""
KEEP_LIMIT = 60_000


def begin(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()


def wait_until_kept(visitor: Visitor) -> None:
    expect(visitor.page.locator("#offline")).to_have_text(texts.OFFLINE_KEPT, timeout=KEEP_LIMIT)


def test_without_its_server_the_page_starts_reads_and_trains(
    own_server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    visitor = new_visitor(own_server.url)
    page = visitor.page
    begin(visitor)
    page.click("#start")
    visitor.wait_for_figure("iteration", 50)
    page.click("#pause")
    visitor.wait_for_figure("validation", 0)
    wait_until_kept(visitor)
    own_server.stop()

    begin(visitor)
    expect(page.locator("#offline")).to_have_text(texts.OFFLINE_AWAY)
    expect(page.locator("#dataset")).to_contain_text("to train on")
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    visitor.expect_reading(3)
    page.click("#start")
    visitor.wait_for_figure("iteration", 200)
    page.click("#pause")
    console.clear()  # the browser logs what it could not have: the blocks that never came

    own_server.start()
    begin(visitor)
    wait_until_kept(visitor)


def test_in_flight_mode_too(visitor: Visitor, console: list[str]) -> None:
    begin(visitor)
    wait_until_kept(visitor)
    visitor.page.context.set_offline(True)
    begin(visitor)
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    visitor.expect_reading(7)
    expect(visitor.page.locator("#offline")).to_have_text(texts.OFFLINE_AWAY)
    console.clear()


def test_a_new_build_never_mixes_with_the_one_that_was_kept(
    tmp_path: Path, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    server = Server()
    checkout = server.checkout = copy_of_the_program(tmp_path / "program")
    with server:
        visitor = new_visitor(server.url)
        page = visitor.page
        begin(visitor)
        wait_until_kept(visitor)
        (first,) = page.evaluate(KEPT_BUILDS)
        server.stop()
        edit = checkout / "app/index.html"
        page_name = "<h1>{{ texts.PAGE_NAME }}"
        edit.write_text(edit.read_text().replace(page_name, "<h1>Digits, edited"))
        server.start()

        begin(visitor)
        expect(page.locator("h1")).to_have_text("Digits, edited")
        assert page.evaluate(MIXED_BUILDS) == 1
        page.wait_for_function(f"async () => (await ({KEPT_BUILDS})()).length === 2")
        # The next visit: no tab shows the page any more.
        page.goto("about:blank")
        page.wait_for_timeout(500)
        server.stop()
        begin(visitor)
        expect(page.locator("h1")).to_have_text("Digits, edited")
        expect(page.locator("#offline")).to_have_text(texts.OFFLINE_AWAY)
        (second,) = page.evaluate(KEPT_BUILDS)
        assert second != first
        console.clear()


def copy_of_the_program(folder: Path) -> Path:
    """What a server needs, to be edited; the runtimes stay where they are."""
    folder.mkdir()
    for name in ("Procfile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "api", folder / "api")
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("vendor"))
    (folder / "app/vendor").symlink_to((ROOT / "app/vendor").resolve())
    return folder


def test_over_plain_http_the_page_says_that_it_needs_its_server(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(f"http://{LAN_HOST}:{server.port}")
    begin(visitor)
    expect(visitor.page.locator("#offline")).to_have_text(texts.OFFLINE_INSECURE)


def test_a_service_worker_that_does_not_come_is_no_alarm(
    visitor: Visitor, console: list[str]
) -> None:
    visitor.page.context.route("**/service-worker.js", lambda route: route.abort())
    begin(visitor)
    expect(visitor.page.locator("#offline")).to_have_text(texts.OFFLINE_NOT_KEEPING)
    expect(visitor.page.locator("#notices .notice")).to_have_count(0)
    console.clear()
