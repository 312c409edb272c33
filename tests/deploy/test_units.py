"""deploy/: systemd takes the units as they are, and they start what the Procfile starts."""

import shutil
import subprocess

import pytest

from api.config import CHECKOUT

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
    lines = (CHECKOUT / "Procfile").read_text().splitlines()
    processes = dict(line.split(": ", 1) for line in lines)
    assert {f"digits-{name}.service" for name in processes} == {path.name for path in UNITS}
    for name, process in processes.items():
        unit = (CHECKOUT / "deploy" / f"digits-{name}.service").read_text()
        settings, command = process.split("exec ")
        assert f"ExecStart=/usr/bin/env .venv/bin/{command}\n" in unit
        assert f"Environment={settings.strip()} " in unit
