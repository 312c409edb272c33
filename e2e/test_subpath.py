"""A journey under a path, behind a proxy that takes it off and has another program beside it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from app.pyscript.offline import texts as offline_texts
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.proxy import Proxy
from e2e.server import Server
from e2e.test_keeping import wait_until_kept

# The names of what every part of the page has the browser keep. PyScript has a database for folders
# of the visitor's own disk, of which the page uses none.
STORED = """
async () => [
  ...(await indexedDB.databases()).map(database => database.name),
  ...await caches.keys(),
  ...Object.keys(localStorage),
].filter(name => name !== "IDBMap/@pyscript.fs").sort()
"""
SCOPES = "async () => (await navigator.serviceWorker.getRegistrations()).map(each => each.scope)"


def test_under_a_path_of_its_own_everything_works(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    with Proxy(server.url, prefix="/digits") as proxy:
        visitor = new_visitor(f"{proxy.url}/digits/")
        learn_here(visitor)
        stored = visitor.page.evaluate(STORED)
        assert {"/digits/digits-autosave", "/digits/digits-answers"} < set(stored)
        assert [name for name in stored if not name.startswith("/digits/digits")] == []
        assert [path for path in proxy.asked if not path.startswith("/digits/")] == []
        come_back_without_the_server(visitor)
        console.clear()  # the browser logs what it could not have

        visitor.page.goto(f"{proxy.url}/other/")
        expect(visitor.page.locator("h1")).to_have_text("Log in to this network")
        assert visitor.page.evaluate(SCOPES) == [visitor.url]
        visitor.open()
        expect(visitor.page.locator("html[data-offline]")).to_have_count(0)
        console.clear()  # and that the other program's page is an error


def learn_here(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#load-sample")
    expect(page.locator("#sample-note")).to_contain_text("labeled")
    visitor.page.click("#clear")
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    visitor.expect_reading(3)
    page.fill("#learning-rate", "0.0001")
    page.press("#learning-rate", "Enter")
    page.click("#start")
    visitor.wait_for_figure("iteration", 20)
    page.click("#pause")
    wait_until_kept(visitor)
    page.click("#evaluation summary")
    page.click("#evaluate")
    expect(page.locator("#evaluate")).to_have_text("Evaluate again", timeout=60_000)
    page.click("#show-history")
    expect(page.locator("#history-panel")).to_contain_text("98.")
    page.keyboard.press("Escape")
    expect(page.locator("#charts .uplot").first).to_be_visible()
    expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_KEPT, timeout=60_000)


def come_back_without_the_server(visitor: Visitor) -> None:
    """By a lesson's link, to the network that was kept; and take the shared one instead."""
    page = visitor.page
    page.click("#link summary")
    link = page.input_value("#link-text")
    assert link.startswith(f"{visitor.url}#")
    page.goto("about:blank")
    page.context.set_offline(True)
    page.goto(link)
    visitor.wait_for_the_network()
    expect(page.locator("#offline")).to_have_text(offline_texts.OFFLINE_AWAY)
    expect(page.locator("#lesson")).to_be_visible()
    expect(page.locator("#weights-note")).to_contain_text("trained further")
    page.click("#load-weights")
    expect(page.locator("#weights-note")).not_to_contain_text("trained further")
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    visitor.expect_reading(7)
    page.context.set_offline(False)
