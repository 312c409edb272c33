"""One training step, beside other ways to make it: `python -m bench.steps`.

In a worker of one browser, in turns: the app's own `train_step`, from the archive that the app's
worker unpacks, with each of its kernels, in the module that visitors with this browser get; the
same in plain NumPy; TensorFlow.js in three forms. On the same machine without a browser: plain
NumPy with OpenBLAS on one thread. All train on the same samples, from the API's blocks, with plain
SGD.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, Worker

from bench.browser import (
    EMPTY_PAGE,
    FOLDER,
    HTML,
    JAVASCRIPT,
    fresh_page,
    launched,
    provide,
    start_worker,
    vendor_folders,
)
from bench.report import Figure, report, speedup
from bench.stepping import SAMPLES
from bench.tensorflow_js import CONTENDERS, WORKER_SCRIPT, TensorFlowWorker, script
from e2e.server import Server

BATCH_SIZES = (32, 128, 512)
TARGET_BATCH_SIZE = 128
ROUNDS = 7
SLICE_SECONDS = 0.15
WARM_UP_SECONDS = 0.5
BLOCK_SIZE = 512
STOP_LIMIT_SECONDS = 5

TENSORFLOW = {
    "minimize": "TensorFlow.js, sgd.minimize",
    "trainOnBatch": "TensorFlow.js, trainOnBatch",
    "by hand": "TensorFlow.js, by hand with transposes",
}
PLAIN, NATIVE = "plain NumPy in Pyodide", "plain NumPy, native, one thread"

# Unpacks what the app's worker unpacks, and reads the blocks as it does.
SET_UP = """
async ([folder, archive, stepping, blocks]) => {
  const {loadPyodide} = await import(`${folder}/pyodide.mjs`);
  const pyodide = await loadPyodide();
  await pyodide.loadPackage("numpy", {messageCallback: () => {}});
  const files = await (await fetch(archive)).arrayBuffer();
  pyodide.unpackArchive(files, "zip");
  pyodide.FS.writeFile("stepping.py", stepping);
  const contents = await Promise.all(blocks.map(async path => {
    const answer = await fetch(path, {headers: {Accept: "application/x-npy"}});
    return new Uint8Array(await answer.arrayBuffer());
  }));
  pyodide.globals.set("contents", contents);
  pyodide.runPython(`
import numpy as np
import stepping
from app.model.serialization import samples_from_npy

blocks = [samples_from_npy(content.to_bytes()) for content in contents]
images, labels = (np.concatenate(parts) for parts in zip(*blocks))
timer = stepping.StepTimer(images, labels)
`);
  const timer = pyodide.globals.get("timer");
  self.measure = (contender, size, seconds) => timer.measure(contender, size, seconds);
  return [timer.kernels.toJs(), timer.module];
}
"""

Measure = Callable[[int, float], float]
"""(batch size, seconds) to milliseconds of a step."""


class AppWorker:
    """A worker with Pyodide, the app's own code and samples of the API."""

    def __init__(self, page: Page, block_paths: list[str]) -> None:
        """The page finds an empty script as worker.js (browser.provide)."""
        self._worker: Worker = start_worker(page, "worker.js", "{type: 'module'}")
        build = page.evaluate("fetch('/readyz').then(r => r.json())")["build"]
        folder = vendor_folders(page)["pyodide"]
        stepping = (Path(__file__).parent / "stepping.py").read_text()
        setting = [folder, f"/app/{build}/worker.zip", stepping, block_paths]
        self.kernels: list[str]
        self.module: str
        """The file that the fast kernels are in: relaxed_kernels.wasm, if the browser knows it."""
        self.kernels, self.module = self._worker.evaluate(SET_UP, setting)

    def measure(self, contender: str, batch_size: int, seconds: float) -> float:
        elapsed: float = self._worker.evaluate(
            "([contender, size, seconds]) => measure(contender, size, seconds)",
            [contender, batch_size, seconds],
        )
        return elapsed


class NativeProcess:
    """Native Python with NumPy on one thread."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.native_stepping"],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, contender: str, batch_size: int, seconds: float) -> float:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([contender, batch_size, seconds]) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def __enter__(self) -> NativeProcess:
        return self

    def __exit__(self, *_: object) -> None:
        """The process ends when its input is closed."""
        self._process.communicate(timeout=STOP_LIMIT_SECONDS)


def block_paths() -> list[str]:
    """The blocks of the API that hold the samples."""
    count = SAMPLES // BLOCK_SIZE
    return [f"/api/samples/blocks/0/{index}?size={BLOCK_SIZE}" for index in range(count)]


def measure_steps(browser: Browser, url: str) -> tuple[list[Figure], dict[str, str]]:
    """The figures, and the versions of the other contenders."""
    blocks = block_paths()
    with fresh_page(browser) as page, NativeProcess() as native:
        provide(
            page,
            url,
            {
                "": (HTML, EMPTY_PAGE),
                "worker.js": (JAVASCRIPT, ""),
                WORKER_SCRIPT: (JAVASCRIPT, script()),
            },
        )
        page.goto(url + FOLDER)
        app = AppWorker(page, blocks)
        tensorflow = TensorFlowWorker(page, blocks)
        contenders: dict[str, Measure] = {PLAIN: partial(app.measure, "plain")}
        for kernels in app.kernels:
            contenders[ours(kernels)] = partial(app.measure, kernels)
        for form in CONTENDERS:
            contenders[TENSORFLOW[form]] = partial(tensorflow.measure, form)
        contenders[NATIVE] = partial(native.measure, "plain")
        figures = [
            figure
            for size in BATCH_SIZES
            for figure in take_turns(contenders, size, is_target=size == TARGET_BATCH_SIZE)
        ]
        return figures, {"kernels": app.module, "TensorFlow.js": tensorflow.version}


def take_turns(contenders: dict[str, Measure], batch_size: int, is_target: bool) -> list[Figure]:
    """All contenders one after the other, again and again, at one batch size."""
    for measure in contenders.values():
        measure(batch_size, WARM_UP_SECONDS)
    values: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, measure in contenders.items():
            values[name].append(measure(batch_size, SLICE_SECONDS))
    steps = {
        name: Figure(f"step of {batch_size}: {name}", times, "ms") for name, times in values.items()
    }
    return [*steps.values(), *(compare(steps, batch_size) if is_target else ())]


def compare(steps: dict[str, Figure], batch_size: int) -> list[Figure]:
    """The targets for our step, for the kernels that run here."""
    numpy, simd = steps[ours("numpy")], steps.get(ours("simd"))
    comparisons = [("numpy", numpy, PLAIN, 2.5)]
    if simd is not None:
        comparisons += [
            ("simd", simd, TENSORFLOW["minimize"], 20),
            ("simd", simd, TENSORFLOW["by hand"], 4),
            ("simd", simd, NATIVE, 1.1),
        ]
    return [
        speedup(f"batch {batch_size}: {kernels} kernels vs {name}", figure, steps[name], target)
        for kernels, figure, name, target in comparisons
    ]


def ours(kernels: str) -> str:
    return f"app's own, {kernels} kernels"


def main() -> None:
    with Server() as server, launched() as browser:
        figures, versions = measure_steps(browser, server.url)
        report({"Training step": figures}, {"Chromium": browser.version, **versions})


if __name__ == "__main__":
    main()
