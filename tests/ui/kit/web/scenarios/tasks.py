"""kit/web/tasks.py"""

import js

from app.pyscript.kit.web import tasks
from tests.ui.kit.web.scenarios.tools import raised, until

told: "list[object]" = []


async def an_answer_in_time_is_returned() -> None:
    assert await tasks.within(5, js.Promise.resolve(7)) == 7


async def an_answer_that_never_comes_is_late() -> None:
    error = await raised(tasks.within(0.02, js.Promise.new(lambda resolve, reject: None)))
    assert isinstance(error, tasks.LateError)
    assert "0.02" in str(error)


async def a_rejection_comes_as_it_is() -> None:
    error = await raised(tasks.within(5, js.Promise.reject(js.TypeError.new("no network"))))
    assert error.args[1:] == ("TypeError", "no network")


async def a_coroutine_can_be_limited_too() -> None:
    async def answer() -> int:
        await tasks.sleep(0.001)
        return 3

    assert await tasks.within(5, answer()) == 3


async def a_task_that_fails_is_told_to_the_page() -> None:
    async def fail() -> None:
        raise ValueError("odd")

    tasks.run(fail())
    await until(lambda: js.stage.reported.length)
    assert js.stage.reported[0] == "ValueError: odd"


async def side_by_side_the_first_failure_is_raised_and_all_else_is_waited_for() -> None:
    done = []

    async def work(name: str, seconds: float) -> None:
        await tasks.sleep(seconds)
        done.append(name)

    await tasks.gather([work("late", 0.01), work("early", 0)])
    assert done == ["early", "late"]

    async def fail() -> None:
        raise OSError("away")

    assert str(await raised(tasks.gather([fail(), work("other", 0.001)]))) == "away"


async def a_frame_comes_also_where_nothing_is_painted() -> None:
    told.clear()
    tasks.next_frame(lambda: told.append("seen"))
    await until(lambda: told)
    js.document.hidden = True
    js.requestAnimationFrame = js.undefined  # a hidden page gets no frames
    tasks.next_frame(lambda: told.append("hidden"))
    await until(lambda: told == ["seen", "hidden"])


async def time_goes_on() -> None:
    before = tasks.now()
    await until(lambda: tasks.now() > before)
