"""Teaching one drawing, as the page asks for it."""

import numpy as np
import pytest

from tests.ui.worker.visit import BLANK, DRAWING, Visit, play


def test_tuning_lowers_the_loss_of_the_drawing() -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()[4]
        answer = visit.call("tune", DRAWING, 4)
        assert answer["loss_after"] < answer["loss_before"]
        assert answer["loss_before"] == pytest.approx(-np.log(before), rel=1e-4)
        assert visit.probabilities()[4] == pytest.approx(np.exp(-answer["loss_after"]), rel=1e-4)

    play(scenario)


@pytest.mark.parametrize(("pixels", "label"), [(BLANK, 3), (DRAWING, 10), (DRAWING, -1)])
def test_what_cannot_be_tuned_is_refused_and_changes_nothing(pixels: str, label: int) -> None:
    async def scenario(visit: Visit) -> None:
        before = visit.probabilities()
        answer = visit.call("tune", pixels, label)
        assert "problem" in answer
        assert answer["problem"]["detail"]
        assert visit.probabilities() == before
        assert visit.last("weights")["tuned"] == 0

    play(scenario)
