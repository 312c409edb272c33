"""What stands before Pyodide in the worker, on Node with a Pyodide that does as a test wants."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

STARTER = Path(__file__).parents[2] / "app/start-pyodide.mjs"
PYODIDE = "export const version = '0.0'; export const loadPyodide = options => self.load(options);"
# A worker's global scope, whose database fails.
SCOPE = """
globalThis.self = globalThis;
globalThis.listeners = {};
globalThis.addEventListener = (name, listener) => (listeners[name] = listener);
const browsers = { open() { throw new Error("SecurityError"); } };
Object.defineProperty(self, "indexedDB", { configurable: true, get: () => browsers });
WebAssembly.instantiateStreaming = async () => { throw new Error("it is cut"); };
"""
REPORT = """
const outcome = await pyodide.loadPyodide({ packages: ["numpy"] }).then(
  value => ({ value }), error => ({ isError: error instanceof Error, message: error.message }));
console.log(JSON.stringify(outcome));
process.exit();
"""


def run(tmp_path: Path, program: str) -> Any:
    """What a program prints last as JSON; the starter is imported in it as `pyodide`."""
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm"
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/pyodide.mjs").write_text(PYODIDE)
    starter = tmp_path / "app/build/start-pyodide.mjs"
    starter.parent.mkdir(parents=True)
    starter.write_text(STARTER.read_text().replace("{{ pyodide }}", "vendor"))
    main = tmp_path / "main.mjs"
    load = 'const pyodide = await import("./app/build/start-pyodide.mjs");'
    main.write_text(f"{SCOPE}\n{load}\n{program}")
    done = subprocess.run([node, main], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_pyodide_is_started_from_its_own_folder(tmp_path: Path) -> None:
    outcome = run(tmp_path, f"self.load = async options => options; {REPORT}")
    address = (tmp_path / "vendor").resolve().as_uri()
    assert outcome == {"value": {"packages": ["numpy"], "indexURL": f"{address}/"}}


def test_pyscripts_own_database_never_fails_and_pythons_is_the_browsers(tmp_path: Path) -> None:
    """What PyScript's IDBMapSync does before Pyodide, and clears and closes after it."""
    program = """
    const done = request => new Promise(resolve => (request.onsuccess = resolve));
    const event = await done(Object.assign(indexedDB.open("IDBMap"), { onupgradeneeded() {} }));
    const database = event.target.result;
    const store = () => database.transaction("entries", "readonly", {}).objectStore("entries");
    const keys = (await done(store().getAllKeys())).target.result;
    await done(store().clear());
    self.load = async () => ({ keys, isBrowsers: indexedDB === browsers });
    database.close();
    """
    assert run(tmp_path, program + REPORT) == {"value": {"keys": [], "isBrowsers": True}}


@pytest.mark.parametrize(
    ("load", "message"),
    [
        ("async () => { throw { message: 'exit(1)', parts: () => 0 } }", "exit(1)"),
        ("async () => { throw 'no reason' }", "no reason"),
        ("() => { WebAssembly.instantiateStreaming().catch(() => 0); return x }", "it is cut"),
        ("() => { listeners.unhandledrejection({ reason: Error('zip') }); return x }", "zip"),
    ],
)
def test_a_failure_of_which_pyodide_says_nothing_reaches_the_page(
    tmp_path: Path, load: str, message: str
) -> None:
    program = f"const x = new Promise(() => {{}}); self.load = {load}; {REPORT}"
    assert run(tmp_path, program) == {"isError": True, "message": message}
