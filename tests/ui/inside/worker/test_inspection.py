"""Looking inside, as the page may: what is answered, refused and reported."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app.model.preprocessing import normalize_drawing
from app.pyscript import messages
from tests.ui.worker.fake_api import FakeApi, problem
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play

PIXELS = np.frombuffer(bytes.fromhex(DRAWING), np.uint8)


def inspect(
    visit: Visit, pixels: str = DRAWING, unit: int = 5, first: int = 3, second: int = 8
) -> dict[str, Any]:
    return visit.call("inspect", pixels, unit, first, second, messages.NO_LABEL)


def test_every_part_of_the_answer_adds_up_to_what_is_read() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        found = inspect(visit)
        assert "problem" not in found
        assert found["probabilities"] == pytest.approx(visit.probabilities(), abs=1e-6)
        parts = [unit["adds"] for unit in found["telling"]] + [found["others"]]
        np.testing.assert_allclose(np.sum(parts, axis=0), found["logits"], atol=1e-5)
        together = found["votes_for"] + found["votes_against"]
        assert together == pytest.approx(found["logits"][3] - found["logits"][8], abs=1e-5)
        assert found["votes_for"] > 0 > found["votes_against"]
        assert len(found["votes"]) == len(found["unit"]) == 3136
        assert len(found["sheets"]) == 4 * messages.HIDDEN_SIZE * 30 * 34
        for unit in [*found["telling"], found["chosen"]]:
            expected = np.array(unit["weights"]) * unit["activation"]
            np.testing.assert_allclose(unit["adds"], expected, rtol=1e-5, atol=1e-7)
            w2 = visit.network.params["w2"]
            assert unit["weights"] == w2[unit["unit"]].tolist()
        assert found["chosen"]["unit"] == 5

    play(scenario)


def test_it_is_the_network_as_training_has_it_now() -> None:
    async def scenario(visit: Visit) -> None:
        before = inspect(visit)
        visit.train()
        await visit.reach(20)
        found = after = inspect(visit)
        assert found["probabilities"] == pytest.approx(visit.probabilities(), abs=1e-6)
        assert (before["sheets"] != after["sheets"]).any()

    play(scenario)


def test_blank_paper_can_be_looked_at() -> None:
    async def scenario(visit: Visit) -> None:
        found = inspect(visit, BLANK)
        assert (found["active"], found["telling"]) == (0, [])
        assert found["logits"] == found["others"] == [0] * 10
        assert found["sheets"].any()
        assert not found["votes"].reshape(784, 4)[:, 3].any()

    play(scenario)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"unit": 128}, "a unit from 0 to 127, found 128"),
        ({"unit": -1}, "a unit from 0 to 127"),
        ({"second": 10}, "two digits from 0 to 9"),
        ({"second": 3}, "two different digits"),
        ({"pixels": "00"}, "784"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(arguments: dict[str, Any], expected: str) -> None:
    async def scenario(visit: Visit) -> None:
        found = inspect(visit, **arguments)
        assert expected in found["problem"]["detail"]

    play(scenario)


def test_the_nearest_digits_come_with_their_pictures_while_training_goes_on() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        await visit.reach(3)
        iteration = visit.iteration
        found = await visit.ask("list_nearest", DRAWING)
        assert (found["among"], len(found["digits"])) == (4096, 12)
        opacities = found["pictures"].reshape(14, 784, 4)[..., 3]
        assert (opacities[0] == PIXELS).all()
        assert (opacities[1] == normalize_drawing(PIXELS)).all()
        for digit, picture in zip(found["digits"], opacities[2:], strict=True):
            assert digit["pixels"] == picture.tobytes().hex()
            assert picture[300 + 16 * digit["label"]] == 200  # as FakeApi draws them
        assert visit.of("searching")[-1] == {"type": "searching", "done": 4096, "total": 4096}
        assert visit.iteration > iteration

    play(scenario, FakeApi(train=5000))


def test_without_the_server_the_search_is_refused_with_the_reason() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.spoil = lambda path: problem(503, "Busy.")
        found = await visit.ask("list_nearest", DRAWING)
        assert "Busy" in found["problem"]["detail"]
        visit.api.spoil = lambda path: None
        await asyncio.sleep(1)
        assert "problem" not in await visit.ask("list_nearest", DRAWING)

    play(scenario)
