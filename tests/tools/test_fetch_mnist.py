"""Fetching, from a server of our own on the loopback interface."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.model.datasets import cache_folder
from tools import fetch_mnist
from tools.fetch_mnist import FetchError, fetch

FILES = {"images.gz": b"some images" * 20_000, "labels.gz": b"some labels"}
SHA256_SUMS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


class Mirror:
    """What a test sets, and sees, of the server: paths lead to contents, all else is 404."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.contents: dict[str, bytes] = {}
        self.declared_sizes: dict[str, int] = {}
        self.silent_after: dict[str, int] = {}
        self.requests: list[str] = []
        self.is_over = threading.Event()

    def url(self, folder: str) -> str:
        return f"{self.address}/{folder}/"

    def offer(self, folder: str, files: dict[str, bytes]) -> str:
        self.contents |= {f"/{folder}/{name}": content for name, content in files.items()}
        return self.url(folder)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append(self.path)
            content = served.contents.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            declared_size = served.declared_sizes.get(self.path, len(content))
            self.send_header("Content-Length", str(declared_size))
            self.end_headers()
            if self.path in served.silent_after:
                self.wfile.write(content[: served.silent_after[self.path]])
                self.wfile.flush()
                served.is_over.wait(30)
                return
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Mirror(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.is_over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "mnist"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_fills_the_folder(mirror: Mirror, folder: Path) -> None:
    fetch([mirror.offer("good", FILES)], folder, SHA256_SUMS)

    assert contents(folder) == FILES


def test_asks_for_nothing_that_is_there_and_right(mirror: Mirror, folder: Path) -> None:
    url = mirror.offer("good", FILES)
    fetch([url], folder, SHA256_SUMS)
    (folder / "labels.gz").write_bytes(b"damaged since")
    mirror.requests.clear()

    fetch([url], folder, SHA256_SUMS)

    assert mirror.requests == ["/good/labels.gz"]
    assert contents(folder) == FILES


def test_repairs_what_an_interrupted_run_left(mirror: Mirror, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "images.gz.part").write_bytes(FILES["images.gz"][:100])
    (folder / "images.gz").write_bytes(FILES["images.gz"][:1000])

    fetch([mirror.offer("good", FILES)], folder, SHA256_SUMS)

    assert contents(folder) == FILES


def test_goes_on_with_the_next_mirror_and_not_back(mirror: Mirror, folder: Path) -> None:
    empty, good = mirror.url("empty"), mirror.offer("good", FILES)

    fetch([empty, good], folder, SHA256_SUMS)

    assert mirror.requests == ["/empty/images.gz", "/good/images.gz", "/good/labels.gz"]
    assert contents(folder) == FILES


def test_goes_on_where_the_first_mirror_stopped(mirror: Mirror, folder: Path) -> None:
    first = mirror.offer("first", {"images.gz": FILES["images.gz"]})
    second = mirror.offer("second", FILES)

    fetch([first, second], folder, SHA256_SUMS)

    assert mirror.requests == ["/first/images.gz", "/first/labels.gz", "/second/labels.gz"]


def test_says_why_each_mirror_failed(mirror: Mirror, folder: Path) -> None:
    wrong = mirror.offer("wrong", {"images.gz": b"a login page"})

    with pytest.raises(FetchError) as failure:
        fetch([mirror.url("empty"), wrong], folder, SHA256_SUMS)

    message = str(failure.value)
    assert "/empty/images.gz: HTTP Error 404" in message
    assert f"/wrong/images.gz: expected SHA-256 {SHA256_SUMS['images.gz']}, found" in message
    assert "of 12 bytes" in message
    assert contents(folder) == {}


def test_refuses_a_truncated_download(mirror: Mirror, folder: Path) -> None:
    content = FILES["images.gz"]
    url = mirror.offer("short", {"images.gz": content[:-5]})
    mirror.declared_sizes["/short/images.gz"] = len(content)

    with pytest.raises(FetchError, match="expected SHA-256"):
        fetch([url], folder, SHA256_SUMS)

    assert contents(folder) == {}


@pytest.mark.parametrize("silent_after", [0, 50_000])
def test_gives_up_a_mirror_that_falls_silent(
    mirror: Mirror, folder: Path, silent_after: int
) -> None:
    url = mirror.offer("silent", FILES)
    mirror.silent_after["/silent/images.gz"] = silent_after

    with pytest.raises(FetchError, match="timed out"):
        fetch([url], folder, SHA256_SUMS, silence_seconds=0.2)

    assert contents(folder) == {}


def test_gives_up_a_mirror_that_takes_too_long_in_all(mirror: Mirror, folder: Path) -> None:
    with pytest.raises(FetchError, match="not done after 0 seconds"):
        fetch([mirror.offer("good", FILES)], folder, SHA256_SUMS, file_seconds=0)

    assert contents(folder) == {}


def test_gives_up_a_mirror_that_never_ends(
    mirror: Mirror, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_mnist, "MAX_FILE_SIZE", 100_000)

    with pytest.raises(FetchError, match="more than 100,000 bytes"):
        fetch([mirror.offer("good", FILES)], folder, SHA256_SUMS)


def test_an_unreachable_mirror_is_a_failure_like_any_other(folder: Path) -> None:
    with pytest.raises(FetchError, match="refused"):
        fetch(["http://127.0.0.1:1/"], folder, SHA256_SUMS)


class TestMain:
    """The command, with a cache of its own and mirrors that are not there."""

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.delenv("DIGITS_DATA", raising=False)
        monkeypatch.setattr(fetch_mnist, "ROOT", tmp_path / "somewhere" / "checkout")
        monkeypatch.setattr(fetch_mnist, "MIRRORS", ["http://127.0.0.1:1/"])

    def test_fails_with_a_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert fetch_mnist.main([]) == 1

        assert "MNIST could not be fetched: http://127.0.0.1:1/" in capsys.readouterr().err

    def test_says_where_the_files_are(
        self,
        tmp_path: Path,
        mirror: Mirror,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(fetch_mnist, "MIRRORS", [mirror.offer("good", FILES)])
        monkeypatch.setattr(fetch_mnist, "SHA256_SUMS", SHA256_SUMS)

        assert fetch_mnist.main([]) == 0

        assert capsys.readouterr().out == f"MNIST is in {tmp_path / 'digits' / 'mnist'}\n"
        assert contents(tmp_path / "digits" / "mnist") == FILES

    def test_best_effort_says_one_line_and_succeeds(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert fetch_mnist.main(["--best-effort"]) == 0

        captured = capsys.readouterr()
        assert captured.err == ""
        assert captured.out.count("\n") == 1
        assert "the embedded digits will serve" in captured.out
        assert not cache_folder({"XDG_CACHE_HOME": str(tmp_path)}).exists()

    def test_best_effort_survives_a_cache_that_cannot_be_written(
        self,
        tmp_path: Path,
        mirror: Mirror,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "digits").write_text("a file where the folder should be")
        monkeypatch.setattr(fetch_mnist, "MIRRORS", [mirror.offer("good", FILES)])
        monkeypatch.setattr(fetch_mnist, "SHA256_SUMS", SHA256_SUMS)

        assert fetch_mnist.main(["--best-effort"]) == 0

        assert "the embedded digits will serve" in capsys.readouterr().out

    def test_best_effort_leaves_alone_who_has_mnist(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(fetch_mnist, "is_mnist_found", lambda: True)

        assert fetch_mnist.main(["--best-effort"]) == 0

        assert capsys.readouterr().out == "MNIST is here already\n"

    def test_an_unusable_named_folder_is_for_the_app_to_report(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DIGITS_DATA", "nowhere")

        assert fetch_mnist.main(["--best-effort"]) == 0

        assert "the embedded digits will serve" in capsys.readouterr().out


def test_the_real_sums_are_of_the_four_files() -> None:
    assert sorted(fetch_mnist.SHA256_SUMS) == [
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
    ]
    assert all(len(sha256) == 64 for sha256 in fetch_mnist.SHA256_SUMS.values())
