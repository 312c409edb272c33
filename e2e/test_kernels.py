"""The kernels in a real browser: the checks of tests/model/kernels with those for relaxed SIMD, and
a browser that has no SIMD."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server
from tests.model.kernels import simd_checks
from tests.model.kernels.pyodide_job import pyodide_job
from tools import browsers

IN_PAGE = """
async ({ pyodide: folder, files, program }) => {
  const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
  const pyodide = await loadPyodide({ indexURL: `${location.origin}${folder}/` });
  await pyodide.loadPackage("numpy");
  for (const [path, content] of Object.entries(files)) {
    pyodide.FS.mkdirTree("/" + path.slice(0, path.lastIndexOf("/")));
    pyodide.FS.writeFile("/" + path, Uint8Array.from(atob(content), (c) => c.charCodeAt(0)));
  }
  return await pyodide.runPythonAsync(program);
}
"""

# WebAssembly's SIMD needs these instructions on x86; V8 then refuses any module that uses it.
WITHOUT_SIMD = "--js-flags=--no-enable-ssse3 --no-enable-sse4-1"
# (func (result v128) i32.const 0 i8x16.splat)
HAS_SIMD = """
WebAssembly.validate(Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 8, 1, 6, 0, 65, 0, 253, 15, 11
]))
"""


def test_the_relaxed_kernels_agree_with_the_reference_in_a_browser(
    server: Server, browser: Browser
) -> None:
    job: dict[str, Any] = pyodide_job("relaxed_kernels.wasm")
    job["pyodide"] = "/vendor/" + job["pyodide"].rsplit("/", 1)[1]
    page = browser.new_page()
    try:
        page.goto(f"{server.url}/healthz")  # a page of the same origin, with nothing on it
        outcome = json.loads(page.evaluate(IN_PAGE, job))
    finally:
        page.close()
    assert set(outcome) == set(simd_checks.checks())
    assert {name: failure for name, failure in outcome.items() if failure} == {}


def test_a_browser_without_simd_computes_with_numpy_and_says_why(
    server: Server, browser: Browser
) -> None:
    plain = browser.browser_type.launch(
        executable_path=browsers.find_chromium(), args=[*browsers.CHROMIUM_ARGUMENTS, WITHOUT_SIMD]
    )
    console: list[str] = []
    try:
        page = plain.new_page()
        page.on("console", lambda message: console.append(f"{message.type}: {message.text}"))
        visitor = Visitor(page, server.url)
        visitor.open()
        if page.evaluate(HAS_SIMD):
            pytest.skip("on this processor, Chromium cannot be told to do without SIMD")
        visitor.wait_for_the_network()
        kernels = page.locator("#kernels")
        expect(kernels).to_have_value("numpy")
        expect(kernels).to_be_disabled()
        assert "SIMD" in (kernels.get_attribute("title") or "")
        drawing = stored_drawings()[2]
        visitor.draw(placed(drawing["strokes"]))
        visitor.expect_reading(drawing["digit"])
        page.click("#start")
        visitor.wait_for_figure("iteration", 20)
        assert [line for line in console if line.startswith(("error", "warning"))] == []
    finally:
        plain.close()
