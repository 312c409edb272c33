"""Types of bodies that schemathesis does not know, for whoever imports this."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-npz")
def write_npz(_context: Any, value: Any) -> bytes:
    """It makes bytes or, to be refused, something else."""
    content = getattr(value, "data", value)
    return content if isinstance(content, bytes) else str(content).encode()
