"""Installs Debian's packages, which the tests need beside Python and Node.js."""

from __future__ import annotations

import os
import shutil
import subprocess


def may_install() -> bool:
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def install(packages: list[str], what_for: str) -> None:
    """Install packages, if we may. The caller checks whether they are there."""
    if not may_install():
        return
    print(f"• Installing {', '.join(packages)} for {what_for}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "-y"]):
        named = packages if command[0] == "install" else []
        subprocess.run(
            ["apt-get", *command, *named], check=False, env=quiet, stdout=subprocess.DEVNULL
        )
