"""kit/web/events.py"""

import js

from app.pyscript.kit.web import events
from tests.ui.kit.web.scenarios.tools import listed, record


async def events_are_heard_by_kind_until_it_is_closed() -> None:
    told: list[tuple[str, str]] = []
    close = events.open_events(
        "/api/events", ("pupils", "end"), lambda kind, text: told.append((kind, text)), print
    )
    (source,) = listed(js.stage.sources)
    assert source.path == "https://digits.test/school/digits/api/events"
    for kind in ("pupils", "other", "end"):
        js.stage.fire(source, kind, record(data=f"about {kind}"))
    assert told == [("pupils", "about pupils"), ("end", "about end")]
    assert not getattr(source, "isClosed", False)
    close()
    assert source.isClosed


async def a_failure_ends_it_and_is_told() -> None:
    told: list[str] = []
    events.open_events("/api/events", ("end",), print, lambda: told.append("failed"))
    (source,) = listed(js.stage.sources)
    js.stage.fire(source, "error")
    assert told == ["failed"]
    assert source.isClosed
