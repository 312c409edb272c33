"""`digits serve`: the page and the API, under gunicorn or, where that does not run, waitress.

Settings are environment variables (README.md); options here set the most usual ones.
"""

import os
import subprocess
import sys
from collections.abc import MutableMapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from digits import HOME
from digits.cli import CommandError, parser

SERVERS = {
    "gunicorn": ["api.run_gunicorn", "--config", "python:api.gunicorn_config", "api.wsgi:app"],
    "waitress": ["api.waitress_server"],
}
"""Modules and their arguments."""
SERVER_VARIABLE = "DIGITS_SERVER"
EXAMPLES = """\
  digits serve --open              here, and open the browser
  digits serve --lan               for everybody on the local network
  digits serve --port 8080         at another port
  digits serve --data ~/mnist      with the MNIST files in a folder"""


def main(arguments: Sequence[str]) -> int:
    options = parser("serve", "Serve the page and the API until Ctrl-C.", EXAMPLES)
    options.add_argument("--open", action="store_true", help="open the browser when it is ready")
    options.add_argument("--port", metavar="N", help="port to listen on (default: PORT, or 8000)")
    where = options.add_mutually_exclusive_group()
    where.add_argument(
        "--lan", action="store_true", help="let others on the local network in; says what they type"
    )
    where.add_argument("--host", help="address to listen on (default: HOST, or 127.0.0.1)")
    options.add_argument("--data", metavar="FOLDER", help="folder with MNIST's four files")
    options.add_argument(
        "--server",
        choices=SERVERS,
        help=f"what serves (default: {SERVER_VARIABLE}, or {usual_server()} on this system)",
    )
    chosen = options.parse_args(arguments)
    environ = os.environ.copy()
    if chosen.port is not None:
        environ["PORT"] = chosen.port
    if chosen.lan or chosen.host:
        environ["HOST"] = "0.0.0.0" if chosen.lan else chosen.host
    if chosen.data:
        environ["DIGITS_DATA"] = str(Path(chosen.data).expanduser().absolute())
    if chosen.open:
        environ["DIGITS_OPEN"] = "1"
    server = chosen.server or environ.get(SERVER_VARIABLE) or usual_server()
    if server not in SERVERS:
        raise CommandError(
            f"{SERVER_VARIABLE} must be {' or '.join(SERVERS)}, found {server!r}. Unset it."
        )
    if find_spec(server) is None:
        raise CommandError(
            f"{server} is not installed here. Leave out --server {server}, or: pip install {server}"
        )
    return run([*command(server)], with_usual_values(environ))


def usual_server() -> str:
    """gunicorn on Linux. On macOS it forks, which Apple's libraries do not allow once they have
    threads; on Windows it does not run."""
    return "gunicorn" if sys.platform == "linux" else "waitress"


def command(server: str) -> list[str]:
    """The command that serves; -P, so that modules of the current folder are not taken for ours."""
    return [sys.executable, "-P", "-m", *SERVERS[server]]


def with_usual_values(environ: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """What has to be set before Python starts: the Procfile's values, and where api/ is."""
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    environ.setdefault("MALLOC_ARENA_MAX", "2")
    former = environ.get("PYTHONPATH")
    environ["PYTHONPATH"] = f"{HOME}{os.pathsep}{former}" if former else str(HOME)
    return environ


def run(words: list[str], environ: MutableMapping[str, str]) -> int:
    """Become this program; on Windows, which cannot, wait for its end."""
    if os.name == "posix":
        os.execve(words[0], words, environ)
    try:
        return subprocess.run(words, env=environ, check=False).returncode
    except KeyboardInterrupt:  # it got one too, and ends by itself
        return 130
