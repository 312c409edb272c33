"""Who sends a request as a member of a class, outside of the class: a school has one address, so
what its pupils publish must not count for that alone (limits.py).

Who claims to be a member and is none counts as everybody else does, and has made a guess.
"""

from contextlib import suppress
from typing import Any, NamedTuple

from flask import request
from limits import parse

from api.extensions import services
from api.operators import is_operator, sent_token
from api.redis_errors import RedisError
from api.services.class_rooms import Member, Room
from api.services.problems import NotFoundError
from api.threads import BODY, BODY_CAME
from api.visitors import limiter, visitor

CLASS_HEADER = "Digits-Class"
"""Has the class's code; the member's secret is in Authorization."""
GUESSES = parse("60/minute")
"""Codes of no class, and keys of nobody, that one address may try: all 130,321 codes take a day and
a half."""
FOUND = "digits.classmate"
"""In the environment of a request, once somebody has asked who sent it."""


class Classmate(NamedTuple):
    """room: the number of the class; name: of the member in it, for limits."""

    room: int
    name: str


def classmate() -> Classmate | None:
    """The member of a class who sent the current request and says so, or None."""
    environ: dict[str, Any] = request.environ
    if FOUND not in environ:
        environ[FOUND] = _find()
    found: Classmate | None = environ[FOUND]
    return found


def _find() -> Classmate | None:
    code, secret = request.headers.get(CLASS_HEADER), sent_token()
    if code is None or secret is None or services().settings.classes == "off":
        return None
    try:
        room = services().classes.room(code)
    except NotFoundError:
        count_guess()
        return None
    member = look_twice(room, secret) if may_guess() else room.member_by_secret(secret)
    return (
        None if member is None else Classmate(room.snapshot.row.id, f"{member.role} {member.pupil}")
    )


def look_twice(room: Room, key: str, *, by_view: bool = False) -> Member | None:
    """Whose secret or view key this is. Another process may have let them in a moment ago: then the
    database is read, for which a key that nobody has counts as a guess."""
    find = room.member_by_view if by_view else room.member_by_secret
    found = find(key)
    if found is None:
        services().classes.rooms.read(room.snapshot.row.code)
        found = find(key)
        if found is None:
            count_guess()
    return found


def may_guess() -> bool:
    """May this address try another code or key?"""
    if not is_operator(services().settings):
        with suppress(RedisError):
            return limiter.limiter.test(GUESSES, "class", visitor())
    return True


def count_guess() -> None:
    if request.environ.get(BODY) == BODY_CAME:  # repeated because its body is here
        return
    if not is_operator(services().settings):
        with suppress(RedisError):
            limiter.limiter.hit(GUESSES, "class", visitor())
