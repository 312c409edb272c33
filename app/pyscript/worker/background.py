"""Runs tasks in the background, beside the page's calls, and passes on their errors.

asyncio keeps only weak references to tasks, and an error that nobody awaits goes only to the
console. So this keeps tasks until they end, and passes every error on.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """Starts tasks; calls `on_error(error)` for every exception that they raise."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(error)
