"""What the application's parts share: the cache, and the services of the current application."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_caching import Cache

from api.config import Settings
from api.limits import UploadBudget
from api.metrics import Metrics
from api.services.browser_files import BrowserFiles
from api.services.operator import Operator
from api.services.retraining import Retraining
from api.services.samples import Samples
from api.services.weights import SharedWeights

EXTENSION = "digits"

LOCAL_CACHE: dict[str, Any] = {
    # One cache in each process. Keys name content by digest, so a copy is right or absent, whatever
    # other processes do; nothing is ever deleted because something was written.
    "CACHE_TYPE": "SimpleCache",
    # What a key names never changes. Not 0, "for ever": the library would take that for expired
    # and empty a full cache whole, where it otherwise drops the oldest entry.
    "CACHE_DEFAULT_TIMEOUT": 365 * 86400,
    # An epoch of MNIST is 108 blocks of 512: 9 MB as browsers ask for them. No block over 512 KiB
    # is kept (services/samples.py), so a process's cache never holds more than 128 MiB.
    "CACHE_THRESHOLD": 256,
}

SHARED_CACHE: dict[str, Any] = {
    "CACHE_TYPE": "api.redis_cache.RedisCache",
    # Blocks of orders that nobody asks for any more have to go by themselves: no number of entries
    # bounds this one.
    "CACHE_DEFAULT_TIMEOUT": 3 * 86400,
}

cache = Cache(with_jinja2_ext=False)


def cache_config(redis_url: str | None) -> dict[str, Any]:
    """The cache's settings: in each process, or in Redis for all."""
    if redis_url is None:
        return LOCAL_CACHE
    return SHARED_CACHE | {"CACHE_REDIS_URL": redis_url}


@dataclass(frozen=True)
class Services:
    settings: Settings
    samples: Samples
    weights: SharedWeights
    operator: Operator
    retraining: Retraining
    browser_files: BrowserFiles
    metrics: Metrics
    upload_budget: UploadBudget


def services() -> Services:
    """The services of the application that handles the current request."""
    found: Services = current_app.extensions[EXTENSION]
    return found
