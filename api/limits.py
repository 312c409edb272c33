"""How often one address may write, by Flask-Limiter.

Accepted publications are limited by the minute and by the day, and attempts, more generously, by
the minute. The operator has no limits. All processes of a machine count together, in memory that
they share (shared_counts.py); with CACHE_URL, Redis counts for all machines together. While Redis
is away, each process counts on its own.
"""

import math
import re
import time
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse_many

from api.config import Settings
from api.operators import is_operator
from api.redis_errors import RedisError
from api.shared_counts import SCHEME
from api.threads import BODY, BODY_CAME
from app.model.serialization import MAX_SAMPLES_JSON_SIZE

NAT64 = IPv6Network("64:ff9b::/96")
"""Its last 32 bits are an IPv4 address (RFC 6052, section 2.1)."""
ACCEPTED = "accepted"
MEGABYTE = 1_000_000


def visitor() -> str:
    """Who an allowance is for: an IPv4 address, or the 64 bits that name an IPv6 network.

    One household or server has a network of 2**64 addresses to itself (RFC 6177). Addresses that
    stand for an IPv4 one count as that.
    """
    text = get_remote_address()
    try:
        address = ip_address(text)
    except ValueError:  # of a socket without addresses
        return text
    if address.version == 4:
        return str(address)
    behind = _ipv4_behind(address)
    if behind is not None:
        return str(behind)
    return f"{IPv6Address(address.packed[:8] + bytes(8))}/64"


def _ipv4_behind(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that this one stands for: mapped, through NAT64, or by 6to4. Otherwise all
    IPv4 clients of a network would share one /64, or one of them would have 65,536."""
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


limiter = Limiter(visitor, strategy="moving-window", in_memory_fallback_enabled=True)


class AllowanceUsedError(Exception):
    """One address has published as much as it may."""

    def __init__(self, allowance: RateLimitItem, seconds: int) -> None:
        """seconds: until it may publish again."""
        super().__init__(allowance, seconds)
        self.allowance = allowance
        self.seconds = seconds


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SETTINGS"] = settings
    allowances = (settings.write_limit, settings.daily_limit)
    app.config["ALLOWANCES"] = [item for text in allowances if text for item in parse_many(text)]
    # The address of a Unix socket has another scheme there than in the Redis library.
    redis_url = settings.cache_url
    storage = re.sub("^unix:", "redis+unix:", redis_url or f"{SCHEME}://")
    app.config["RATELIMIT_STORAGE_URI"] = storage
    if redis_url:
        from api.redis_connections import redis_pool  # noqa: PLC0415 - it may not be installed

        app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": redis_pool(redis_url)}
    limiter.init_app(app)
    # Its hooks take 70 us of every request, of 180 that a cached block takes. Decorated views check
    # without them.
    for hooks in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        hooks[None].pop()


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


limited_write = limiter.shared_limit(
    lambda: _settings().attempt_limit or "",
    scope="attempts",
    cost=lambda: 1 + min(request.content_length or 0, MAX_SAMPLES_JSON_SIZE) // MEGABYTE,
    exempt_when=lambda: (
        _settings().attempt_limit is None
        # A request that is repeated because its body has arrived was counted before.
        or request.environ.get(BODY) == BODY_CAME
        or is_operator(_settings())
    ),
)
"""Decorates views that write. They share one allowance of attempts for each address, since refused
requests cost the server as much as accepted ones."""


def seconds_to_wait() -> int:
    """Seconds until the limit that was just hit lets the next request pass."""
    hit = limiter.current_limit
    return 1 if hit is None else max(1, int(hit.reset_at - time.time()))


def require_allowance() -> None:
    """Raises AllowanceUsedError for an address that has published as much as it may."""
    for allowance in _allowances():
        with suppress(RedisError):
            if not limiter.limiter.test(allowance, ACCEPTED, visitor()):
                ends = limiter.limiter.get_window_stats(allowance, ACCEPTED, visitor()).reset_time
                raise AllowanceUsedError(allowance, max(1, math.ceil(ends - time.time())))


def count_accepted() -> None:
    """Something that the visitor sent was accepted, and changed what everyone gets."""
    for allowance in _allowances():
        with suppress(RedisError):
            limiter.limiter.hit(allowance, ACCEPTED, visitor())


def _allowances() -> list[RateLimitItem]:
    """The limits for the current request."""
    found: list[RateLimitItem] = current_app.config["ALLOWANCES"]
    return [] if is_operator(_settings()) else found
