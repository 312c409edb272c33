"""Journeys of visitors whose server is gone, or has become another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.pyscript.offline import texts as offline_texts
from e2e.conftest import LAN_HOST
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.proxy import LOGIN_PAGE, Answer, Proxy, cut, garbled
from e2e.proxy import page as login
from e2e.server import Server, copy_of_the_program

# Every build's files that are kept, and the builds of the service workers.
KEPT_BUILDS = """
async () => (await caches.keys()).filter(name => name.startsWith("digits-build-")).sort()
"""
MIXED_BUILDS = """
() => new Set(performance.getEntriesByType("resource")
  .map(entry => entry.name.match("/app/([0-9a-f]+)/")?.[1]).filter(Boolean)).size
"""
# A file of each kind of what is kept is replaced by a page.
SPOIL_WHAT_IS_KEPT = """
async page => {
  const patterns = ["page.bin", "panels.bin", "start-pyodide.mjs", "python_stdlib.zip", "/api/",
    "/blocks/"];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      if (patterns.some(pattern => request.url.includes(pattern))) {
        const headers = {"Content-Type": (await cache.match(request)).headers.get("Content-Type")};
        await cache.put(request, new Response(page, {headers}));
      }
  }
}
"""
KEPT_TEXT = """
async path => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      if (request.url.includes(path)) return await (await cache.match(request)).text();
  }
}
"""
WHAT_IS_LEFT = """
async () => [
  (await navigator.serviceWorker.getRegistrations()).length,
  (await caches.keys()).filter(name => name.startsWith("digits-")),
]
"""
FOR_EVER = "public, max-age=31536000, immutable"
KEEP_LIMIT = 60_000


def begin(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()


def wait_until_kept(visitor: Visitor) -> None:
    expect(visitor.page.locator("#offline")).to_have_text(
        offline_texts.OFFLINE_KEPT, timeout=KEEP_LIMIT
    )


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

    # What leaves the machine in flight mode is tried in test_subpath.py.
    begin(visitor)
    expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_AWAY)
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
        page_name = "<h1>{{ texts.start.PAGE_NAME }}"
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
        expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_AWAY)
        (second,) = page.evaluate(KEPT_BUILDS)
        assert second != first
        console.clear()


def test_over_plain_http_the_page_works_and_says_that_it_needs_its_server(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(f"http://{LAN_HOST}:{server.port}")
    page = visitor.page
    begin(visitor)
    assert page.evaluate("isSecureContext") is False
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    visitor.expect_reading(7)
    page.click("#start")
    visitor.wait_for_figure("iteration", 50)
    page.click("#pause")
    expect(page.locator("#keep-note")).to_contain_text("kept in this browser")
    expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_INSECURE)


def test_a_service_worker_that_does_not_come_is_no_alarm(
    visitor: Visitor, console: list[str]
) -> None:
    visitor.page.context.route("**/service-worker.js", lambda route: route.abort())
    begin(visitor)
    expect(visitor.page.locator("#offline")).to_have_text(offline_texts.OFFLINE_NOT_KEEPING)
    expect(visitor.page.locator("#notices .notice")).to_have_count(0)
    console.clear()


def test_what_a_network_put_in_a_files_place_is_never_kept(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    with Proxy(server.url) as proxy:
        visitor = new_visitor(proxy.url)
        page = visitor.page
        # Each once, and some of it for the browser's own cache to keep: nobody notices.
        proxy.spoil(r"python_stdlib\.zip", cut, times=1)
        proxy.spoil(r"pyodide\.asm\.wasm", lambda answer: login(200), times=1)
        proxy.spoil("numpy", garbled, times=1)
        proxy.spoil(
            "/blocks/.*split=mixture", lambda answer: login(200, cache_control=FOR_EVER), times=2
        )
        begin(visitor)
        shared = page.inner_text("#weights-note")
        page.click("#start")
        visitor.wait_for_figure("iteration", 100)
        page.click("#pause")
        wait_until_kept(visitor)
        expect(page.locator("#notices .notice")).to_have_count(0)
        page.click("#start-afresh")
        page.click("#confirm-afresh")
        expect(page.locator("#weights-note")).to_have_text(shared)

        # What was kept when nothing was looked at, or spoiled on the disk, is fetched again.
        page.evaluate(SPOIL_WHAT_IS_KEPT, LOGIN_PAGE.decode())
        begin(visitor)
        wait_until_kept(visitor)
        files = ("page.bin", "panels.bin", "start-pyodide.mjs", "python_stdlib.zip")
        for path in (*files, "/api/weights"):
            assert page.evaluate(KEPT_TEXT, path)[:9] != LOGIN_PAGE.decode()[:9], path

        # A login page is no answer: the weights that were kept are.
        proxy.spoil("/api/(weights|data)", lambda answer: login(200))
        begin(visitor)
        expect(page.locator("#weights-note")).to_have_text(shared)
        expect(page.locator("#notices .notice")).to_have_count(0)
        assert "/api/weights" in proxy.asked
        console.clear()  # the browser logs what it could not use


def refused(status: int, answer: Answer) -> Answer:
    return login(status)


def test_a_proxy_that_answers_for_its_server_does_not_hide_the_kept_page(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    with Proxy(server.url) as proxy:
        visitor = new_visitor(proxy.url)
        page = visitor.page
        begin(visitor)
        wait_until_kept(visitor)
        for status in (404, 502):
            proxy.heal()
            proxy.spoil("", partial(refused, status))
            visitor.open()
            expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_AWAY)
        # What is really there can be seen at another address, and for good.
        page.goto(f"{proxy.url}/?fresh")
        expect(page.locator("h1")).to_have_text("Log in to this network")
        visitor.open()
        page.click("#stop-keeping")
        expect(page.locator("h1")).to_have_text("Log in to this network")
        assert page.evaluate(WHAT_IS_LEFT) == [0, []]
        # And back again, with the server's own refusals.
        proxy.heal()
        begin(visitor)
        wait_until_kept(visitor)
        console.clear()


@pytest.mark.parametrize("has_one_page", [True, False])
def test_another_program_at_the_same_address_is_left_alone(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str], has_one_page: bool
) -> None:
    with Proxy(server.url) as proxy:
        visitor = new_visitor(proxy.url)
        page = visitor.page
        begin(visitor)
        wait_until_kept(visitor)
        other = b"<!doctype html><h1>Another program</h1>"
        proxy.spoil("^/$", lambda answer: login(200, other))
        proxy.spoil("", lambda answer: login(404 if has_one_page else 200, other))
        # One that has the same page at every address may be a network's that wants a login.
        for _ in range(1 if has_one_page else 2):
            page.goto(visitor.url)
            expect(page.locator("h1")).to_have_text("Another program")
        page.wait_for_function(f"async () => JSON.stringify(await ({WHAT_IS_LEFT})()) === '[0,[]]'")
    console.clear()
