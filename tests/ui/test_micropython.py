"""The page's modules run in the real MicroPython, and do there what they do on CPython.

They come as browsers get them: in the server's archive, compiled, mounted by boot.py. Everything
runs in one process of Node, with no page: kit/web/ is not imported, because only a browser has
what it imports (kit/web/test_web.py sets a stage for it), and the page tour runs main.py with the
browser's stand-in.
"""

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.services.page_images import compiled_modules, page_modules
from api.services.rom_image import rom_image
from tests.ui import page_tour
from tests.ui.conftest import PAGE

ROOT = Path(__file__).parents[2]
INTERPRETER = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
MAIN = "app/pyscript/main.py"
BROWSER = "app/pyscript/browser.py"
# What imports js and pyscript, which only a browser has.
OF_BROWSERS = ("app/pyscript/kit/web/", "app/pyscript/bridge/workers.py", BROWSER)
BOOT = "app/pyscript/boot.py"
# What the main thread loads: everything but the worker's side and the packages' own modules.
PAGE_FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "app/pyscript").rglob("*.py")
    if "worker" not in path.relative_to(ROOT / "app/pyscript").parts
    and path.name != "__init__.py"
    and path != ROOT / BOOT
)
OTHER_FILES = [f"tests/ui/{name}.py" for name in ("fake_browser", "class_page", "page_tour")]
TIME_LIMIT_SECONDS = 300

PROGRAM = """
import io, json, os, sys
sys.path.insert(0, "/")
os.chdir("/")
with open("page.bin", "wb") as file:
    file.write(bytes.fromhex(IMAGE))
sys.modules["app.pyscript.main"] = "not yet: it needs the stand-in for the browser"
exec(BOOT)

def attempt(action):
    try:
        action()
    except Exception as error:
        trace = io.StringIO()
        sys.print_exception(error, trace)
        return trace.getvalue()

def load(path):
    os.stat("/page/" + path.replace(".py", ".mpy"))
    if path not in NOT_IMPORTED:
        __import__(path.replace(".py", "").replace("/", "."))

loading = {path: attempt(lambda: load(path)) for path in PAGE_FILES}
tour = {}
def take_tour():
    from tests.ui import page_tour
    tour.update(page_tour.results(MAIN, PAGE))
failure = attempt(take_tour)
# Into a file: MicroPython makes a long text by copying it for each small piece that is added.
with open("results.json", "w") as file:
    json.dump({"loading": loading, "tour": tour, "failure": failure}, file)
"""


@pytest.fixture(scope="module")
def micropython() -> dict[str, Any]:
    """What happened in MicroPython: how each file loaded (None: well), and the tour's results."""
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm, which set-up needs"
    assert INTERPRETER.exists(), f"{INTERPRETER} is missing; run make test, which sets up"
    image = rom_image(compiled_modules(page_modules(ROOT / "app")))
    constants = {
        "PAGE_FILES": PAGE_FILES,
        "NOT_IMPORTED": [MAIN, *(path for path in PAGE_FILES if path.startswith(OF_BROWSERS))],
        "MAIN": (ROOT / MAIN).read_text(),
        "BOOT": (ROOT / BOOT).read_text(),
        "IMAGE": image.hex(),
        "PAGE": PAGE,
    }
    job = {
        "interpreter": str(INTERPRETER),
        "files": {path: (ROOT / path).read_text() for path in OTHER_FILES},
        "program": "".join(f"{name} = {value!r}\n" for name, value in constants.items()) + PROGRAM,
    }
    done = subprocess.run(
        [node, str(Path(__file__).with_name("run_micropython.mjs"))],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]  # Node quotes its whole bundle first
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture(scope="module")
def cpython() -> dict[str, Any]:
    results = page_tour.results((ROOT / MAIN).read_text(), PAGE)
    as_json: dict[str, Any] = json.loads(json.dumps(results))
    return as_json


def differences(found: Any, expected: Any, where: str) -> list[str]:
    """Where two JSON values differ; numbers may by what MicroPython's shorter decimals lose."""
    if isinstance(expected, dict) and isinstance(found, dict) and found.keys() == expected.keys():
        return [
            line
            for key in expected
            for line in differences(found[key], expected[key], f"{where}.{key}")
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        return [
            line
            for index, pair in enumerate(zip(found, expected, strict=True))
            for line in differences(*pair, f"{where}[{index}]")
        ]
    if isinstance(expected, float) and isinstance(found, float | int):
        is_same = math.isclose(found, expected, rel_tol=1e-12)
    else:
        is_same = found == expected
    return [] if is_same else [f"{where}: {found!r} on MicroPython, {expected!r} on CPython"]


def test_all_files_of_the_page_are_known() -> None:
    assert {MAIN, BROWSER, "app/pyscript/draw/grid.py"} <= set(PAGE_FILES)


@pytest.mark.parametrize("path", PAGE_FILES)
def test_loads(micropython: dict[str, Any], path: str) -> None:
    assert micropython["loading"][path] is None


@pytest.mark.parametrize("part", ["brush", "drawing", "history", "messages", "lessons"])
def test_computes_the_same(micropython: dict[str, Any], cpython: dict[str, Any], part: str) -> None:
    assert micropython["failure"] is None
    assert differences(micropython["tour"][part], cpython[part], part) == []


@pytest.mark.parametrize("step", [name for name, _ in page_tour.STEPS])
def test_shows_the_same(micropython: dict[str, Any], cpython: dict[str, Any], step: str) -> None:
    assert micropython["failure"] is None
    assert differences(micropython["tour"]["page"][step], cpython["page"][step], step) == []


def test_the_tour_goes_where_it_should(cpython: dict[str, Any]) -> None:
    steps = cpython["page"]
    errors = {name: step["uncaught"] for name, step in steps.items() if step["uncaught"]}

    assert errors == {"break the page": ["something unforeseen"]}
