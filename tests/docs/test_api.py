"""docs/api.md: its program runs as it is printed, against a real server."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from werkzeug.serving import make_server

from api import create_app
from api.config import CHECKOUT, Settings
from app.model.data.datasets import load_embedded
from app.model.readability import REASONS
from app.model.serialization import weights_from_npz

TEXT = (CHECKOUT / "docs" / "api.md").read_text()
LISTINGS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    w1, w2 = weights_from_npz((CHECKOUT / "api" / "assets" / "weights.npz").read_bytes())
    settings = Settings(database_url=f"sqlite:///{tmp_path}/digits.sqlite")
    app = create_app(settings, load_embedded(), {"w1": w1, "w2": w2})
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_program_reads_strokes_and_a_picture(
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    split = load_embedded().splits["test"]
    nine = split.images[np.flatnonzero(split.labels == 9)[0]].reshape(28, 28)
    Image.fromarray(255 - nine).resize((200, 200)).save(tmp_path / "digit.png")
    monkeypatch.chdir(tmp_path)
    (listing,) = LISTINGS
    assert "http://localhost:8000" in listing
    exec(compile(listing.replace("http://localhost:8000", address), "api.md", "exec"), {})
    first, second = capsys.readouterr().out.splitlines()
    assert first == "7"
    assert "'digit': 9" in second


def test_it_names_all_reasons() -> None:
    for reason in REASONS:
        assert f"`{reason}`" in TEXT
