"""docs/add-a-panel.md: its listings make a panel that asks the worker and shows the answer."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import ROOT, Server, copy_of_the_program

DOCUMENT = Path(__file__).parents[1] / "docs/add-a-panel.md"
PLACE = re.compile(r"^`(app/\S+)`:$", re.MULTILINE)
HEARD = "tests/ui/start/test_state.py::test_what_is_asked_is_offered_and_what_is_reported_is_heard"
BLOCK = re.compile(r"^```(python|html|css|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def listings() -> list[tuple[str, str, str]]:
    """The file, kind and text of each listing, in the document's order."""
    text = DOCUMENT.read_text("utf-8")
    found = []
    for block in BLOCK.finditer(text):
        path = PLACE.findall(text, 0, block.start())[-1]
        found.append((path, block[1], block[2]))
    return found


def edited(source: str, change: str) -> str:
    """The source where the lines of a change that have no + get those that have one as well."""
    lines = change.splitlines()
    before = "".join(f"{line[1:]}\n" for line in lines if line[0] == " ")
    after = "".join(f"{line[1:]}\n" for line in lines)
    assert source.count(before) == 1, before
    return source.replace(before, after)


def test_a_panel_touches_its_folder_and_one_line() -> None:
    changes = [(path, text) for path, kind, text in listings() if kind == "diff"]
    (path, change) = changes[0]
    assert len(changes) == 1
    assert path == "app/pyscript/features.py"
    assert [line[0] for line in change.splitlines()].count("+") == 1
    folders = {path.rsplit("/ink/")[0] for path, kind, _ in listings() if kind != "diff"}
    assert folders == {"app/pyscript"}


def with_the_panel(checkout: Path) -> Path:
    """A copy of the program to which the listings have been added."""
    copy_of_the_program(checkout)
    for path, kind, text in listings():
        file = checkout / path
        if kind != "diff":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        else:
            file.write_text(edited(file.read_text("utf-8"), text), "utf-8")
    return checkout


def test_no_test_of_the_structure_has_to_hear_of_it(tmp_path: Path) -> None:
    checkout = with_the_panel(tmp_path / "program")
    shutil.copytree(ROOT / "tests", checkout / "tests")
    tests = [f"tests/ui/test_{name}.py" for name in ("features", "imports", "styles")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, HEARD],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_listings_make_a_panel(tmp_path: Path, new_visitor: Callable[..., Visitor]) -> None:
    server = Server()
    server.checkout = with_the_panel(tmp_path / "program")
    with server:
        visitor = new_visitor(server.url)
        page = visitor.page
        visitor.open()
        visitor.wait_for_the_network()
        expect(page.locator("#measure-ink")).to_be_disabled()
        visitor.draw(placed(stored_drawings()[3]["strokes"]))
        page.click("#measure-ink")
        expect(page.locator("#ink-share")).to_contain_text(re.compile(r"^\d+\.\d% of the paper"))
        page.click("#clear")
        expect(page.locator("#ink-share")).to_have_text("Draw something, then measure it.")
