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
from app.pyscript.worker.exports import Exports
from app.pyscript.worker.session import Session
from tests.ui.worker.fake_api import ORIGIN
from tests.ui.worker.virtual_time import run
from tests.ui.worker.visit import DRAWING, Visit, play

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


def test_an_unexpected_error_in_a_call_becomes_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    for name in ("pause_training", "load_shared_weights"):
        monkeypatch.setattr(Session, name, fail)

    async def scenario(visit: Visit) -> None:
        for answer in (visit.call("pause_training"), await visit.load_shared_weights()):
            assert not answer["ok"]
            detail = answer["problem"]["detail"]
            assert detail.startswith("The program did not foresee this.")
            assert detail.endswith("Details: ZeroDivisionError: surprise.")

    play(scenario)


def test_the_worker_offers_what_the_page_calls_and_posts_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """main.py in a Pyodide of stand-ins: every import it makes is spelled as there."""
    posted: list[str] = []
    stand_ins: dict[str, dict[str, Any]] = {
        "js": {"Object": SimpleNamespace(fromEntries=dict)},
        "polyscript": {"xworker": SimpleNamespace(postMessage=posted.append)},
        "pyodide": {},
        "pyodide.ffi": {
            "JsException": Exception,
            "JsProxy": object,
            "create_proxy": None,
            "to_js": lambda value, dict_converter: value,
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
        assert json.loads(names[name](DRAWING, 1)["text"])["label"] == 1

    async def look_back() -> None:
        course = json.loads((await names["list_checkpoints"](DRAWING))["text"])
        assert len(names["list_checkpoint_units"](course["now"], False)["picture"]) > 0

    run(look_back())
