"""kit/web/ and bridge/workers.py do in the page's own MicroPython what the page expects of them.

The scenarios (scenarios/) run there, compiled as browsers get the modules, with the promises,
streams and typed arrays of a real JavaScript and a stage for the rest of a browser (stage.mjs). All
other tests of the page have a stand-in for these modules: tests/ui/fake_browser.py.
"""

import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from api.services.page_images import compiled_modules, page_modules
from api.services.rom_image import rom_image

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[3]
INTERPRETER = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"
TIME_LIMIT_SECONDS = 300
SCENARIO_LIMIT_SECONDS = 60
FILES = sorted(FOLDER.glob("scenarios/*.py"))
PROGRAM = """
import asyncio, io, os, sys
sys.path.insert(0, "/")
os.chdir("/")
with open("page.bin", "wb") as file:
    file.write(bytes.fromhex(IMAGE))
sys.modules["app.pyscript.main"] = "not here: a scenario wants one module at a time"
exec(BOOT)
import js

async def attempt(module, name):
    try:
        scenarios = __import__("tests.ui.kit.web.scenarios." + module, None, None, (name,))
        await getattr(scenarios, name)()
    except Exception as error:
        trace = io.StringIO()
        sys.print_exception(error, trace)
        js.stage.outcome = trace.getvalue()
    else:
        js.stage.outcome = "well"
"""


def scenarios() -> list[tuple[str, str]]:
    """The module and the name of each."""
    return [
        (path.stem, node.name)
        for path in FILES
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and path.stem != "tools"
    ]


SCENARIOS = scenarios()


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], str]:
    """How each scenario ended: "well", or what went wrong."""
    node = shutil.which("node")
    assert node, "node is missing; it comes with npm, which set-up needs"
    image = rom_image(compiled_modules(page_modules(ROOT / "app")))
    constants = {
        "IMAGE": image.hex(),
        "BOOT": (ROOT / "app/pyscript/boot.py").read_text(),
    }
    files = {path.relative_to(ROOT).as_posix(): path.read_text() for path in FILES}
    job = {
        "interpreter": str(INTERPRETER),
        "files": files | {"pyscript.py": (FOLDER / "pyscript.py").read_text()},
        "program": "".join(f"{name} = {value!r}\n" for name, value in constants.items()) + PROGRAM,
        "scenarios": SCENARIOS,
        "limit_seconds": SCENARIO_LIMIT_SECONDS,
    }
    done = subprocess.run(
        [node, str(FOLDER / "run_scenarios.mjs")],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]  # Node quotes its whole bundle first
    return dict(zip(SCENARIOS, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=".".join)
def test_scenario(outcomes: dict[tuple[str, str], str], scenario: tuple[str, str]) -> None:
    assert outcomes[scenario] == "well"
