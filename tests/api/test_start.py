"""What makes a start fail, as one sentence. The real programs: test_wsgi.py, test_worker.py."""

import io
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from api.config import SettingsError
from api.start import (
    CANNOT_START,
    CannotStartError,
    hold_what_it_runs_on,
    one_sentence,
    write_to_any_terminal,
)
from api.stores.database import DatabaseError
from tools import setup


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SettingsError("PORT must be."), "It cannot start: PORT must be.\n"),
        (CannotStartError("The port is taken."), "It cannot start: The port is taken.\n"),
        (DatabaseError("the database is full."), "It cannot start: the database is full.\n"),
        (FileNotFoundError(2, "No such file", "/a"), "It cannot start: /a: No such file.\n"),
        (OSError("out of luck"), "It cannot start: out of luck.\n"),
        (
            OperationalError("SELECT", {}, sqlite3.DatabaseError("disk image is malformed")),
            "It cannot start: the database cannot be used: disk image is malformed. Restore a "
            "back-up, or set DATABASE_URL to another.\n",
        ),
    ],
)
def test_what_surrounds_the_program_is_a_sentence(
    capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended, one_sentence("It"):
        raise error
    assert ended.value.code == CANNOT_START
    assert capsys.readouterr().err == sentence


def test_a_mistake_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(KeyError), one_sentence():
        raise KeyError("w1")


def test_signs_that_a_terminal_has_not_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, "latin-1"))
    write_to_any_terminal()
    sys.stdout.write("Zo\u00eb \u2014 7")
    sys.stdout.flush()
    assert content.getvalue() == b"Zo\xeb ? 7"


def test_set_up_and_servers_keep_off_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "STAMPS", tmp_path / ".setup")
    hold_what_it_runs_on(tmp_path)  # was set up by other means
    setup.STAMPS.mkdir()
    servers = setup.Servers()
    servers.keep_away("app/vendor")
    with pytest.raises(CannotStartError, match="set-up is at work"):
        hold_what_it_runs_on(tmp_path)
    servers.let_come()
    hold_what_it_runs_on(tmp_path)
    with pytest.raises(setup.SetupError, match="a server of this folder is running"):
        servers.keep_away("app/vendor")
