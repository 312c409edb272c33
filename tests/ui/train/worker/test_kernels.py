"""Which kernels the worker computes with, and switching them."""

from pathlib import Path
from typing import Any

import pytest

from app.model.kernels import StepResult
from app.model.kernels.reference import ReferenceKernels
from tests.ui.worker.fake_api import ORIGIN
from tests.ui.worker.visit import Visit, play

MAIN = Path(__file__).parents[3] / "app/pyscript/worker/main.py"


def test_kernels_can_be_switched_while_training(monkeypatch: pytest.MonkeyPatch) -> None:
    class CountingKernels(ReferenceKernels):
        """What Pyodide has: here NumPy again, under the other name."""

        name = "simd"
        steps = 0

        def train_step(self, *arguments: Any) -> StepResult:
            self.steps += 1
            return super().train_step(*arguments)

    simd = CountingKernels(has_blas=True)
    monkeypatch.setattr("app.pyscript.train.worker.kernels.load_simd", lambda: simd)

    async def scenario(visit: Visit) -> None:
        assert visit.call("connect", ORIGIN)["kernels"] == "simd"
        visit.train()
        await visit.reach(5)
        assert simd.steps >= 5

        answer = {"kernels": "numpy", "no_simd": ""}
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
        assert expected in answer["problem"]["detail"]
        assert visit.call("connect", ORIGIN)["kernels"] == "numpy"

    play(scenario)
