"""Evaluating in a session: what it reports, and that everything else goes on meanwhile."""

import asyncio
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from app.model.evaluate.evaluation import evaluate
from app.pyscript import messages
from tests.ui.worker.fake_api import FakeApi, numbers_of, problem
from tests.ui.worker.visit import DRAWING, Visit, play


async def finish_evaluation(visit: Visit, test_set: str = "test") -> dict[str, Any]:
    """Evaluate; returns the report."""
    known = len(visit.of("evaluation"))
    assert visit.call("evaluate", test_set) == {}
    while len(visit.of("evaluation")) == known:
        await asyncio.sleep(0.01)
    return visit.last("evaluation")


def test_the_network_is_measured_on_all_test_digits() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        visit.call("tune", DRAWING, 1)
        report = await finish_evaluation(visit)
        expected = evaluate(visit.network, *visit.api.splits["test"])
        assert report["accuracy"] == expected.accuracy
        assert report["samples"] == np.sum(report["confusion"]) == 600
        weights = visit.last("weights")
        assert (report["digest"], report["tuned"]) == (weights["digest"], 1)
        assert (report["run"], report["iteration"]) == (visit.last("run")["number"], 0)
        assert visit.of("evaluating")[0]["stage"] == messages.FETCHING

    play(scenario)


def test_each_set_has_its_result_and_its_mistakes() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        for name, size in (("test_uci", 300), ("test_drawings", 50), ("test", 600)):
            report = await finish_evaluation(visit, name)
            assert (report["set"], report["samples"]) == (name, size)
        for name, size in (("test_uci", 300), ("test_drawings", 50)):
            report = next(each for each in visit.of("evaluation") if each["set"] == name)
            listed = visit.call("list_mistakes", name, 0)
            assert listed["total"] == size - np.trace(report["confusion"])

    play(scenario, FakeApi(test_uci=300, test_drawings=50))


def test_two_sets_can_be_read_at_once() -> None:
    async def scenario(visit: Visit) -> None:
        for name in ("test", "test_uci"):
            visit.call("evaluate", name)
        await asyncio.sleep(5)
        assert {each["set"] for each in visit.of("evaluation")} == {"test", "test_uci"}
        assert {each["set"] for each in visit.of("evaluating")} == {"test", "test_uci"}

    play(scenario, FakeApi(test=3000, test_uci=3000))


def test_a_set_that_the_service_lacks_is_told_and_another_word_is_refused() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("evaluate", "test_uci")
        await asyncio.sleep(1)
        report = visit.last("evaluating")
        assert (report["set"], report["stage"]) == ("test_uci", messages.EVALUATION_FAILED)
        assert "no such samples" in report["detail"]
        refused = visit.call("evaluate", "train")
        assert "Expected one of test, test_drawings, test_uci" in refused["problem"]["detail"]

    play(scenario)


def test_what_is_measured_is_the_network_as_it_was_when_asked() -> None:
    async def scenario(visit: Visit) -> None:
        visit.train()
        await visit.reach(5)
        iteration = visit.iteration
        network = visit.network.copy()
        report = await finish_evaluation(visit)
        assert report["iteration"] == iteration
        assert report["loss"] == pytest.approx(
            evaluate(network, *visit.api.splits["test"]).loss, rel=1e-6
        )
        assert visit.iteration > iteration, "training went on meanwhile"

    play(scenario, FakeApi(test=5000))


def test_asking_twice_measures_once() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("evaluate", "test")
        await finish_evaluation(visit)
        await asyncio.sleep(5)
        assert len(visit.of("evaluation")) == 1

    play(scenario)


def test_progress_is_reported_ten_times_a_second_at_most() -> None:
    async def scenario(visit: Visit) -> None:
        await finish_evaluation(visit)
        times = [
            time
            for time, report in zip(visit.report_times, visit.reports, strict=True)
            if report["type"] == "evaluating"
        ]
        assert len(times) > 1
        assert all(later - time >= 0.09 for time, later in pairwise(times))

    play(scenario, FakeApi(test=20_000))


def test_a_failure_is_told_and_training_goes_on() -> None:
    async def scenario(visit: Visit) -> None:
        visit.api.spoil = lambda path: problem(503, "Busy.") if "split=test" in path else None
        visit.train()
        visit.call("evaluate", "test")
        await visit.reach(20)
        report = visit.last("evaluating")
        assert report["stage"] == messages.EVALUATION_FAILED
        assert "Busy" in report["detail"]
        assert visit.of("evaluation") == visit.of("problem") == []

        visit.api.spoil = lambda path: None
        assert (await finish_evaluation(visit))["samples"] == 600

    play(scenario)


def test_mistakes_and_cells_come_with_their_pictures() -> None:
    async def scenario(visit: Visit) -> None:
        report = await finish_evaluation(visit)
        confusion = np.array(report["confusion"])
        listed = visit.call("list_mistakes", "test", 0)
        assert "problem" not in listed
        assert listed["total"] == 600 - np.trace(confusion)
        assert len(listed["digits"]) == messages.GALLERY_SIZE
        pictures = listed["pictures"].reshape(messages.GALLERY_SIZE, 784, 4)
        assert not pictures[..., :3].any()
        images, labels = visit.api.splits["test"]
        for digit, picture in zip(listed["digits"], pictures, strict=True):
            number = numbers_of(picture[None, :, 3])[0]
            assert (picture[:, 3] == images[number]).all()
            assert digit["pixels"] == images[number].tobytes().hex()
            assert digit["label"] == labels[number] != digit["digit"]

        label, digit = np.unravel_index(confusion.argmax(), confusion.shape)
        listed = visit.call("list_cell", "test", int(label), int(digit), 5)
        assert (listed["first"], listed["total"]) == (5, confusion.max())

    play(scenario)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("list_mistakes", ("test", -1), "a whole number from 0, found -1"),
        ("list_mistakes", ("test", 1.5), "a whole number from 0"),
        ("list_cell", ("test", 3, 10, 0), "two digits from 0 to 9"),
        ("list_cell", ("test", 3, 9, None), "a whole number from 0"),
    ],
)
def test_what_cannot_be_listed_is_refused(
    name: str, arguments: tuple[object, ...], expected: str
) -> None:
    async def scenario(visit: Visit) -> None:
        assert expected in visit.call(name, *arguments)["problem"]["detail"]

    play(scenario)
