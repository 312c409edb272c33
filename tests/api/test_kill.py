"""Killing processes of the real service while visitors publish: what was answered as published is
there after, and whole. `python -m bench.kill` does this a thousand times."""

import random
from pathlib import Path

import pytest

from api.stores.database import open_database
from api.stores.versions import VersionStore
from app.model.serialization import weights_digest, weights_to_npz
from tests.api.killing import Inspector, Service, Siege
from tests.api.publishing import Params
from tests.api.servers import PostgreSQL
from tests.api.stores.candidates import make_candidate


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


def test_what_is_lost_or_not_whole_is_noticed(tmp_path: Path, trained: Params) -> None:
    """Else nothing would have been proved."""
    url = f"sqlite:///{tmp_path}/digits.sqlite"
    engine = open_database(url)
    candidate = make_candidate(1, digest=weights_digest(trained), content=weights_to_npz(trained))
    VersionStore(engine).publish(candidate, None)
    inspector = Inspector(url)
    inspector.look({1: candidate.digest})
    assert inspector.faults == []
    VersionStore(engine).publish(make_candidate(2), 1)
    inspector.look({1: candidate.digest, 3: candidate.digest})
    assert inspector.faults == ["version 3 was accepted, and is lost", "version 2 is not whole"]
    inspector.close()
    engine.dispose()
