"""How often one visitor may write, by Flask-Limiter.

A visitor is an address, or a member of a class, as a school has one address: then there is also a
limit for the class as a whole, and for all members behind one address, since anybody may begin
classes and join them.

Accepted publications are limited by the minute and by the day, and attempts, more generously, by
the minute. The operator has no limits. All processes of a machine count together, in memory that
they share (shared_counts.py); with CACHE_URL, Redis counts for all machines together. While Redis
is away, each process counts on its own.
"""

import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many

from api.classmates import classmate
from api.config import Settings
from api.operators import is_operator
from api.redis_errors import RedisError
from api.shared_counts import SCHEME
from api.threads import BODY, BODY_CAME
from api.visitors import limiter, visitor
from app.model.serialization import MAX_SAMPLES_JSON_SIZE

ACCEPTED, ATTEMPTS = "accepted", "attempts"
MEGABYTE = 1_000_000
TOGETHER = 30
"""Visitors' allowances that a class has together, and all members of classes behind one address. So
thirty pupils are thirty, and who begins many classes and joins them sixty times gains no more."""
P = ParamSpec("P")
R = TypeVar("R")


class Payer(Enum):
    """Whose allowance a request takes from; of a member of a class, three at once."""

    VISITOR = "visitor"
    CLASS = "class"
    ADDRESS = "address"

    @property
    def times(self) -> int:
        return 1 if self is Payer.VISITOR else TOGETHER

    def key(self) -> str | None:
        """What counts for the current request, or None if this one does not pay."""
        member = classmate()
        if self is Payer.VISITOR:
            return visitor() if member is None else f"class {member.room} {member.name}"
        if member is None:
            return None
        return f"class {member.room}" if self is Payer.CLASS else f"classes {visitor()}"

    def words(self) -> str:
        if self is Payer.CLASS:
            return "All members of one class"
        if self is Payer.ADDRESS:
            return "All members of classes behind one address"
        return "One address" if classmate() is None else "One member of a class"


class AllowanceUsedError(Exception):
    """Somebody has published as much as they may."""

    def __init__(self, who: str, allowance: RateLimitItem, seconds: int) -> None:
        """who: such as "One address"; seconds: until they may publish again."""
        super().__init__(who, allowance, seconds)
        self.who = who
        self.allowance = allowance
        self.seconds = seconds


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SETTINGS"] = settings
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


def limited_write(view: Callable[P, R]) -> Callable[P, R]:
    """Decorates views that write. They share one allowance of attempts for each visitor, since
    refused requests cost the server as much as accepted ones."""
    # In this order: what one member may not do any more takes nothing from the others.
    for kind in Payer:
        view = _limited(view, kind)

    @wraps(view)
    def limited(*arguments: P.args, **named: P.kwargs) -> R:
        # Found before the limiter asks for it: to that, each error is one of its storage.
        classmate()
        return view(*arguments, **named)

    return limited


def _limited(view: Callable[P, R], kind: Payer) -> Callable[P, R]:
    decorate = limiter.shared_limit(
        lambda: "; ".join(map(str, _scaled(_settings().attempt_limit, kind.times))),
        scope=f"{ATTEMPTS} {kind.value}",
        key_func=lambda: kind.key() or "",
        cost=lambda: 1 + min(request.content_length or 0, MAX_SAMPLES_JSON_SIZE) // MEGABYTE,
        exempt_when=lambda: (
            _settings().attempt_limit is None
            # A request that is repeated because its body has arrived was counted before.
            or request.environ.get(BODY) == BODY_CAME
            or kind.key() is None
            or is_operator(_settings())
        ),
    )
    return decorate(view)


def who_tried(scope: str) -> str:
    """Whose attempts the limit of this scope counts, in words."""
    return Payer(scope.removeprefix(f"{ATTEMPTS} ")).words()


def seconds_to_wait() -> int:
    """Seconds until the limit that was just hit lets the next request pass."""
    hit = limiter.current_limit
    return 1 if hit is None else max(1, int(hit.reset_at - time.time()))


def require_allowance() -> None:
    """Raises AllowanceUsedError for a visitor who has published as much as they may."""
    for payer, key, allowance in _allowances():
        with suppress(RedisError):
            if not limiter.limiter.test(allowance, ACCEPTED, key):
                ends = limiter.limiter.get_window_stats(allowance, ACCEPTED, key).reset_time
                seconds = max(1, math.ceil(ends - time.time()))
                raise AllowanceUsedError(payer.words(), allowance, seconds)


def count_accepted() -> None:
    """Something that the visitor sent was accepted, and changed what everyone gets."""
    for _, key, allowance in _allowances():
        with suppress(RedisError):
            limiter.limiter.hit(allowance, ACCEPTED, key)


def _allowances() -> Iterator[tuple[Payer, str, RateLimitItem]]:
    """Who pays for the current request, by which key, and the limits of that."""
    if is_operator(_settings()):
        return
    settings = _settings()
    for kind in Payer:
        key = kind.key()
        if key is not None:
            for text in (settings.write_limit, settings.daily_limit):
                for item in _scaled(text, kind.times):
                    yield kind, key, item


@cache
def _scaled(limits: str | None, times: int) -> list[RateLimitItem]:
    """These limits, for so many visitors together."""
    items = parse_many(limits) if limits else []
    return [type(item)(item.amount * times, item.multiples) for item in items]
