"""What redis-py raises; where it is not installed, and so nobody asks a Redis, what nothing raises.

Limits and their users catch it wherever counts may be in Redis (limits.py).
"""

try:
    from redis.exceptions import RedisError
except ImportError:

    class RedisError(Exception):  # type: ignore[no-redef]
        """Stands for redis-py's."""


__all__ = ["RedisError"]
