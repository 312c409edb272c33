"""bridge/workers.py"""

import js
import pyscript

from app.pyscript.bridge import workers
from app.pyscript.bridge.wire import ASK
from app.pyscript.kit import texts
from tests.ui.kit.web.scenarios.tools import raised, record, until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _start(name: str, reports: "list[str]") -> "Any":
    """Its first report is that the worker was made."""
    config = {"packages": ["numpy"]}
    return workers.start_worker(
        "worker.py", name, config, reports.append, lambda: reports.append("made")
    )


def _script(name: str) -> "Any":
    return js.document.querySelector(f"script[name='{name}']")


async def a_worker_is_started_called_and_ended() -> None:
    reports: list[str] = []
    starting = _start("network-1", reports)
    await until(lambda: hasattr(_script("network-1"), "xworker"))
    assert not await starting.has_ended_within(0.02)
    assert pyscript.started[-1] == ("worker.py", "network-1", {"packages": ["numpy"]})
    script = _script("network-1")
    await until(lambda: hasattr(script.xworker, "onmessage"))
    script.xworker.onmessage(record(data="a report"))
    assert reports == ["made", "a report"]  # before it is ready, too
    proxy = js.Object.new()
    js.Reflect.set(proxy, ASK, lambda name, text, *arrays: js.Promise.resolve(f"{name} {text}"))
    js.stage.export("network-1", proxy)
    assert await starting.has_ended_within(30)
    worker = await starting.worker()
    assert await worker.call(30, "predict", "[]") == "predict []"
    worker.terminate()
    assert script.xworker.isTerminated
    assert _script("network-1") is None


async def a_worker_that_does_not_answer_is_late() -> None:
    starting = _start("network-2", [])
    proxy = js.Object.new()
    js.Reflect.set(proxy, ASK, lambda *given: js.Promise.new(lambda resolve, reject: None))
    js.stage.export("network-2", proxy)
    worker = await starting.worker()
    assert isinstance(await raised(worker.call(0.02, "predict", "[]")), OSError)


async def a_worker_whose_script_failed_exports_nothing() -> None:
    starting = _start("network-3", [])
    js.stage.export("network-3", js.Object.new())
    worker = await starting.worker()
    assert str(await raised(worker.call(30, "connect", "[]"))) == texts.WORKER_LACKS


async def a_worker_that_does_not_start_is_told_by_its_last_words() -> None:
    starting = _start("network-4", [])
    js.stage.export("network-4", None)
    assert await starting.has_ended_within(30)
    error = await raised(starting.worker())
    assert str(error) == texts.PYTHON_NOT_STARTED.format(error="ModuleNotFoundError: numpy")


async def a_worker_that_never_became_ready_is_stopped() -> None:
    _start("network-5", [])
    await until(lambda: _script("network-5"))
    xworker = _script("network-5").xworker
    workers.stop_worker("network-5")
    assert xworker.isTerminated
    assert _script("network-5") is None
    workers.stop_worker("network-5")  # once more does no harm
