from flask.testing import FlaskClient

from app.model.data.datasets import Dataset


def test_the_data_set_is_described(client: FlaskClient, dataset: Dataset) -> None:
    response = client.get("/api/data")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    document = response.get_json()
    del document["data"]
    assert document == {
        "name": "tiny",
        "title": "Tiny digits",
        "source": "made for tests",
        "digest": dataset.digest[:16],
        "pixels": 784,
        "splits": {"train": 30, "validation": 5, "test": 7},
    }


def test_the_originals_clients_find_one_sample(client: FlaskClient) -> None:
    (sample,) = client.get("/api/data").get_json()["data"]
    assert set(sample) == {"target", "image"}
    assert sample["target"] in range(10)
    assert len(sample["image"]) == 784
    assert all(isinstance(value, float) and 0 <= value <= 1 for value in sample["image"])
