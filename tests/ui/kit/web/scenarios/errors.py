"""kit/web/errors.py"""

import js

from app.pyscript.kit.web import errors
from tests.ui.kit.web.scenarios.tools import record


async def what_nothing_caught_is_told() -> None:
    told: list[str] = []
    errors.on_uncaught(told.append)
    js.stage.fire(js.window, "error", record(message="it broke", filename="a.js"))
    js.stage.fire(js.window, "unhandledrejection", record(reason=js.Error.new("rejected")))
    js.stage.fire(js.window, "unhandledrejection", record(reason="a text"))
    assert told == ["it broke", "rejected", "a text"]
    blob = record(message="late", filename="blob:https://digits.test/x")
    js.stage.fire(js.window, "error", blob)
    assert told[3:] == ["late"]
    errors.stopped_workers.append("network-1")
    js.stage.fire(js.window, "error", blob)
    assert len(told) == 4
