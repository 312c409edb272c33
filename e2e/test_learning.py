"""Journeys of somebody who never saw a neural network, and of somebody who wants every number."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import ROOT, Server

THREE = placed(stored_drawings()[3]["strokes"])
FIVE = placed(stored_drawings()[5]["strokes"])


def open_lesson(visitor: Visitor, label: int) -> None:
    page = visitor.page
    visitor.draw(THREE)
    visitor.expect_reading(3)
    page.click("#learn summary")
    page.select_option("#learn-label", str(label))


def values(visitor: Visitor, name: str) -> list[float]:
    """The exact values that are listed of an array."""
    listed: list[float] = visitor.page.locator(f"#values-{name} li").evaluate_all(
        "items => items.map(item => parseFloat(item.dataset.value))"
    )
    return listed


def show_stage(visitor: Visitor, title: str) -> None:
    visitor.page.locator("#stages button", has_text=title).click()
    expect(visitor.page.locator("#stage-title")).to_have_text(title)


def test_the_numbers_are_those_of_the_network_and_the_code_is_ours(regular: Visitor) -> None:
    page = regular.page
    open_lesson(regular, 5)
    for stage in ("Inputs", "Hidden layer", "Logits", "Log-softmax", "Loss", "Gradients", "Update"):
        show_stage(regular, stage)
        expect(page.locator("#stage-numbers")).not_to_be_empty()
        # Chromium lays the formula out as mathematics, not as a line of text.
        box = page.locator("#stage-formula math").bounding_box()
        assert box is not None
        assert box["width"] > 60
        assert box["height"] > 18

    show_stage(regular, "Logits")
    logits = np.array(values(regular, "logits"))
    show_stage(regular, "Log-softmax")
    log_probs = np.array(values(regular, "log_probs"))
    np.testing.assert_allclose(log_probs, logits - np.log(np.exp(logits).sum()), atol=1e-4)
    np.testing.assert_allclose(values(regular, "probabilities"), regular.probabilities(), atol=1e-5)
    show_stage(regular, "Gradients")
    expected = np.exp(log_probs) - (np.arange(10) == 5)
    np.testing.assert_allclose(values(regular, "logits_grad"), expected, atol=1e-5)

    page.click("#stage-code summary")
    expect(page.locator("#kernels-note")).to_be_visible()
    titles = page.locator("#code h4").all_inner_texts()
    sources = page.locator("#code pre").all_text_contents()
    assert len(titles) == len(sources) >= 3
    for title, source in zip(titles, sources, strict=True):
        place = re.fullmatch(r"(\S+), line (\d+)", title)
        assert place is not None
        lines = (ROOT / place[1]).read_text().splitlines()[int(place[2]) - 1 :]
        shown = source.splitlines()
        assert [line.strip() for line in lines[: len(shown)]] == [line.strip() for line in shown]
    link = page.locator("#kernels-source").get_attribute("href")
    kernels = page.evaluate("url => fetch(url).then(answer => answer.text())", link)
    assert kernels == (ROOT / "app/model/kernels/kernels.c").read_text()


def test_a_step_is_run_slowly_and_taken_only_when_told(regular: Visitor) -> None:
    page = regular.page
    open_lesson(regular, 5)
    # Small, so that there is something left to lower.
    page.fill("#learning-rate", "0.001")
    page.press("#learning-rate", "Enter")
    before = regular.probabilities()
    page.click("#run-step")
    expect(page.locator("#learn-note")).to_contain_text("1 of 7")
    page.focus("#next-stage")
    for stage in range(2, 8):
        page.keyboard.press("Enter")
        expect(page.locator("#learn-note")).to_contain_text(f"{stage} of 7")
    expect(page.locator("#stage-numbers")).to_contain_text("With learning rate 0.0010")
    assert regular.probabilities() == before
    expect(page.locator("#weights-note")).not_to_contain_text("taught")

    page.click("#apply-step")
    expect(page.locator("#learn-note")).to_contain_text("took the step")
    page.wait_for_function(
        """least => parseFloat(document.querySelector('#probabilities [data-digit="5"]')
             .dataset.probability) > least""",
        arg=before[5],
    )


def test_numbers_follow_the_drawing_and_training(regular: Visitor) -> None:
    page = regular.page
    open_lesson(regular, 3)
    show_stage(regular, "Inputs")
    expect(page.locator("#stage-numbers")).to_contain_text("784 pixels")
    first = page.locator("#stage-numbers").inner_text()
    page.click("#clear")
    expect(page.locator("#learn-note")).to_contain_text("Draw a digit")
    regular.draw(FIVE)
    page.locator("#stages").scroll_into_view_if_needed()  # unseen, nothing is asked
    expect(page.locator("#stage-numbers")).to_contain_text("784 pixels")
    assert page.locator("#stage-numbers").inner_text() != first

    page.click("#start")
    show_stage(regular, "Hidden layer")
    expect(page.locator("#stage-numbers")).to_contain_text("units respond")
    before = page.locator("#stage-numbers").inner_text()
    page.wait_for_function(
        "text => document.getElementById('stage-numbers').innerText !== text", arg=before
    )
    page.click("#pause")


def test_a_newcomer_takes_the_tour_and_is_not_asked_again(visitor: Visitor) -> None:
    page = visitor.page
    visitor.watch_layout()
    visitor.open()
    visitor.wait_for_the_network()
    visitor.expect_that_nothing_jumped()
    offer, title, done = page.locator("#open-tour"), page.locator("#tour-title"), "#tour-done"
    expect(offer).to_contain_text("New here?")
    expect(page.locator("#tour-card")).to_be_hidden()
    offer.click()
    expect(page.locator("#tour-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tour-card")).to_be_hidden()
    expect(offer).to_have_text("Tour")
    offer.click()
    expect(title).to_be_focused()
    expect(title).to_have_text("Draw a digit")
    expect(page.locator(done)).to_be_empty()
    visitor.draw(THREE)
    expect(page.locator(done)).to_contain_text("Done")

    # By keyboard: from the title to the buttons, and from a step to the part that it speaks of.
    title.focus()
    for expected in ("What it sees", "Ten bars", "Make it err", "Teach it"):
        page.keyboard.press("Tab")
        while not page.evaluate("document.activeElement.id === 'tour-next'"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(title).to_have_text(expected)
        expect(title).to_be_focused()
    page.click("#tour-go")
    expect(page.locator("#label")).to_be_focused()
    page.select_option("#label", "3")
    page.click("#tune")
    expect(page.locator(done)).to_contain_text("Done")

    page.click("#tour-next")
    page.click("#start")
    expect(page.locator(done)).to_contain_text("Done")
    page.click("#pause")
    page.click("#tour-next")
    expect(page.locator("#evaluate")).to_be_visible()
    page.click("#evaluate")
    expect(page.locator(done)).to_contain_text("Done", timeout=60_000)
    page.click("#tour-next")
    page.click("#tour-next")
    expect(page.locator("#tour-card")).to_be_hidden()
    expect(offer).to_be_focused()

    visitor.open()
    visitor.wait_for_the_network()
    expect(offer).to_have_text("Tour")


def test_the_tour_can_be_declined_and_left(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(server.url, width=390, height=844, has_touch=True)
    page = visitor.page
    visitor.watch_layout()
    visitor.open()
    visitor.wait_for_the_network()
    visitor.expect_that_nothing_jumped()
    page.tap("#decline-tour")
    expect(page.locator("#tour-card")).to_be_hidden()
    expect(page.locator("#open-tour")).to_have_text("Tour")
    visitor.open()
    visitor.wait_for_the_network()
    expect(page.locator("#open-tour")).to_have_text("Tour")
    page.tap("#open-tour")
    expect(page.locator("#tour-card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tour-card")).to_be_hidden()
    expect(page.locator("#open-tour")).to_have_text("Tour")
    visitor.draw_by_touch(THREE)
    visitor.expect_reading(3)
