"""The command `digits`: its overview, errors in a sentence, and what each command does."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import digits
from api.config import CHECKOUT, sqlite_url
from api.stores.database import open_database
from app.model.data.datasets import load_embedded
from digits import cli
from digits.commands import serve
from tests.few_digits import few_digits
from tests.model.data.idx_files import write_mnist_folder


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That the commands use, with tables."""
    path = tmp_path / "data" / "digits.sqlite"
    monkeypatch.setenv("DATABASE_URL", sqlite_url(path))
    open_database(sqlite_url(path)).dispose()
    return path


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few digits, and nothing of this machine."""
    for name, value in few_digits().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("DATABASE_URL", sqlite_url(tmp_path / "digits.sqlite"))


def test_the_overview_needs_nothing_and_names_all_commands() -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "digits"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(f"\n  {name}" in ran.stdout for name in cli.COMMANDS)
    assert "numpy" not in ran.stderr
    assert "flask" not in ran.stderr


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    assert f"digits {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["sevre"], 2, "there is no command 'sevre', only serve, data,"),
        (["data", "/nowhere"], 1, "/nowhere: not found: there is no such folder"),
        (["restore", "/nowhere.sqlite"], 1, "/nowhere.sqlite is not there."),
        (["backup"], 1, "is not there: nothing was ever served from here."),
        (["train", "--output", "/nowhere/w.npz", "--data", "DATA"], 2, "no such folder to write"),
    ],
)
@pytest.mark.usefixtures("environ")
def test_what_is_wrong_is_a_sentence(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [os.environ["DIGITS_DATA"] if each == "DATA" else each for each in arguments]
    try:
        found = cli.main(words)
    except SystemExit as ended:  # of argparse
        found = int(str(ended.code))
    assert found == status
    said = capsys.readouterr().err
    assert sentence in said
    assert said.startswith("digits")
    assert "Traceback" not in said


def test_other_files_than_mnists_are_not_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_mnist_folder(tmp_path / "mine", load_embedded().splits["train"], 24, 4)
    assert cli.main(["data", str(tmp_path / "mine")]) == 1
    assert "digits serve --data FOLDER" in capsys.readouterr().err
    assert not (tmp_path / "cache").exists()


def test_a_back_up_is_whole_and_comes_back(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.sqlite"
    insert = "INSERT INTO workers VALUES ('it', '2026-01-01')"
    with closing(sqlite3.connect(database)) as used:  # by a service
        assert cli.main(["backup", str(copy)]) == 0
        used.execute(insert)
        used.commit()
        assert cli.main(["backup", str(copy)]) == 1  # never over another
        assert cli.main(["restore", str(copy)]) == 1
        assert "is in use. Stop the service" in capsys.readouterr().err
    assert cli.main(["restore", str(copy)]) == 0
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("SELECT count(*) FROM workers").fetchone() == (0,)
    former = database.with_name("digits.sqlite.before-restore")
    with closing(sqlite3.connect(former)) as kept:
        assert kept.execute("SELECT count(*) FROM workers").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"", b"no database" * 100, None])
def test_only_whole_copies_of_ours_are_restored(
    content: bytes | None, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = database.read_bytes()
    other = tmp_path / "other.sqlite"
    if content is None:
        with closing(sqlite3.connect(other)) as connection:
            connection.execute("CREATE TABLE theirs (id)")
    else:
        other.write_bytes(content)
    assert cli.main(["restore", str(other)]) == 1
    assert str(other) in capsys.readouterr().err
    assert database.read_bytes() == before


@pytest.mark.usefixtures("environ")
def test_the_doctor_finds_what_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url(tmp_path / "broken.sqlite"))
    (tmp_path / "broken.sqlite").write_bytes(b"no database" * 100)
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "BAD  database:" in said
    assert "digits restore FILE" in said
    assert "1 to be put right first." in said
    (tmp_path / "broken.sqlite").unlink()
    monkeypatch.setenv("PORT", "far")
    cli.main(["doctor"])
    assert "PORT must be a whole number" in capsys.readouterr().out


def test_pictures_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dark on light, and one file that is none."""
    split = load_embedded().splits["test"]
    index = int(np.flatnonzero(split.labels == 0)[0])
    picture = 255 - np.kron(split.images[index].reshape(28, 28), np.ones((4, 4), np.uint8))
    Image.fromarray(picture).save(tmp_path / "zero.png")
    (tmp_path / "text.png").write_text("no picture")
    files = [str(tmp_path / name) for name in ("zero.png", "text.png")]
    assert cli.main(["predict", *files, "--probabilities"]) == 1
    said = capsys.readouterr()
    assert re.match(rf"{re.escape(files[0])}: 0  [5-9]\d\.\d%   0:0\.\d+  1:", said.out)
    assert f"{files[1]}: expected a PNG file" in said.err


def test_serve_says_what_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[list[str], dict[str, str]]] = []

    def note(words: list[str], environ: dict[str, str]) -> int:
        ran.append((words, environ))
        return 0

    monkeypatch.setattr(serve, "run", note)
    monkeypatch.setenv("HOST", "127.0.0.1")
    cli.main(["serve", "--server", "waitress", "--lan", "--port", "8123", "--open"])
    (words, environ), *_ = ran
    assert words == [sys.executable, "-P", "-m", "api.waitress_server"]
    assert (environ["HOST"], environ["PORT"], environ["DIGITS_OPEN"]) == ("0.0.0.0", "8123", "1")
    assert environ["PYTHONPATH"].split(os.pathsep)[0] == str(CHECKOUT)


def test_the_version_is_that_of_the_distribution() -> None:
    assert f'\nversion = "{digits.VERSION}"\n' in (CHECKOUT / "pyproject.toml").read_text()
