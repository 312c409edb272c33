"""Forty browsers behind one address, with the limits that are there by default."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset
from app.model.serialization import weights_digest, weights_from_npz
from tests.api.publishing import Params, be_patient, publish, scaled

BROWSERS = 40
BLOCKS = 3
NPZ = {"Accept": "application/x-npz"}


def test_their_ordinary_use_meets_no_limit(
    settings: Settings, dataset: Dataset, params: Params
) -> None:
    """They fetch samples and weights, and all publish in the same minute."""
    by_default = Settings()
    limits = {
        name: getattr(by_default, name) for name in ("write_limit", "daily_limit", "attempt_limit")
    }
    # Random weights read as well as any others here: it is the limits that are tried.
    app = create_app(
        replace(settings, accept_margin=1, **limits), dataset, scaled(params, 0.05, 0.05)
    )
    be_patient(app)
    statuses: Counter[int] = Counter()

    def use(number: int) -> None:
        client = app.test_client()
        digest = client.get("/api/data").get_json()["digest"]
        shared = client.get("/api/weights", headers=NPZ)
        w1, w2 = weights_from_npz(shared.data)
        for index in range(BLOCKS):
            path = f"/api/samples/blocks/0/{index}?size=4&split=train&data={digest}"
            statuses[client.get(path).status_code] += 1
        noise = np.random.default_rng(number).standard_normal(w2.shape, dtype=np.float32)
        answer = publish(
            client, {"w1": w1, "w2": w2 * (1 + noise)}, base=weights_digest({"w1": w1, "w2": w2})
        )
        statuses[answer.status_code] += 1
        assert answer.status_code == 201, answer.text
        version = answer.get_json()["version"]["id"]
        statuses[client.get(f"/api/weights/versions/{version}", headers=NPZ).status_code] += 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(BROWSERS)))
    assert statuses == {200: BROWSERS * (BLOCKS + 1), 201: BROWSERS}
    # They do so every few minutes: a school day is 8 hours.
    per_minute, per_day = (
        int(limits[name].split("/")[0]) for name in ("write_limit", "daily_limit")
    )
    assert per_minute >= 1.5 * BROWSERS
    assert per_day >= BROWSERS * 8 * 60 / 4
