"""Starting with data and weights that cannot be used."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from api.config import CHECKOUT
from app.model.network import SHAPES
from app.model.serialization import weights_to_npz
from tests.api.server import environment, run_until_exit


@pytest.mark.parametrize("development", ["0", "1"])
def test_unusable_data_stops_the_program(tmp_path: Path, development: str) -> None:
    nowhere = str(tmp_path / "nowhere")
    environ = environment(tmp_path, DIGITS_DATA=nowhere, DIGITS_DEVELOPMENT=development)
    code, output = run_until_exit(environ)
    assert code != 0
    sentences = [line for line in output.splitlines() if "Digits cannot start: " in line]
    assert len(sentences) == 1
    assert "DIGITS_DATA" in sentences[0]
    assert nowhere in sentences[0]
    assert "Traceback" not in output


OVERFLOWING = weights_to_npz(
    {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}
)


@pytest.mark.parametrize("content", [None, b"", b"these are no weights", OVERFLOWING])
def test_unusable_weights_stop_the_program(
    tmp_path: Path, app_folder: Path, content: bytes | None
) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "api", tmp_path / "api", ignore=ignored)
    for name in ("model", "pyscript"):  # what the service imports of them
        shutil.rmtree(app_folder / name)
        shutil.copytree(CHECKOUT / "app" / name, app_folder / name, ignore=ignored)
    weights = tmp_path / "api/assets/weights.npz"
    if content is None:
        weights.unlink()
    else:
        weights.write_bytes(content)
    code, output = run_until_exit(environment(tmp_path), tmp_path)
    assert code != 0
    assert "Digits cannot start: " in output
    assert "weights.npz" in output
    assert "Traceback" not in output


def test_an_unusable_database_stops_the_program(tmp_path: Path) -> None:
    environ = environment(tmp_path, DATABASE_URL="postgresql://digits:hunter2@127.0.0.1:1/digits")
    code, output = run_until_exit(environ)
    assert code != 0
    (sentence,) = [line for line in output.splitlines() if "Digits cannot start: " in line]
    assert "postgresql://digits:***@127.0.0.1:1/digits" in sentence
    assert "Set DATABASE_URL" in sentence
    assert "hunter2" not in output
    assert "Traceback" not in output
