"""Training on the visitor's own drawings, and how well they and MNIST are read meanwhile."""

import asyncio
import itertools
from typing import Any

import numpy as np
import pytest

from app.model.arrays import ByteArray
from app.model.kernels import StepResult
from app.model.optimizers import Optimizer
from app.model.training import train_step
from app.pyscript import messages
from app.pyscript.hand.worker.measuring import MEASURE_SECONDS
from app.pyscript.hand.worker.tray_file import TrayDrawing
from app.pyscript.hand.worker.variants import MADE_AT_ONCE, VARIANTS, Variants
from app.pyscript.train.worker import network as network_module
from tests.ui.hand.worker.test_tray import drawing, fill, listed
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.visit import Visit, play


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ByteArray, ByteArray]]:
    """What the network is trained on, step by step."""
    taken: list[tuple[ByteArray, ByteArray]] = []

    def spy(network: Any, optimizer: Optimizer, images: Any, labels: Any) -> StepResult:
        taken.append((images, labels))
        return train_step(network, optimizer, images, labels)

    monkeypatch.setattr(network_module, "train_step", spy)
    return taken


def own_in(images: ByteArray) -> int:
    """How many of a batch are no samples of the service, which have 16 pixels of 200."""
    return int((~((images[:, 300:460] == 200).sum(axis=1) == 16)).sum())


async def keep_one_stroke(visit: Visit, label: int, count: int = 5) -> None:
    for number in range(count):
        await visit.ask("add_drawing", drawing(number), label)


@pytest.mark.parametrize(("share", "expected"), [(0, 0), (0.25, 8), (0.5, 16), (1, 32)])
def test_a_share_of_each_batch_comes_from_the_tray(
    batches: list[tuple[ByteArray, ByteArray]], share: float, expected: int
) -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        visit.train(batch_size=32, learning_rate=0.001, tray_share=share)
        await visit.reach(20)

    play(scenario)
    assert all(len(images) == 32 for images, _ in batches)
    assert {own_in(images) for images, _ in batches} == {expected}
    assert all(images.dtype == np.uint8 and labels.dtype == np.uint8 for images, labels in batches)


@pytest.mark.parametrize(("batch_size", "share"), [(1, 0.125), (1, 0.5), (10, 0.25), (32, 0.001)])
def test_the_share_is_right_in_the_mean(batch_size: int, share: float) -> None:
    variants = Variants(np.random.default_rng(1), lambda: 0)
    assert variants.share_of(batch_size, share) == 0
    pixels = np.ones(784, np.uint8)
    variants.teach([TrayDrawing(1, False, pixels, pixels)])
    counts = [variants.share_of(batch_size, share) for _ in range(4000)]
    assert max(counts) - min(counts) <= 1
    assert np.mean(counts) == pytest.approx(share * batch_size, abs=0.03)


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (0.25, 0.75), (1, 0)])
def test_an_epoch_counts_the_samples_and_not_the_drawings(share: float, expected: float) -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        visit.train(batch_size=20, learning_rate=0.001, tray_share=share, until=50)
        await visit.reach(50)
        assert visit.last("progress")["epoch"] == pytest.approx(expected)

    play(scenario)


def test_without_drawings_all_comes_from_the_samples(
    batches: list[tuple[ByteArray, ByteArray]],
) -> None:
    async def scenario(visit: Visit) -> None:
        visit.train(batch_size=32, learning_rate=0.001, tray_share=1)
        await visit.reach(10)

    play(scenario)
    assert {own_in(images) for images, _ in batches} == {0}


def test_drawings_alone_are_trained_on_as_soon_as_the_data_set_is_known(
    batches: list[tuple[ByteArray, ByteArray]],
) -> None:
    api = FakeApi()

    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        api.is_down = True
        visit.train(tray_share=1)
        await asyncio.sleep(3)
        assert batches == []
        api.is_down = False
        await visit.reach(5)

    assert play(scenario, api).of("problem")[-1]["kind"] == messages.NO_SAMPLES


def test_held_out_drawings_are_never_trained_on(
    batches: list[tuple[ByteArray, ByteArray]],
) -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        kept = {each["label"] for each in listed(visit)["drawings"] if each["held_out"]}
        assert kept == {4, 9}
        visit.train(batch_size=64, learning_rate=0.001, tray_share=1)
        await visit.reach(20)

    play(scenario)
    assert set(np.concatenate([labels for _, labels in batches]).tolist()) == {
        0, 1, 2, 3, 5, 6, 7, 8
    }  # fmt: skip


def test_a_hand_is_learned_and_without_replay_the_samples_are_forgotten() -> None:
    accuracies: dict[float, dict[str, Any]] = {}

    def scenario_of(share: float) -> Any:
        async def scenario(visit: Visit) -> None:
            # To this visitor, an upright stroke is a 7.
            visit.train(batch_size=64, learning_rate=0.05)
            await visit.reach(200)
            visit.call("pause_training")
            await keep_one_stroke(visit, 7)
            visit.call("watch_hand", True)
            await asyncio.sleep(1)
            before = visit.last("hand")
            assert before["mnist"] > 0.95
            visit.train(tray_share=share)
            await visit.reach(600)
            visit.call("pause_training")
            await asyncio.sleep(1)
            accuracies[share] = visit.last("hand")

        return scenario

    for share in (0.25, 1.0):
        play(scenario_of(share))
        assert accuracies[share]["learned"] == 1
        assert accuracies[share]["held_out"] == 1
    assert accuracies[0.25]["mnist"] > 0.95
    assert accuracies[1.0]["mnist"] < 0.6


def test_it_is_measured_a_few_times_a_second_while_somebody_watches() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        visit.train(learning_rate=0.001)
        await asyncio.sleep(3)
        assert visit.of("hand") == []
        visit.call("watch_hand", True)
        await asyncio.sleep(3)
        times = [
            time
            for time, report in zip(visit.report_times, visit.reports, strict=True)
            if report["type"] == "hand"
        ]
        assert len(times) >= 3
        assert all(b - a >= MEASURE_SECONDS for a, b in itertools.pairwise(times))
        visit.call("watch_hand", False)
        await asyncio.sleep(1)
        count = len(visit.of("hand"))
        await asyncio.sleep(3)
        assert len(visit.of("hand")) == count
        iterations = [report["iteration"] for report in visit.of("hand")]
        assert iterations == sorted(iterations)

    play(scenario)


def test_another_run_is_measured_at_once() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        visit.train(learning_rate=0.001)
        await visit.reach(20)
        visit.call("watch_hand", True)
        await asyncio.sleep(3)
        for name, *arguments in (("reset_training",), ("randomize_weights", 1, "zeros")):
            visit.call(str(name), *arguments)
            count = len(visit.of("hand"))
            await asyncio.sleep(1)
            assert [report["iteration"] for report in visit.of("hand")[count:]] == [0]
        # It reads whatever it is given as the first digit.
        assert visit.last("hand")["mnist"] < 0.2

    play(scenario)


def test_a_measure_that_is_wished_for_while_another_is_under_way_comes_after_it() -> None:
    api = FakeApi()
    api.latency_seconds = 1

    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        visit.call("watch_hand", True)
        await asyncio.sleep(0.5)
        for iteration in (10, 20):
            visit.live_network.figures.iteration = iteration
            visit.part("watch_hand", "measuring").measure()
        await asyncio.sleep(5)
        assert [report["iteration"] for report in visit.of("hand")] == [0, 20]

    play(scenario, api)


def test_an_empty_tray_and_a_silent_server_bring_no_measure() -> None:
    api = FakeApi()

    async def scenario(visit: Visit) -> None:
        visit.call("watch_hand", True)
        await asyncio.sleep(1)
        await fill(visit, 1)
        api.is_down = True
        visit.call("watch_hand", True)
        await asyncio.sleep(3)
        assert visit.of("hand") == []
        api.is_down = False
        visit.call("watch_hand", True)
        await asyncio.sleep(1)
        # The only drawing is trained on; there is none to be held out.
        assert visit.last("hand")["learned"] in (0, 1)
        assert visit.last("hand")["held_out"] is None

    play(scenario, api)


def test_variants_are_light_distortions_ever_made_anew() -> None:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[6:22, 12:16] = 255
    own = TrayDrawing(1, False, pixels.ravel(), pixels.ravel())
    time = iter(range(10_000))
    variants = Variants(np.random.default_rng(1), lambda: next(time))
    variants.teach([own])
    for _ in range(VARIANTS // MADE_AT_ONCE):
        batch = variants.take(VARIANTS)
        assert (batch.labels == 1).all()
    assert len(np.unique(batch.images, axis=0)) > VARIANTS / 3
    overlap = np.minimum(batch.images, own.seen).sum(axis=1) / own.seen.sum(dtype=int)
    assert overlap.mean() > 0.75
    first = {image.tobytes() for image in batch.images}
    for _ in range(VARIANTS // MADE_AT_ONCE):
        batch = variants.take(VARIANTS)
    assert not first & {image.tobytes() for image in batch.images}
