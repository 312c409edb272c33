"""The journey of a visitor who teaches the network a hand of their own."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.test_keeping import wait_until_kept
from e2e.test_lessons import enter


def open_hand(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()
    visitor.page.click("#hand summary")
    expect(visitor.page.locator("#tray-title")).to_be_visible()


def collect(visitor: Visitor) -> None:
    """One of each digit, as the bar asks for them."""
    page = visitor.page
    page.click("#collect")
    for count, drawing in enumerate(stored_drawings()):
        prompt = f"Draw a {drawing['digit']}. In the tray: {count}"
        expect(page.locator("#collect-prompt")).to_have_text(prompt)
        visitor.draw(placed(drawing["strokes"]))
        page.click("#collect-keep")
        expect(page.locator("#clear")).to_be_disabled()
    expect(page.locator("#collect-prompt")).to_have_text("Draw a 0. In the tray: 10")
    page.click("#collect-end")
    expect(page.locator("#collect-bar")).to_be_hidden()


def test_a_hand_is_collected_learned_and_kept(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    open_hand(visitor)
    collect(visitor)
    expect(page.locator("#tray-title")).to_have_text("10 drawings in the tray")
    expect(page.locator("#tray-digits li")).to_have_count(10)
    expect(page.locator("#tray-digits li", has_text="held out")).to_have_count(2)

    page.check("#hand-learn")
    page.click("#hand-train")
    visitor.wait_for_figure("iteration", 300)
    page.click("#hand-train")
    expect(page.locator("#hand-train")).to_have_text("Train")
    visitor.wait_for_figure("hand-learned", 1)
    assert visitor.figure("hand-mnist") > 0.95
    page.click("#hand-table summary")
    rows = page.locator("#hand-table-rows tr")
    assert rows.first.inner_text().split("\t")[0] == "0"
    assert rows.count() > 1

    with page.expect_download() as download:
        page.click("#save-tray")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    document = json.loads(saved.read_text())
    assert (document["format"], document["version"]) == ("digits-tray", 1)
    assert [each["label"] for each in document["drawings"]] == list(range(10))

    wait_until_kept(visitor)
    open_hand(visitor)
    expect(page.locator("#tray-digits li")).to_have_count(10)
    expect(page.locator("#hand-learn")).to_be_checked()
    page.click("#tray-digits li:first-child button")
    expect(page.locator("#tray-title")).to_have_text("9 drawings in the tray")
    page.click("#tray-undo")
    expect(page.locator("#tray-title")).to_have_text("10 drawings in the tray")
    page.click("#tray-clear")
    expect(page.locator("#tray-title")).to_have_text("The tray is empty")
    page.set_input_files("#tray-file", __file__)
    expect(page.locator("#notices .notice")).to_contain_text("test_hand.py could not be opened")
    page.set_input_files("#tray-file", saved)
    expect(page.locator("#tray-title")).to_have_text("10 drawings in the tray")
    expect(page.locator("#notices .notice")).to_have_count(0)


def test_without_replay_mnist_is_forgotten(regular: Visitor) -> None:
    page = regular.page
    page.click("#hand summary")
    collect(regular)
    regular.wait_for_figure("hand-mnist", 0.9)
    before = regular.figure("hand-mnist")
    enter(regular, "learning-rate", "0.1")
    page.select_option("#hand-share", "1")
    page.check("#hand-learn")
    expect(page.locator("#hand-advice")).to_contain_text("Without replay")
    page.click("#hand-train")
    # How fast depends on the data and the seed; that it goes down does not.
    page.wait_for_function(
        "least => parseFloat(document.getElementById('hand-mnist').dataset.value) < least",
        arg=before - 0.005,
        timeout=90_000,
    )
    page.click("#hand-train")


def test_digits_are_collected_with_a_finger(regular_on_a_phone: Visitor) -> None:
    visitor, page = regular_on_a_phone, regular_on_a_phone.page
    page.click("#hand summary")
    page.tap("#collect")
    for drawing in stored_drawings()[:2]:
        visitor.draw_by_touch(placed(drawing["strokes"]))
        # The bar leaves the whole grid to the finger.
        grid, bar = (page.locator(each).bounding_box() for each in ("#grid", "#collect-bar"))
        assert grid is not None
        assert bar is not None
        assert grid["y"] >= 0
        assert grid["y"] + grid["height"] <= bar["y"]
        page.tap("#collect-keep")
        expect(page.locator("#clear")).to_be_disabled()
    expect(page.locator("#collect-prompt")).to_have_text("Draw a 2. In the tray: 2")
