import os
import subprocess
import sys
from pathlib import Path

import pytest
from honcho.environ import parse

from api.config import CHECKOUT
from api.env_file import STARTED_BY_HONCHO, restore_values


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=half#half", "half#half"),
        ("A=half#half # a comment", "half#half"),
        ("A=#half", "#half"),
        ("A = two words\t# a comment", "two words"),
        ("A=postgresql://digits:a#b@db/c", "postgresql://digits:a#b@db/c"),
        ("A='half#half' # a comment", "half#half"),
        ('A="half # half"', "half # half"),
        ("A=whole # a comment", "whole"),
        ("A=whole", "whole"),
        ("A=", None),
        ("A= # nothing", None),
        ("# A=half#half", None),
        ("no assignment", None),
    ],
)
def test_values_come_as_they_stand_in_the_file(
    tmp_path: Path, line: str, value: str | None
) -> None:
    path = tmp_path / ".env"
    path.write_text(f"B=1\n{line}\n")
    environ = {STARTED_BY_HONCHO: "web.1"} | parse(path.read_text())
    restore_values(environ, path)
    assert environ.get("A") == value
    assert environ["B"] == "1"


def test_only_what_honcho_made_of_them_is_changed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=half#half\n")
    for environ in ({"A": "half"}, {"A": "another", STARTED_BY_HONCHO: "web.1"}):
        before = dict(environ)
        restore_values(environ, path)
        assert environ == before
    restore_values({STARTED_BY_HONCHO: "web.1"}, tmp_path / "nowhere")


def test_with_the_real_honcho_a_secret_is_whole(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DIGITS_ADMIN_TOKEN=0123456789#abcdef\n")
    program = (
        "from api.start import prepare; prepare();"
        "from api.config import read_settings; import os;"
        "print(read_settings(os.environ).admin_token)"
    )
    (tmp_path / "Procfile").write_text(f'web: exec {sys.executable} -c "{program}"\n')
    output = subprocess.run(
        [sys.executable, "-m", "honcho", "start"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "0123456789#abcdef" in output
