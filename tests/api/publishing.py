"""What visitors and the operator do with weights, and weights for them to do it with."""

from typing import Any
from urllib.parse import quote

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.extensions import EXTENSION
from app.model.arrays import FloatArray
from app.model.serialization import weights_to_npz

Params = dict[str, FloatArray]

TOKEN = "the token of the tests"
REFUSED = {
    *("candidate", "current", "accuracy", "required_accuracy", "held_out_loss", "allowed_loss"),
    *("drawings_accuracy", "required_drawings_accuracy"),
    *("drawings_loss", "allowed_drawings_loss"),
}
"""Members of the answer to weights that are clearly worse."""
OVERFLOWING = {"current", "reach", "allowed_reach"}
"""Members of the answer to weights that may overflow."""
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


def variant(params: Params, number: int) -> Params:
    """Other weights that read about as well as these do: the second layer is changed by one percent
    at random, the same for each number."""
    noise = np.random.default_rng(number).standard_normal(params["w2"].shape, dtype=np.float32)
    return {"w1": params["w1"], "w2": params["w2"] * (1 + noise / 100)}


def blind_to(params: Params, digit: int) -> Params:
    """Weights that never see this digit: its logit is the mean of the others'."""
    w2 = params["w2"].copy()
    w2[:, digit] = np.delete(w2, digit, axis=1).mean(axis=1)
    return {"w1": params["w1"], "w2": w2}


def scaled(params: Params, first: float, second: float) -> Params:
    """Each layer times a number: a larger one reads the same, but is surer of it."""
    return {"w1": params["w1"] * np.float32(first), "w2": params["w2"] * np.float32(second)}


def unrelated(params: Params, number: int) -> Params:
    """Weights that read as well, but whose mean with the others reads nothing: as from another
    start, each hidden unit stands elsewhere."""
    other = variant(params, number)
    return {"w1": other["w1"][:, ::-1].copy(), "w2": other["w2"][::-1].copy()}


def publish(
    client: FlaskClient,
    params: Params,
    *,
    author: str = "",
    if_match: str = "",
    base: str = "",
    headers: dict[str, str] | None = None,
    **options: Any,
) -> TestResponse:
    headers = (headers or {}) | ({"If-Match": if_match} if if_match else {})
    if author:
        headers["Digits-Author"] = quote(author)
    return client.post(
        "/api/weights",
        data=weights_to_npz(params),
        content_type="application/x-npz",
        query_string={"base": base} if base else {},
        headers=headers,
        **options,
    )


def be_patient(app: Flask) -> None:
    """Let nobody be told to come again only because this machine is busy."""
    app.extensions[EXTENSION].turns._wait_seconds = 300


def current_tag(client: FlaskClient) -> str:
    return client.head("/api/weights", headers={"Accept": "application/x-npz"}).headers["ETag"]
