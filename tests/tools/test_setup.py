"""tools/setup.py: steps are done once, done again when what they are made from changes."""

from __future__ import annotations

import fcntl
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tools import setup


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Set-up in an empty checkout; the commands it runs are noted, not run."""
    ran: list[list[str]] = []

    def note(command: list[str], failure: str) -> None:
        assert failure, "every step says what to do if it fails"
        ran.append(command)
        if command[1:3] == ["-m", "venv"]:
            python = Path(command[3]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
        if command[-1] == "tools.vendor_runtime":
            (tmp_path / "app" / "vendor").mkdir(parents=True)
            (tmp_path / "app" / "vendor" / "manifest.json").touch()
        if command[-1] == "tools.compile_modules":
            for name in setup.COMPILED:
                (tmp_path / "app" / "vendor" / name.replace("*", "0")).touch()

    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / ".setup")
    monkeypatch.setattr(setup, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(setup, "ENVIRONMENT_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "run", note)
    monkeypatch.setattr(setup, "COMMANDS", setup.Commands())
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    for folder in ("tools", "digits", "api/services"):
        (tmp_path / folder).mkdir(parents=True)
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "package.json",
        "package-lock.json",
        *(f"tools/{name}" for name in setup.RUNTIME_TOOLS),
        "digits/mnist.py",
        "tools/draw_samples.py",
        "tools/compile_modules.py",
        "api/services/page_images.py",
        "api/services/rom_image.py",
    ):
        (tmp_path / name).write_text(name)
    return ran


def test_everything_is_done_once(commands: list[list[str]]) -> None:
    assert setup.main(["run"]) == 0
    words = " ".join(word for command in commands for word in command)
    for part in (
        "venv",
        "--require-hashes",
        "npm",
        "tools.vendor_runtime",
        "--best-effort",
        "tools.draw_samples",
        "tools.compile_modules",
    ):
        assert part in words
    commands.clear()
    assert setup.main(["run"]) == 0
    assert commands == []


def test_a_changed_lock_file_is_installed_again(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.main(["run"])
    commands.clear()
    (tmp_path / "requirements.txt").write_text("another pin")
    setup.main(["run"])
    assert [command[-1] for command in commands] == ["requirements.txt", setup.COMPILE_PACKAGES]


def test_another_data_set_is_drawn_from(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    setup.main(["run"])
    commands.clear()
    monkeypatch.setenv("DIGITS_DATA", "elsewhere")
    setup.main(["run"])
    assert [command[-1] for command in commands] == ["tools.draw_samples"]


def test_an_interrupted_step_is_done_again(
    commands: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.main(["run"])
    shutil.rmtree(tmp_path / "app" / "vendor")
    commands.clear()
    setup.main(["run"])
    assert [command[-1] for command in commands] == [
        "--loglevel=error",
        "tools.vendor_runtime",
        "tools.compile_modules",
    ]


def test_new_modules_are_compiled(commands: list[list[str]], tmp_path: Path) -> None:
    setup.main(["run"])
    commands.clear()
    (tmp_path / "app" / "model").mkdir()
    (tmp_path / "app" / "model" / "new.py").touch()
    setup.main(["run"])
    assert [command[-1] for command in commands] == ["tools.compile_modules"]


def test_a_failed_command_stops_set_up_with_its_sentence(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(command: list[str], failure: str) -> None:
        raise setup.SetupError(failure)

    monkeypatch.setattr(setup, "run", fail)
    assert setup.main(["run"]) == 1
    assert "Set-up stopped: Python could not make a virtual environment" in capsys.readouterr().err
    assert {path.name for path in setup.STAMPS.iterdir()} == {setup.LOCK, setup.IN_USE}


def test_no_npm_is_said(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert setup.main(["run"]) == 1
    assert "Install Node.js" in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 10, 2), (3, 15, 0)])
def test_a_python_without_packages_is_said_before_pip_is_asked(
    version: tuple[int, ...],
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert setup.main(["run"]) == 1
    assert "needs Python 3.11 to 3.14" in capsys.readouterr().err
    assert commands == []


def test_anything_but_run_or_test_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["fly"]) == 2
    assert "run | test" in capsys.readouterr().err


def test_an_environment_that_cannot_be_used_is_made_anew(
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.main(["run"])
    python, made_for = tmp_path / ".venv/bin/python", tmp_path / ".venv/made-for"

    def is_made_anew(reason: str) -> bool:
        commands.clear()
        capsys.readouterr()
        assert setup.main(["run"]) == 0
        assert reason in capsys.readouterr().out
        # It is empty, so the packages are installed again.
        return [command[2] for command in commands] == ["venv", "pip", setup.COMPILE_PACKAGES]

    made_for.write_text("/another/place/.venv")
    assert is_made_anew("it was not made by set-up, or not in this folder")
    python.unlink()
    python.symlink_to("/vanished/python3")
    assert is_made_anew("its Python, /vanished/python3, is not there any more")
    python.unlink()
    python.write_text("no program")
    assert is_made_anew("its Python does not run any more")
    with monkeypatch.context() as context:
        context.setattr(sys, "version", "3.99.0 (main)")
        assert is_made_anew(f"its Python is {sys.version_info[0]}.{sys.version_info[1]}")


def test_a_second_set_up_waits_for_the_first(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(setup, "say", said.put)
    with setup.one_at_a_time():
        second = threading.Thread(target=setup.main, args=(["run"],))
        second.start()
        first_words = said.get(timeout=60)
        assert commands == []
    second.join()
    assert f"Another set-up works in this folder (process {os.getpid()})" in first_words
    assert commands


def test_what_is_set_up_needs_no_right_to_write(
    commands: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.main(["run"])
    commands.clear()
    open_file = Path.open

    def read_only(path: Path, mode: str = "r", *arguments: object, **others: object) -> object:
        if mode[0] in "aw":
            raise PermissionError(13, "Permission denied", str(path))
        return open_file(path, mode, *arguments, **others)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", read_only)
    assert setup.main(["run"]) == 0
    assert commands == []
    (tmp_path / ".venv" / "made-for").unlink()
    assert setup.main(["run"]) == 1
    assert "Set-up stopped: " in capsys.readouterr().err


def test_what_a_running_server_uses_is_not_replaced(
    commands: list[list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    setup.main(["run"])
    commands.clear()
    with (tmp_path / ".setup" / setup.IN_USE).open() as in_use:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        assert setup.main(["run"]) == 0  # there is nothing to do
        for name, what in (("requirements.txt", ".venv"), ("package.json", "app/vendor")):
            before = (tmp_path / name).read_text()
            (tmp_path / name).write_text("another pin")
            assert setup.main(["run"]) == 1
            said = capsys.readouterr().err
            assert "a server of this folder is running" in said
            assert f"and {what} would change under it. Stop the server" in said
            assert f" (process {os.getpid()})" in said or not Path("/proc/locks").exists()
            (tmp_path / name).write_text(before)
    assert commands == []


def test_the_first_failure_ends_what_runs_beside_it() -> None:
    def fail() -> None:
        raise setup.SetupError("no network")

    def wait() -> None:
        setup.run([sys.executable, "-c", "import signal; signal.pause()"], "ended")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(setup, "COMMANDS", setup.Commands())
        with pytest.raises(setup.SetupError, match="no network"):
            setup.run_side_by_side([[wait], [fail]])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"PORT=8000\nDIGITS_ADMIN_TOKEN=it's a secret\n",
            "line 2 of the file .env cannot be",
        ),
        (b"DIGITS_ADMIN_TOKEN=p\xe4ss\n", "the file .env cannot be"),
    ],
)
def test_what_honcho_cannot_read_is_said(
    commands: list[list[str]],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    content: bytes,
    sentence: str,
) -> None:
    (tmp_path / ".env").write_bytes(content)
    assert setup.main(["run"]) == 1
    said = capsys.readouterr().err
    assert f"Set-up stopped: {sentence}" in said
    assert "secret" not in said
    assert commands == []
    (tmp_path / ".env").write_text("DIGITS_ADMIN_TOKEN='it is' # all right\n")
    assert setup.main(["run"]) == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1:strict"])
def test_it_speaks_to_any_terminal(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    setup.write_to_any_terminal()
    written = subprocess.run(
        [sys.executable, "-c", "print('\u2022 7')"], capture_output=True, check=True
    )
    assert written.stdout == b"? 7\n"
