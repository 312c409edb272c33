"""Settings: read from the environment once, checked, and passed in. Nothing else reads them.

Only DIGITS_DATA is read elsewhere: `app.model.datasets.find_dataset` owns the choice of the data.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
MAX_PROCESSES = 64


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which, what was expected and found."""


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    """0 lets the system choose a free one."""
    processes: int = 2
    is_development: bool = False
    """Serve with one process that starts again when a file of ours changes."""
    log_level: str = "info"
    app_folder: Path = CHECKOUT / "app"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that an environment gives; an empty variable counts as unset.

    Raises SettingsError.
    """
    default_processes = min(max(os.cpu_count() or 1, 2), 8)
    return Settings(
        host=environ.get("HOST") or Settings.host,
        port=_whole_number(environ, "PORT", Settings.port, 0, 65535),
        processes=_whole_number(environ, "DIGITS_PROCESSES", default_processes, 1, MAX_PROCESSES),
        is_development=_one_of(environ, "DIGITS_DEVELOPMENT", "0", ("0", "1")) == "1",
        log_level=_one_of(environ, "DIGITS_LOG_LEVEL", Settings.log_level, LOG_LEVELS),
    )


def _whole_number(
    environ: Mapping[str, str], name: str, default: int, lowest: int, highest: int
) -> int:
    text = environ.get(name) or str(default)
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    if not is_number or not lowest <= int(text) <= highest:
        raise SettingsError(
            f"{name} must be a whole number from {lowest} to {highest}, found {text!r}. "
            f"Set for example {name}={default}, or unset it."
        )
    return int(text)


def _one_of(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    text = environ.get(name) or default
    if text not in choices:
        raise SettingsError(
            f"{name} must be one of {', '.join(choices)}, found {text!r}. "
            f"Set for example {name}={default}, or unset it."
        )
    return text
