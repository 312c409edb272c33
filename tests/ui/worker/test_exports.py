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

from app.model.kernels import StepResult
from app.model.kernels.reference import ReferenceKernels
from app.pyscript import messages
from app.pyscript.worker.exports import Exports, offer
from tests.ui.worker.fake_api import ORIGIN
from tests.ui.worker.virtual_time import run
from tests.ui.worker.visit import DRAWING, Visit, play, text_of

MAIN = Path(__file__).parents[3] / "app/pyscript/worker/main.py"


def test_the_handshake_names_the_versions_and_is_followed_by_the_weights() -> None:
    async def scenario(visit: Visit) -> None:
        reports = len(visit.of("weights"))
        assert visit.call("connect", ORIGIN) == {
            "ok": True,
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
        assert visit.call("ping") == {"ok": True}
        assert len(visit.reports) == reports

    play(scenario)


def test_every_call_of_the_page_is_there() -> None:
    assert all(callable(getattr(Exports, name)) for name in messages.CALLS)


def test_kernels_can_be_switched_while_training(monkeypatch: pytest.MonkeyPatch) -> None:
    class CountingKernels(ReferenceKernels):
        """What Pyodide has: here NumPy again, under the other name."""

        name = "simd"
        steps = 0

        def train_step(self, *arguments: Any) -> StepResult:
            self.steps += 1
            return super().train_step(*arguments)

    simd = CountingKernels(has_blas=True)
    monkeypatch.setattr("app.pyscript.worker.session.load_simd", lambda: simd)

    async def scenario(visit: Visit) -> None:
        assert visit.call("connect", ORIGIN)["kernels"] == "simd"
        visit.train()
        await visit.reach(5)
        assert simd.steps >= 5

        answer = {"ok": True, "kernels": "numpy", "no_simd": ""}
        assert visit.call("use_kernels", "numpy") == answer
        steps = simd.steps
        await visit.reach(visit.last("progress")["iteration"] + 5)
        assert simd.steps == steps

        assert visit.call("use_kernels", "simd") == answer | {"kernels": "simd"}
        await visit.reach(visit.last("progress")["iteration"] + 5)
        assert simd.steps > steps

    play(scenario)


@pytest.mark.parametrize(
    ("name", "expected"), [("simd", "this is "), ("blas", "one of numpy, found blas")]
)
def test_kernels_that_cannot_be_had_are_refused(name: str, expected: str) -> None:
    async def scenario(visit: Visit) -> None:
        answer = visit.call("use_kernels", name)
        assert not answer["ok"]
        assert expected in answer["problem"]["detail"]
        assert visit.call("connect", ORIGIN)["kernels"] == "numpy"

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
        assert not answer["ok"]
        assert expected in answer["problem"]["detail"]
        assert visit.probabilities() == before

    play(scenario)


@pytest.mark.parametrize("name", messages.CALLS)
def test_whatever_happens_in_a_call_is_its_refusal_and_the_network_stays(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class Broken:
        """In the place of all that a call works with."""

        def __getattribute__(self, attribute: str) -> None:
            raise MemoryError("of a surprise")

    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        arguments = inspect.signature(getattr(Exports, name)).parameters
        values = {"content": b"", "first": 0, "settings": "{}", "seed": 1, "label": 1}
        values |= {"initializer": "zeros", "pixels": DRAWING, "unit": 0, "takes_over": True}
        given = [values.get(argument, "x") for argument in arguments if argument != "self"]
        with monkeypatch.context() as patch:
            for part in ("_session", "_tray", "_client"):
                patch.setattr(visit.exports, part, Broken())
            if name == "ping":
                patch.setattr(messages, "accept", Broken())
            answer = offered(visit)[name](*given)
            text = await answer if inspect.isawaitable(answer) else answer
        refusal = json.loads(text)
        assert not refusal["ok"]
        detail = refusal["problem"]["detail"]
        is_sentence = detail.startswith("The program made a mistake (") and detail.endswith(".")
        assert is_sentence
        assert "is not callable" in detail or "MemoryError: of a surprise" in detail
        assert visit.probabilities() == before

    play(scenario)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("predict", [DRAWING]), ("list_nearest", [DRAWING]), ("open_tray", [b"", "a.json"])],
)
@pytest.mark.parametrize("is_answer", [False, True])
def test_what_cannot_cross_is_a_refusal_too(
    name: str, arguments: list[Any], is_answer: bool
) -> None:
    def fail(value: object) -> None:
        raise TypeError("what cannot be converted")

    async def scenario(visit: Visit) -> None:
        to_page, from_page = (fail, same) if is_answer else (same, fail)
        answer = offer(visit.exports, to_page, from_page)[name](*arguments)
        text = await answer if inspect.isawaitable(answer) else answer
        assert "TypeError: what cannot be converted" in json.loads(text)["problem"]["detail"]

    play(scenario)


def same(value: Any) -> Any:
    return value


def offered(visit: Visit) -> dict[str, Any]:
    return offer(visit.exports, same, same)


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
            "to_js": lambda value, dict_converter=None: value,
        },
        "pyodide.http": {"pyfetch": None},
    }
    for name, content in stand_ins.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    names = runpy.run_path(str(MAIN))
    del sys.modules["app.pyscript.worker.indexed_db"]  # it has the stand-ins
    assert set(names["__export__"]) == set(messages.CALLS)
    assert all(callable(names[name]) for name in names["__export__"])
    assert json.loads(names["connect"](ORIGIN))["ok"]
    assert json.loads(posted[0])["type"] == "weights"
    assert 0 <= names["predict"](DRAWING)["digit"] <= 9
    saved = names["save_weights"]()["content"].tobytes()
    array = SimpleNamespace(to_bytes=lambda: saved)
    assert json.loads(names["open_weights"](array, "mine.npz"))["ok"]
    assert names["save_program"](DRAWING)["name"].endswith(".zip")
    for name in ("explain_step", "apply_step"):
        assert json.loads(text_of(names[name](DRAWING, 1)))["label"] == 1

    async def look_back() -> None:
        course = json.loads(text_of(await names["list_checkpoints"](DRAWING)))
        assert len(names["list_checkpoint_units"](course["now"], False)["picture"]) > 0

    run(look_back())
