"""A network whose numbers have grown too large says so everywhere, and nothing waits for it."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app.model.network import SHAPES
from app.model.serialization import weights_to_npz
from app.pyscript import messages, texts
from app.pyscript.train import texts as train_texts
from app.pyscript.worker.answers import NO_ANSWER, are_answers, share_right
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play

HUGE = weights_to_npz({name: np.full(shape, 1e30, np.float32) for name, shape in SHAPES.items()})
"""Every number is finite, and no answer is."""


def open_huge(visit: Visit) -> None:
    assert "problem" not in visit.call("open_weights", HUGE, "huge.npz")


def detail_of(answer: dict[str, Any]) -> str:
    detail: str = answer["problem"]["detail"]
    return detail


def test_what_is_not_finite_is_no_answer_and_not_right() -> None:
    log_probs = np.log(np.full((4, 10), 0.1, np.float32))
    log_probs[1] = np.nan
    log_probs[2, 3] = -np.inf
    log_probs[3, 3] = 0
    assert are_answers(log_probs).tolist() == [True, False, False, True]
    assert share_right(log_probs, np.array([0, 0, 0, 3], np.uint8)) == 0.5


def test_a_drawing_gets_no_answer_and_no_share_that_is_no_number() -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        reading = visit.call("predict", DRAWING)
        assert reading["unreadable"] == NO_ANSWER
        assert reading["probabilities"].tolist() == [0] * 10
        # What is wrong with the drawing is said first.
        assert visit.call("predict", BLANK)["unreadable"] == "blank"

    play(scenario)


def test_teaching_and_looking_inside_are_refused_in_words() -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        digest = visit.last("weights")["digest"]
        tuned = visit.call("tune", DRAWING, 1)
        assert tuned["problem"]["detail"] == texts.PREDICTION_NO_ANSWER
        inside = visit.call("inspect", DRAWING, 0, -1, -1, -1)
        assert detail_of(inside) == texts.PREDICTION_NO_ANSWER
        assert detail_of(await visit.ask("list_nearest", DRAWING)) == texts.PREDICTION_NO_ANSWER
        for name in ("explain_step", "apply_step"):
            assert detail_of(visit.call(name, DRAWING, 1)) == texts.PREDICTION_NO_ANSWER
        assert visit.last("weights")["digest"] == digest
        assert visit.last("weights")["tuned"] == 0

    play(scenario)


def test_an_evaluation_ends_with_a_message() -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        visit.call("evaluate", "test")
        await asyncio.sleep(5)
        report = visit.last("evaluating")
        assert report["stage"] == messages.EVALUATION_FAILED
        assert "no answer for 600 of 600 drawings" in report["detail"]
        assert visit.of("evaluation") == visit.of("problem") == []

    play(scenario)


@pytest.mark.parametrize("in_steps", [False, True])
def test_training_stops_and_says_what_helps(in_steps: bool) -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        if in_steps:
            answer = await visit.ask("step_training", {})
            assert answer["problem"]["detail"] == train_texts.SESSION_CANNOT_TRAIN
        else:
            visit.train()
            await asyncio.sleep(1)
            assert visit.last("problem")["detail"] == train_texts.SESSION_CANNOT_TRAIN
        assert not visit.last("progress")["is_training"]
        assert visit.last("progress")["loss"] is None

    play(scenario)


def test_checkpoints_without_answers_are_told_as_such() -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        course = await visit.ask("list_checkpoints", DRAWING)
        checkpoint = course["checkpoints"][-1]
        assert checkpoint["digit"] is None
        assert course["probabilities"].tolist() == [0] * 10
        await asyncio.sleep(5)
        report = visit.last("checkpoint")
        assert (report["number"], report["accuracy"]) == (checkpoint["number"], 0)
        assert report["loss"] is None

    play(scenario)


def test_a_validation_without_answers_is_told_once_and_withdrawn() -> None:
    async def scenario(visit: Visit) -> None:
        open_huge(visit)
        for _ in range(2):
            await visit.part("list_checkpoints", "validations").validate()
        report = visit.last("validation")
        assert (report["accuracy"], report["loss"]) == (0, None)
        assert report["norm"] == pytest.approx(1e30 * 101_632**0.5)
        kinds = [each["kind"] for each in visit.of("problem")]
        assert kinds == [messages.ANSWERS_NOTHING]
        await visit.load_shared_weights()
        await visit.part("list_checkpoints", "validations").validate()
        assert visit.last("recovered")["kind"] == messages.ANSWERS_NOTHING

    play(scenario)
