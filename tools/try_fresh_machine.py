"""Walk the README's way to use Digits as on a new machine, and print seconds and bytes.

Usage: python -m tools.try_fresh_machine [--kit FOLDER] [WHEEL]

Installs the wheel (of dist/, unless one is named) with pip into an empty virtual environment, with
an empty cache and an empty home, and starts it twice. With --kit, from the folder that `digits kit`
made, in a network namespace without any route, as root on Linux.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "DIGITS_WITHOUT_NETWORK"
START_SECONDS = 60
PORT = "8679"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("wheel", nargs="?", type=Path)
    parser.add_argument("--kit", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.kit and INSIDE not in os.environ:
        return without_network([*sys.argv[1:]])
    wheels = sorted((ROOT / "dist").glob("digits-*.whl"))
    wheel = options.wheel or (wheels[-1] if wheels else None)
    if wheel is None and not options.kit:
        print("There is no wheel in dist/: make wheel", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="digits-fresh-") as folder:
        home = Path(folder)
        environ = {
            "HOME": folder,
            "PATH": "/usr/bin:/bin",
            "PORT": PORT,
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
            "PIP_NO_CACHE_DIR": "1",
        }
        with timed("an empty virtual environment"):
            run([sys.executable, "-m", "venv", str(home / "venv")], environ)
        places = home / "venv" / "bin"
        from_kit = (
            ["--no-index", "--find-links", str(options.kit / "wheels")] if options.kit else []
        )
        before = size(home / "venv")
        with timed("pip install"):
            what = "digits" if options.kit else str(Path(wheel or "").resolve())
            run([str(places / "pip"), "install", "--quiet", *from_kit, what], environ)
        print(f"{size(home / 'venv') - before:>12,} bytes installed", flush=True)
        if options.kit and (options.kit / "mnist").is_dir():
            with timed("digits data, which also draws"):
                run([str(places / "digits"), "data", str(options.kit / "mnist")], environ)
        for which in ("first", "second"):
            start(places / "digits", environ, f"the {which} digits serve, until it is ready")
        print(f"{size(home) - size(home / 'venv'):>12,} bytes of data")
    return 0


def without_network(arguments: list[str]) -> int:
    """Run this in a namespace that has its own loopback and nothing else."""
    if shutil.which("unshare") is None:
        print("--kit needs unshare, of util-linux", file=sys.stderr)
        return 2
    inner = [sys.executable, "-m", "tools.try_fresh_machine", *arguments]
    script = 'ip link set lo up && exec "$@"'
    return subprocess.run(
        ["unshare", "--net", "sh", "-c", script, "sh", *inner],
        cwd=ROOT,
        env=os.environ | {INSIDE: "1"},
        check=False,
    ).returncode


def start(program: Path, environ: dict[str, str], what: str) -> None:
    with subprocess.Popen(
        [str(program), "serve"],
        env=environ,
        cwd=environ["HOME"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            with timed(what):
                wait(server)
        finally:
            server.terminate()


def wait(server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("The server did not become ready.")


def run(words: list[str], environ: dict[str, str]) -> None:
    subprocess.run(words, env=environ, cwd=environ["HOME"], check=True)


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{time.perf_counter() - began:>12.2f} seconds: {what}", flush=True)


def size(folder: Path) -> int:
    """Bytes of all files in it."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


if __name__ == "__main__":
    sys.exit(main())
