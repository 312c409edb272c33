"""Journeys of somebody who trains the network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from e2e.gestures import CHARTS_DRAWN, Visitor, placed, stored_drawings
from e2e.server import Server
from e2e.test_evaluation import evaluate, splits

TWO = next(drawing["strokes"] for drawing in stored_drawings() if drawing["digit"] == 2)


@pytest.mark.alone
def test_the_network_learns_from_nothing_while_the_page_stays_lively(visitor: Visitor) -> None:
    page = visitor.page
    blocks: list[str] = []
    page.on("request", lambda request: blocks.append(request.url))
    visitor.open()
    visitor.wait_for_the_network()
    expect(page.locator("#training-set")).to_have_value("drawings")
    page.click("#randomize-weights")
    expect(page.locator("#weights-note")).to_contain_text("Random weights")
    page.click("#start")
    visitor.wait_for_figure("iteration", 1)
    early_loss = visitor.figure("loss")
    # Another program on this machine may hold up a window. A stutter of ours would be in each:
    # everything that happens in training, validation too, happens twice in seven seconds.
    assert any(max(visitor.frame_gaps(seconds=7)) < 100 for _ in range(3))
    visitor.wait_for_figure("iteration", 300)
    visitor.wait_for_figure("validation-drawings", 0.8)
    visitor.wait_for_figure("validation", 0.85)
    assert visitor.figure("loss") < early_loss / 2
    assert visitor.figure("samples-per-second") > 0
    assert visitor.figure("cached") > 0
    page.wait_for_function(f"() => JSON.stringify({CHARTS_DRAWN}) === '[true,true]'")
    # What it reads depends on the data it learned from; that it is surer than before does not.
    visitor.draw(placed(TWO))
    expect(page.locator("#prediction")).not_to_be_empty()
    assert max(visitor.probabilities()) > 0.3
    expect(page.locator("#weights-note")).to_contain_text("trained further here")
    page.click("#run-numbers summary")
    expect(page.locator("#run-numbers-rows tr td:nth-child(5)").last).to_contain_text("%")

    # It trains on drawings at first; and on MNIST, as it was before there was a choice.
    assert any("split=mixture" in url for url in blocks)
    assert not any("split=train&" in url for url in blocks)
    page.select_option("#training-set", "mnist")
    visitor.wait_for_figure("iteration", visitor.figure("iteration") + 50)
    assert any("split=train&" in url for url in blocks)
    page.click("#pause")


def test_pause_resume_and_reset(regular: Visitor) -> None:
    page = regular.page
    page.click("#start")
    regular.wait_for_figure("iteration", 10)
    page.click("#pause")
    expect(page.locator("#start")).to_be_enabled()
    paused_at = regular.figure("iteration")
    page.wait_for_timeout(500)
    assert regular.figure("iteration") == paused_at
    page.click("#start")
    regular.wait_for_figure("iteration", paused_at + 10)
    page.click("#reset")
    expect(page.locator("#iteration")).to_have_attribute("data-value", "0")
    expect(page.locator("#start")).to_be_enabled()


def test_settings_take_effect_while_training_and_bad_ones_do_not(regular: Visitor) -> None:
    page = regular.page
    page.click("#start")
    regular.wait_for_figure("iteration", 5)
    page.select_option("#optimizer", "sgd")
    page.fill("#batch-size", "512")
    page.press("#batch-size", "Enter")
    page.fill("#learning-rate", "0.2")
    page.press("#learning-rate", "Enter")
    page.fill("#prefetch", "8")
    page.press("#prefetch", "Enter")
    # A larger batch moves further through the epoch at every step.
    regular.wait_for_figure("iteration", regular.figure("iteration") + 10)
    iteration, epoch = regular.figures("iteration", "epoch")
    regular.wait_for_figure("iteration", iteration + 10)
    later_iteration, later_epoch = regular.figures("iteration", "epoch")
    samples = (later_epoch - epoch) * splits(regular)["mixture"]
    assert samples / (later_iteration - iteration) > 400
    page.fill("#batch-size", "5000")
    page.press("#batch-size", "Enter")
    expect(page.locator("#settings-note")).to_contain_text("1024")
    regular.wait_for_figure("iteration", regular.figure("iteration") + 5)


def test_without_the_server_training_goes_on_and_an_evaluation_says_why_it_cannot(
    own_server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    visitor = new_visitor(own_server.url)
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    # Slowly, so that most blocks are still to come when the server goes.
    for identifier, text in (("batch-size", "1"), ("learning-rate", "0.001"), ("prefetch", "1")):
        page.fill(f"#{identifier}", text)
        page.press(f"#{identifier}", "Enter")
    page.click("#start")
    visitor.wait_for_figure("cached", 2)
    own_server.stop()
    page.wait_for_selector("#notices .notice")
    page.click("#evaluation summary")
    page.click("#evaluate")
    expect(page.locator("#evaluation-problem")).to_contain_text("cannot be reached")
    iteration = visitor.figure("iteration")
    visitor.wait_for_figure("iteration", iteration + 20)
    cached = visitor.figure("cached")
    own_server.start()
    visitor.wait_for_figure("cached", cached + 1)
    # Validation, too, has to succeed again before all that was told is withdrawn.
    expect(page.locator("#notices .notice")).to_have_count(0, timeout=30_000)
    assert sum(map(sum, evaluate(visitor))) == splits(visitor)["test"]
    expect(page.locator("#evaluation-problem")).to_be_empty()
    # The browser itself logs each request that nobody answered.
    assert all("ERR_" in line for line in console), console
    console.clear()
