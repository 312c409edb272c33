"""Fixtures for the tests of the service: a tiny data set, weights, and an app folder of its own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app, redis_connections
from api.config import CHECKOUT, Settings
from api.services.browser_files import RUNTIMES
from api.services.held_out import DRAWINGS
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset, Split, load_embedded
from app.model.serialization import weights_from_npz
from tests.api.publishing import TOKEN
from tests.api.servers import PostgreSQL, Redis
from tests.api.tiny import make_dataset, make_params

WEIGHTS_PATH = CHECKOUT / "api" / "assets" / "weights.npz"


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return make_dataset(1)


@pytest.fixture(scope="session")
def params() -> dict[str, FloatArray]:
    return make_params(2)


@pytest.fixture
def app_folder(tmp_path: Path) -> Path:
    """An app folder as set-up leaves it, with little in each file."""
    folder = tmp_path / "app"
    manifest = {name: f"{name}-1.0" for name in RUNTIMES}
    contents = {
        "__init__.py": "",
        "index.html": '<p title="{{ page_config }}">{{ build }} {{ vendor.uplot }}</p>',
        "service-worker.js": "{{ build | tojson }} {{ files | tojson }} {{ runtimes | tojson }}",
        "digits.webmanifest": "{}",
        "start-pyodide.mjs": 'import("../../{{ pyodide }}/pyodide.mjs")',
        "styles.css": "p { color: red }" * 100,
        "favicon.svg": "<svg/>",
        "model/network.py": "SIZE = 784\n",
        "model/kernels/kernels.c": "int zero;",
        "model/kernels/kernels.wasm": "wasm",
        "model/reader/reader.wasm": "wasm",
        "model/assets/digits.npy": "not for browsers",
        "model/drawings/letters.py": "not for browsers",
        "model/served/mixture.py": "not for browsers",
        "pyscript/__init__.py": "",
        "pyscript/boot.py": "import app.pyscript.main",
        "pyscript/annotations.pyi": "class Any: ...\n",
        "pyscript/main.py": "from app.pyscript import messages\n",
        "pyscript/messages.py": "PROTOCOL = 1\n",
        "pyscript/draw/grid.py": "SIDE = 28\n",
        "pyscript/draw/style.css": "b { color: blue }",
        "pyscript/worker/__init__.py": "",
        "pyscript/worker/main.py": "from app.pyscript.worker import features\n",
        "pyscript/worker/features.py": "import numpy\n",
        "vendor/manifest.json": json.dumps(manifest),
        "vendor/pyscript-1.0/core.js": "export {}" * 100,
        "vendor/pyscript-1.0/core-Ab1.js": "export {}",
        "vendor/pyscript-1.0/core.js.br": "stands for brotli",
        "vendor/pyscript-1.0/core.js.gz": "stands for gzipped",
        "vendor/micropython-1.0/micropython.mjs": "export {}",
        "vendor/pyodide-1.0/pyodide.mjs": "export {}" * 10,
        "vendor/pyodide-1.0/pyodide.mjs.br": "brotli",
        "vendor/pyodide-1.0/numpy.whl": "wheel",
        "vendor/pyodide-1.0/pyodide.asm.wasm": "wasm",
        "vendor/pyodide-1.0/python_stdlib.zip": "zip",
        "vendor/pyodide-1.0/example.py": "",
        "vendor/uplot-1.0/uPlot.min.css": ".uplot { width: min-content }",
        "vendor/swagger-1.0/swagger-ui.css": "",
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@pytest.fixture
def settings(app_folder: Path, tmp_path: Path) -> Settings:
    """What tests change with dataclasses.replace."""
    return Settings(
        app_folder=app_folder,
        database_url=f"sqlite:///{tmp_path}/digits.sqlite",
        write_limit=None,
        read_limit=None,
        attempt_limit=None,
    )


@pytest.fixture
def app(settings: Settings, dataset: Dataset, params: dict[str, FloatArray]) -> Flask:
    return create_app(settings, dataset, params)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """Real digits, as "drawings" too: weights can be better and worse at them."""
    embedded = load_embedded()
    return replace(
        embedded, splits=embedded.splits | {DRAWINGS: four_ways(embedded.splits["test"])}
    )


def four_ways(split: Split) -> Split:
    """Each image as it is, then all of them moved by a pixel to three sides."""
    squares = split.images.reshape(-1, 28, 28)
    ways = [np.roll(squares, move, axis=(1, 2)) for move in ((0, 0), (0, 1), (1, 0), (0, -1))]
    return Split(np.concatenate(ways).reshape(-1, 784), np.tile(split.labels, 4))


@pytest.fixture(scope="session")
def trained() -> dict[str, FloatArray]:
    """Weights that read real digits."""
    w1, w2 = weights_from_npz(WEIGHTS_PATH.read_bytes())
    return {"w1": w1, "w2": w2}


@pytest.fixture
def operated(settings: Settings) -> Settings:
    """With an operator."""
    return replace(settings, admin_token=TOKEN)


@pytest.fixture
def visited(operated: Settings, digits: Dataset, trained: dict[str, FloatArray]) -> Flask:
    """A service with real digits, trained weights and an operator."""
    return create_app(operated, digits, trained)


@pytest.fixture
def visitor(visited: Flask) -> FlaskClient:
    return visited.test_client()


@pytest.fixture(scope="session")
def a_postgresql() -> Iterator[PostgreSQL]:
    """One for all tests of this process that need one; none is started where none does."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def postgresql(a_postgresql: PostgreSQL) -> Iterator[PostgreSQL]:
    """Running, and without tables. The test may kill and freeze it."""
    a_postgresql.empty()
    yield a_postgresql
    a_postgresql.thaw_or_start()


@pytest.fixture(scope="session")
def a_redis() -> Iterator[Redis]:
    with Redis() as server:
        yield server


@pytest.fixture
def redis_server(a_redis: Redis) -> Iterator[Redis]:
    """Running, empty, and not known for silence. The test may kill and freeze it."""
    with a_redis.connect() as connection:
        connection.flushall()
    redis_connections._patience.cache_clear()
    yield a_redis
    a_redis.thaw_or_start()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
