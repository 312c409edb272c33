"""The stand-in offers what the page uses of the real browser module, called in the same way."""

import ast
import inspect
from pathlib import Path

import pytest

from tests.ui.fake_browser import FakeBrowser, FakeChart, FakeInkCanvas, FakeWorker, Promise, parse

PAGE_MODULES = Path(__file__).parents[2] / "app/pyscript"
FILES = [*sorted((PAGE_MODULES / "kit/web").glob("*.py")), PAGE_MODULES / "bridge/workers.py"]
WEB = [ast.parse(path.read_text()) for path in FILES]
BODY = [node for module in WEB for node in module.body]
FUNCTIONS = {
    node.name: node for node in BODY if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
}
CLASSES = {node.name: node for node in BODY if isinstance(node, ast.ClassDef)}
CONSTANTS = {
    target.id
    for node in BODY
    if isinstance(node, ast.Assign)
    for target in node.targets
    if isinstance(target, ast.Name)
}


def names_used() -> set[str]:
    """What main.py and the components take from `browser` or `self._browser`."""
    names = set()
    for path in PAGE_MODULES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in (
                "browser",
                "self._browser",
            ):
                names.add(node.attr)
    return names


def methods(definition: ast.ClassDef) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {
        node.name: node
        for node in definition.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    }


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = function.args
    names = [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
    if arguments.vararg:
        names.append(arguments.vararg.arg)
    return [name for name in names if name != "self"]


def test_the_page_uses_only_what_the_browser_module_has() -> None:
    used = names_used()

    assert len(used) > 20
    assert used <= FUNCTIONS.keys() | CLASSES.keys() | CONSTANTS


def test_the_stand_in_offers_what_the_page_uses() -> None:
    assert {name for name in names_used() if not hasattr(FakeBrowser, name)} == set()


@pytest.mark.parametrize("name", sorted(names_used() & FUNCTIONS.keys()))
def test_its_functions_take_the_same_arguments(name: str) -> None:
    stand_in = inspect.signature(getattr(FakeBrowser, name))

    assert [each for each in stand_in.parameters if each != "self"] == parameters(FUNCTIONS[name])


@pytest.mark.parametrize("name", ["InkCanvas", "Chart"])
def test_its_objects_are_made_from_the_same_arguments(name: str) -> None:
    (constructor,) = [
        node
        for node in CLASSES[name].body
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    stand_in = inspect.signature(getattr(FakeBrowser, name))

    assert [each for each in stand_in.parameters if each != "self"] == parameters(constructor)


@pytest.mark.parametrize(
    ("name", "stand_in"),
    [("InkCanvas", FakeInkCanvas), ("Chart", FakeChart), ("Worker", FakeWorker)],
)
def test_its_objects_have_the_same_methods(name: str, stand_in: type) -> None:
    for method, definition in methods(CLASSES[name]).items():
        signature = inspect.signature(getattr(stand_in, method))
        assert [each for each in signature.parameters if each != "self"] == parameters(definition)


class TestMarkup:
    def test_becomes_elements_and_text(self) -> None:
        (paragraph,) = parse('<p id="a" hidden>one <b class="x y">two</b> three<br></p>')[1:-1]

        assert paragraph.textContent == "one two three"
        assert paragraph.attributes == {"id": "a", "hidden": ""}
        assert paragraph.hidden
        assert [child.tag for child in paragraph.children] == ["b", "br"]
        assert paragraph.children[0].classList.contains("y")

    @pytest.mark.parametrize("markup", ["<p>", "<p></b>", "<p><b></p></b>"])
    def test_that_is_not_well_formed_is_refused(self, markup: str) -> None:
        with pytest.raises(AssertionError):
            parse(markup)


class TestTime:
    def test_timers_run_in_order_when_due(self, browser: FakeBrowser) -> None:
        woken: list[tuple[str, float]] = []

        async def sleep(name: str, seconds: float) -> None:
            await browser.sleep(seconds)
            woken.append((name, browser.now()))

        browser.run(sleep("late", 0.2))
        browser.run(sleep("early", 0.1))
        browser.advance(150)
        assert woken == [("early", 100)]
        browser.advance(50)
        assert woken == [("early", 100), ("late", 200)]

    def test_gathering_waits_for_all(self, browser: FakeBrowser) -> None:
        done: list[str] = []
        promises = [Promise(), Promise()]

        async def wait_for_both() -> None:
            await browser.gather(list(promises))
            done.append("both")

        browser.run(wait_for_both())
        browser.settle()
        promises[1].resolve()
        browser.settle()
        before = list(done)
        promises[0].resolve()
        browser.settle()

        assert (before, done) == ([], ["both"])

    def test_what_a_coroutine_raises_reaches_the_page(self, browser: FakeBrowser) -> None:
        told: list[str] = []
        browser.on_uncaught(told.append)

        async def fail() -> None:
            raise RuntimeError("broken")

        browser.run(fail())
        browser.settle()

        assert told == ["broken"]
        assert [str(error) for error in browser.uncaught] == ["broken"]
        browser.uncaught.clear()
