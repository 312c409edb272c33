"""Reads values out of a request. Values that are not allowed give 422, with a sentence."""

import json
import re
import string
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from flask import request
from werkzeug.exceptions import UnprocessableEntity

from api.extensions import services
from api.schemas import DIGEST, MAX_AUTHOR_LENGTH
from api.views.author_names import AuthorNameError, read_author_name

AUTHOR_HEADER = "Digits-Author"


def number_in_text(name: str, text: str, lowest: int, highest: int) -> int:
    """A whole number in a path or query. Raises UnprocessableEntity."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    return whole_number(name, int(text) if is_number else text, lowest, highest)


def whole_number(name: str, value: Any, lowest: int, highest: int) -> int:
    """A whole number in a body. Raises UnprocessableEntity."""
    # Exactly int: JSON's true is an int to Python too.
    if type(value) is int and lowest <= value <= highest:
        return value
    raise UnprocessableEntity(
        f"{name} must be a whole number from {lowest} to {highest}, found {shown(value)}."
    )


def one_of(name: str, value: str, choices: Iterable[str]) -> str:
    """A word in a query. Raises UnprocessableEntity."""
    choices = list(choices)
    if value not in choices:
        raise UnprocessableEntity(
            f"{name} must be one of {', '.join(choices)}, found {shown(value)}."
        )
    return value


def author_name() -> str | None:
    """The name that came in AUTHOR_HEADER, percent-encoded, of up to MAX_AUTHOR_LENGTH characters;
    None if it is missing or blank, or if this service takes no names.

    ?author=... is read too, as earlier pages sent it, but proxies write addresses into their logs.
    Raises UnprocessableEntity.
    """
    if not services().settings.takes_names:
        return None
    text = request.headers.get(AUTHOR_HEADER)
    try:
        text = request.args.get("author", "") if text is None else _text_of_header(text)
        if not text.strip(string.whitespace):
            return None
        name = read_author_name(text)
        if len(name) > MAX_AUTHOR_LENGTH:
            raise AuthorNameError(f"it has {len(name)}")
    except AuthorNameError as error:
        raise UnprocessableEntity(
            f"author must be a name of at most {MAX_AUTHOR_LENGTH} visible characters, found "
            f"{shown(text)}: {error}."
        ) from error
    return name


def name_notice() -> dict[str, str]:
    """What to tell a sender whose name this service does not take: their weights are published all
    the same."""
    has_name = AUTHOR_HEADER in request.headers or "author" in request.args
    if not has_name or services().settings.takes_names:
        return {}
    return {"notice": "This service takes no names. The name that you sent was not kept."}


def _text_of_header(value: str) -> str:
    """WSGI has the bytes of a header as latin-1 (PEP 3333). Raises AuthorNameError."""
    try:
        return unquote(value.encode("latin-1").decode(), errors="strict")
    except UnicodeError as error:
        raise AuthorNameError("it is not UTF-8 in percent-encoding") from error


def digest_of_base() -> str | None:
    """?base=..., the digest of a version; None if it is missing or empty. Raises
    UnprocessableEntity."""
    text = request.args.get("base") or None
    if text is not None and not re.fullmatch(DIGEST["pattern"], text):
        raise UnprocessableEntity(
            "base must be the digest of the version that the weights were trained from, 64 "
            f"hexadecimal digits as /api/weights/versions has them, found {shown(text)}."
        )
    return text


def if_match() -> Callable[[str], bool] | None:
    """A function that says whether If-Match names a digest; None without If-Match.

    Tags of all representations count: those of JSON and of compressed forms begin with the digest
    too.
    """
    if "If-Match" not in request.headers:
        return None
    named = request.if_match
    digests = {tag.partition("-")[0] for tag in named.as_set() if tag}
    return lambda digest: named.star_tag or digest in digests


def shown(value: Any) -> str:
    """A stranger's value, short enough for a sentence."""
    text = value if isinstance(value, str) else json.dumps(value)
    shortened = text if len(text) <= 40 else text[:40] + "…"
    return repr(shortened) if isinstance(value, str) else shortened
