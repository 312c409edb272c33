"""A limit for each address on reads that are in no cache: blocks that the page does not ask for,
samples as the original gave them, comparisons, and drawings that programs have read.

Counted as writes are (limits.py), for all processes of a machine, or with CACHE_URL for all
machines. Whoever has the operator's token has no limit.
"""

from flask import Flask, current_app, g
from limits import parse_many

from api.operators import is_operator
from api.visitors import limiter

SCOPE = "reads"


def init_app(app: Flask, read_limit: str | None) -> None:
    """read_limit: units of about a millisecond, in the notation of the library `limits`."""
    app.config["READ_LIMIT"] = read_limit or ""
    # Nothing costs more than the whole allowance: it could never be read.
    amounts = [limit.amount for limit in parse_many(read_limit)] if read_limit else [0]
    app.config["READ_UNITS"] = min(amounts)


def charge(units: int) -> None:
    """Charge the visitor of the current request. Raises RateLimitExceeded."""
    g.read_units = min(units, current_app.config["READ_UNITS"])
    _charge()


@limiter.shared_limit(
    lambda: current_app.config["READ_LIMIT"],
    scope=SCOPE,
    cost=lambda: int(g.read_units),
    exempt_when=lambda: (
        not current_app.config["READ_LIMIT"] or is_operator(current_app.config["SETTINGS"])
    ),
)
def _charge() -> None:
    pass
