from api.local_cache import LocalCache
from api.representations import JSON, Representation


def made(size: int) -> Representation:
    return Representation(bytes(size), JSON, "identity", "tag")


def test_what_was_used_last_is_kept() -> None:
    cache = LocalCache(100)
    for key in ("a", "b"):
        cache.set(key, made(40))
    assert cache.get("a") == made(40)
    cache.set("c", made(40))
    assert cache.get("b") is None
    assert cache.get("a") == cache.get("c") == made(40)


def test_bytes_are_counted_once() -> None:
    cache = LocalCache(100)
    for _ in range(3):
        cache.set("a", made(50))
    assert cache.held == 50
    cache.set("b", made(50))
    assert (len(cache), cache.held) == (2, 100)
    cache.set("large", made(101))
    assert len(cache) == 0
    cache.set("a", made(100))
    assert len(cache) == 1
    cache.clear()
    cache.set("b", made(100))
    assert cache.get("b") == made(100)
