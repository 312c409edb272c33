"""Whatever stands in a field of a JSON body, the answer is a success or says what is wrong.

Each field of each call is given each odd value in turn, by somebody who may make the call.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset
from tests.api.class_room import INK, STATUS, ClassRoom
from tests.api.publishing import TOKEN, Params

VALUES = [
    *("null", "true", '""', '"1"', "[]", "{}", "[[]]", "[null]", '{"a": 1}', "-1", "-0.0", "0.5"),
    *("1e308", "1e400", "-1e400", "NaN", "Infinity", "9" * 30, "9" * 400, "-" + "9" * 400),
    *('"\\ud800"', '"\\u0000"', '"\\u202e"', '"٣"', json.dumps("a" * 10_000), "2147483648"),
    *("[" * 700 + "]" * 700, '{"a":' * 700 + "1" + "}" * 700, "[[1, 2], 3]"),
    *("[" + "9" * 400 + "]", "[NaN]", "[true]", "[1e308, -1e308]", "[[NaN, 9]]", '["\\ud800"]'),
]
"""JSON, some of it only to Python."""
MARK = "here"
DIGIT = {"label": 3, "held_out": False, "pixels": INK}
TENSOR = {"name": "image", "shape": [1, 784], "datatype": "FP32", "data": [0.5] * 784}
BODIES: dict[str, tuple[str, str, Any]] = {
    "class": ("POST", "/api/classes", {"title": "7b"}),
    "changes": ("PATCH", "{room}", {"title": "7c", "is_locked": False, "wants_attention": False}),
    "order": ("POST", "{room}/orders", {"order": "lesson", "lesson": "a", "starts": False}),
    "joining": ("POST", "{room}/pupils", {"name": "Ada"}),
    "name": ("PATCH", "{room}/pupils/{pupil}", {"name": "Bob"}),
    "status": ("PUT", "{room}/pupils/{pupil}/status", STATUS),
    "digits": (
        "POST",
        "{room}/digits",
        {"format": "digits-tray", "version": 1, "drawings": [DIGIT]},
    ),
    "learning": (
        "POST",
        "{room}/learning",
        {"split": "random", "local_steps": 10, "rounds": 5, "seconds": 10},
    ),
    "pixels": ("POST", "/api/predict", {"pixels": [0] * 784}),
    "strokes": ("POST", "/api/predict", {"strokes": [[[1, 2], [3, 4]]], "width": 2}),
    "drawings": ("POST", "/api/predict", {"drawings": [{"pixels": [0] * 784}]}),
    "tensor": (
        "POST",
        "/v2/models/digits/infer",
        {"id": "a", "inputs": [TENSOR], "outputs": [{"name": "digit", "parameters": {}}]}
        | {"parameters": {"binary_data_output": False}},
    ),
    "binary": (
        "POST",
        "/v2/models/digits/infer",
        {"inputs": [{**TENSOR, "data": [], "parameters": {"binary_data_size": 3136}}]},
    ),
    "samples": ("PATCH", "/api/weights", {"data": [{"target": 3, "image": [0.5] * 784}]}),
    "pin": ("PATCH", "/api/weights/versions/1", {"pinned": True}),
    "block": ("POST", "/api/datablock", {"block": 4}),
}
PUPILS_CALLS = ("status", "digits")


class Place(NamedTuple):
    room: ClassRoom
    pupil: int
    secrets: tuple[str, str]
    """The teacher's, the pupil's."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, digits: Dataset, trained: Params) -> Place:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path_factory.mktemp('odd') / 'digits.sqlite'}",
        admin_token=TOKEN,
        read_limit=None,
        write_limit=None,
        attempt_limit=None,
    )
    room = ClassRoom(create_app(settings, digits, trained).test_client())
    pupil = room.join()
    return Place(room, pupil.id, (room.secret, pupil.secret))


def with_a_mark(document: Any) -> Iterator[Any]:
    """The document with MARK in the place of each value in turn; of a long list, of the last."""
    yield MARK
    if isinstance(document, dict):
        names: Any = list(document)
    elif isinstance(document, list) and document:
        names = [len(document) - 1]
    else:
        return
    for name in names:
        for changed in with_a_mark(document[name]):
            marked = deepcopy(document)
            marked[name] = changed
            yield marked


@pytest.mark.parametrize("name", BODIES)
def test_an_odd_value_is_refused_or_read(place: Place, name: str) -> None:
    method, path, document = BODIES[name]
    room = place.room
    secret = TOKEN if path.startswith("/api/weights") else place.secrets[name in PUPILS_CALLS]
    target = path.format(room=room.path, pupil=place.pupil)
    for marked in with_a_mark(document):
        text = json.dumps(marked)
        for value in VALUES:
            response = room.client.open(
                target,
                method=method,
                data=text.replace(f'"{MARK}"', value).encode(),
                content_type="application/json",
                headers={"Authorization": f"Bearer {secret}"},
            )
            said = f"{text[:200]} with {value[:60]}: {response.status_code} {response.data[:200]!r}"
            assert response.status_code < 500, said
            if response.status_code >= 400:
                assert {"detail", "error"} & response.get_json().keys(), said
