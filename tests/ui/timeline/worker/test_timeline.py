import asyncio
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from app.model.arrays import FloatArray
from app.model.evaluate.evaluation import evaluate
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.preprocessing import normalize_drawing, to_inputs
from app.pyscript.messages import UNIT_COLUMNS, UNIT_ROWS
from app.pyscript.timeline.worker.timeline import LIMIT, Timeline, _position
from app.pyscript.train.worker.figures import Mark
from app.pyscript.train.worker.validator import Validation, Validator
from app.pyscript.worker.api_client import ApiClient, ApiError, Upload
from app.pyscript.worker.pictures import AGAINST, FOR
from tests.ui.worker.fake_api import ORIGIN, FakeApi
from tests.ui.worker.virtual_time import run
from tests.ui.worker.visit import DRAWING

ORIGIN_OF_WEIGHTS: dict[str, Any] = {"source": "random", "digest": "ab"}
Measured = list[tuple[int, Validation]]


class Run:
    """A run whose weights tell its iteration, and the timeline that watches it."""

    def __init__(self, api: FakeApi | None = None) -> None:
        client = ApiClient((api or FakeApi()).fetch)
        client.site = ORIGIN
        self.measured: Measured = []
        self.timeline = Timeline(Validator(client), lambda *parts: self.measured.append(parts))
        self.network = Network.initialize(he_normal, np.random.default_rng(3))
        self._start = self.network.copy().params
        self.iteration = 0
        self.timeline.begin(*self.moment)

    @property
    def moment(self) -> tuple[Mark, Any, dict[str, FloatArray]]:
        mark = Mark(self.iteration, 32 * self.iteration, self.iteration / 10)
        return mark, ORIGIN_OF_WEIGHTS, self.network.params

    def reach(self, iteration: int) -> None:
        """Train so far, without telling the timeline."""
        self.iteration = iteration
        change = np.float32(1 + iteration / 1000)
        self.network.load(self._start["w1"] * change, self._start["w2"] * change)

    def train(self, to: int, steps: int = 1) -> None:
        """Train, so many steps between what the timeline is told."""
        for iteration in range(self.iteration + steps, to + 1, steps):
            self.iteration = iteration
            self.timeline.note(*self.moment)

    @property
    def iterations(self) -> list[int]:
        return [checkpoint.iteration for checkpoint in self.timeline.checkpoints]


def test_a_short_run_is_kept_step_by_step() -> None:
    watched = Run()
    watched.train(to=LIMIT - 1)
    assert watched.iterations == list(range(LIMIT))


@pytest.mark.parametrize(("steps", "length"), [(1, 3_000), (12, 120_000), (400, 4_000_000)])
def test_a_long_run_keeps_few_checkpoints_evenly_on_its_scale(steps: int, length: int) -> None:
    watched = Run()
    watched.train(to=length, steps=steps)
    watched.timeline.take(*watched.moment)
    iterations = watched.iterations
    assert len(iterations) == LIMIT
    assert (iterations[0], iterations[-1]) == (0, watched.iteration)
    assert iterations == sorted(set(iterations))
    even = _position(length) / (LIMIT - 1)
    for earlier, later in pairwise(iterations):
        # The timeline hears of every so many steps only.
        assert later - earlier == steps or _position(later) - _position(earlier) < 3 * even


def test_a_checkpoint_is_the_network_as_it_was() -> None:
    watched = Run()
    before = watched.network.copy().params
    watched.reach(10)
    watched.timeline.note(*watched.moment)
    first, second = watched.timeline.checkpoints
    assert (first.params["w1"] == before["w1"]).all()
    assert second.has(watched.network.params)
    assert second.mark == Mark(10, 320, 1.0)
    watched.reach(20)
    assert not second.has(watched.network.params)


def test_what_was_only_looked_at_makes_room_when_training_goes_on() -> None:
    watched = Run()
    watched.train(to=100_000, steps=400)
    kept = watched.iterations
    for iteration in range(watched.iteration + 1, watched.iteration + 5):
        watched.reach(iteration)
        watched.timeline.take(*watched.moment)
        watched.timeline.take(*watched.moment)
        assert watched.iterations[-1] == iteration
        assert watched.iterations[:-1] in (
            kept,
            [each for each in kept if each in watched.iterations],
        )
    assert len(watched.iterations) == LIMIT
    watched.train(to=200_000, steps=400)
    assert not set(watched.iterations) & set(range(100_001, 100_005))


def test_a_drawing_that_was_taught_is_a_checkpoint_of_its_own() -> None:
    watched = Run()
    watched.reach(50)
    watched.timeline.take(*watched.moment)
    watched.network.params["w2"] += 1
    watched.timeline.take(*watched.moment)
    assert watched.iterations == [0, 50, 50]


def test_going_back_forgets_what_came_after_only_when_the_run_goes_on() -> None:
    watched = Run()
    watched.train(to=10)
    fifth = watched.timeline.checkpoints[5]
    assert watched.timeline.go_back(fifth.number) is fifth
    assert watched.timeline.now is fifth
    assert watched.iterations == list(range(11))
    last = watched.timeline.checkpoints[10]
    assert watched.timeline.go_back(last.number) is last

    watched.timeline.go_back(fifth.number)
    watched.iteration = 5
    watched.network.load(fifth.params["w1"], fifth.params["w2"])
    watched.timeline.take(*watched.moment)
    assert watched.iterations == list(range(11)), "it is this checkpoint: nothing went on"
    watched.train(to=7)
    assert watched.iterations == [0, 1, 2, 3, 4, 5, 6, 7]
    with pytest.raises(ValueError, match="made room"):
        watched.timeline.find(last.number)


def test_another_run_has_other_numbers() -> None:
    watched = Run()
    watched.train(to=3)
    numbers = {checkpoint.number for checkpoint in watched.timeline.checkpoints}
    watched.iteration = 0
    watched.timeline.begin(*watched.moment)
    assert watched.iterations == [0]
    assert watched.timeline.now.number not in numbers


def test_each_checkpoint_reads_the_drawing() -> None:
    watched = Run()
    networks = []
    for iteration in (100, 2000, 9000):
        watched.reach(iteration)
        watched.timeline.note(*watched.moment)
        networks.append(watched.network.copy())
    drawings = [bytes.fromhex(DRAWING), bytes(reversed(bytes.fromhex(DRAWING)))]
    for drawing in drawings:
        inputs = to_inputs(normalize_drawing(np.frombuffer(drawing, np.uint8)))
        course = run(watched.timeline.read(inputs, watched.network))
        assert course.now is course.checkpoints[-1]
        assert course.probabilities is not None
        for row, network in zip(course.probabilities[1:], networks, strict=True):
            assert row == pytest.approx(np.exp(network.log_probs(inputs)[0]), abs=1e-6)
    assert run(watched.timeline.read(None, watched.network)).probabilities is None


def test_others_get_their_turn_while_checkpoints_are_read() -> None:
    watched = Run()
    watched.train(to=LIMIT - 1)
    turns = 0

    async def scenario() -> None:
        nonlocal turns
        inputs = np.ones((1, 784), np.float32)
        reading = asyncio.ensure_future(watched.timeline.read(inputs, watched.network))
        while not reading.done():
            turns += 1
            await asyncio.sleep(0)

    run(scenario())
    assert turns >= 7


def test_all_are_validated_the_ends_and_the_middle_first() -> None:
    api = FakeApi()
    watched = Run(api)
    watched.train(to=8)
    run(watched.timeline.measure(watched.network, lambda: False))
    numbers = [checkpoint.number for checkpoint in watched.timeline.checkpoints]
    assert [number for number, _ in watched.measured[:3]] == [numbers[8], numbers[0], numbers[4]]
    assert sorted(number for number, _ in watched.measured) == numbers
    expected = evaluate(watched.network, *api.splits["validation"])
    assert watched.measured[0][1].accuracy == expected.accuracy
    run(watched.timeline.measure(watched.network, lambda: False))
    assert len(watched.measured) == 9, "each once"


def test_what_is_only_passing_is_validated_once_training_rests() -> None:
    watched = Run()
    watched.reach(1)
    watched.timeline.take(*watched.moment)
    run(watched.timeline.measure(watched.network, lambda: True))
    assert len(watched.measured) == 1
    run(watched.timeline.measure(watched.network, lambda: False))
    assert len(watched.measured) == 2


def test_a_course_is_validated_on_one_data_set_though_another_replaces_it() -> None:
    api = FakeApi(validation=100)

    async def fetch(
        url: str, media_type: str, upload: Upload | None, is_fresh: bool
    ) -> tuple[int, bytes]:
        """Without delay: in virtual time, timers wait until nothing is computed any more."""
        return api._answer(url.removeprefix(ORIGIN), media_type, upload)

    client = ApiClient(fetch)
    client.site = ORIGIN
    validator = Validator(client)
    measured: list[int] = []

    async def scenario() -> None:
        timeline = Timeline(validator, lambda number, result: measured.append(result.samples))
        watched = Run(api)
        timeline.begin(*watched.moment)
        for iteration in (1, 2, 3):
            watched.reach(iteration)
            timeline.note(*watched.moment)
        measuring = asyncio.ensure_future(timeline.measure(watched.network, lambda: False))
        while not measured:
            await asyncio.sleep(0)
        former = await client.dataset()
        api.serve(1000, 300, "d2")
        with pytest.raises(ApiError):
            await client.block(former, "train", 0, 512)
        await validator.prepare()  # as the session does meanwhile
        await measuring
        assert measured == [100] * 4
        await timeline.measure(watched.network, lambda: False)
        assert measured == [100] * 4 + [300] * 4

    run(scenario())


def test_a_service_that_fails_is_named_and_can_be_asked_again() -> None:
    api = FakeApi()
    watched = Run(api)
    api.is_down = True
    with pytest.raises(ApiError, match="cannot be reached"):
        run(watched.timeline.measure(watched.network, lambda: False))
    api.is_down = False
    run(watched.timeline.measure(watched.network, lambda: False))
    assert len(watched.measured) == 1


def pixels_of(picture: Any, unit: int) -> Any:
    """Of the picture of all units, (28, 28, 4), those of one."""
    whole = picture.reshape(UNIT_ROWS * 28, UNIT_COLUMNS * 28, 4)
    row, column = divmod(unit, UNIT_COLUMNS)
    return whole[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28]


def test_the_picture_shows_each_units_weights_by_sign_and_size() -> None:
    watched = Run()
    w1 = watched.network.params["w1"]
    w1[:] = 0.001
    w1[5 * 28 + 7, 100] = 9.0
    w1[6 * 28 + 7, 100] = -9.0
    watched.iteration = 1
    watched.timeline.note(*watched.moment)
    number = watched.timeline.now.number
    unit = pixels_of(watched.timeline.picture(number, of_change=False), 100)
    colors = [bytes(unit[row, 7]) for row in (5, 6)]
    assert colors == [bytes(color) + b"\xff" for color in (FOR, AGAINST)]
    assert (unit[..., 3] > 128).sum() == 2


def test_the_picture_of_changes_is_empty_at_the_start() -> None:
    watched = Run()
    watched.reach(500)
    watched.timeline.note(*watched.moment)
    first, last = (checkpoint.number for checkpoint in watched.timeline.checkpoints)
    assert not watched.timeline.picture(first, of_change=True).reshape(-1, 4)[:, 3].any()
    assert watched.timeline.picture(last, of_change=True).reshape(-1, 4)[:, 3].any()
    with pytest.raises(ValueError, match="made room"):
        watched.timeline.picture(99, of_change=False)
