"""Set up everything that `make run` and `make test` need; a second run takes no time.

Usage: python3 tools/setup.py run | test

Runs on the machine's own Python with the standard library alone, because it makes the virtual
environment that everything else uses. Each step has a stamp in .setup/ that holds a fingerprint of
what the step was made from; a step whose stamp still fits and whose result is still there is
skipped. A step writes its stamp last, so that an interrupted step is simply done again.

This is not a build system: a few steps in a fixed order.
"""

from __future__ import annotations

import hashlib
import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".setup"
ENVIRONMENT = ROOT / ".venv"
ENVIRONMENT_PYTHON = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
MADE_FOR = "made-for"
OLDEST_PYTHON = (3, 11)
RUNTIME_TOOLS = ("vendor_runtime.py", "bytecode.py", "run_pyodide.mjs")


class SetupError(Exception):
    """A step could not be done; the text says what was expected, what came and what to do."""


def main(arguments: list[str]) -> int:
    if arguments not in (["run"], ["test"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        check_python()
        for step in STEPS[arguments[0]]:
            step()
    except SetupError as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def write_to_any_terminal() -> None:
    """Where output is not UTF-8, a sign that it has none for would end this program, or a tool."""
    encoding = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    os.environ["PYTHONIOENCODING"] = f"{encoding}:replace"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(
            f"Digits needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, and "
            f"{sys.executable} is {sys.version.split()[0]}. "
            "Name a newer one: make PYTHON=python3.12 run"
        )


def check_env_file() -> None:
    """Honcho, which reads .env, would end in a traceback."""
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
    """Install a hash-checked requirements file into .venv, which is made when missing."""
    made_from = fingerprint(ROOT / requirements, text=sys.version + str(ENVIRONMENT))
    if is_done(requirements, made_from, ENVIRONMENT_PYTHON):
        return
    if not environment_fits():
        say("Making the virtual environment .venv")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", str(ENVIRONMENT)],
            "Python could not make a virtual environment. On Debian and Ubuntu: "
            "apt-get install python3-venv",
        )
        (ENVIRONMENT / MADE_FOR).write_text(str(ENVIRONMENT))
    say(f"Installing the pinned packages of {requirements}")
    pip = [str(ENVIRONMENT_PYTHON), "-m", "pip", "--disable-pip-version-check"]
    run(
        [*pip, "install", "--quiet", "--require-hashes", "--requirement", requirements],
        f"pip could not install {requirements} (its message is above). Is the package index "
        "reachable? Run the same command again: what was done is kept.",
    )
    mark_done(requirements, made_from)


def environment_fits() -> bool:
    """Was .venv made here, and does it run the same Python version as this script?

    Its programs name the folder that they were made in, so a moved one cannot be used.
    """
    made_for = ENVIRONMENT / MADE_FOR
    if not (made_for.exists() and made_for.read_text() == str(ENVIRONMENT)):
        return False
    found = subprocess.run(
        [str(ENVIRONMENT_PYTHON), "-c", "import sys, pip; print(sys.version)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode == 0 and found.stdout.strip() == sys.version.strip()


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
    say("Fetching the browser runtimes (PyScript, MicroPython, Pyodide, uPlot)")
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "npm could not install package-lock.json (its message is above). Is the registry "
        "reachable? Run the same command again.",
    )
    run_tool("vendor_runtime", "The browser runtime is not complete (see above).")
    mark_done("browser-runtime", made_from)


def fetch_data_once() -> None:
    """Try to bring MNIST into the user's cache; the app runs without it, on its embedded digits."""
    made_from = fingerprint(ROOT / "tools" / "fetch_mnist.py")
    if is_done("data", made_from, ROOT):
        return
    run_tool("fetch_mnist", "The data step failed (see above).", "--best-effort")
    mark_done("data", made_from)


def draw_samples_once() -> None:
    """Draw what the page trains on, into the user's cache; the server would do it at its start."""
    program = [*(ROOT / "app" / "model").rglob("*.py"), ROOT / "tools" / "draw_samples.py"]
    made_from = fingerprint(*sorted(program), text=os.environ.get("DIGITS_DATA", ""))
    if is_done("samples", made_from, ROOT):
        return
    run_tool("draw_samples", "The training digits could not be drawn (see above).")
    mark_done("samples", made_from)


def install_browsers() -> None:
    """Find or install the browsers that the end-to-end tests drive; only Chromium has to be."""
    run_tool("browsers", "No Chromium for the end-to-end tests (see above).")


STEPS: dict[str, list[Callable[[], None]]] = {
    "run": [
        check_env_file,
        install_runtime_packages,
        install_browser_runtime,
        fetch_data_once,
        draw_samples_once,
    ],
    "test": [
        install_all_packages,
        install_browser_runtime,
        fetch_data_once,
        draw_samples_once,
        install_browsers,
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


def run_tool(tool: str, failure: str, *arguments: str) -> None:
    run([str(ENVIRONMENT_PYTHON), "-m", f"tools.{tool}", *arguments], failure)


def run(command: list[str], failure: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SetupError(failure)


def say(text: str) -> None:
    print(f"• {text}", flush=True)


if __name__ == "__main__":
    write_to_any_terminal()
    sys.exit(main(sys.argv[1:]))
