"""The command, on few digits and with a cache of its own."""

from pathlib import Path

import pytest

from app.model.data.datasets import load_embedded
from tests.model.data.idx_files import write_mnist_folder
from tools import draw_samples


def test_draws_into_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_mnist_folder(tmp_path / "data", load_embedded().splits["train"], 48, 10)
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
