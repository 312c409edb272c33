"""`digits kit`: a folder from which a machine without internet installs and runs Digits."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from digits import HOME, VERSION
from digits.cli import CommandError, parser, say

PLATFORMS = {
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "macos": ("macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"),
    "macos-intel": ("macosx_14_0_x86_64", "macosx_12_0_x86_64", "macosx_10_13_x86_64"),
    "windows": ("win_amd64",),
}
"""pip's names of platforms, the newest that is safe first."""
SYSTEMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXAMPLES = """\
  digits kit /media/stick --wheel digits-0.1.0-py3-none-any.whl
  digits kit E:\\ --wheel digits-0.1.0-py3-none-any.whl --platforms windows macos --pythons 3.13"""
PLATFORM_NAMES = {
    "linux": "Linux",
    "linux-arm": "Linux on ARM",
    "macos": "macOS",
    "macos-intel": "macOS on Intel",
    "windows": "Windows",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Digits, without internet</title>
<meta name="viewport" content="width=device-width">
<style>body {{ font: 1rem/1.5 system-ui; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
pre {{ background: #8882; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }}
:root {{ color-scheme: light dark }}
</style>
<h1>Digits, without internet</h1>
<p>Only the teacher's machine needs this folder. Pupils need a browser and the same network.</p>
<p>It has what Digits needs on {platforms} with Python {pythons}. Python itself is not in it:
install that before, if it is missing.</p>
{systems}
<h2>Then</h2>
<p>It says what pupils type. The header of the page starts a class. Ctrl-C ends it. If something
does not work, say <code>doctor</code> instead of <code>serve --lan --open</code>: it says what to
do.</p>
"""
WINDOWS_PAGE = """<h2>Windows</h2>
<p>Open this folder in Explorer, click into its address bar, type <code>cmd</code> and press Enter:
that opens a Command Prompt here. Once:</p>
<pre>py -m venv "%USERPROFILE%\\digits"
"%USERPROFILE%\\digits\\Scripts\\pip" install --no-index --find-links wheels digits
{data}</pre>
<p>In each lesson, in any Command Prompt:</p>
<pre>"%USERPROFILE%\\digits\\Scripts\\digits" serve --lan --open</pre>
<p>If Windows asks whether others may reach it, allow that for private networks.</p>"""
UNIX_PAGE = """<h2>{title}</h2>
<p>Once, in a terminal in this folder:</p>
<pre>python3 -m venv ~/digits
~/digits/bin/pip install --no-index --find-links wheels digits
{data}</pre>
<p>In each lesson, in any terminal:</p>
<pre>~/digits/bin/digits serve --lan --open</pre>"""
WINDOWS_DATA = '"%USERPROFILE%\\digits\\Scripts\\digits" data mnist'
UNIX_TITLES = {"linux": "Linux", "darwin": "macOS"}
UNIX_DATA = "~/digits/bin/digits data mnist"


def main(arguments: Sequence[str]) -> int:
    options = parser(
        "kit",
        "Put the wheel, the wheels of its dependencies, MNIST if it is here, and a page of "
        "instructions into a folder, such as one of a memory stick. Needs pip and the internet.",
        EXAMPLES,
    )
    options.add_argument("folder", type=Path)
    options.add_argument("--wheel", type=Path, metavar="FILE", help="what `make wheel` built")
    options.add_argument(
        "--platforms",
        nargs="+",
        choices=PLATFORMS,
        default=["windows", "macos", "linux"],
        metavar="NAME",
        help=f"of {', '.join(PLATFORMS)} (default: %(default)s)",
    )
    options.add_argument(
        "--pythons", nargs="+", choices=PYTHONS, default=[*PYTHONS], metavar="VERSION"
    )
    chosen = options.parse_args(arguments)
    wheel = chosen.wheel or find_wheel()
    wheels = chosen.folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    shutil.copy(wheel, wheels)
    for platform in chosen.platforms:
        for python in chosen.pythons:
            say(f"Fetching packages for {platform}, Python {python}")
            download(wheel, wheels, platform, python)
    has_data = copy_data(chosen.folder / "mnist")
    write_page(chosen.folder / "READ-ME.html", chosen.platforms, chosen.pythons, has_data)
    size = sum(path.stat().st_size for path in chosen.folder.rglob("*") if path.is_file())
    say(f"{chosen.folder} has all that is needed, {size / 1e6:,.0f} MB: open READ-ME.html.")
    return 0


def find_wheel() -> Path:
    """Raises CommandError: an installation does not keep the file that it came from."""
    built = sorted((HOME / "dist").glob(f"digits-{VERSION}-*.whl"))
    if not built:
        raise CommandError(
            "which wheel? Say --wheel FILE: what was installed, or what `make wheel` builds."
        )
    return built[-1]


def requirements_for(wheel: Path, platform: str) -> list[str]:
    """What the wheel needs there, with what that needs; pip reads markers by this machine, so those
    that name a system are resolved here."""
    import zipfile
    from email.parser import BytesParser

    from packaging.requirements import Requirement

    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        metadata = BytesParser().parsebytes(archive.read(name))
    environment = {"sys_platform": SYSTEMS[platform.partition("-")[0]], "extra": ""}
    needed = []
    for text in metadata.get_all("Requires-Dist", []):
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            requirement.marker = None
            needed.append(str(requirement))
    if environment["sys_platform"] == "win32":
        needed += ["colorama", "tzdata"]  # of click and others, there only
    return needed


def download(wheel: Path, folder: Path, platform: str, python: str) -> None:
    """Raises CommandError."""
    tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
    words = [
        *[sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"],
        *["--only-binary=:all:", "--dest", str(folder), "--python-version", python, *tags],
        *["--implementation", "cp", "--abi", f"cp{python.replace('.', '')}", "--abi", "abi3"],
        *["--abi", "none", *requirements_for(wheel, platform)],
    ]
    if subprocess.run(words, check=False).returncode != 0:
        raise CommandError(
            f"pip could not fetch the packages for {platform} and Python {python} (its message is "
            "above). Is there internet, and pip in this environment (python -m ensurepip)?"
        )


def copy_data(folder: Path) -> bool:
    """MNIST as this machine has it; False if it has none."""
    from app.model.data.datasets import cache_folder
    from app.model.data.mnist_files import NAMES, find_files

    places = [os.environ.get("DIGITS_DATA"), cache_folder(os.environ), HOME.parent / "shared/mnist"]
    for place in places:
        if place and Path(place).is_dir():
            try:
                found = find_files(Path(place))
            except OSError:
                continue
            folder.mkdir(exist_ok=True)
            for name in NAMES:
                suffix = ".gz" if found[name].suffix == ".gz" else ""
                shutil.copy(found[name], folder / f"{name}{suffix}")
            return True
    say("MNIST is not here: the class will use the embedded digits. To have it: digits data")
    return False


def write_page(path: Path, platforms: list[str], pythons: list[str], has_data: bool) -> None:
    """The instructions, for the systems that the folder has packages for."""
    systems = []
    if "windows" in platforms:
        systems.append(WINDOWS_PAGE.format(data=WINDOWS_DATA if has_data else ""))
    others = {SYSTEMS[each.partition("-")[0]] for each in platforms} - {"win32"}
    if others:
        titles = [title for system, title in UNIX_TITLES.items() if system in others]
        page = UNIX_PAGE.format(title=" and ".join(titles), data=UNIX_DATA if has_data else "")
        systems.append(page)
    path.write_text(
        PAGE.format(
            platforms=", ".join(PLATFORM_NAMES[each] for each in platforms),
            pythons=", ".join(pythons),
            systems="\n".join(systems),
        ),
        "utf-8",
    )
