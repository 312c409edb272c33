from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from app.model.data.datasets import Dataset
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, Params

PAGE = {"Accept": "application/x-npy", "Accept-Encoding": "gzip, deflate"}
COSTLY = "/api/samples/blocks/{}/0?size=30"


@pytest.fixture
def limited(operated: Settings, dataset: Dataset, params: Params) -> FlaskClient:
    return create_app(replace(operated, read_limit="20/minute"), dataset, params).test_client()


def test_reads_that_are_made_anew_have_an_allowance_for_each_address(limited: FlaskClient) -> None:
    for seed in range(1, 5):  # 5 units each
        assert limited.get(COSTLY.format(seed)).status_code == 200
    for response in (
        limited.get(COSTLY.format(5)),
        limited.get("/api/samples/blocks/0/0?size=30"),
        limited.post("/api/datablock", json={"block": 1}),
        limited.get("/api/weights/versions/1/comparison"),
    ):
        assert_problem(response, 429, "share of costly reads", members={"retry_after_seconds"})
        assert 1 <= int(response.headers["Retry-After"]) <= 60
    # What is kept is free, and so is what the page asks for.
    assert limited.get(COSTLY.format(4)).status_code == 200
    assert limited.get("/api/samples/blocks/0/0?size=512", headers=PAGE).status_code == 200
    assert limited.get("/api/data").status_code == 200
    assert limited.get("/api/samples/random").status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert limited.get(COSTLY.format(6), environ_overrides=elsewhere).status_code == 200


def test_the_operator_has_no_limit(limited: FlaskClient) -> None:
    for seed in range(1, 8):
        assert limited.get(COSTLY.format(seed), headers=OPERATOR).status_code == 200
    wrong = {"Authorization": "Bearer 0123456789abcdef-wrong"}
    statuses = [limited.get(COSTLY.format(10 + n), headers=wrong).status_code for n in range(5)]
    assert statuses == [200] * 4 + [429]


def test_forty_browsers_behind_one_address_never_meet_it(
    operated: Settings, dataset: Dataset, params: Params
) -> None:
    """With an allowance of next to nothing, whatever their proxy says they accept."""
    app = create_app(replace(operated, read_limit="1/minute"), dataset, params)
    client = app.test_client()
    urls = [f"/api/samples/blocks/0/0?size=512&split={split}" for split in dataset.splits]
    urls += ["/api/samples/blocks/0/0?size=1000&split=validation", "/api/samples/random"]
    urls += ["/api/data", "/api/weights", "/api/weights/versions"]
    for _ in range(40):
        for coding in ("gzip, deflate, br, zstd", "gzip, deflate", "identity"):
            for url in urls:
                headers = {"Accept": "application/x-npy, */*;q=0.1", "Accept-Encoding": coding}
                assert client.get(url, headers=headers).status_code == 200
    # What costs more than the whole allowance takes all of it.
    assert client.get(COSTLY.format(1)).status_code == 200
    assert client.get(COSTLY.format(2)).status_code == 429
