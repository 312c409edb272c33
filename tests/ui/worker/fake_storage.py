"""A browser's storage for the worker's tests: holds one record, or fails as it is told."""

from app.pyscript.worker.storage import OtherTabError, StorageError


class FakeStorage:
    def __init__(self) -> None:
        self.record: tuple[str, bytes] | None = None
        self.problem = ""
        """Why reading and writing fail, if they do."""
        self.writes = 0
        self.is_others = False
        """Whether another tab has written the record since; until it is read or claimed."""
        self._has_claim = self._claimed = False
        self._is_known = False

    def claim(self) -> None:
        self._has_claim = True

    def write_from_another_tab(self, description: str, content: bytes = b"") -> None:
        self.record = (description, content)
        self.is_others = True

    def _check_owner(self) -> None:
        is_unknown = self.record is not None and not self._is_known
        if (self.is_others or is_unknown) and not self._claimed:
            raise OtherTabError("another tab wrote it")
        self.is_others, self._is_known = False, True

    def _check(self) -> None:
        # A claim holds for one attempt.
        self._claimed, self._has_claim = self._has_claim, False
        if self.problem:
            raise StorageError(self.problem)

    async def read(self) -> tuple[str, bytes] | None:
        self._check()
        self.is_others, self._is_known = False, True
        return self.record

    async def write(self, description: str, weights: bytes) -> None:
        self._check()
        self._check_owner()
        self.writes += 1
        self.record = (description, weights)

    async def clear(self) -> None:
        self._check()
        self._check_owner()
        self.record = None
