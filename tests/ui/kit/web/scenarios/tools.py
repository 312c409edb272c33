"""What several scenarios do. Runs on MicroPython alone."""

import asyncio

import js

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any


def record(**fields: "Any") -> "Any":
    """A JavaScript object."""
    made = js.Object.new()
    for name, value in fields.items():
        js.Reflect.set(made, name, value)
    return made


def add(local_name: str, attributes: str = "", parent: "Any" = None) -> "Any":
    return js.stage.add(local_name, parent or js.document.body, attributes)


def listed(array: "Any") -> "list[Any]":
    """A JavaScript array as a list."""
    return [array[index] for index in range(array.length)]


async def hurried(
    module: "Any", limit: str, seconds: float, coroutine: "Coroutine[Any, Any, Any]"
) -> "Any":
    """What a coroutine returns while a time limit of a module is this short."""
    former = getattr(module, limit)
    setattr(module, limit, seconds)
    try:
        return await coroutine
    finally:
        setattr(module, limit, former)


async def until(is_so: "Callable[[], object]") -> None:
    """Wait for timers and promises to come, until this holds; the scenario has a time limit."""
    while not is_so():
        await asyncio.sleep(0.001)


async def pass_time() -> None:
    """Let come what should not."""
    await asyncio.sleep(0.03)


async def raised(coroutine: "Coroutine[Any, Any, object]") -> "Any":
    """The exception that this raises."""
    try:
        await coroutine
    except Exception as error:
        return error
    raise AssertionError("it raised nothing")
