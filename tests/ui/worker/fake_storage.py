"""A browser's storage for the worker's tests: holds one record, or fails as it is told."""

from app.pyscript.worker.autosave import StorageError


class FakeStorage:
    def __init__(self) -> None:
        self.record: tuple[str, bytes] | None = None
        self.problem = ""
        """Why reading and writing fail, if they do."""
        self.writes = 0

    def _check(self) -> None:
        if self.problem:
            raise StorageError(self.problem)

    async def read(self) -> tuple[str, bytes] | None:
        self._check()
        return self.record

    async def write(self, description: str, weights: bytes) -> None:
        self._check()
        self.writes += 1
        self.record = (description, weights)

    async def clear(self) -> None:
        self._check()
        self.record = None
