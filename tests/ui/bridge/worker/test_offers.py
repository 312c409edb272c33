"""What becomes of a call in the worker, whatever is offered."""

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.pyscript.bridge import wire
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.bridge.worker.offers import Offers, offered


class Owner:
    @offered("It was not doubled")
    def double(self, number: int) -> dict[str, Any]:
        return {"number": 2 * number}

    @offered(lambda name: f"{name} was not read")
    def length(self, content: bytes) -> dict[str, Any]:
        if not content:
            raise ValueError("It is empty.")
        return {"length": len(content)}

    @offered("They were not drawn")
    async def draw(self) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"pictures": np.zeros(4, np.uint8), "total": 1}

    @offered("It did not fail")
    async def fail(self) -> None:
        await asyncio.sleep(0)
        raise KeyError("a surprise")

    @offered(lambda name: f"{name} was not fetched")
    async def fetch(self, name: str) -> None:
        await asyncio.sleep(0)
        raise OSError(name)

    @offered("It was not measured")
    def measure(self) -> dict[str, Any]:
        return {"loss": float("nan")}

    @offered("It was not said")
    def say_what_json_cannot(self) -> dict[str, Any]:
        return {"what": {1, 2}}

    def keep_private(self) -> None: ...


def offers_of(owner: object, **options: Any) -> Offers:
    conversions: dict[str, Any] = {"to_page": lambda parts: SimpleNamespace(**parts)}
    conversions |= {"from_page": bytes, "unexpected": "Something is wrong"}
    offers = Offers(**conversions | options, explain=repr)
    offers.add(owner)
    return offers


def call(offers: Offers, name: str, *arguments: Any) -> dict[str, Any]:
    text, arrays = wire.encode_call(arguments)
    return wire.decode_answer(offers.ask(name, text, *arrays))


def call_later(offers: Offers, name: str, *arguments: Any) -> dict[str, Any]:
    async def ask() -> Any:
        text, arrays = wire.encode_call(arguments)
        return await offers.ask(name, text, *arrays)

    return wire.decode_answer(asyncio.run(ask()))


class TypedArray:
    """As JavaScript has them: no JSON."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __bytes__(self) -> bytes:
        return self._content


def test_only_what_is_marked_is_offered_and_each_name_once() -> None:
    offers = offers_of(Owner())
    assert offers.names == [
        "double",
        "draw",
        "fail",
        "fetch",
        "length",
        "measure",
        "say_what_json_cannot",
    ]
    with pytest.raises(ValueError, match="double is offered twice"):
        offers.add(Owner())


def test_arrays_come_and_go() -> None:
    offers = offers_of(Owner())
    assert call(offers, "double", 4) == {"number": 8}
    assert call(offers, "length", TypedArray(b"abc")) == {"length": 3}
    answer = call_later(offers, "draw")
    assert answer.pop("pictures").tolist() == [0, 0, 0, 0]
    assert answer == {"total": 1}


def refused(offers: Offers, name: str, *arguments: Any) -> tuple[str, str]:
    with pytest.raises(RefusedError) as found:
        call(offers, name, *arguments)
    return found.value.title, found.value.detail


def test_whatever_goes_wrong_is_a_refusal() -> None:
    offers = offers_of(Owner())
    title, detail = refused(offers, "double")
    assert title == "It was not doubled"
    assert "missing 1 required positional argument" in detail
    title, detail = refused(offers, "length", TypedArray(b""))
    assert (title, detail) == ("b'' was not read", "ValueError('It is empty.')")
    assert refused(offers, "length")[0] == "Something is wrong"  # no argument to name
    assert refused(offers, "say_what_json_cannot")[0] == "It was not said"
    assert refused(offers, "measure")[0] == "It was not measured"  # the page could not read NaN
    title, detail = refused(offers, "keep_private")
    assert (title, "keep_private" in detail) == ("Something is wrong", True)
    with pytest.raises(RefusedError) as found:
        call_later(offers, "fail")
    with pytest.raises(RefusedError, match=r"a\.json was not fetched"):
        call_later(offers, "fetch", "a.json")
    assert (found.value.title, found.value.detail) == ("It did not fail", "KeyError('a surprise')")


def test_what_cannot_be_converted_is_a_refusal_too() -> None:
    def fail(_value: object) -> None:
        raise TypeError("what cannot be converted")

    _, detail = refused(offers_of(Owner(), from_page=fail), "length", TypedArray(b"abc"))
    assert "cannot be converted" in detail
    with pytest.raises(RefusedError, match="They were not drawn"):
        call_later(offers_of(Owner(), to_page=fail), "draw")
