"""Journeys of somebody who wants to know how well the network reads, and where it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import expect

from app.model.network import SHAPES
from app.model.serialization import weights_to_npz
from e2e.gestures import Visitor, placed, stored_drawings

TWO = next(drawing["strokes"] for drawing in stored_drawings() if drawing["digit"] == 2)
# How much ink each picture of the gallery shows: 0 would be an empty canvas.
GALLERY_INK = """
pictures => pictures.map(canvas => {
  const data = canvas.getContext("2d").getImageData(0, 0, 28, 28).data;
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) sum += data[i] / 255;
  return sum;
})
"""


def evaluate(visitor: Visitor) -> list[list[int]]:
    """Evaluate in the open panel; returns the confusion matrix as it is shown."""
    visitor.page.click("#evaluate")
    expect(visitor.page.locator("#evaluate")).to_have_text("Evaluate again", timeout=60_000)
    return shown_matrix(visitor)


def shown_matrix(visitor: Visitor) -> list[list[int]]:
    matrix: list[list[int]] = visitor.page.locator("#confusion tbody tr").evaluate_all(
        """rows => rows.map(row => [...row.querySelectorAll("button")]
             .map(cell => parseInt(cell.textContent) || 0))"""
    )
    return matrix


def splits(visitor: Visitor) -> dict[str, Any]:
    sizes: dict[str, Any] = visitor.page.evaluate(
        "fetch('/api/data').then(answer => answer.json()).then(data => data.splits)"
    )
    return sizes


def test_three_sets_are_read_and_each_mistake_can_be_seen(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#evaluation summary")
    expect(page.locator("#test-set option")).to_have_count(3)
    sizes = splits(visitor)
    matrices = {}
    for name in ("test_drawings", "test_uci", "test"):
        page.select_option("#test-set", name)
        expect(page.locator("#evaluate")).to_have_text("Evaluate")
        matrices[name] = evaluate(visitor)
        assert sum(map(sum, matrices[name])) == sizes[name]
        assert visitor.figure("test-accuracy") > 0.8
    look_at_mistakes(visitor, matrices["test"])
    page.select_option("#test-set", "test_drawings")
    expect(page.locator("#evaluation-note")).to_contain_text("drawings by people")
    assert shown_matrix(visitor) == matrices["test_drawings"]
    wrong = sizes["test_drawings"] - sum(matrices["test_drawings"][i][i] for i in range(10))
    expect(page.locator("#gallery-digits canvas")).to_have_count(min(wrong, 24))


def look_at_mistakes(visitor: Visitor, matrix: list[list[int]]) -> None:
    page = visitor.page
    samples = sum(map(sum, matrix))
    right = sum(matrix[digit][digit] for digit in range(10))
    assert visitor.figure("test-accuracy") == right / samples
    assert visitor.figure("recall-3") == matrix[3][3] / sum(matrix[3])
    assert visitor.figure("precision-3") == matrix[3][3] / sum(row[3] for row in matrix)

    mistakes = samples - right
    expect(page.locator("#gallery-title")).to_contain_text(f"{mistakes:,} mistakes")
    pictures = page.locator("#gallery-digits canvas")
    expect(pictures).to_have_count(min(mistakes, 24))
    assert min(pictures.evaluate_all(GALLERY_INK)) > 10

    # By keyboard alone, to the digits of one cell, and with one of them to the grid.
    page.focus("#cell-0-0")
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#gallery-title")).to_contain_text(f"1 read as 1: {matrix[1][1]:,}")
    expect(page.locator("#cell-1-1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#gallery-digits button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#sample-note")).to_contain_text("1")
    # It may be one that the page does not name, but what it thinks of it is shown.
    expect(page.locator("#prediction-note")).to_contain_text("%")
    assert visitor.ink() > 10


def test_a_network_without_answers_says_so_and_evaluate_ends(
    regular: Visitor, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.npz"
    params = {name: np.full(shape, 1e30, np.float32) for name, shape in SHAPES.items()}
    huge.write_bytes(weights_to_npz(params))
    page = regular.page
    regular.draw(placed(TWO))
    page.set_input_files("#weights-file", huge)
    expect(page.locator("#prediction-note")).to_contain_text("gives no answer")
    regular.expect_reading("")
    page.click("#evaluation summary")
    page.click("#evaluate")
    expect(page.locator("#evaluation-problem")).to_contain_text("no answer for", timeout=60_000)
    expect(page.locator("#evaluation-progress")).to_be_hidden()
    page.click("#start")
    expect(page.locator("#notices .notice")).to_contain_text("cannot learn")
    expect(page.locator("#start")).to_be_enabled()
    page.click("#load-weights")
    regular.expect_reading(2)


def test_training_and_drawing_go_on_during_an_evaluation(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    visitor.wait_for_the_network()
    page.click("#randomize-weights")
    expect(page.locator("#weights-note")).to_contain_text("Random weights")
    page.click("#evaluation summary")
    before = evaluate(visitor)
    page.click("#start")
    visitor.wait_for_figure("validation", 0.85)

    iteration = visitor.figure("iteration")
    page.click("#evaluate")
    page.locator("#grid").scroll_into_view_if_needed()
    visitor.draw(placed(TWO))
    expect(page.locator("#prediction")).not_to_be_empty()
    page.wait_for_function(
        "least => parseFloat(document.getElementById('test-accuracy').dataset.value) >= least",
        arg=0.8,
        timeout=60_000,
    )
    assert shown_matrix(visitor) != before
    expect(page.locator("#evaluation-stage")).to_contain_text("evaluate again")
    visitor.wait_for_figure("iteration", iteration + 10)
