import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pyscript.bridge import wire
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.bridge.worker.offers import Offers, offered
from tests.ui.fake_browser import Bytes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(JSON | st.builds(Bytes, st.just(3)), max_size=5))
def test_arguments_come_as_they_were_sent(arguments: list[Any]) -> None:
    class Taker:
        @offered("It was not taken")
        def take(self, *found: Any) -> None:
            came.extend(found)

    came: list[Any] = []
    offers = Offers(
        to_page=lambda parts: parts, from_page=lambda array: array, unexpected="", explain=str
    )
    offers.add(Taker())
    text, arrays = wire.encode_call(tuple(arguments))
    assert wire.decode_answer(offers.ask("take", text, *arrays)) == {}
    assert came == arguments


def test_arrays_are_put_where_they_belong() -> None:
    text = json.dumps({"ok": True, "value": {"total": 3}, "arrays": ["pictures"]})
    pictures = Bytes(9)
    answer = SimpleNamespace(text=text, pictures=pictures)
    assert wire.decode_answer(answer) == {"total": 3, "pictures": pictures}


def test_a_refusal_is_raised() -> None:
    with pytest.raises(RefusedError) as refused:
        wire.decode_answer(json.dumps({"ok": False, "title": "No", "detail": "Because."}))
    assert (refused.value.title, refused.value.detail) == ("No", "Because.")
