"""Content codings undone, as a browser would."""

import gzip

import brotli  # type: ignore[import-untyped]


def decode(content: bytes, coding: str | None) -> bytes:
    """The content behind a response's bytes and its Content-Encoding."""
    if coding == "br":
        decoded: bytes = brotli.decompress(content)
        return decoded
    if coding == "gzip":
        return gzip.decompress(content)
    assert coding in (None, "identity")
    return content
