import asyncio
import gc

import pytest

from app.pyscript.worker.background import Background
from tests.ui.worker.virtual_time import run


def test_an_error_in_a_task_is_handed_on() -> None:
    errors: list[BaseException] = []

    async def fail() -> None:
        raise ValueError("broken")

    async def scenario() -> None:
        Background(errors.append).start(fail())
        await asyncio.sleep(1)

    run(scenario())
    assert [str(error) for error in errors] == ["broken"]


def test_tasks_that_nobody_holds_live_on_and_canceling_one_is_no_error() -> None:
    errors: list[BaseException] = []
    done = []

    async def work(seconds: float) -> None:
        await asyncio.sleep(seconds)
        done.append(seconds)

    async def scenario() -> None:
        background = Background(errors.append)
        background.start(work(1))
        canceled = background.start(work(2))
        gc.collect()
        canceled.cancel()
        await asyncio.sleep(3)

    run(scenario())
    assert done == [1]
    assert errors == []


def test_virtual_time_does_not_wait_for_ever() -> None:
    async def scenario() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="never come"):
        run(scenario())
