"""Candidates for the tests of stores: their digest names their content."""

import hashlib
from typing import Any

from api.stores.versions import Candidate, Measurement

MEASUREMENT = Measurement(accuracy=0.97, loss=0.1, data="d" * 64)


def make_candidate(number: int, **changes: Any) -> Candidate:
    content = f"weights {number}".encode() * 20_000
    values = {
        "digest": hashlib.sha256(content).hexdigest(),
        "content": content,
        "author": "Ada",
        "source": "published",
        "measurement": MEASUREMENT,
    }
    return Candidate(**(values | changes))
