"""The cache of one process: as many representations as fit, the most recently used."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

from api.representations import Representation


class LocalCache(BaseCache):
    """What Flask-Caching needs of a cache: get and set, for representations only.

    Bounded in bytes, unlike the library's own; and without pickling, which takes as long as the
    rest of an answer. What a key names never changes, so nothing expires.
    """

    def __init__(
        self, most_bytes: int, on_read: Callable[[bool], None] = lambda _is_hit: None
    ) -> None:
        """on_read is called after each get, with whether it found something."""
        super().__init__()
        self._on_read = on_read
        self._most = most_bytes
        self._free = most_bytes
        self._kept: OrderedDict[str, Representation] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def factory(  # called by Flask-Caching, with more than it needs
        cls, _app: Flask, config: dict[str, Any], _args: list[Any], _options: dict[str, Any]
    ) -> "LocalCache":
        return cls(config["CACHE_BYTES"])

    def get(self, key: str) -> Representation | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        self._on_read(found is not None)
        return found

    def set(self, key: str, value: Any, _timeout: int | timedelta | None = None) -> bool:
        with self._lock:
            self._drop(key)
            self._kept[key] = value
            self._free -= len(value.content)
            while self._free < 0:
                self._drop(next(iter(self._kept)))
        return True

    def clear(self) -> bool:
        with self._lock:
            for key in list(self._kept):
                self._drop(key)
        return True

    @property
    def held(self) -> int:
        """Bytes of all content."""
        return self._most - self._free

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, key: str) -> None:
        former = self._kept.pop(key, None)
        if former is not None:
            self._free += len(former.content)
