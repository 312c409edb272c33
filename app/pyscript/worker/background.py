"""Tasks that run beside the page's calls, and what becomes of their errors.

asyncio keeps only weak references to tasks, and an error that nobody awaits reaches the console
alone: here tasks are held until they end, and every error is handed on.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """Starts tasks; `on_error(error)` hears of what they raise."""

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
