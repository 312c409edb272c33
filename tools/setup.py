"""Set up everything that `make run` and `make test` need; a second run takes no time.

Usage: python3 tools/setup.py run | test

Runs on the machine's own Python with the standard library alone, because it makes the virtual
environment that everything else uses. Each step has a stamp in .setup/ that holds a fingerprint of
what the step was made from; a step whose stamp still fits and whose result is still there is
skipped. A step writes its stamp last, so that an interrupted step is simply done again.

Python's packages and the browser's runtimes do not need each other, so they are installed in
parallel: each takes half of the time. This is not a build system: two chains of a few steps in a
fixed order.

One set-up at a time works in a checkout; another waits for it. A running server holds a lock on the
file IN_USE (api/start.py): nothing that it runs on is replaced meanwhile.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import platform
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".setup"
ENVIRONMENT = ROOT / ".venv"
ENVIRONMENT_PYTHON = ENVIRONMENT / "bin" / "python"
MADE_FOR = "made-for"
LOCK = "lock"
IN_USE = "in-use"
# The pinned packages are built for these; NumPy is the first that is missing for a newer one.
PYTHONS = ((3, 11), (3, 14))
COMPILED = ("page-*.bin", "panels-*.bin", "worker-*.zip")
"""In app/vendor: the browser's modules."""
RUNTIME_TOOLS = ("vendor_runtime.py", "bytecode.py", "run_pyodide.mjs", "brotli.mjs")


class SetupError(Exception):
    """A step could not be done; the text says what was expected, what happened and what to do."""


def main(arguments: list[str]) -> int:
    if arguments not in (["run"], ["test"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        check_python()
        check_env_file()
        with one_at_a_time():
            try:
                make_environment()
                run_side_by_side(CHAINS[arguments[0]])
                compile_modules()
            finally:
                SERVERS.let_come()
    except SetupError as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"\nSet-up stopped: {place}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def write_to_any_terminal() -> None:
    """Where output is not UTF-8, a character that it lacks would end this program, or a tool."""
    encoding = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    os.environ["PYTHONIOENCODING"] = f"{encoding}:replace"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def check_python() -> None:
    """Check before pip fails for lack of a package, with a message of its own."""
    oldest, newest = PYTHONS
    if not oldest <= sys.version_info[:2] <= newest:
        raise SetupError(
            f"Digits needs Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}, for which "
            f"its packages are built, and {sys.executable} is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 run"
        )


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other set-up works in this checkout. The lock ends with its process."""
    try:
        STAMPS.mkdir(exist_ok=True)
        file = (STAMPS / LOCK).open("a+")
    except OSError:
        # Somebody else's checkout, which we cannot change: everything may be done already.
        yield
        return
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"Another set-up works in this folder (process {lock.read()}); waiting for its end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Servers:
    """The servers that run from this checkout: each holds a shared lock on the file IN_USE."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: TextIO | None = None

    def keep_away(self, what: str) -> None:
        """Let none start from now on. Raises SetupError if one runs, which needs `what`."""
        with self._lock:
            if self._file is not None:
                return
            file = (STAMPS / IN_USE).open("a")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                file.close()
                raise SetupError(
                    f"a server of this folder is running{processes_holding(STAMPS / IN_USE)}, and "
                    f"{what} would change under it. Stop the server and run the same command "
                    "again; or set the new release up in a folder of its own, as "
                    "docs/operating.md does under Upgrade."
                ) from error
            self._file = file

    def let_come(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def processes_holding(path: Path) -> str:
    """ " (process 7)", if the system tells: Linux does, for processes that we may see."""
    try:
        locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        inode = str(path.stat().st_ino)
        found = {lock[4] for lock in locks if lock[5].rpartition(":")[2] == inode} - {"0", "-1"}
    except (OSError, IndexError):
        return ""
    return f" (process {', '.join(sorted(found))})" if found else ""


SERVERS = Servers()


def run_side_by_side(chains: list[list[Callable[[], None]]]) -> None:
    """Run each chain's steps one after the other. The first failure ends them all."""

    def run_chain(chain: list[Callable[[], None]]) -> None:
        for step in chain:
            step()

    with ThreadPoolExecutor() as executor:
        futures = [executor.submit(run_chain, chain) for chain in chains]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
            for future in futures:
                if future.done():
                    future.result()
        except BaseException:
            COMMANDS.end()
            raise


def check_env_file() -> None:
    """Check .env, as honcho would end in a traceback."""
    try:
        lines = (ROOT / ".env").read_text().splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"the file .env cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            list(shlex.shlex(line, posix=True))
        except ValueError as error:
            raise SetupError(
                f"line {number} of the file .env cannot be read: {error}. Put the whole value into "
                "quotes of the other kind"
            ) from error


def install_runtime_packages() -> None:
    install_packages("requirements.txt")


def install_all_packages() -> None:
    install_packages("requirements-dev.txt")


def install_packages(requirements: str) -> None:
    """Install a hash-checked requirements file into .venv."""
    made_from = fingerprint(ROOT / requirements, text=sys.version + str(ENVIRONMENT))
    if is_done(requirements, made_from, ENVIRONMENT_PYTHON):
        return
    SERVERS.keep_away(".venv")
    say(f"Installing the pinned packages of {requirements}")
    python = str(ENVIRONMENT_PYTHON)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run(
        # pip would compile one file after the other.
        [*pip, "--no-compile", "--require-hashes", "--requirement", requirements],
        f"pip could not install {requirements} (its message is above). Is the package index "
        "reachable? Run the same command again: what was done is kept.",
    )
    run([python, "-c", COMPILE_PACKAGES], "Python could not compile what pip installed.")
    mark_done(requirements, made_from)


COMPILE_PACKAGES = """
import compileall, site
compileall.compile_dir(site.getsitepackages()[0], quiet=2, workers=0)
"""
"""Some packages hold templates that are not Python; these errors are not shown."""


def make_environment() -> None:
    """Make .venv if there is no usable one; say why one is made again."""
    problem = environment_problem()
    if problem is None:
        return
    SERVERS.keep_away(".venv")
    exists = ENVIRONMENT.exists() or ENVIRONMENT.is_symlink()
    say(f"Making the virtual environment .venv{f' anew: {problem}' if exists else ''}")
    for requirements in ("requirements.txt", "requirements-dev.txt"):
        (STAMPS / requirements).unlink(missing_ok=True)
    if ENVIRONMENT.is_symlink():
        ENVIRONMENT.unlink()
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        "Python could not make a virtual environment. On Debian and Ubuntu: "
        "apt-get install python3-venv",
    )
    (ENVIRONMENT / MADE_FOR).write_text(str(ENVIRONMENT))


def environment_problem() -> str | None:
    """Why .venv cannot be used, or None.

    Its programs name the folder that they were made in, so a moved one cannot be used.
    """
    made_for = ENVIRONMENT / MADE_FOR
    if not (made_for.exists() and made_for.read_text() == str(ENVIRONMENT)):
        return "it was not made by set-up, or not in this folder"
    if not ENVIRONMENT_PYTHON.exists():
        return f"its Python, {ENVIRONMENT_PYTHON.resolve()}, is not there any more"
    try:
        found = subprocess.run(
            [str(ENVIRONMENT_PYTHON), "-c", "import sys, pip; print(sys.version)"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "its Python does not run any more"
    if found.stdout.strip() != sys.version.strip():
        return f"its Python is {found.stdout.split()[0]}, and this one {sys.version.split()[0]}"
    return None


def install_browser_runtime() -> None:
    """Bring PyScript, MicroPython, Pyodide, NumPy for Pyodide and uPlot into app/vendor."""
    vendor = ROOT / "app" / "vendor"
    tools = [ROOT / "tools" / name for name in RUNTIME_TOOLS]
    made_from = fingerprint(ROOT / "package.json", ROOT / "package-lock.json", *tools)
    if is_done("browser-runtime", made_from, vendor / "manifest.json"):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SetupError("npm is needed to bring the browser runtimes. Install Node.js 18 or newer")
    SERVERS.keep_away("app/vendor")
    say("Fetching the browser runtimes (PyScript, MicroPython, Pyodide, uPlot)")
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not install package-lock.json (its message is above). Is the registry "
        "reachable? Run the same command again.",
    )
    run_tool("tools.vendor_runtime", "The browser runtime is not complete (see above).")
    mark_done("browser-runtime", made_from)


def compile_modules() -> None:
    """Compile them with the Pyodide and by the packages that the steps before brought."""
    vendor, app = ROOT / "app" / "vendor", ROOT / "app"
    files = sorted(path for ending in ("*.py", "*.wasm") for path in app.glob(f"[mp]*/**/{ending}"))
    files += [ROOT / "tools" / name for name in (*RUNTIME_TOOLS, "compile_modules.py")]
    files += [ROOT / "api" / "services" / name for name in ("page_images.py", "rom_image.py")]
    names = "".join(f"{path}\n" for path in files)
    made_from = fingerprint(vendor / "manifest.json", *files, text=names)
    made = [next(vendor.glob(name), vendor / name) for name in COMPILED]
    if all(is_done("browser-modules", made_from, path) for path in made):
        return
    run_tool("tools.compile_modules", "The browser's modules could not be compiled (see above).")
    mark_done("browser-modules", made_from)


def fetch_data_once() -> None:
    """Try to bring MNIST into the user's cache; the app runs without it, on its embedded digits."""
    made_from = fingerprint(ROOT / "digits" / "mnist.py")
    if is_done("data", made_from, ROOT):
        return
    run_tool("digits.mnist", "The data step failed (see above).", "--best-effort")
    mark_done("data", made_from)


def draw_samples_once() -> None:
    """Draw what the page trains on, into the user's cache; the server would do it at its start."""
    program = [*(ROOT / "app" / "model").rglob("*.py"), ROOT / "tools" / "draw_samples.py"]
    made_from = fingerprint(*sorted(program), text=os.environ.get("DIGITS_DATA", ""))
    if is_done("samples", made_from, ROOT):
        return
    run_tool("tools.draw_samples", "The training digits could not be drawn (see above).")
    mark_done("samples", made_from)


def install_browsers() -> None:
    """Find or install the browsers that the end-to-end tests drive; only Chromium is required."""
    run_tool("tools.browsers", "No Chromium for the end-to-end tests (see above).")


def install_servers_once() -> None:
    """Try to install PostgreSQL and Redis; the tests that need a missing one are skipped."""
    made_from = fingerprint(ROOT / "tools" / "servers.py", text=platform.node())
    if is_done("servers", made_from, ROOT):
        return
    run_tool("tools.servers", "The step for PostgreSQL and Redis failed (see above).")
    mark_done("servers", made_from)


CHAINS: dict[str, list[list[Callable[[], None]]]] = {
    "run": [
        [install_runtime_packages, fetch_data_once, draw_samples_once],
        [install_browser_runtime],
    ],
    "test": [
        [
            install_all_packages,
            install_browsers,
            install_servers_once,
            fetch_data_once,
            draw_samples_once,
        ],
        [install_browser_runtime],
    ],
}


def fingerprint(*paths: Path, text: str = "") -> str:
    """SHA-256, in hex, of the files' contents and a text."""
    digest = hashlib.sha256(text.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(step: str, made_from: str, result: Path) -> bool:
    stamp = STAMPS / step
    return result.exists() and stamp.exists() and stamp.read_text() == made_from


def mark_done(step: str, made_from: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / step).write_text(made_from)


def run_tool(module: str, failure: str, *arguments: str) -> None:
    run([str(ENVIRONMENT_PYTHON), "-m", module, *arguments], failure)


class Commands:
    """The running programs of set-up, to be ended together."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_over = False

    def run(self, command: list[str]) -> int:
        """Its return code. Raises SetupError once `end` was called."""
        with self._lock:
            if self._is_over:
                raise SetupError("another step failed")
            process = subprocess.Popen(command, cwd=ROOT)
            self._running.add(process)
        try:
            return process.wait()
        finally:
            with self._lock:
                self._running.remove(process)

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            for process in self._running:
                process.terminate()


COMMANDS = Commands()


def run(command: list[str], failure: str) -> None:
    if COMMANDS.run(command) != 0:
        raise SetupError(failure)


def say(text: str) -> None:
    print(f"• {text}", flush=True)


if __name__ == "__main__":
    write_to_any_terminal()
    sys.exit(main(sys.argv[1:]))
