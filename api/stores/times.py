"""Times as stores have them: in UTC, and saying so."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def aware(time: datetime) -> datetime:
    """SQLite forgets the zone, which is UTC throughout."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
