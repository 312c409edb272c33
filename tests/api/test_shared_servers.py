"""Two machines that share a PostgreSQL and a Redis: one service."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import create_engine

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION, cache
from api.redis_cache import RedisCache, pack, unpack
from api.representations import Representation
from app.model.data.datasets import Dataset
from app.model.serialization import weights_digest
from tests.api.publishing import OPERATOR, Params, be_patient, current_tag, publish, variant
from tests.api.servers import PostgreSQL, Redis, free_port

BLOCK = "/api/samples/blocks/0/0?size=512"
PAGE = {"Accept": "application/x-npy", "Accept-Encoding": "gzip"}


@pytest.fixture
def shared(operated: Settings, redis_server: Redis) -> Settings:
    return replace(operated, cache_url=redis_server.url)


def test_two_machines_are_one_service(
    shared: Settings, digits: Dataset, trained: Params, postgresql: PostgreSQL
) -> None:
    settings = replace(shared, database_url=postgresql.url)
    machines = [create_app(settings, digits, trained) for _ in range(2)]
    first, second = (machine.test_client() for machine in machines)
    seen = current_tag(second)
    assert publish(first, variant(trained, 1), author="Zo\u00eb", if_match=seen).status_code == 201
    assert current_tag(second) == f'"{weights_digest(variant(trained, 1))}"'
    assert publish(second, variant(trained, 2), if_match=seen).status_code == 412
    job = first.delete("/api/weights", headers=OPERATOR).get_json()["job"]
    assert second.get("/api/jobs").get_json()["jobs"][0]["id"] == job["id"]
    assert second.delete("/api/weights", headers=OPERATOR).status_code == 409
    assert second.get("/readyz").status_code == 200
    versions = second.get("/api/weights/versions").get_json()["versions"]
    assert versions[0]["author"] == "Zo\u00eb"
    for machine in machines:
        machine.extensions[EXTENSION].weights._store._engine.dispose()


def test_a_class_publishes_on_two_machines_at_once(
    operated: Settings, digits: Dataset, trained: Params, postgresql: PostgreSQL
) -> None:
    settings = replace(operated, database_url=postgresql.url)
    machines = [create_app(settings, digits, trained) for _ in range(2)]
    for machine in machines:
        be_patient(machine)
    base = current_tag(machines[0].test_client()).strip('"')

    def press(number: int) -> int:
        client = machines[number % 2].test_client()
        return publish(client, variant(trained, number), base=base).status_code

    with ThreadPoolExecutor(8) as class_:
        assert list(class_.map(press, range(2, 10))) == [201] * 8
    versions = machines[0].test_client().get("/api/weights/versions").get_json()["versions"]
    ids = [version["id"] for version in versions]
    assert [version["parent"] for version in versions[:8]] == ids[1:9]
    for machine in machines:
        machine.extensions[EXTENSION].weights._store._engine.dispose()


def test_what_one_machine_made_the_other_finds(
    shared: Settings,
    redis_server: Redis,
    digits: Dataset,
    trained: Params,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (create_app(shared, digits, trained) for _ in range(2))
    expected = first.test_client().get(BLOCK, headers=PAGE)
    # What the page does not ask for stays out of it.
    first.test_client().get("/api/samples/blocks/1/0?size=30")
    monkeypatch.setattr(second.extensions[EXTENSION].samples, "_make_block", None)
    found = second.test_client().get(BLOCK, headers=PAGE)
    assert found.data == expected.data
    assert found.headers["ETag"] == expected.headers["ETag"]
    with redis_server.connect() as connection:
        keys = connection.keys("digits:*")
        assert len(keys) == 1
        assert all(connection.ttl(key) > 0 for key in keys)


def test_attempts_are_counted_together(shared: Settings, digits: Dataset, trained: Params) -> None:
    settings = replace(shared, attempt_limit="2/minute")
    clients = [create_app(settings, digits, trained).test_client() for _ in range(2)]
    statuses = [clients[index % 2].patch("/api/weights").status_code for index in range(3)]
    assert statuses == [415, 415, 429]


def test_costly_reads_are_counted_together(
    shared: Settings, dataset: Dataset, trained: Params
) -> None:
    settings = replace(shared, read_limit="12/minute")
    clients = [create_app(settings, dataset, trained).test_client() for _ in range(2)]
    urls = [f"/api/samples/blocks/{seed}/0?size=30" for seed in (1, 2, 3)]
    statuses = [clients[index % 2].get(url).status_code for index, url in enumerate(urls)]
    assert statuses == [200, 200, 429]


def test_what_is_accepted_is_counted_together(
    shared: Settings, digits: Dataset, trained: Params
) -> None:
    settings = replace(shared, write_limit="2/minute")
    clients = [create_app(settings, digits, trained).test_client() for _ in range(2)]
    statuses = [
        publish(clients[number % 2], variant(trained, number)).status_code for number in range(3)
    ]
    assert statuses == [201, 201, 429]


def test_strange_entries_are_no_representations(redis_server: Redis) -> None:
    shared_cache = RedisCache(redis_server.url, 60)
    with redis_server.connect() as connection:
        for entry in (b"", b"!\x80\x04K\x01.", b"[1]\nx", b'["a","b"]\nx', b'{"a":1}\n', b"null\n"):
            connection.set("digits:x", entry)
            assert shared_cache.get("x") is None
    made = Representation(b"\n[1]\n", "application/json", "br", "tag")
    shared_cache.set("x", made)
    assert shared_cache.get("x") == made == unpack(pack(made))


def test_without_redis_everything_goes_on(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    settings = replace(
        operated,
        cache_url=f"redis://127.0.0.1:{free_port()}/0",
        attempt_limit="2/minute",
        read_limit="4/minute",
    )
    app: Flask = create_app(settings, digits, trained)
    client = app.test_client()
    assert client.get(BLOCK, headers=PAGE).status_code == 200
    assert [client.get(f"/api/samples/blocks/{seed}/0").status_code for seed in (1, 2)] == [
        200,
        429,
    ]
    assert publish(client, variant(trained, 1)).status_code == 201
    assert client.delete("/api/weights", headers=OPERATOR).status_code == 202
    assert [client.patch("/api/weights").status_code for _ in range(2)] == [415, 429]
    assert client.get("/readyz").status_code == 200
    assert isinstance(app.extensions["cache"][cache], RedisCache)


def test_a_driver_for_postgresql_is_there() -> None:
    create_engine("postgresql://digits@localhost/digits").dispose()
