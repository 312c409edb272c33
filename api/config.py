"""Settings: read from the environment once, checked, and passed in. Nothing else reads them.

Only DIGITS_DATA is read elsewhere: `find_dataset` in app/model/data/datasets.py chooses the data.
"""

import math
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import limits
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.hosts import host_pattern

CHECKOUT = Path(__file__).resolve().parent.parent
"""Where api/ and app/ are: also the folder `digits/bundle` of an installation from a wheel."""
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
LOG_FORMATS = ("text", "json")
MAX_PROCESSES = 64
MAX_PROXIES = 5
MAX_RETRAIN_STEPS = 1_000_000
LEAST_TOKEN_LENGTH = 16
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
DATABASE_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
NO_LIMIT = "none"
NAMES = ("any", "none")
CLASSES = ("on", "admin", "off")


class SettingsError(ValueError):
    """A setting that cannot be used; the message says which, what was expected and found."""


def sqlite_url(path: Path) -> str:
    """The address of a file; characters of its name that have another meaning there are escaped."""
    return f"sqlite:///{quote(str(path))}"


def data_folder() -> Path:
    """Where the database is unless told otherwise: in a checkout, or the user's, as the platform
    has it; never among installed packages."""
    if (CHECKOUT.parent.name, CHECKOUT.name) != ("digits", "bundle"):
        return CHECKOUT / "var"
    from platformdirs import user_data_path  # noqa: PLC0415 - a checkout does without

    return user_data_path("digits", appauthor=False)


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    """0 lets the system choose a free one."""
    processes: int = 2
    is_development: bool = False
    """Serve with one process that restarts when a file of ours changes."""
    log_level: str = "info"
    log_format: str = "text"
    app_folder: Path = CHECKOUT / "app"
    database_url: str = sqlite_url(data_folder() / "digits.sqlite")
    cache_url: str | None = None
    """A Redis for what processes and machines share but may lose; None: each process on its own."""
    admin_token: str | None = None
    """Without one, the operator's calls are off."""
    accept_margin: float = 0.01
    """How much worse published weights may be, as a share of held-out digits."""
    write_limit: str | None = "60/minute"
    """Of accepted publications by one address, in the notation of the library `limits`; None: no
    limit."""
    daily_limit: str | None = "6000/day"
    """The same, by the day."""
    attempt_limit: str | None = "300/minute"
    """Of all attempts to write by one address, accepted or not."""
    takes_names: bool = True
    """May visitors publish under a name, and are names shown?"""
    classes: str = "on"
    """Who may begin a class on the local network: everybody, the operator ("admin"), nobody."""
    read_limit: str | None = "6000/minute"
    """Of costly reads by one address, those that are in no cache, in the same notation, in units of
    about a millisecond of a processor (services/samples.py); None: no limit."""
    retrain_steps: int = 4000
    retrain_rate: float = 0.003
    proxies: int = 0
    """Reverse proxies before us, whose X-Forwarded-... headers are trusted."""
    hosts: tuple[str, ...] = ()
    """More names of the service, beside the machine's own names and addresses (hosts.py)."""

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
        host=_host(environ, "HOST"),
        port=_whole_number(environ, "PORT", Settings.port, 0, 65535),
        processes=_whole_number(environ, "DIGITS_PROCESSES", default_processes, 1, MAX_PROCESSES),
        is_development=_one_of(environ, "DIGITS_DEVELOPMENT", "0", ("0", "1")) == "1",
        log_level=_one_of(environ, "DIGITS_LOG_LEVEL", Settings.log_level, LOG_LEVELS),
        log_format=_one_of(environ, "DIGITS_LOG_FORMAT", Settings.log_format, LOG_FORMATS),
        database_url=_database_url(environ, "DATABASE_URL"),
        cache_url=_redis_url(environ, "CACHE_URL"),
        admin_token=_token(environ, "DIGITS_ADMIN_TOKEN"),
        accept_margin=_number(environ, "DIGITS_ACCEPT_MARGIN", Settings.accept_margin, 0, 1),
        write_limit=_limit(environ, "DIGITS_WRITE_LIMIT", str(Settings.write_limit)),
        takes_names=_one_of(environ, "DIGITS_NAMES", "any", NAMES) == "any",
        classes=_one_of(environ, "DIGITS_CLASSES", Settings.classes, CLASSES),
        read_limit=_limit(environ, "DIGITS_READ_LIMIT", str(Settings.read_limit)),
        daily_limit=_limit(environ, "DIGITS_DAILY_LIMIT", str(Settings.daily_limit)),
        attempt_limit=_limit(environ, "DIGITS_ATTEMPT_LIMIT", str(Settings.attempt_limit)),
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


def _host(environ: Mapping[str, str], name: str) -> str:
    """Some shells, such as tcsh, set HOST to the machine's name by themselves: that is no request
    to serve the whole network."""
    text = environ.get(name) or Settings.host
    return Settings.host if is_set_by_shell(text) else text


def is_set_by_shell(host: str) -> bool:
    """Is this value of HOST the machine's name?"""
    name = socket.gethostname().lower()
    return host.lower() in {name, name.partition(".")[0]} - {"localhost"}


def _database_url(environ: Mapping[str, str], name: str) -> str:
    """The value is not shown: it may hold a password."""
    text = environ.get(name) or Settings.database_url
    if text.startswith("postgres://"):  # as hosting services write it
        text = text.replace("postgres", "postgresql", 1)
    try:
        driver = make_url(text).drivername
    except (ArgumentError, ValueError):
        driver = None
    if driver not in DATABASE_DRIVERS:
        raise SettingsError(
            f"{name} must be sqlite:////path/of/a/file or postgresql://user:password@host/name, "
            "found something else. A percent sign in a path or a password is written %25, an @ is "
            f"%40. Set {name} so, or unset it."
        )
    if driver.startswith("postgresql") and find_spec("psycopg") is None:
        raise SettingsError(
            f"{name} needs a package that is not installed: pip install 'digits[postgresql]'. Or "
            f"unset {name}: the database is a file then."
        )
    return text


def _redis_url(environ: Mapping[str, str], name: str) -> str | None:
    """The value is not shown: it may hold a password."""
    text = environ.get(name)
    if text and find_spec("redis") is None:
        raise SettingsError(
            f"{name} needs a package that is not installed: pip install 'digits[redis]'. Or unset "
            f"{name}."
        )
    if text and not _is_redis_url(text):
        raise SettingsError(
            f"{name} must be the address of a Redis, found something else. Set for example "
            f"{name}=redis://localhost:6379/0 or {name}=unix:///run/redis.sock, or unset it."
        )
    return text or None


def _is_redis_url(text: str) -> bool:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        return False
    from redis.connection import parse_url  # noqa: PLC0415 - it may not be installed

    try:
        parts = parse_url(text)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        return False
    return not text.startswith("unix://") or parts.get("path", "/") != "/"


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
