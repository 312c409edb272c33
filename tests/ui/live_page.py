"""A page whose worker has been started, and what its visitor does with it."""

from collections.abc import Callable
from typing import Any

from app.pyscript.bridge.bridge import READY
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.draw.state import Draw
from app.pyscript.hand.state import Hand
from app.pyscript.keep.state import Keep
from app.pyscript.kit.signals import Signal
from app.pyscript.page import Page
from app.pyscript.read.state import LOOK_SECONDS, LOOKS, Read
from app.pyscript.start.state import PATIENCE_SECONDS, Start
from app.pyscript.train.state import Train
from tests.ui.fake_browser import Call, FakeBrowser, FakeWorker

WASM: Any = {"path": "/vendor/pyodide.wasm", "bytes": 9_000_000}
WHEEL: Any = {"path": "/vendor/numpy.whl", "bytes": 3_000_000}
PLAN: Any = {
    "source": "/app/worker/main.py",
    "config": {"packages": ["numpy"]},
    "files": [WASM, WHEEL],
}
ASKS: dict[str, Callable[[Page], None]] = {
    "save_weights": lambda page: page.of(Keep).save_weights(),
    "save_program": lambda page: page.of(Keep).save_program(),
    "save_tray": lambda page: page.of(Hand).save(),
    "start_training": lambda page: page.of(Train).start(),
    "step_training": lambda page: page.of(Train).step(),
}
OK: Any = {}
CONNECTED: Any = {"kernels": "simd", "no_simd": ""}
NOTHING_KEPT: Any = {"saved_at": "", "settings": None, "digest": ""}
REFUSED = RefusedError("Not now", "Because.")


def reading(digit: int = 7, share: float = 0.75) -> Any:
    """What `predict` answers."""
    return {
        "digit": digit,
        "unreadable": "",
        "probabilities": [share if each == digit else 0 for each in range(10)],
        "seen": "the picture",
        "milliseconds": 0.5,
    }


def begin(page: Page, browser: FakeBrowser) -> FakeWorker:
    """Start a worker, whose calls will be answered."""
    browser.config = PLAN
    browser.run(page.of(Start).start())
    browser.settle()
    bring_script(browser)
    worker = browser.workers[-1]
    worker.answers = {
        "connect": CONNECTED,
        "restore": NOTHING_KEPT,
        "change_settings": OK,
        "load_shared_weights": OK,
    }
    return worker


def bring_script(browser: FakeBrowser) -> None:
    """The worker's script comes, and the start does not wait any longer for the page to read."""
    browser.request(str(PLAN["source"])).resolve()
    browser.advance(1000 * LOOKS * LOOK_SECONDS)


def begin_slowly(page: Page, browser: FakeBrowser) -> FakeWorker:
    """Start a worker that takes so long that the page asks for its files, too."""
    worker = begin(page, browser)
    browser.advance(1000 * PATIENCE_SECONDS)
    return worker


def bring_files(browser: FakeBrowser) -> None:
    for file in (WASM, WHEEL):
        browser.request(str(file["path"])).resolve()
    browser.settle()


def finish_start(browser: FakeBrowser, worker: FakeWorker) -> None:
    worker.become_ready()
    browser.settle()


def start(page: Page, browser: FakeBrowser) -> FakeWorker:
    """A worker that is up; calls of it wait for the test."""
    worker = begin(page, browser)
    finish_start(browser, worker)
    assert page.bridge.state.value == READY
    worker.answers = {}
    worker.calls = []
    return worker


def draw(page: Page, browser: FakeBrowser, x: float = 14.5) -> None:
    """A stroke, and the frame after it."""
    page.of(Draw).drawing.begin_stroke(x, 14.5)
    page.of(Draw).drawing.end_stroke()
    page.of(Draw).drawing_changed()
    browser.settle()


def clear(page: Page, browser: FakeBrowser) -> None:
    page.of(Draw).drawing.clear()
    page.of(Draw).drawing_changed()
    browser.settle()


def answer(browser: FakeBrowser, call: Call, value: Any) -> None:
    call.resolve(value)
    browser.settle()


def digit_read(page: Page) -> int | None:
    return page.of(Read).prediction.value["digit"] if page.of(Read).prediction.value else None


def notices(page: Page) -> list[tuple[str, str]]:
    return [(notice["title"], notice["detail"]) for notice in page.notices.shown.value]


def report_problem(worker: FakeWorker, kind: str, detail: str = "So.") -> None:
    worker.report(type="problem", kind=kind, detail=detail)


def progress(iteration: int) -> Any:
    return {
        "iteration": iteration,
        "epoch": 0.5,
        "loss": 0.5,
        "accuracy": 0.9,
        "samples_per_second": 1000.0,
        "cached": 2,
        "fetching": 4,
        "is_training": True,
    }


# As a visit left it that knew fewer settings.
KEPT: Any = {"batch_size": 16, "learning_rate": 0.5, "prefetch": 2, "optimizer": "sgd"}


def heard(page: Page, **signals: Signal) -> list[str]:
    """A list that grows by a signal's name each time its watchers are told."""
    told: list[str] = []
    for name, signal in signals.items():
        page.watch((signal,), lambda name=name: told.append(name))
    return told
