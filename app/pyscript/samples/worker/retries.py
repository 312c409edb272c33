"""When to ask again after a request has failed: each time later, and not as other visitors do."""

import asyncio
from collections.abc import Callable

import numpy as np

from app.pyscript import texts
from app.pyscript.kit.formats import whole
from app.pyscript.messages import NO_SAMPLES
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import Reports, described

FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 10.0


class Retries:
    def __init__(
        self,
        background: Background,
        rng: np.random.Generator,
        reports: Reports,
        on_retry: Callable[[], None],
    ) -> None:
        self._background = background
        self._rng = rng
        self._reports = reports
        self._on_retry = on_retry
        self.failures = 0
        """In a row."""
        self.detail = ""
        """What failed last, and when it is tried again."""
        self.is_waiting = False

    def succeed(self) -> None:
        if self.failures:
            self.failures = 0
            self._reports.recovered(NO_SAMPLES)

    def fail(self, error: Exception, has_samples: bool) -> bool:
        """Wait for a while; False where that is done already, for a request beside this one."""
        if self.is_waiting:
            return False
        message = described(error)
        self.failures += 1
        doubled = FIRST_RETRY_SECONDS * 2 ** min(self.failures - 1, 16)
        delay_seconds = min(doubled, LONGEST_RETRY_SECONDS) * self._rng.uniform(0.5, 1)
        seconds = whole(max(1, delay_seconds))
        self.detail = texts.POOL_RETRYING.format(error=message, seconds=seconds)
        if self.failures == 1:
            detail = texts.POOL_NOT_ARRIVING_MORE if has_samples else texts.POOL_NOT_ARRIVING_YET
            self._reports.problem(NO_SAMPLES, detail.format(error=message), True)
        self.is_waiting = True
        self._background.start(self._wait(delay_seconds))
        return True

    async def _wait(self, delay_seconds: float) -> None:
        await asyncio.sleep(delay_seconds)
        self.is_waiting = False
        self._on_retry()
