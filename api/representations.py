"""What goes over the wire: bytes of one media type and content coding, and the tag naming them.

No Flask: services make representations, views choose among them and send them.
"""

import gzip
import hashlib
import threading
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]

JSON = "application/json"
NPY = "application/x-npy"
NPZ = "application/x-npz"

# Best first. Chosen on blocks of 512 MNIST digits, 402 kB as .npy, 934 kB as JSON: brotli 5 makes
# 81 kB in 4 ms and 110 kB in 10 ms, gzip 6 makes 86 kB in 6 ms and 114 kB in 15 ms. One level less
# is up to 6 % larger; more levels cost two to fifteen times the time for at most 5 % less.
CODINGS = ("br", "gzip", "identity")
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
LEAST_SIZE = 500
"""Bytes; what is smaller fits a packet anyway and goes as it is."""


# Each takes megabytes while it works, and many at once are no faster than a few.
_compressors = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Representation:
    content: bytes
    media_type: str
    coding: str
    etag: str
    """A strong entity tag, unquoted: another content, type or coding has another tag."""

    @classmethod
    def encode(
        cls, content: bytes, media_type: str, coding: str, etag: str | None = None
    ) -> "Representation":
        """Bytes in one of CODINGS, or as they are when they are few.

        `etag` names the content where something better than a digest of the bytes is known.
        """
        if len(content) < LEAST_SIZE:
            coding = "identity"
        encoded = _compress(content, coding)
        if etag is None:
            etag = hashlib.blake2b(encoded, digest_size=16).hexdigest()
        elif coding != "identity":
            etag = f"{etag}-{coding}"
        return cls(encoded, media_type, coding, etag)


def _compress(content: bytes, coding: str) -> bytes:
    if coding == "br":
        with _compressors:
            compressed: bytes = brotli.compress(content, quality=BROTLI_QUALITY)
        return compressed
    if coding == "gzip":
        return gzip.compress(content, GZIP_LEVEL, mtime=0)
    return content
