"""What the application's parts share: the cache, and the services of the current application."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_caching import Cache
from sqlalchemy import Engine

from api.config import Settings
from api.local_cache import LocalCache
from api.metrics import Metrics
from api.services.browser_files import BrowserFiles
from api.services.class_drawings import ClassDrawings
from api.services.classes import Classes
from api.services.learning import Learning
from api.services.operator import Operator
from api.services.publishing import Publisher
from api.services.retraining import Retraining
from api.services.samples import Samples
from api.services.turns import Turns
from api.services.weights import SharedWeights
from api.upload_budget import UploadBudget

EXTENSION = "digits"

LOCAL_CACHE: dict[str, Any] = {
    # One cache in each process. Keys name content by digest, so a copy is right or absent, whatever
    # other processes do; nothing is ever deleted because something was written.
    "CACHE_TYPE": "api.local_cache.LocalCache",
    # All blocks that the page asks for, of MNIST and what is drawn from it, 30 MB, and 150 versions
    # of the weights, 60 MB: nobody can fill it with so much else that these are dropped.
    "CACHE_BYTES": 96_000_000,
}

OTHER_BLOCKS_BYTES = 32_000_000
"""Bytes for blocks that the page does not ask for, in each process."""
FIXED_ANSWERS_BYTES = 4_000_000
"""Some 20 kB in each coding; more only below many prefixes."""

SHARED_CACHE: dict[str, Any] = {
    "CACHE_TYPE": "api.redis_cache.RedisCache",
    # Weights that nobody asks for any more have to expire: nothing bounds this cache.
    "CACHE_DEFAULT_TIMEOUT": 3 * 86400,
}


class CountedCache(Cache):
    """Hits and misses are counted by the first word of the key."""

    def get(self, key: str) -> Any:
        found = super().get(key)
        services().metrics.read_cache(key.partition(":")[0], is_hit=found is not None)
        return found


cache = CountedCache(with_jinja2_ext=False)


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
    publisher: Publisher
    retraining: Retraining
    browser_files: BrowserFiles
    metrics: Metrics
    engine: Engine
    upload_budget: UploadBudget
    fixed_answers: LocalCache
    """Answers that stay the same as long as the process runs."""
    turns: Turns
    classes: Classes
    class_drawings: ClassDrawings
    learning: Learning
    local_caches: tuple[LocalCache, ...]
    """All caches of this process."""


def services() -> Services:
    """The services of the application that handles the current request."""
    found: Services = current_app.extensions[EXTENSION]
    return found
