import socket
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api.config import Settings, SettingsError, read_settings, sqlite_url


def test_nothing_set_serves_this_machine_only() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.processes >= 2
    assert not settings.is_development
    assert settings.log_level == "info"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.cache_url is None
    assert settings.admin_token is None
    assert settings.write_limit == "60/minute"
    assert settings.daily_limit == "6000/day"
    assert settings.attempt_limit == "300/minute"
    assert settings.proxies == 0


def test_every_variable_is_read() -> None:
    environ = {
        "HOST": "0.0.0.0",
        "PORT": "0",
        "DIGITS_PROCESSES": "3",
        "DIGITS_DEVELOPMENT": "1",
        "DIGITS_LOG_LEVEL": "debug",
        "DIGITS_LOG_FORMAT": "json",
        "DATABASE_URL": "postgresql://digits@db/digits",
        "CACHE_URL": "redis://cache:6379/1",
        "DIGITS_ADMIN_TOKEN": "0123456789abcdef",
        "DIGITS_ACCEPT_MARGIN": "0.005",
        "DIGITS_WRITE_LIMIT": "none",
        "DIGITS_NAMES": "none",
        "DIGITS_READ_LIMIT": "50/second",
        "DIGITS_DAILY_LIMIT": "500/day",
        "DIGITS_ATTEMPT_LIMIT": "40/hour",
        "DIGITS_RETRAIN_STEPS": "100",
        "DIGITS_RETRAIN_RATE": "1e-3",
        "DIGITS_PROXIES": "1",
        "DIGITS_HOSTS": "Digits.Example.org, *.school.example,2001:DB8::1 my_pc",
        "UNRELATED": "x",
    }
    assert read_settings(environ) == Settings(
        host="0.0.0.0",
        port=0,
        processes=3,
        is_development=True,
        log_level="debug",
        log_format="json",
        database_url="postgresql://digits@db/digits",
        cache_url="redis://cache:6379/1",
        admin_token="0123456789abcdef",
        accept_margin=0.005,
        write_limit=None,
        takes_names=False,
        read_limit="50/second",
        daily_limit="500/day",
        attempt_limit="40/hour",
        retrain_steps=100,
        retrain_rate=0.001,
        proxies=1,
        hosts=("digits.example.org", "*.school.example", "2001:db8::1", "my_pc"),
    )


NAMES = [
    *("HOST", "PORT", "DATABASE_URL", "CACHE_URL"),
    *("DIGITS_PROCESSES", "DIGITS_DEVELOPMENT", "DIGITS_LOG_LEVEL", "DIGITS_LOG_FORMAT"),
    *("DIGITS_ADMIN_TOKEN", "DIGITS_ACCEPT_MARGIN", "DIGITS_WRITE_LIMIT", "DIGITS_PROXIES"),
    *("DIGITS_DAILY_LIMIT", "DIGITS_ATTEMPT_LIMIT", "DIGITS_READ_LIMIT"),
    *("DIGITS_RETRAIN_STEPS", "DIGITS_RETRAIN_RATE", "DIGITS_HOSTS"),
]


@pytest.mark.parametrize("name", NAMES)
def test_empty_counts_as_unset(name: str) -> None:
    assert read_settings({name: ""}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "http", "from 0 to 65535"),
        ("PORT", "65536", "from 0 to 65535"),
        ("PORT", "-1", "from 0 to 65535"),
        ("PORT", "8000.0", "from 0 to 65535"),
        ("PORT", " 8000", "from 0 to 65535"),
        ("PORT", "٨٠٠٠", "from 0 to 65535"),
        ("PORT", "9" * 5000, "from 0 to 65535"),
        ("DIGITS_PROCESSES", "0", "from 1 to 64"),
        ("DIGITS_PROCESSES", "65", "from 1 to 64"),
        ("DIGITS_DEVELOPMENT", "yes", "one of 0, 1"),
        ("DIGITS_LOG_LEVEL", "loud", "one of debug, info, warning, error, critical"),
        ("DIGITS_LOG_FORMAT", "xml", "one of text, json"),
        ("DIGITS_ACCEPT_MARGIN", "1 %", "a number from 0 to 1"),
        ("DIGITS_ACCEPT_MARGIN", "-0.1", "a number from 0 to 1"),
        ("DIGITS_ACCEPT_MARGIN", "nan", "a number from 0 to 1"),
        ("DIGITS_WRITE_LIMIT", "often", "a number of requests in a time"),
        ("DIGITS_READ_LIMIT", "often", "a number of requests in a time"),
        ("DIGITS_RETRAIN_STEPS", "0", "from 1 to 1000000"),
        ("DIGITS_RETRAIN_RATE", "0", "a number from 1e-06 to 10"),
        ("DIGITS_PROXIES", "6", "from 0 to 5"),
        ("DIGITS_HOSTS", "https://digits.example", "without http:// and without ports"),
        ("DIGITS_HOSTS", "digits.example:8000", "without http:// and without ports"),
        ("DIGITS_HOSTS", "*example", "names of hosts"),
        ("DIGITS_HOSTS", "digits..example", "names of hosts"),
        ("DIGITS_LOG_LEVEL", "INFO", "one of debug, info, warning, error, critical"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} must be ")
    assert expected in sentence
    assert repr(value) in sentence
    assert f"Set for example {name}=" in sentence


def test_default_settings_point_at_the_real_app_folder() -> None:
    assert (Settings().app_folder / "model" / "network.py").is_file()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DIGITS_ADMIN_TOKEN", "hunter2", "at least 16 characters"),
        ("DIGITS_ADMIN_TOKEN", "pässwörter sind geheim", "ASCII"),
        ("CACHE_URL", "http://:hunter2@localhost", "the address of a Redis"),
        ("CACHE_URL", "unix://", "the address of a Redis"),
        ("CACHE_URL", "unix://:hunter2@", "the address of a Redis"),
        ("CACHE_URL", "redis://:hunter2@localhost:http/0", "the address of a Redis"),
        ("CACHE_URL", "redis://:hunter2@[::1", "the address of a Redis"),
        ("DATABASE_URL", "postgresql://digits:hunter2@db:http/digits", "sqlite:////path"),
        ("DATABASE_URL", "mysql://digits:hunter2@db/digits", "postgresql://user"),
        ("DATABASE_URL", "postgresql+psycopg2://digits:hunter2@db/digits", "postgresql://user"),
        ("DATABASE_URL", "/var/hunter2.sqlite", "sqlite:////path"),
    ],
)
def test_a_bad_secret_is_refused_without_showing_it(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} must be ")
    assert expected in sentence
    assert "hunter2" not in sentence
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    ("name", "value", "setting", "expected"),
    [
        ("DATABASE_URL", "postgres://a:b@db/c", "database_url", "postgresql://a:b@db/c"),
        ("DATABASE_URL", "postgresql+psycopg://db/c", "database_url", "postgresql+psycopg://db/c"),
        ("DATABASE_URL", "sqlite:////srv/100%/d", "database_url", "sqlite:////srv/100%/d"),
        ("CACHE_URL", "unix:///run/redis.sock?db=2", "cache_url", "unix:///run/redis.sock?db=2"),
        ("CACHE_URL", "rediss://cache", "cache_url", "rediss://cache"),
    ],
)
def test_addresses_are_taken_as_people_write_them(
    name: str, value: str, setting: str, expected: str
) -> None:
    assert getattr(read_settings({name: value}), setting) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("My-PC.school.test", "127.0.0.1"),
        ("my-pc", "127.0.0.1"),
        ("localhost", "localhost"),
        ("other-pc", "other-pc"),
        ("0.0.0.0", "0.0.0.0"),
    ],
)
def test_a_host_that_the_shell_has_set_asks_for_nothing(
    monkeypatch: pytest.MonkeyPatch, host: str, expected: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "my-pc.school.test")
    assert read_settings({"HOST": host}).host == expected


@pytest.mark.parametrize("folder", ["digits", "100% a%20b", "what?", "c#", "\xfc @:x"])
def test_the_database_lies_in_the_checkout_whatever_that_is_called(folder: str) -> None:
    url = make_url(sqlite_url(Path("/srv") / folder / "digits.sqlite"))
    assert (url.database, url.query) == (f"/srv/{folder}/digits.sqlite", {})
