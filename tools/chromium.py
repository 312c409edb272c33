"""Find the Chromium that the end-to-end tests and benchmarks drive, or install one.

Order: the DIGITS_CHROMIUM setting; one on the PATH; one that Playwright downloaded; Debian's
package, when we are root; Playwright's own download. Run as a script it finds or installs, and
says which; `find()` is what the tests call.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No background traffic, so that a closed network causes neither delay nor console noise; no
# sandbox, because test machines and containers often run as root.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ChromiumError(Exception):
    """There is no usable Chromium; the text says what to install."""


def find() -> Path | None:
    """The executable of a Chromium that exists on this machine, or None."""
    named = os.environ.get("DIGITS_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise ChromiumError(f"DIGITS_CHROMIUM names {named}, which is not an executable file")
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    return downloaded if downloaded.exists() else None


def install() -> None:
    """Install Debian's package when we may, else try Playwright's own download."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("• Installing Debian's chromium for the end-to-end tests", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y"]):
            packages = ["chromium"] if command[0] == "install" else []
            subprocess.run(
                ["apt-get", *command, *packages],
                check=False,
                env=quiet,
                stdout=subprocess.DEVNULL,
            )
        if find():
            return
    print("• Asking Playwright to download Chromium for the end-to-end tests", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    try:
        if find() is None:
            install()
        if find() is None:
            raise ChromiumError(
                "No Chromium was found and none could be installed. Install one (Debian, Ubuntu: "
                "apt-get install chromium) or name one: DIGITS_CHROMIUM=/path/to/chrome make test"
            )
    except ChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
