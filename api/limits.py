"""How often one address may write, by Flask-Limiter.

Rates are counted in each process by itself, so that with four processes up to four times as much
passes; with CACHE_URL in Redis, for all processes and machines together. When Redis is away, each
process counts by itself again.
"""

import re
import time
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from api.redis_connections import redis_pool
from api.threads import BODY, BODY_CAME

NAT64 = IPv6Network("64:ff9b::/96")
"""Its last 32 bits are an IPv4 address (RFC 6052, section 2.1)."""


def visitor() -> str:
    """Whom an allowance is for: an IPv4 address, or the 64 bits that name an IPv6 network.

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
    """Whose connections come under this address, where it stands for an IPv4 one: mapped, through
    NAT64, or by 6to4. Else all of a network's clients of IPv4 would share one /64, or one of them
    would have 65,536."""
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


limiter = Limiter(visitor, strategy="moving-window", in_memory_fallback_enabled=True)


def init_app(app: Flask, write_limit: str | None, redis_url: str | None) -> None:
    app.config["WRITE_LIMIT"] = write_limit or ""
    # A socket's address has another scheme there than in the library of Redis.
    storage = re.sub("^unix:", "redis+unix:", redis_url or "memory://")
    app.config["RATELIMIT_STORAGE_URI"] = storage
    if redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": redis_pool(redis_url)}
    limiter.init_app(app)
    # Its hooks take 70 us of every request, of 180 that a cached block takes. Views that are
    # decorated look for themselves.
    for hooks in (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs):
        hooks[None].pop()


limited_write = limiter.shared_limit(
    lambda: current_app.config["WRITE_LIMIT"],
    scope="writes",
    # A request that is asked again, as its body is here, was counted before.
    exempt_when=lambda: (
        not current_app.config["WRITE_LIMIT"] or request.environ.get(BODY) == BODY_CAME
    ),
)
"""Decorates views that write: all of them share one allowance for each address."""


def seconds_to_wait() -> int:
    """Until the limit that was just hit lets the next request pass."""
    hit = limiter.current_limit
    return 1 if hit is None else max(1, int(hit.reset_at - time.time()))
