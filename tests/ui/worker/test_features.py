import inspect
import json
import platform
import runpy
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.model.initializers import he_normal
from app.model.network import Network
from app.model.serialization import weights_to_npz
from app.pyscript.bridge import wire
from app.pyscript.worker.features import Parts
from tests.ui.worker.fake_api import ORIGIN
from tests.ui.worker.virtual_time import run
from tests.ui.worker.visit import DRAWING, Visit, play

MAIN = Path(__file__).parents[3] / "app/pyscript/worker/main.py"


def test_the_handshake_names_the_versions_and_is_followed_by_the_weights() -> None:
    async def scenario(visit: Visit) -> None:
        reports = len(visit.of("weights"))
        assert visit.call("connect", ORIGIN) == {
            "python": sys.version.split()[0],
            "numpy": np.__version__,
            "kernels": "numpy",
            "no_simd": f"The kernels are WebAssembly, and this is {platform.system()}.",
        }
        assert len(visit.of("weights")) == reports + 1

    play(scenario)


def test_shows_that_it_is_there_and_does_nothing_else() -> None:
    async def scenario(visit: Visit) -> None:
        reports = len(visit.reports)
        assert visit.call("ping") == {}
        assert len(visit.reports) == reports

    play(scenario)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((-1, "he_normal"), "a seed from 0"),
        ((1.5, "he_normal"), "a seed from 0"),
        ((1, "magic"), "one of he_normal, uniform"),
    ],
)
def test_random_weights_need_a_seed_and_a_known_initializer(
    arguments: tuple[object, ...], expected: str
) -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        answer = visit.call("randomize_weights", *arguments)
        assert expected in answer["problem"]["detail"]
        assert visit.probabilities() == before

    play(scenario)


def test_whatever_happens_in_a_call_is_its_refusal_and_the_network_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        """In the place of all that a call works with."""

        def __getattribute__(self, attribute: str) -> None:
            raise MemoryError("of a surprise")

    content = weights_to_npz(Network.initialize(he_normal, np.random.default_rng(1)).params)
    values = {
        "content": content,
        "test_set": "test",
        "first": 0,
        "settings": {},
        "seed": 1,
        "label": 1,
    }
    values |= {"initializer": "zeros", "pixels": DRAWING, "unit": 0, "takes_over": True}
    values["form"] = "onnx"
    values["task"] = {"split": "own", "digits": None, "index": 0, "seed": 1, "round": 1, "steps": 1}

    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        names = [name for name in visit.offers.names if name != "ping"]  # which works with nothing
        assert len(names) > 30
        for name in names:
            function, _ = visit.offers._functions[name]
            given = [values.get(each, "x") for each in inspect.signature(function).parameters]
            with monkeypatch.context() as patch:
                owner = function.__self__  # type: ignore[attr-defined]
                for part in vars(owner):
                    patch.setattr(owner, part, Broken())
                is_later = inspect.iscoroutinefunction(function)
                answer = await visit.ask(name, *given) if is_later else visit.call(name, *given)
            detail = answer["problem"]["detail"]
            assert detail.startswith("The program made a mistake ("), name
            assert detail.endswith("."), name
            assert "'Broken'" in detail or "MemoryError: of a surprise" in detail, name
        assert visit.probabilities() == before

    play(scenario)


class NumberFormat:
    """The browser's, as far as the worker asks it for marks; for English alone."""

    def __init__(self, tags: list[str], options: dict[str, str]) -> None:
        assert (tags, options) == (["en-US"], {"numberingSystem": "latn"})

    def formatToParts(self, value: float) -> list[SimpleNamespace]:  # noqa: N802 - JavaScript's
        assert value > 1000
        return [
            SimpleNamespace(type="group", value=","),
            SimpleNamespace(type="decimal", value="."),
        ]


def to_js(value: Any, dict_converter: Any = None) -> Any:
    """An object of JavaScript's has attributes."""
    is_object = dict_converter is not None and "text" in value
    return SimpleNamespace(**value) if is_object else value


def test_the_worker_offers_what_the_page_calls_and_posts_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """main.py in a Pyodide of stand-ins: every import it makes is spelled as there."""
    posted: list[str] = []
    stand_ins: dict[str, dict[str, Any]] = {
        "js": {
            "Intl": SimpleNamespace(NumberFormat=SimpleNamespace(new=NumberFormat)),
            "Object": SimpleNamespace(fromEntries=dict),
            "navigator": SimpleNamespace(language="en-US"),
        },
        "polyscript": {"xworker": SimpleNamespace(postMessage=posted.append)},
        "pyodide": {},
        "pyodide.ffi": {
            "JsException": Exception,
            "JsProxy": SimpleNamespace,
            "create_proxy": None,
            "to_js": to_js,
        },
        "pyodide.http": {"pyfetch": None},
    }
    for name, content in stand_ins.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    names = runpy.run_path(str(MAIN))
    del sys.modules["app.pyscript.worker.indexed_db"]  # it has the stand-ins
    assert names["__export__"] == ["ask"]

    def ask(name: str, *arguments: Any) -> Any:
        text, arrays = wire.encode_call(arguments)
        return names["ask"](name, text, *arrays)

    def call(name: str, *arguments: Any) -> dict[str, Any]:
        return wire.decode_answer(ask(name, *arguments))

    assert call("connect", ORIGIN)["kernels"] == "numpy"
    assert json.loads(posted[0])["type"] == "weights"
    assert 0 <= call("predict", DRAWING)["digit"] <= 9
    saved = call("save_weights")["content"].tobytes()
    array = SimpleNamespace(to_bytes=lambda: saved)
    assert len(call("open_weights", array, "mine.npz")["digest"]) == 64
    assert call("save_program", DRAWING)["name"].endswith(".zip")
    for name in ("explain_step", "apply_step"):
        assert call(name, DRAWING, 1)["label"] == 1

    async def look_back() -> None:
        course = wire.decode_answer(await ask("list_checkpoints", DRAWING))
        assert len(call("list_checkpoint_units", course["now"], False)["picture"]) > 0

    run(look_back())


class Ticks:
    """A part without needs."""


class Clockwork:
    def __init__(self, ticks: Ticks, speed: int = 1) -> None:
        self.ticks = ticks
        self.speed = speed


class TestParts:
    def test_a_part_gets_the_parts_that_its_constructor_names(self) -> None:
        ticks = Ticks()
        clockwork = Parts(ticks).of(Clockwork)
        assert (clockwork.ticks, clockwork.speed) == (ticks, 1)

    def test_there_is_one_of_each(self) -> None:
        parts = Parts()
        assert parts.of(Clockwork) is parts.of(Clockwork)
        assert parts.of(Clockwork).ticks is parts.of(Ticks)

    def test_one_may_be_made_with_an_argument(self) -> None:
        parts = Parts()
        parts.make(Clockwork, speed=3)
        assert parts.of(Clockwork).speed == 3
