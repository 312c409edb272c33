"""Who may do what in a class: by secrets, in Authorization, and view keys, in ?view=.

Limits count pupils and classes, not addresses: a school has one. Only what is wrong, codes and keys
that nobody has, counts for the address that tries it.
"""

import time
from contextlib import suppress

from flask import request
from limits import RateLimitItem, parse
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, TooManyRequests, Unauthorized

from api.classmates import GUESSES, count_guess, look_twice, may_guess
from api.extensions import services
from api.operators import is_operator, sent_token
from api.redis_errors import RedisError
from api.requests import REFUSAL
from api.services.class_rooms import PUPIL, TEACHER, Member, Room
from api.services.problems import NotFoundError
from api.threads import BODY, BODY_CAME
from api.views.guards import require_admin
from api.visitors import limiter, visitor

BEGINNINGS = parse("60/hour")
"""Classes that one address may begin."""
STATUSES = parse("180/minute")
"""Of one pupil. The page sends one a second; the network may deliver some together."""
HANDINGS = parse("60/minute")
ANSWERS = parse("240/minute")
ORDERS = parse("240/minute")
"""All that one teacher writes."""
MOST_STREAMS = 40
"""Of one key in a process: tabs, devices, and connections whose end has not been noticed yet. Each
keeps a connection, which others would miss."""
STREAM_SECONDS = 10
"""By then some of them may have been noticed."""


def require_classes() -> None:
    """May this visitor begin a class? Raises Forbidden, Unauthorized, TooManyRequests."""
    setting = services().settings.classes
    if setting == "off":
        request.environ[REFUSAL] = "class"
        raise Forbidden("Classes are switched off here (DIGITS_CLASSES=off).")
    if setting == "admin":
        require_admin()
    if not is_operator(services().settings):
        _count(BEGINNINGS, visitor(), "This address has begun many classes.")


def room_of(code: str) -> Room:
    """The class that is asked for. Raises NotFoundError, and TooManyRequests for those who guess;
    Forbidden where classes are switched off."""
    if services().settings.classes == "off":
        request.environ[REFUSAL] = "class"
        raise Forbidden("Classes are switched off here (DIGITS_CLASSES=off).")
    try:
        room = services().classes.room(code)
    except NotFoundError:
        _require_guesses()
        count_guess()
        raise
    if not _is_member(room):
        _require_guesses()
    return room


def _is_member(room: Room) -> bool:
    """As far as this process knows. Members are let in, whatever others behind their address try:
    otherwise one pupil who guesses would shut out the school."""
    secret, view = sent_token(), request.args.get("view")
    return (secret is not None and room.member_by_secret(secret) is not None) or (
        view is not None and room.member_by_view(view) is not None
    )


def require_member(room: Room) -> Member:
    """Whose secret came. Raises Unauthorized."""
    secret = sent_token()
    member = None if secret is None else _look_twice(room, secret, by_view=False)
    if member is None:
        raise _stranger(
            "Send Authorization: Bearer and the secret that the answer to starting or joining had; "
            + ("none came." if secret is None else "the one that came is of nobody in this class.")
        )
    return member


def require_teacher(room: Room) -> None:
    """Raises Unauthorized, Forbidden."""
    if require_member(room).role != TEACHER:
        request.environ[REFUSAL] = "class"
        raise Forbidden("Only the teacher of this class may do this.")
    _count(ORDERS, f"{room.snapshot.row.id}", "Too many changes at once.")


def require_pupil(room: Room, allowance: RateLimitItem, pupil: int | None = None) -> int:
    """The number of the pupil whose secret came, who has to be `pupil` if that is given. Raises
    Unauthorized, Forbidden, TooManyRequests."""
    member = require_member(room)
    if member.role != PUPIL or pupil not in (None, member.pupil):
        request.environ[REFUSAL] = "class"
        raise Forbidden("Only the pupil themselves may do this.")
    who = f"{room.snapshot.row.id} {member.pupil}"
    _count(allowance, who, "You send too much at once.")
    return member.pupil


def require_viewer(room: Room) -> Member:
    """Who looks, by ?view=. Raises Unauthorized."""
    key = request.args.get("view", "")
    member = _look_twice(room, key, by_view=True) if key else None
    if member is None:
        raise _stranger(
            "?view= must be the view key that the answer to starting or joining had; "
            + ("the one that came is of nobody in this class." if key else "none came.")
        )
    return member


def require_room_to_listen(room: Room, member: Member) -> None:
    """Raises TooManyRequests."""
    if services().classes.rooms.listeners_of(room, member) >= MOST_STREAMS:
        raise TooManyRequests(
            f"{MOST_STREAMS} streams are open with this key. Close some, or try again in "
            f"{STREAM_SECONDS} seconds.",
            retry_after=STREAM_SECONDS,
        )


def _look_twice(room: Room, key: str, *, by_view: bool) -> Member | None:
    find = room.member_by_view if by_view else room.member_by_secret
    found = find(key)
    if found is None:
        _require_guesses()
        found = look_twice(room, key, by_view=by_view)
    return found


def _stranger(reason: str) -> Unauthorized:
    return Unauthorized(
        f"This is for members of the class. {reason} Whoever was removed has to join again.",
        www_authenticate=WWWAuthenticate("bearer", {"realm": "Digits"}),
    )


def _require_guesses() -> None:
    """May this address try another code or key? Raises TooManyRequests."""
    if not may_guess():
        raise _too_many(
            GUESSES, visitor(), "This address has tried many codes or keys of no class."
        )


def _count(allowance: RateLimitItem, who: str, reason: str) -> None:
    if request.environ.get(BODY) == BODY_CAME:  # repeated because its body is here
        return
    with suppress(RedisError):
        if not limiter.limiter.hit(allowance, "class", who):
            raise _too_many(allowance, who, reason)


def _too_many(allowance: RateLimitItem, who: str, reason: str) -> TooManyRequests:
    ends = limiter.limiter.get_window_stats(allowance, "class", who).reset_time
    seconds = max(1, round(ends - time.time()))
    return TooManyRequests(
        f"{reason} {allowance} are allowed. Try again in {seconds} seconds.", retry_after=seconds
    )
