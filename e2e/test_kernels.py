"""The SIMD kernels in a real browser: the checks that tests/model/kernels runs under Node."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser

from e2e.server import Server
from tests.model.kernels import simd_checks
from tests.model.kernels.pyodide_job import pyodide_job

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


def test_the_kernels_agree_with_the_reference_in_a_browser(
    server: Server, browser: Browser
) -> None:
    job: dict[str, Any] = pyodide_job()
    job["pyodide"] = "/vendor/" + job["pyodide"].rsplit("/", 1)[1]
    page = browser.new_page()
    try:
        page.goto(f"{server.url}/healthz")  # a page of the same origin, with nothing on it
        outcome = json.loads(page.evaluate(IN_PAGE, job))
    finally:
        page.close()
    assert set(outcome) == set(simd_checks.checks())
    assert {name: failure for name, failure in outcome.items() if failure} == {}
