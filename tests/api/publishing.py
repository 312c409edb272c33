"""What visitors and the operator do with weights, and weights for them to do it with."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.model.arrays import FloatArray
from app.model.serialization import weights_to_npz

Params = dict[str, FloatArray]

TOKEN = "the token of the tests"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


def variant(params: Params, number: int) -> Params:
    """Other weights that read everything as these do: the second layer is a little longer."""
    return {"w1": params["w1"], "w2": params["w2"] * (1 + number / 1024)}


def blind_to(params: Params, digit: int) -> Params:
    """Weights that never see this digit."""
    w2 = params["w2"].copy()
    w2[:, digit] = -100  # hidden units are never negative
    return {"w1": params["w1"], "w2": w2}


def publish(
    client: FlaskClient, params: Params, author: str = "", if_match: str = "", **options: Any
) -> TestResponse:
    headers = {"If-Match": if_match} if if_match else {}
    return client.post(
        "/api/weights",
        data=weights_to_npz(params),
        content_type="application/x-npz",
        query_string={"author": author} if author else {},
        headers=headers,
        **options,
    )


def current_tag(client: FlaskClient) -> str:
    return client.head("/api/weights", headers={"Accept": "application/x-npz"}).headers["ETag"]
