"""The command, on few digits and with a cache of its own."""

import shutil
from pathlib import Path
from shutil import ignore_patterns

import pytest

from tests.few_digits import few_digits, write_digits
from tools import draw_samples


def test_draws_into_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_digits(tmp_path / "data", 48, 10)
    # The drawings that other digits have too are there already.
    others = ignore_patterns("mixture-*")
    shutil.copytree(few_digits()["XDG_CACHE_HOME"], tmp_path / "cache", ignore=others)
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    assert draw_samples.main() == 0

    assert "880 training digits are ready" in capsys.readouterr().out
    assert len(list((tmp_path / "cache" / "digits").glob("mixture-*.npy"))) == 1


def test_unusable_data_is_for_the_server_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path / "nowhere"))

    assert draw_samples.main() == 0

    assert "They could not be drawn: DIGITS_DATA names" in capsys.readouterr().out
