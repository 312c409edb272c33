"""Find the browsers that the end-to-end tests and benchmarks drive, or install them.

Chromium has to be there: the DIGITS_CHROMIUM setting; one on the PATH; one that Playwright
downloaded; Debian's package, when we are root; Playwright's own download. Where there is a Chromium
without windows, that one is driven: it takes a tenth less of processor to start our page. Firefox
and WebKitGTK are driven too where they are installed; when we are root, they are installed as
Debian's packages. As a script it finds or installs, and says what is missing; the tests call the
`find_...` functions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

from tools.debian import install

# The names of the program and of Debian's package.
WITHOUT_WINDOWS = "chromium-headless-shell"
CHROMIUM_NAMES = (
    *(WITHOUT_WINDOWS, "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
FIREFOX_NAMES = ("firefox-esr", "firefox")
# No background traffic, so that a closed network causes neither delay nor console noise; no
# sandbox, because test machines and containers often run as root.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class BrowserError(Exception):
    """There is no usable Chromium; the text says what to install."""


class WebKit(NamedTuple):
    """All that is needed to drive WebKitGTK: its WebDriver, a browser, and a screen."""

    driver: Path
    browser: Path
    screen: Path


def find_chromium(*, with_windows: bool = False) -> Path | None:
    """The executable of a Chromium that exists on this machine, or None. with_windows: rather one
    like a visitor's, to measure with."""
    named = os.environ.get("DIGITS_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise BrowserError(f"DIGITS_CHROMIUM names {named}, which is not an executable file")
        return Path(named)
    names = (*CHROMIUM_NAMES[1:], WITHOUT_WINDOWS) if with_windows else CHROMIUM_NAMES
    found = _on_the_path(*names)
    if found:
        return found
    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    return downloaded if downloaded.exists() else None


def find_firefox() -> Path | None:
    """A Firefox, or None. It needs no driver: e2e/marionette.py talks to it."""
    return _on_the_path(*FIREFOX_NAMES)


def find_webkit() -> WebKit | None:
    """WebKitGTK with all that is needed to drive it, or None."""
    driver, screen = _on_the_path("WebKitWebDriver"), _on_the_path("Xvfb")
    # Debian has it in a folder for each architecture and each version of the library.
    browsers = sorted(Path("/usr").glob("lib*/**/webkit*gtk-*/MiniBrowser"))
    return WebKit(driver, browsers[-1], screen) if driver and screen and browsers else None


def _on_the_path(*names: str) -> Path | None:
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


# The Debian packages that each needs; named where it is missing.
OTHERS: dict[str, tuple[Callable[[], object | None], tuple[str, ...]]] = {
    "Firefox": (find_firefox, ("firefox-esr",)),
    "WebKitGTK": (find_webkit, ("webkit2gtk-driver", "xvfb")),
}


def main() -> int:
    try:
        if find_chromium() is None:
            install([WITHOUT_WINDOWS], "the end-to-end tests")  # some distributions lack it
        wanted = [] if find_chromium() else ["chromium"]
        for find, packages in OTHERS.values():
            wanted.extend([] if find() else packages)
        if wanted:
            install(wanted, "the end-to-end tests")
        if find_chromium() is None:
            print("• Asking Playwright to download Chromium for the end-to-end tests", flush=True)
            subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if find_chromium() is None:
            raise BrowserError(
                "No Chromium was found and none could be installed. Install one (Debian, Ubuntu: "
                "apt-get install chromium) or name one: DIGITS_CHROMIUM=/path/to/chrome make test"
            )
    except BrowserError as error:
        print(error, file=sys.stderr)
        return 1
    for name, (find, packages) in OTHERS.items():
        if find() is None:
            print(
                f"• {name} is not here, and its journeys will be skipped. "
                f"Debian, Ubuntu: apt-get install {' '.join(packages)}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
