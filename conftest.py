"""What all tests can be told: which server they start, where they start a real one."""

import os

import pytest

SERVERS = ("gunicorn", "waitress")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--server",
        choices=SERVERS,
        help="what serves where a test starts the service (default: gunicorn)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if chosen := config.getoption("--server"):
        os.environ["DIGITS_SERVER"] = chosen
