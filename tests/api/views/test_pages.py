import hashlib
import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import CHECKOUT, Settings
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from tests.api.content_codings import decode
from tests.api.problems import assert_problem


def build_of(client: FlaskClient) -> str:
    build: str = client.get("/readyz").get_json()["build"]
    return build


def copy_markup(folder: Path) -> None:
    """Put the page's real markup into an app folder."""
    for source in (CHECKOUT / "app").rglob("*.html"):
        copy = folder / source.relative_to(CHECKOUT / "app")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())


def test_the_page_names_its_files(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert f"{build_of(client)} vendor/uplot-1.0</p>" in response.text
    written = re.search('title="([^"]*)"', response.text)
    assert written is not None
    config = json.loads(html.unescape(written[1]))
    paths = [config["interpreter"], config["digits"]["worker"]["source"], *config["files"]]
    worker = config["digits"]["worker"]
    paths += [worker["config"]["interpreter"], *worker["config"]["files"]]
    paths += [file["path"] for file in worker["files"]]
    for path in paths:
        assert not path.startswith("/"), path  # from wherever a proxy has the page
        with client.get(f"/{path}") as found:
            assert found.status_code == 200, path


def test_the_page_says_whether_names_are_taken(
    settings: Settings, dataset: Dataset, params: dict[str, FloatArray]
) -> None:
    copy_markup(settings.app_folder)
    for takes_names in (True, False):
        app = create_app(replace(settings, takes_names=takes_names), dataset, params)
        (root,) = re.findall("<html[^>]*>", app.test_client().get("/").text)
        assert (' data-names="none"' in root) != takes_names


def test_the_page_has_its_panels_in_the_order_of_the_list(
    settings: Settings, dataset: Dataset, params: dict[str, FloatArray]
) -> None:
    copy_markup(settings.app_folder)
    page = create_app(settings, dataset, params).test_client().get("/").text

    assert "{%" not in page
    main = re.findall(r'<(?:section|details) class="card (?:fold" id=")?([\w-]+)"', page)
    assert main == [
        *("draw", "read", "train", "evaluation", "hand", "class-digits"),
        *("inside", "time", "learn"),
    ]
    ids = re.findall(r' id="([\w-]+)"', page)
    assert len(ids) == len(set(ids))
    order = [
        page.index(f'id="{name}"') for name in ("lesson-panel", "training-panel", "link-panel")
    ]
    assert order == sorted(order)
    assert '<div id="tour-offer"' in page.partition("</header>")[0]
    assert '<p id="offline"' in page.partition("<footer>")[2]


def test_the_page_is_revalidated(client: FlaskClient) -> None:
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    assert client.head("/").status_code == 200


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("styles.css", "text/css; charset=utf-8"),
        ("start-pyodide.mjs", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("digits.webmanifest", "application/manifest+json"),
        ("pyscript/boot.py", "text/x-python; charset=utf-8"),
        ("pyscript/worker/main.py", "text/x-python; charset=utf-8"),
        ("model/kernels/kernels.c", "text/plain; charset=utf-8"),
        ("model/reader/reader.wasm", "application/wasm"),
        ("worker.zip", "application/zip"),
        ("page.bin", "application/octet-stream"),
        ("panels.bin", "application/octet-stream"),
    ],
)
def test_files_may_be_kept_for_ever(client: FlaskClient, path: str, media_type: str) -> None:
    url = f"/app/{build_of(client)}/{path}"
    response = client.get(url)
    assert response.status_code == 200
    assert response.content_type == media_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = client.get(url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_files_are_compressed(client: FlaskClient) -> None:
    url = f"/app/{build_of(client)}/styles.css"
    response = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "br"
    assert decode(response.data, "br") == client.get(url).data


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "model/network.py",
        "model/assets/digits.npy",
        "model/drawings/letters.py",
        "pyscript/annotations.pyi",
        "pyscript/none.py",
        "pyscript/main.py",
        "vendor/manifest.json",
        "../api/config.py",
        "pyscript/../../secret",
    ],
)
def test_other_files_are_not_there(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(f"/app/{build_of(client)}/{path}"), 404)


def test_another_build_is_not_there(client: FlaskClient) -> None:
    response = client.get("/app/0123456789abcdef/styles.css")
    assert_problem(response, 404, "0123456789abcdef", "Reload the page")


def test_the_service_worker_names_all_that_the_page_needs(client: FlaskClient) -> None:
    response = client.get("/service-worker.js")
    assert response.content_type == "text/javascript; charset=utf-8"
    assert (
        response.headers["Cache-Control"] == "no-cache"
    )  # or browsers would go on with an old one
    decoder, text, documents, position = json.JSONDecoder(), response.text, [], 0
    while position < len(text):
        document, position = decoder.raw_decode(text, position)
        documents.append(document)
        position += 1  # the space between
    build, files, runtimes = documents
    assert build == build_of(client)
    assert {path.split("/", 2)[2] for path in files} == {
        *("styles.css", "favicon.svg", "digits.webmanifest", "page.bin", "panels.bin"),
        *("pyscript/boot.py", "pyscript/worker/main.py", "model/kernels/kernels.c"),
        "model/reader/reader.wasm",
        *("worker.zip", "start-pyodide.mjs"),
    }
    assert "vendor/pyscript-1.0/core.js" in runtimes
    assert not [path for path in runtimes if path.endswith((".br", ".gz"))]
    for path, content in [*files.items(), *runtimes.items()]:
        with client.get(f"/{path}") as found:
            assert found.status_code == 200, path
            assert content["bytes"] == len(found.data), path
            assert content["sha256"] == hashlib.sha256(found.data).hexdigest(), path


def test_the_service_worker_is_asked_for_anew(client: FlaskClient) -> None:
    tag = client.get("/service-worker.js").headers["ETag"]
    again = client.get("/service-worker.js", headers={"If-None-Match": tag})
    assert again.status_code == 304
