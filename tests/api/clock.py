"""The clock that tests set."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands still until it is told to advance."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float = 0, hours: float = 0) -> None:
        self.now += timedelta(hours=hours, seconds=seconds)
