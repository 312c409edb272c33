"""tools/servers.py: PostgreSQL and Redis come as packages, and without services."""

import shutil
from pathlib import Path

import pytest

from tests.api.servers import do_without
from tools import servers


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[list[str], bool]]:
    """Packages that are asked for on an empty machine, and whether a cluster would be made."""
    asked: list[tuple[list[str], bool]] = []

    def note(packages: list[str], _what_for: str) -> None:
        asked.append((packages, not servers.NO_CLUSTER.exists()))

    monkeypatch.setattr(servers, "NO_CLUSTER", tmp_path / "createcluster.d" / "tests.conf")
    monkeypatch.setattr(servers, "DEBIAN_POSTGRESQL", f"{tmp_path}/*/bin")
    monkeypatch.setattr(servers, "install", note)
    monkeypatch.setattr(servers, "may_install", lambda: True)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    return asked


def test_no_cluster_and_no_service_come_with_them(
    installed: list[tuple[list[str], bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert servers.main() == 0
    assert installed == [(["postgresql"], False), (["redis-tools"], True)]
    assert not servers.NO_CLUSTER.exists()
    assert capsys.readouterr().out.count("its tests will be skipped") == 2


def test_the_newest_postgresql_is_found(
    installed: list[tuple[list[str], bool]], tmp_path: Path
) -> None:
    for version in ("9", "15", "strange"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (folder / name).touch()
    found = servers.find_postgresql()
    assert found is not None
    assert found.initdb == tmp_path / "15" / "bin" / "initdb"


def test_only_who_tests_for_others_may_not_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no Redis; make test installs it"):
        do_without("there is no Redis")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Redis, and CI may not do without"):
        do_without("there is no Redis")
