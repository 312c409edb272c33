"""deploy/: systemd takes the units as they are, and they start what the Procfile starts."""

import shutil
import subprocess

import pytest

from api.config import CHECKOUT
from digits import VERSION
from digits.commands import serve

UNITS = sorted((CHECKOUT / "deploy").glob("*.service"))


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="needs systemd-analyze. Debian, Ubuntu: apt-get install systemd",
)
def test_systemd_has_nothing_to_say_against_them() -> None:
    verified = subprocess.run(
        ["systemd-analyze", "verify", *UNITS], capture_output=True, text=True, check=False
    )
    # It also looks at other units of the machine, which are none of our business.
    said = [line for line in verified.stderr.splitlines() if "digits-" in line]
    assert said == []
    assert verified.returncode == 0


def test_they_start_what_the_procfile_starts() -> None:
    """By the command, which sets what the Procfile sets."""
    lines = (CHECKOUT / "Procfile").read_text().splitlines()
    processes = dict(line.split(": ", 1) for line in lines)
    assert {f"digits-{name}.service" for name in processes} == {path.name for path in UNITS}
    commands = {"web": "serve --server gunicorn", "worker": "worker"}
    for name, command in commands.items():
        unit = (CHECKOUT / "deploy" / f"digits-{name}.service").read_text()
        assert f"\nExecStart=/usr/bin/env bin/digits {command}\n" in unit
    module, *arguments = serve.SERVERS["gunicorn"]
    assert module == "api.run_gunicorn"
    assert f"exec gunicorn {' '.join(arguments)}" in processes["web"]
    environ = serve.with_usual_values({})
    assert environ.pop("PYTHONPATH") == str(CHECKOUT)
    assert set(processes["web"].split(" exec ")[0].split()) == {
        f"{name}={value}" for name, value in environ.items()
    }


def test_the_container_file_copies_the_wheel_of_this_version() -> None:
    text = (CHECKOUT / "deploy" / "Containerfile").read_text()
    assert f"COPY dist/digits-{VERSION}-py3-none-any.whl /tmp/" in text
    assert text.count(f"digits-{VERSION}-py3-none-any.whl") == 3
    assert "--uid 10001 " in text
    assert "\nUSER 10001\n" in text
