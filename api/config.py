"""Settings: read from the environment once, checked, and passed in. Nothing else reads them.

Only DIGITS_DATA is read elsewhere: `app.model.datasets.find_dataset` owns the choice of the data.
"""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import limits

from api.hosts import host_pattern

CHECKOUT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
LOG_FORMATS = ("text", "json")
MAX_PROCESSES = 64
MAX_PROXIES = 5
MAX_RETRAIN_STEPS = 1_000_000
LEAST_TOKEN_LENGTH = 16
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
NO_LIMIT = "none"


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
    log_format: str = "text"
    app_folder: Path = CHECKOUT / "app"
    database_url: str = f"sqlite:///{CHECKOUT}/var/digits.sqlite"
    cache_url: str | None = None
    """A Redis for what processes and machines share but may lose; None: each process by itself."""
    admin_token: str | None = None
    """Without one, nobody may do what only the operator may."""
    accept_margin: float = 0.01
    """How much worse published weights may be, as a share of held-out digits."""
    write_limit: str | None = "30/minute"
    """Of one address, in the notation of the library `limits`; None: no limit."""
    retrain_steps: int = 4000
    retrain_rate: float = 0.003
    proxies: int = 0
    """Reverse proxies before us, whose X-Forwarded-... headers are believed."""
    hosts: tuple[str, ...] = ()
    """What the service is called beside the machine's own names and addresses (hosts.py)."""

    @property
    def is_loopback(self) -> bool:
        """Can only this machine reach the service?"""
        return self.host in LOOPBACK_HOSTS


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
        log_format=_one_of(environ, "DIGITS_LOG_FORMAT", Settings.log_format, LOG_FORMATS),
        database_url=environ.get("DATABASE_URL") or Settings.database_url,
        cache_url=_redis_url(environ, "CACHE_URL"),
        admin_token=_token(environ, "DIGITS_ADMIN_TOKEN"),
        accept_margin=_number(environ, "DIGITS_ACCEPT_MARGIN", Settings.accept_margin, 0, 1),
        write_limit=_limit(environ, "DIGITS_WRITE_LIMIT", str(Settings.write_limit)),
        retrain_steps=_whole_number(
            environ, "DIGITS_RETRAIN_STEPS", Settings.retrain_steps, 1, MAX_RETRAIN_STEPS
        ),
        retrain_rate=_number(environ, "DIGITS_RETRAIN_RATE", Settings.retrain_rate, 1e-6, 10),
        proxies=_whole_number(environ, "DIGITS_PROXIES", Settings.proxies, 0, MAX_PROXIES),
        hosts=_hosts(environ, "DIGITS_HOSTS"),
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


def _number(
    environ: Mapping[str, str], name: str, default: float, lowest: float, highest: float
) -> float:
    text = environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not lowest <= value <= highest:
        raise SettingsError(
            f"{name} must be a number from {lowest} to {highest}, found {text!r}. "
            f"Set for example {name}={default}, or unset it."
        )
    return value


def _redis_url(environ: Mapping[str, str], name: str) -> str | None:
    """The value is not shown: it may hold a password."""
    text = environ.get(name)
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError(
            f"{name} must be the address of a Redis, found something else. "
            f"Set for example {name}=redis://localhost:6379/0, or unset it."
        )
    return text or None


def _token(environ: Mapping[str, str], name: str) -> str | None:
    """The value is not shown: it is a secret."""
    text = environ.get(name)
    if text and (len(text) < LEAST_TOKEN_LENGTH or not (text.isascii() and text.isprintable())):
        raise SettingsError(
            f"{name} must be at least {LEAST_TOKEN_LENGTH} characters of ASCII, found "
            f"{len(text)} characters. Make one with: openssl rand -hex 32"
        )
    return text or None


def _hosts(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    patterns = []
    for text in (environ.get(name) or "").replace(",", " ").split():
        pattern = host_pattern(text)
        if pattern is None:
            raise SettingsError(
                f"{name} must be names of hosts with commas between them, without http:// and "
                f"without ports, found {text!r}. Set for example "
                f"{name}=digits.example.org,*.school.example, or unset it."
            )
        patterns.append(pattern)
    return tuple(patterns)


def _limit(environ: Mapping[str, str], name: str, default: str) -> str | None:
    text = environ.get(name) or default
    if text == NO_LIMIT:
        return None
    try:
        limits.parse_many(text)
    except ValueError:
        raise SettingsError(
            f"{name} must be {NO_LIMIT} or a number of requests in a time, found {text!r}. "
            f"Set for example {name}={default}, or unset it."
        ) from None
    return text
