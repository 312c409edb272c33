"""How gunicorn serves the app: `gunicorn --config python:api.gunicorn_config api.wsgi:app`.

Gunicorn takes the names that it knows as settings and hooks, and ignores the others.
"""

import atexit
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from api.addresses import listening_host
from api.config import read_settings
from api.extensions import EXTENSION
from api.listening import bound_socket, greet, shown_address
from api.logs import logging_config
from api.metrics import FOLDER_VARIABLE
from api.start import CannotStartError, one_sentence, prepare

MADE_BY_VARIABLE = "DIGITS_METRICS_MADE_BY"
"""The process that made the folder for metrics."""
FOLDER_NAME = "digits-metrics-"
MEMORY = "/dev/shm"  # noqa: S108 - mkdtemp makes names that nobody can guess
"""Linux's folder in memory. On a disk that is full, a process dies that writes to a file which it
has mapped into memory, as each does with its metrics (SIGBUS)."""
LEFT_SECONDS = 60
"""A folder of this age that no process holds was left by a server that was killed."""

prepare()
with one_sentence():
    _settings = read_settings(os.environ)


bind = shown_address(listening_host(_settings.host), _settings.port)
# An event loop, for which silent connections and slow senders cost next to nothing; requests have
# threads.
worker_class = "api.event_loop.Worker"
asgi_lifespan = "off"
workers = 1 if _settings.is_development else _settings.processes
# The data is loaded before the processes fork and is never written to: one copy serves all.
# A reloading process has to load its program itself.
preload_app = not _settings.is_development
reload = _settings.is_development
# Files for the browser are not modules of this program, but the build digest depends on them.
reload_extra_files = [
    str(_settings.app_folder / pattern)
    for pattern in (
        *("*.html", "*.css", "*.svg", "pyscript/**/*.py", "pyscript/*/*.css"),
        "vendor/manifest.json",
    )
]
# Seconds a stopping process has for the requests it is answering: honcho kills it after five.
graceful_timeout = 4
# Seconds an idle connection is kept for the next block.
keepalive = 15
# DIGITS_PROXIES says which proxies to trust; gunicorn would trust those of this machine.
forwarded_allow_ips = ""
loglevel = _settings.log_level
logconfig_dict = logging_config(_settings)
# For what is temporary; None is TMPDIR, or else /tmp.
_place = MEMORY if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) else None
worker_tmp_dir = _place
# Gunicorn's remote control is a file in the user's home that two servers would fight over.
control_socket_disable = True


# Metrics of all processes (api/metrics.py), for as long as this server lives: in a folder that the
# operator gave, or in one of our own. Reloading runs this file again, and the folder exists then.
def _is_folder_ours() -> bool:
    return os.environ.get(MADE_BY_VARIABLE) == str(os.getpid())


def _remove_folder() -> None:
    """Called at the end of forked processes too, where the folder is not ours."""
    if _is_folder_ours():
        shutil.rmtree(os.environ[FOLDER_VARIABLE], ignore_errors=True)


def _remove_left_folders(place: Path) -> None:
    for folder in place.glob(f"{FOLDER_NAME}*"):
        with suppress(OSError):  # of others, or gone, or held
            if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
                os.close(_hold(folder, fcntl.LOCK_EX))
                shutil.rmtree(folder)


def _hold(folder: Path, kind: int) -> int:
    """For as long as this process and those that are forked from it live. Raises OSError."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, kind | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held


if not os.environ.get(FOLDER_VARIABLE):
    # Gunicorn's exit hook is not called when a start fails. Until gunicorn's own handler is there,
    # a termination signal would end the process without clean-up.
    atexit.register(_remove_folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with one_sentence():
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=FOLDER_NAME, dir=_place)
        _folder = Path(os.environ[FOLDER_VARIABLE])
        _hold(_folder, fcntl.LOCK_SH)
        _remove_left_folders(_folder.parent)
    os.environ[MADE_BY_VARIABLE] = str(os.getpid())


def child_exit(_server: Any, worker: Any) -> None:
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_starting(server: Any) -> None:
    """Stop with one sentence if the address is not available; gunicorn itself would keep trying."""
    inherits_socket = server.master_pid != 0 or "LISTEN_PID" in os.environ
    if not inherits_socket:
        with one_sentence():
            bound_socket(_settings.host, _settings.port).close()
            if not _is_folder_ours():
                _delete_old_metrics(Path(os.environ[FOLDER_VARIABLE]))


def post_worker_init(worker: Any) -> None:
    """Say the address and the data, once the first process is about to serve."""
    if worker.age > 1:
        return
    dataset = worker.wsgi.extensions[EXTENSION].samples.dataset
    dataset.begin_drawing()
    greet(_settings, dataset, worker.sockets[0].getsockname()[:2], os.environ)


def _delete_old_metrics(folder: Path) -> None:
    """Delete an earlier server's metrics, and nothing else: the folder is the operator's.

    Raises CannotStartError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.db"):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise CannotStartError(
            f"the folder for metrics {folder} cannot be used: {error.strerror}. Set "
            f"{FOLDER_VARIABLE} to one that can, or unset it."
        ) from error
