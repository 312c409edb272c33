"""Who is who in a class: secrets, which may write, and view keys, which may only read.

A secret comes in a header. EventSource, of browsers, sends no headers of a page's own, so a view
key comes in the address, which proxies write into their logs. It follows from the secret; the
secret does not follow from it. Only digests of both are stored.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from api.stores.classes import Keys

SECRET_BYTES = 16
VIEW_BYTES = 16


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def view_of(secret: str) -> str:
    """The view key of the teacher or pupil with this secret."""
    return _derived(secret, b"view")


def projector_view_of(secret: str) -> str:
    return _derived(secret, b"projector")


def keys_of(secret: str) -> Keys:
    """What is stored of a secret and of the view keys that follow from it."""
    return Keys(digest(secret), digest(view_of(secret)), digest(projector_view_of(secret)))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _derived(secret: str, purpose: bytes) -> str:
    derived = hmac.digest(secret.encode(), purpose, "sha256")[:VIEW_BYTES]
    return urlsafe_b64encode(derived).rstrip(b"=").decode()
