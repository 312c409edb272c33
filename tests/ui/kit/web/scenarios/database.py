"""kit/web/database.py, whose calls throw in every way"""

import js

from app.pyscript.kit.web import database
from tests.ui.kit.web.scenarios.tools import hurried, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "/school/digits/digits-autosave"


async def _stored() -> "Any":
    return await database.stored_record("digits-autosave", "autosave", "network")


def _keep() -> None:
    js.stage.keep(f"{NAME} autosave network", record(weights="the weights"))


async def a_record_is_read_and_the_database_closed() -> None:
    _keep()
    found = await _stored()
    assert found.weights == "the weights"
    assert js.stage.closed[0] == NAME


async def no_record_is_none() -> None:
    js.stage.keep(f"{NAME} autosave tray", record())
    assert await _stored() is None
    assert js.stage.closed.length == 1


async def no_database_is_none_and_none_is_made() -> None:
    assert await _stored() is None
    assert js.stage.aborted[0] == NAME


async def a_database_that_is_forbidden_is_none() -> None:
    _keep()
    js.stage.isForbidden = True
    assert await _stored() is None


async def a_database_that_does_not_open_is_none() -> None:
    _keep()
    for failing in ("open", "error"):
        js.stage.failing = failing
        assert await _stored() is None
    assert js.stage.closed.length == 0


async def a_database_that_fails_later_is_none_and_closed() -> None:
    _keep()
    for failing in ("transaction", "get"):
        js.stage.failing = failing
        assert await _stored() is None
    assert js.stage.closed.length == 2


async def a_database_that_is_silent_is_none() -> None:
    _keep()
    js.stage.failing = "silence"
    assert await hurried(database, "LIMIT_SECONDS", 0.02, _stored()) is None
