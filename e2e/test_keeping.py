"""Journeys of visitors who come back, or take their network elsewhere."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

NOTHING_KEPT = "Nothing can be kept in this browser"
# Settings alone, which are kept a moment earlier, come without weights.
HAS_KEPT_WEIGHTS = """
async () => {
  const names = (await indexedDB.databases()).map(database => database.name);
  const name = names.find(name => name.endsWith("digits-autosave"));  // under a path, that first
  return name !== undefined && await new Promise(resolve => {
    const opening = indexedDB.open(name, 1);
    opening.onsuccess = () => {
      const request = opening.result.transaction("autosave").objectStore("autosave").get("network");
      request.onsuccess = () => {
        opening.result.close();
        resolve(Boolean(request.result?.weights.length));
      };
    };
  });
}
"""
ON_A_HOME_SCREEN = """
() => {
  navigator.standalone = true;
  navigator.canShare = () => true;
  navigator.share = async data => { window.shared = data.files[0].name; };
}
"""
OFF_THE_HOME_SCREEN = """
() => { for (const name of ["standalone", "canShare", "share"]) delete navigator[name]; }
"""
FORBID_STORAGE = """
import js
js.IDBFactory.prototype.open = js.Function.new("throw new DOMException('no', 'SecurityError')")
"""


def begin(visitor: Visitor) -> None:
    visitor.open()
    visitor.wait_for_the_network()


def train_a_little(visitor: Visitor) -> None:
    """So gently that it goes on to read what it read before."""
    visitor.page.fill("#learning-rate", "0.0001")
    visitor.page.press("#learning-rate", "Enter")
    visitor.page.click("#start")
    visitor.wait_for_figure("iteration", at_least=200)
    visitor.page.click("#pause")


def wait_until_kept(visitor: Visitor) -> None:
    """Not by wait_for_function: a promise counts as true there, whatever it will bring."""
    for _ in range(100):
        if visitor.page.evaluate(HAS_KEPT_WEIGHTS):
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("the network was not kept")


def save(visitor: Visitor, button: str, folder: Path) -> Path:
    """Click on a button that saves a file; returns where it is."""
    with visitor.page.expect_download() as download:
        visitor.page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_visitor_comes_back_and_goes_on_and_starts_afresh(visitor: Visitor) -> None:
    page = visitor.page
    begin(visitor)
    shared = page.inner_text("#weights-note")
    page.fill("#batch-size", "64")
    page.press("#batch-size", "Enter")
    train_a_little(visitor)
    wait_until_kept(visitor)
    trained = page.inner_text("#weights-note")

    visitor.watch_layout()
    begin(visitor)
    expect(page.locator("#weights-note")).to_have_text(trained)
    expect(page.locator("#batch-size")).to_have_value("64")
    expect(page.locator("#status")).to_contain_text("Your network of")
    expect(page.locator("#keep-note")).to_contain_text("Restored: your network and settings")
    visitor.expect_that_nothing_jumped()
    page.click("#start-afresh")
    page.click("#confirm-afresh")
    expect(page.locator("#weights-note")).to_have_text(shared)
    expect(page.locator("#batch-size")).to_have_value("128")
    begin(visitor)
    expect(page.locator("#status")).to_contain_text("Ready")
    expect(page.locator("#weights-note")).to_have_text(shared)


def test_a_network_leaves_as_files_and_comes_back(regular: Visitor, tmp_path: Path) -> None:
    visitor, page = regular, regular.page
    train_a_little(visitor)
    visitor.draw(placed(stored_drawings()[7]["strokes"]))
    visitor.expect_reading(7)
    page.click("#files summary")

    with save(visitor, "#save-history", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    iterations = [int(row["iteration"]) for row in rows]
    assert 0 < iterations[0] <= iterations[-1] <= visitor.figure("iteration")
    assert all(float(row["loss"]) >= 0 and 0 <= float(row["accuracy"]) <= 1 for row in rows)

    # Away from here, with NumPy alone, it reads the drawing as the page does.
    with zipfile.ZipFile(save(visitor, "#save-program", tmp_path)) as archive:
        archive.extractall(tmp_path)
    (program,) = tmp_path.glob("*/read_digit.py")
    done = subprocess.run(
        [sys.executable, "-I", str(program)], capture_output=True, text=True, check=True, cwd="/"
    )
    assert done.stdout.startswith("It reads a 7.")
    shares = [float(line.split()[1]) for line in done.stdout.splitlines()[1:]]
    np.testing.assert_allclose(shares, visitor.probabilities(), atol=2e-6)

    weights = save(visitor, "#save-weights", tmp_path)
    assert set(np.load(weights)) == {"w1", "w2"}
    probabilities = visitor.probabilities()
    page.click("#randomize-weights")
    expect(page.locator("#weights-note")).to_contain_text("Random weights")
    page.set_input_files("#weights-file", __file__)
    expect(page.locator("#notices .notice")).to_contain_text("test_keeping.py could not be opened")
    expect(page.locator("#notices .notice")).to_contain_text("expected an .npz file")
    expect(page.locator("#weights-note")).to_contain_text("Random weights")
    arrays = dict(np.load(weights))
    np.savez(tmp_path / "turned.npz", w1=arrays["w1"].T, w2=arrays["w2"])
    page.set_input_files("#weights-file", tmp_path / "turned.npz")
    expect(page.locator("#notices .notice")).to_contain_text('w1=d["w1"].T, w2=d["w2"])')
    double = {name: values.astype(">f8") for name, values in arrays.items()}
    np.savez(tmp_path / "double.npz", **double)
    with zipfile.ZipFile(tmp_path / "packed again.zip", "w") as archive:
        archive.write(tmp_path / "double.npz", "a folder/double.npz")
    page.set_input_files("#weights-file", tmp_path / "packed again.zip")
    expect(page.locator("#weights-note")).to_have_text("The weights of packed again.zip.")
    visitor.expect_reading(7)
    page.set_input_files("#weights-file", weights)
    expect(page.locator("#weights-note")).to_have_text(f"The weights of {weights.name}.")
    expect(page.locator("#notices .notice")).to_have_count(0)
    visitor.expect_reading(7)
    np.testing.assert_allclose(visitor.probabilities(), probabilities, atol=1e-6)

    # Installed on an iPhone, which has no downloads for it, it hands them to the system.
    page.evaluate(ON_A_HOME_SCREEN)
    page.click("#save-weights")
    page.wait_for_function("name => window.shared === name", arg=weights.name)
    page.evaluate(OFF_THE_HOME_SCREEN)


@pytest.mark.parametrize(("cause", "words"), [("full", "is full"), ("forbidden", "forbid")])
def test_a_browser_that_keeps_nothing_says_so_once_and_all_else_works(
    visitor: Visitor, server: Server, cause: str, words: str
) -> None:
    page = visitor.page
    if cause == "full":
        quota = {"origin": server.url, "quotaSize": 1}
        page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    else:
        page.route(
            "**/worker/main.py",
            lambda route: route.fulfill(body=FORBID_STORAGE + route.fetch().text()),
        )
    begin(visitor)
    train_a_little(visitor)
    notice = page.locator("#notices .notice")
    expect(notice).to_contain_text(NOTHING_KEPT)
    expect(notice).to_contain_text(words)
    expect(page.locator("#keep-note")).to_contain_text(NOTHING_KEPT)
    notice.get_by_role("button", name="Dismiss").click()
    iteration = visitor.figure("iteration")
    page.click("#start")
    visitor.wait_for_figure("iteration", iteration + 200)
    page.wait_for_timeout(4000)  # longer than it waits before it saves
    expect(notice).to_have_count(0)
