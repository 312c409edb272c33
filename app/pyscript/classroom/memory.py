"""What the browser keeps of its class, so that a reload is back in it. Holds the secret.

Runs on MicroPython and on CPython.
"""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser
    from app.pyscript.classroom.records import Membership

KEY = "digits.class"


async def recalled(browser: "Browser") -> "Membership | None":
    """The membership that is kept, or None."""
    try:
        kept = json.loads(await browser.recall(KEY) or "null")
    except (OSError, ValueError):
        return None
    has_all = isinstance(kept, dict) and all(
        isinstance(kept.get(name), str) for name in ("code", "role", "secret", "view")
    )
    return kept if has_all else None


async def keep(browser: "Browser", membership: "Membership | None") -> None:
    """Keep a membership, or none."""
    try:
        await browser.remember(KEY, json.dumps(membership) if membership else "")
    except OSError:
        pass  # then a reload has to join again
