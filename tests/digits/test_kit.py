"""The class kit: what is fetched for other systems, and what the page of instructions says."""

import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digits import cli
from digits.commands import kit
from tests.few_digits import few_digits


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "digits-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "digits-0.1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: digits\nVersion: 0.1.0\nRequires-Dist: numpy==2.4.6\n"
            "Requires-Dist: gunicorn==27.0.1; sys_platform != 'win32'\n"
            "Requires-Dist: waitress==3.0.2; sys_platform != 'linux'\n"
            "Requires-Dist: redis==8.1.0; extra == 'redis'\n\n",
        )
    return path


@pytest.mark.parametrize(
    ("platform", "needed"),
    [
        ("linux", ["numpy==2.4.6", "gunicorn==27.0.1"]),
        ("macos", ["numpy==2.4.6", "gunicorn==27.0.1", "waitress==3.0.2"]),
        ("windows", ["numpy==2.4.6", "waitress==3.0.2", "colorama", "tzdata"]),
    ],
)
def test_markers_are_read_for_the_other_system(
    wheel: Path, platform: str, needed: list[str]
) -> None:
    assert kit.requirements_for(wheel, platform) == needed


def test_a_stick_has_all(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(words: list[str], **_: Any) -> SimpleNamespace:
        ran.append(words)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("DIGITS_DATA", few_digits()["DIGITS_DATA"])
    stick = tmp_path / "stick"
    words = ["kit", str(stick), "--wheel", str(wheel), "--platforms", "windows", "--pythons"]
    assert cli.main([*words, "3.11", "3.12"]) == 0
    assert [words[words.index("--python-version") + 1] for words in ran] == ["3.11", "3.12"]
    assert all("--only-binary=:all:" in words and "win_amd64" in words for words in ran)
    assert (stick / "wheels" / wheel.name).exists()
    assert len(list((stick / "mnist").iterdir())) == 4
    page = (stick / "READ-ME.html").read_text("utf-8")
    assert r'digits\Scripts\pip" install --no-index --find-links wheels digits' in page
    assert r'digits\Scripts\digits" data mnist' in page
    assert "on Windows with Python 3.11, 3.12" in page
    assert "~/digits/bin" not in page


def test_the_page_is_for_the_systems_that_there_are_packages_for(tmp_path: Path) -> None:
    path = tmp_path / "READ-ME.html"
    kit.write_page(path, ["linux", "linux-arm", "macos"], ["3.13"], has_data=False)
    page = path.read_text("utf-8")
    assert "<h2>Linux and macOS</h2>" in page
    assert "~/digits/bin/pip install --no-index --find-links wheels digits" in page
    assert "mnist" not in page
    assert "Windows" not in page


def test_without_packages_it_fails_with_a_sentence(
    wheel: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    assert cli.main(["kit", str(tmp_path / "stick"), "--wheel", str(wheel)]) == 1
    assert "pip could not fetch the packages for windows" in capsys.readouterr().err
