"""`digits doctor`: looks at everything that a start needs, and says what to do."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

from digits import HOME, IS_INSTALLED, VERSION
from digits.cli import parser, say

EXAMPLES = """\
  digits doctor"""
PYTHONS = ((3, 11), (3, 14))
GOOD, NOTE, BAD = "ok", "note", "BAD"


class Finding(NamedTuple):
    state: str
    """GOOD, NOTE for what could be better, BAD for what keeps it from starting."""
    text: str


def main(arguments: Sequence[str]) -> int:
    description = (
        "Check Python, packages, settings, data, database, the page's files, folders, port and "
        "addresses. Changes nothing. The exit status is 1 if something keeps Digits from starting."
    )
    parser("doctor", description, EXAMPLES).parse_args(arguments)
    findings = []
    for name, check in CHECKS.items():
        try:
            found = list(check())
        except Exception as error:  # what is checked may be broken in any way
            found = [Finding(BAD, f"{type(error).__name__}: {error}")]
        for finding in found:
            say(f"{finding.state:<5}{name + ':':<11}{finding.text}")
        findings += found
    bad = sum(finding.state == BAD for finding in findings)
    say("Nothing keeps Digits from starting." if not bad else f"{bad} to be put right first.")
    return 1 if bad else 0


def check_python() -> Iterator[Finding]:
    oldest, newest = (".".join(map(str, each)) for each in PYTHONS)
    found = sys.version.split()[0]
    is_right = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    yield Finding(
        GOOD if is_right else BAD,
        f"{found} on {sys.platform}"
        + ("" if is_right else f"; packages are built for {oldest} to {newest}: use one of these"),
    )


def check_packages() -> Iterator[Finding]:
    how = f"digits {VERSION}, installed in {HOME}" if IS_INSTALLED else f"a checkout in {HOME}"
    yield Finding(GOOD, how)
    try:
        wanted = requires("digits") or []
    except PackageNotFoundError:  # a checkout: set-up installs what requirements.txt says
        return
    from packaging.requirements import Requirement

    for text in wanted:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield Finding(BAD, f"{requirement.name} is missing. Install Digits again")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            yield Finding(
                NOTE, f"{requirement.name} is {found}; Digits was tried with {requirement}"
            )


def check_settings() -> Iterator[Finding]:
    from api.config import SettingsError, read_settings
    from api.stores.database import shown

    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        yield Finding(BAD, str(error))
        return
    yield Finding(GOOD, f"database {shown(settings.database_url)}")


def check_data() -> Iterator[Finding]:
    from app.model.data.datasets import (
        DatasetError,
        cache_folder,
        find_dataset,
    )
    from app.model.served.dataset import served_dataset

    try:
        dataset = find_dataset(os.environ, HOME)
    except DatasetError as error:
        yield Finding(BAD, str(error))
        return
    count = sum(map(len, dataset.splits.values()))
    yield Finding(GOOD, f"{dataset.title}, {count:,} digits ({dataset.source})")
    if dataset.name == "embedded":
        yield Finding(NOTE, "MNIST is not here, 70,000 digits: digits data")
    if not _is_writable(cache_folder(os.environ).parent):
        yield Finding(
            NOTE,
            f"nothing can be kept in {cache_folder(os.environ).parent}: each start takes ten "
            "seconds more. Set XDG_CACHE_HOME to a folder that can be written to",
        )
    elif not served_dataset(os.environ, HOME, can_wait=True).is_drawn:
        yield Finding(NOTE, "drawings to train on are made at the first start, or by: digits data")


def check_database() -> Iterator[Finding]:
    from api.config import SettingsError, read_settings
    from digits.cli import CommandError
    from digits.databases import database_file, require_whole

    try:
        path = database_file(read_settings(os.environ).database_url)
    except SettingsError:  # has been said
        return
    except CommandError:
        yield Finding(NOTE, "PostgreSQL: not looked at")
        return
    folder = next(each for each in path.parents if each.exists())
    if not _is_writable(folder):
        yield Finding(BAD, f"{folder} cannot be written to. Set DATABASE_URL to another place")
    elif not path.exists():
        yield Finding(GOOD, "made at the first start")
    else:
        try:
            require_whole(path)
            yield Finding(GOOD, f"whole, {path.stat().st_size:,} bytes")
        except CommandError as error:
            yield Finding(BAD, f"{error} Restore a copy: digits restore FILE")


def check_page() -> Iterator[Finding]:
    from api.services.browser_files import BrowserFiles
    from api.services.page_images import image_paths, page_modules

    files = BrowserFiles(HOME / "app")
    if files.problem:
        yield Finding(BAD, files.problem)
        return
    images = image_paths(files.vendor_folder, page_modules(HOME / "app"))
    has_bytecode = all(path.exists() for path in images.values())
    how = "with bytecode" if has_bytecode else "compiled at each start"
    yield Finding(GOOD, f"build {files.build}, {how}")


def check_port() -> Iterator[Finding]:
    from api.config import SettingsError, read_settings
    from api.listening import bound_socket
    from api.start import CannotStartError

    try:
        settings = read_settings(os.environ)
        bound_socket(settings.host, settings.port).close()
    except SettingsError:
        return
    except CannotStartError as error:
        yield Finding(NOTE, f"{error} If that program is Digits, all is well")
        return
    yield Finding(GOOD, f"{settings.port} of {settings.host} is free")


def check_network() -> Iterator[Finding]:
    from api.addresses import ANY_IPV4, network_hosts

    found = network_hosts(ANY_IPV4)
    if not found:
        yield Finding(NOTE, "no address on a network: only this machine can reach it")
        return
    yield Finding(GOOD, f"others reach this machine as {' or '.join(found)}: digits serve --lan")
    if sys.platform in ("win32", "darwin"):
        yield Finding(NOTE, "its firewall may ask, at the first start with --lan: allow it")


def _is_writable(folder: Path) -> bool:
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            return True
    except OSError:
        return False


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Python": check_python,
    "packages": check_packages,
    "settings": check_settings,
    "data": check_data,
    "database": check_database,
    "page": check_page,
    "port": check_port,
    "network": check_network,
}
