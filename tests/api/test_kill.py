"""Killing processes of the real service while visitors publish: what was answered as published is
there after, and whole. `python -m bench.kill` does this a thousand times."""

import random
from pathlib import Path

import pytest

from tests.api.killing import Service, Siege
from tests.api.publishing import Params
from tests.api.servers import PostgreSQL


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill_9_loses_nothing_that_was_answered(
    tmp_path: Path, trained: Params, database: str, request: pytest.FixtureRequest
) -> None:
    others = {}
    url = None
    kinds = ["web", "web", "worker", "web", "master", "web"]
    if database == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")

        def kill_database(_: random.Random) -> None:
            server.kill()
            server.start()

        others = {"database": kill_database}
        url = server.url
        kinds = ["web", "database", "web", "database"]
    with Service(tmp_path, url) as service:
        siege = Siege(service, trained, **others)
        siege.run(kinds, seed=1)
    assert siege.inspector.faults == []
    assert siege.inspector.seen >= len(siege.visitors.accepted) >= len(kinds)
