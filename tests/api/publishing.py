"""What visitors and the operator do with weights, and weights for them to do it with."""

from typing import Any
from urllib.parse import quote

import numpy as np
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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


def publish(
    client: FlaskClient, params: Params, author: str = "", if_match: str = "", **options: Any
) -> TestResponse:
    headers = {"If-Match": if_match} if if_match else {}
    if author:
        headers["Digits-Author"] = quote(author)
    return client.post(
        "/api/weights",
        data=weights_to_npz(params),
        content_type="application/x-npz",
        headers=headers,
        **options,
    )


def current_tag(client: FlaskClient) -> str:
    return client.head("/api/weights", headers={"Accept": "application/x-npz"}).headers["ETag"]
