"""Journeys back to earlier moments of a run, and a comparison with another."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings

SEVEN = stored_drawings()[7]["strokes"]
# How much of the picture of the hidden units is not blank, 0 to 1.
COLORED = """
canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
  return 4 * count / data.length;
}
"""
DELETE_RUNS = """
() => {
  for (let button; (button = document.querySelector("#runs-list [data-action=delete]")); )
    button.click();
}
"""
BAR_PROBABILITIES = "bars => bars.map(bar => parseFloat(bar.dataset.probability))"


def train_from_random_weights(visitor: Visitor, iterations: int) -> None:
    visitor.page.click("#randomize-weights")
    expect(visitor.page.locator("#weights-note")).to_contain_text("Random weights")
    visitor.page.click("#start")
    visitor.wait_for_figure("iteration", iterations)
    visitor.page.click("#pause")
    expect(visitor.page.locator("#start")).to_be_enabled()
    visitor.settled_reading()


def checkpoint_probabilities(visitor: Visitor) -> list[float]:
    """What the checkpoint that is shown reads in the drawing."""
    bars = visitor.page.locator("#time-bars > *")
    values: list[float] = bars.evaluate_all(BAR_PROBABILITIES)
    return values


def expect_words(visitor: Visitor, words: str) -> None:
    expect(visitor.page.locator("#time-slider")).to_have_attribute("aria-valuetext", words)


def test_a_run_is_replayed_and_goes_on_from_an_earlier_moment(regular: Visitor) -> None:
    page = regular.page
    regular.draw(placed(SEVEN))
    train_from_random_weights(regular, 150)
    trained = regular.probabilities()
    iteration = round(regular.figure("iteration"))

    page.click("#time summary")
    slider = page.locator("#time-slider")
    slider.scroll_into_view_if_needed()
    expect(page.locator("#time-iteration")).to_have_text(f"Iteration {iteration:,} (now)")
    expect(page.locator("#time-strip .is-unknown")).to_have_count(0, timeout=60_000)
    assert checkpoint_probabilities(regular) == pytest.approx(trained, abs=1e-5)
    assert page.locator("#time-units").evaluate(COLORED) > 0.5

    # By keyboard to the start: looking changes nothing.
    slider.press("Home")
    expect(page.locator("#time-iteration")).to_have_text("Iteration 0")
    page.wait_for_function(
        "() => document.getElementById('time-units').ariaLabel.endsWith(' 0, a picture for each')"
    )
    page.check("#time-of-change")
    page.wait_for_function(
        "() => document.getElementById('time-units').ariaLabel.includes('chang')"
    )
    assert page.locator("#time-units").evaluate(COLORED) == 0
    assert regular.probabilities() == trained
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(page.locator("#time-iteration")).not_to_have_text("Iteration 0")
    earlier = int(page.locator("#time-iteration").inner_text().removeprefix("Iteration "))
    assert 0 < earlier < iteration
    untrained = checkpoint_probabilities(regular)

    page.click("#time-go-on")
    expect(page.locator("#time-loss")).to_contain_text("Nothing is lost yet")
    page.click("#time-confirm")
    expect(page.locator("#iteration")).to_have_attribute("data-value", str(earlier))
    expect(page.locator("#time-iteration")).to_have_text(f"Iteration {earlier} (now)")
    page.wait_for_function(
        """share => Math.abs(parseFloat(document.querySelector(
             "#probabilities > :nth-child(8)").dataset.probability) - share) < 1e-5""",
        arg=untrained[7],
    )

    # There is a way back, as long as training does not go on.
    slider.press("End")
    page.click("#time-go-on")
    expect(page.locator("#time-loss")).to_contain_text("Nothing is lost:")
    page.click("#time-confirm")
    expect(page.locator("#iteration")).to_have_attribute("data-value", str(iteration))
    expect(page.locator("#runs-list li").nth(0)).to_contain_text(f"at iteration {iteration}")


def test_playing_shows_one_checkpoint_after_the_other(regular: Visitor) -> None:
    page = regular.page
    train_from_random_weights(regular, 30)
    page.click("#time summary")
    page.click("#time-play")
    expect(page.locator("#time-play")).to_have_text("Stop")
    slider = page.locator("#time-slider")
    page.wait_for_function("parseInt(document.getElementById('time-slider').value) >= 3")
    page.click("#time-play")
    stopped_at = slider.input_value()
    page.wait_for_timeout(1000)
    assert slider.input_value() == stopped_at
    # Nothing was drawn, so nothing is read.
    expect(page.locator("#time-blank")).to_be_visible()
    page.locator("#grid").scroll_into_view_if_needed()
    regular.draw(placed(SEVEN))
    page.locator("#time-slider").scroll_into_view_if_needed()
    expect(page.locator("#time-answer")).to_be_visible()


def test_two_runs_are_compared_by_what_differs(regular: Visitor) -> None:
    visitor, page = regular, regular.page
    page.click("#time summary")
    runs = page.locator("#runs-list li")
    page.evaluate(DELETE_RUNS)  # those that other journeys left
    expect(runs).to_have_count(0)
    train_from_random_weights(visitor, 30)
    page.select_option("#optimizer", "sgd")
    train_from_random_weights(visitor, 30)
    page.locator("#runs").scroll_into_view_if_needed()
    expect(runs).to_have_count(2)
    expect(runs.nth(0)).to_contain_text("optimizer sgd")
    expect(runs.nth(1)).to_contain_text("optimizer momentum")
    expect(page.locator("#runs-chart canvas")).to_be_visible()
    page.click("#runs-table summary")
    expect(page.locator("#runs-rows tr").first).to_be_visible()
    page.select_option("#runs-figure", "accuracies")
    expect(page.locator("#runs-rows tr").last).to_contain_text("%")
    runs.nth(1).get_by_role("button", name="Delete").click()
    expect(runs).to_have_count(0)
    expect(page.locator("#runs-note")).to_be_visible()
