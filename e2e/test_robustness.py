"""Journeys through what happens to a page that stays open: other tabs, sleep, a worker's end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.pyscript.keep import texts as keep_texts
from app.pyscript.start import texts as start_texts
from app.pyscript.weights import texts as weights_texts
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server
from e2e.test_keeping import begin, train_a_little, wait_until_kept

HOUR_MILLISECONDS = 3_600_000
KILL_WORKER = """
() => [...document.querySelectorAll('script[name^="network-"]')].pop().xworker.terminate()
"""
# What a sleeping machine's clocks do, for all that is asked from now on.
WAKE_AN_HOUR_LATER = """
milliseconds => {
  const [now, date] = [performance.now.bind(performance), Date.now];
  performance.now = () => now() + milliseconds;
  Date.now = () => date() + milliseconds;
}
"""


def test_a_killed_worker_is_replaced_and_its_network_restored(regular: Visitor) -> None:
    visitor, page = regular, regular.page
    train_a_little(visitor)
    wait_until_kept(visitor)
    page.wait_for_timeout(4000)  # what was learned last is kept too
    trained = page.inner_text("#weights-note")
    page.evaluate(KILL_WORKER)
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    notice = page.locator("#notices .notice")
    expect(notice).to_contain_text("The network stopped working", timeout=40_000)
    # The page goes on reading, with what was kept.
    expect(notice).to_contain_text(start_texts.STATUS_PAGE_READS)
    visitor.expect_reading(7)
    kept = visitor.probabilities()
    notice.get_by_role("button", name="Try again").click()
    visitor.wait_for_the_network()
    expect(page.locator("#weights-note")).to_have_text(trained)
    expect(page.locator("#prediction-time")).to_contain_text("there and back")
    visitor.expect_reading(7)  # the drawing is where it was
    assert visitor.probabilities() == pytest.approx(kept, abs=1e-5)

    # The next one is missed as well, while it trains and nothing is asked of it.
    page.click("#start")
    visitor.wait_for_figure("iteration", 200)
    page.evaluate(KILL_WORKER)
    expect(notice).to_contain_text(start_texts.STATUS_STOPPED, timeout=40_000)
    notice.get_by_role("button", name=start_texts.NOTICE_TRY_AGAIN).click()
    visitor.wait_for_the_network()
    expect(page.locator("#weights-note")).to_contain_text(weights_texts.WEIGHTS_TRAINED)
    page.click("#start")
    visitor.wait_for_figure("iteration", 200)


def test_two_tabs_do_not_overwrite_each_other_unawares(regular: Visitor) -> None:
    visitor = regular
    other = Visitor(visitor.page.context.new_page(), visitor.url)
    begin(other)
    train_a_little(other)
    wait_until_kept(other)
    train_a_little(visitor)
    note = visitor.page.locator("#keep-note")
    expect(note).to_have_text(keep_texts.KEEP_ELSEWHERE, timeout=15_000)
    expect(visitor.page.locator("#notices .notice")).to_contain_text("Another tab has kept")
    visitor.page.click("#keep-this")
    expect(note).to_contain_text("are kept in this browser")
    expect(visitor.page.locator("#notices .notice")).to_have_count(0)
    other.page.close()


def test_training_goes_on_in_a_tab_behind_another(regular: Visitor) -> None:
    page = regular.page
    page.click("#start")
    regular.wait_for_figure("iteration", 20)
    front = page.context.new_page()
    front.bring_to_front()
    before = regular.figure("iteration")
    front.wait_for_timeout(6000)
    page.bring_to_front()
    # The figures are right at once, and go on.
    page.wait_for_timeout(300)
    after = regular.figure("iteration")
    assert after > before
    regular.wait_for_figure("iteration", after + 20)
    page.click("#pause")
    front.close()


def test_a_machine_that_slept_goes_on(server: Server, new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(server.url)
    page = visitor.page
    begin(visitor)
    page.click("#start")
    visitor.wait_for_figure("iteration", 20)
    # The clocks of the page and of its worker jump while calls are under way.
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    for thread in (page, page.workers[0]):
        thread.evaluate(WAKE_AN_HOUR_LATER, HOUR_MILLISECONDS)
    after = visitor.figure("iteration")
    visitor.wait_for_figure("iteration", after + 50)
    page.click("#pause")
    page.click("#clear")
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    page.wait_for_function("document.getElementById('prediction').textContent !== ''")
    expect(page.locator("html")).to_have_attribute("data-worker", "ready")
    expect(page.locator("#notices .notice")).to_have_count(0)
