"""The page's end on its own; the states' tests tell what becomes of calls in the page."""

from typing import Any

import pytest

from app.pyscript.bridge.bridge import Bridge
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.kit.signals import Frame
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeWorker

TOLD = list[tuple[Any, ...]]


def bridge_to(browser: FakeBrowser) -> tuple[Bridge, FakeWorker, TOLD]:
    """A bridge to a worker, and what its hooks were told."""
    bridge = Bridge(browser, Frame(browser.next_frame))
    told: TOLD = []
    bridge.on_refused = lambda *what: told.append(("refused", *what))
    bridge.on_done = lambda *what: told.append(("done", *what))
    bridge.on_unanswered = lambda *what: told.append(("unanswered", *what))
    bridge.on_dead = lambda *what: told.append(("dead", *what))
    browser.start_worker("main.py", "one", {}, bridge.take_report)
    worker = browser.workers[-1]
    bridge.worker = worker
    return bridge, worker, told


def test_arrays_cross_both_ways_beside_the_rest(browser: FakeBrowser) -> None:
    bridge, worker, told = bridge_to(browser)
    file, pictures = Bytes(10), Bytes(3136)
    answers: list[Any] = []

    async def ask() -> None:
        answers.append(await bridge.ask("open", file, "a.npz", {"seed": 1}))

    browser.run(ask())
    browser.settle()
    (call,) = worker.waiting("open")
    assert call.arguments == (file, "a.npz", {"seed": 1})
    call.resolve({"pictures": pictures, "total": 3})
    browser.settle()
    assert answers == [{"pictures": pictures, "total": 3}]
    assert told == [("done", "open")]


def test_a_refusal_is_told_or_raised(browser: FakeBrowser) -> None:
    bridge, worker, told = bridge_to(browser)
    worker.answers["open"] = RefusedError("Not now", "Because.")
    caught: list[str] = []

    async def call() -> None:
        try:
            await bridge.call("open")
        except RefusedError as refusal:
            caught.append(refusal.detail)

    bridge.send("open")
    browser.run(call())
    browser.settle()
    assert caught == ["Because."]
    assert told == [("refused", "open", "Not now", "Because.")]


def test_without_a_worker_nothing_is_answered(browser: FakeBrowser) -> None:
    bridge = Bridge(browser, Frame(browser.next_frame))
    answers: list[Any] = []

    async def ask() -> None:
        answers.append(await bridge.ask("open"))

    browser.run(ask())
    browser.settle()
    assert answers == [None]


@pytest.mark.parametrize(
    ("error", "is_alive", "end"),
    [
        (OSError("no answer"), True, "dead"),
        (RuntimeError("odd"), True, "unanswered"),
        (RuntimeError("odd"), False, "dead"),
    ],
)
def test_a_call_without_an_answer(
    browser: FakeBrowser, error: Exception, is_alive: bool, end: str
) -> None:
    bridge, worker, told = bridge_to(browser)
    if is_alive:
        worker.answers["ping"] = {}
    bridge.send("open")
    browser.settle()
    worker.waiting("open")[0].reject(error)
    browser.settle()
    if not is_alive:
        worker.waiting("ping")[0].reject(error)
        browser.settle()
    assert told == [(end, "open", error)]
    assert worker.is_terminated == (bridge.worker is None) == (end == "dead")


def test_what_crosses_is_told_where_the_address_asks_for_it(browser: FakeBrowser) -> None:
    browser.traced = []
    bridge, worker, _ = bridge_to(browser)
    worker.answers["open"] = {"total": 3}
    bridge.on("pool", lambda report: None)
    bridge.send("open")
    browser.settle()
    worker.report(type="pool", cached=1)
    assert browser.traced == [
        ("->", "open", 0, '{"ok": true, "value": {"total": 3}, "arrays": []}'),
        ("<-", "pool", 0, '{"type": "pool", "cached": 1}'),
    ]
