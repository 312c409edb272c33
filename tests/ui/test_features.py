"""The list of the panels says what is there, and names everything that is."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from app.pyscript import features
from app.pyscript.features import PANELS, Panel
from tests.ui.fake_browser import parse
from tests.ui.page_markup import markup_sources

FOLDER = Path(features.__file__).parent
MARKUP = markup_sources()
PLACES = set(re.findall(r"in places\.(\w+) %", "".join(MARKUP.values())))


def named(panel: Panel, module: str, name: str) -> Any:
    return getattr(import_module(f"app.pyscript.{panel.folder}.{module}"), name)


def name_of(panel: Panel) -> str:
    return f"{panel.folder}.{panel.module}"


@pytest.mark.parametrize("panel", PANELS, ids=name_of)
def test_a_panel_has_what_its_line_says(panel: Panel) -> None:
    assert panel.place in PLACES
    assert FOLDER / panel.folder / f"{panel.module}.html" in MARKUP
    if panel.mount:
        assert callable(named(panel, panel.module, panel.mount).mount)
    if panel.section:
        assert panel.section == named(panel, panel.module, panel.mount).IDENTIFIER
        assert panel.state, "the worker reports to a section before it is opened"
    if panel.state:
        assert callable(named(panel, "state", panel.state))
    if panel.calls:
        assert callable(named(panel, "worker.calls", panel.calls))


@pytest.mark.parametrize("section", sorted({panel.section for panel in PANELS} - {""}))
def test_a_section_is_closed_at_first(section: str) -> None:
    (markup,) = [text for text in MARKUP.values() if f'id="{section}"' in text]
    details = re.search(rf'<details [^>]*id="{section}"[^>]*>', markup)
    assert details is not None
    assert not re.search(r"\bopen\b", details[0])


def test_nothing_is_left_out() -> None:
    lines = {FOLDER / panel.folder / f"{panel.module}.html" for panel in PANELS}
    assert {path for path in MARKUP if path.name != "index.html"} == lines
    halves = {path.parents[1].name for path in FOLDER.glob("*/worker/calls.py")}
    assert sorted(panel.folder for panel in PANELS if panel.calls) == sorted(halves)


@pytest.mark.parametrize("path", MARKUP, ids=lambda path: path.name)
def test_markup_is_well_formed_and_says_its_features_own_texts(path: Path) -> None:
    assert parse(re.sub(r"\{%.*?%\}", "", MARKUP[path]))
    if path.name != "index.html":
        said = re.findall(r"texts\.([a-z]\w*)\.", MARKUP[path])
        assert set(said) <= {path.parent.name}


def test_the_list_is_data_that_every_interpreter_reads() -> None:
    """It imports nothing: the server, the page and the worker have little in common."""
    assert not re.search(r"^\s*(import|from) ", Path(features.__file__).read_text(), re.MULTILINE)
