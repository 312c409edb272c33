import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from app.pyscript import messages
from app.pyscript.settings.limits import MAX_SEED
from app.pyscript.train import texts as train_texts
from app.pyscript.train.worker import block_fetcher, sample_order, sample_pool
from app.pyscript.train.worker.block_store import BlockStore
from app.pyscript.train.worker.sample_pool import Batch, SamplePool
from app.pyscript.worker.api_client import TIME_LIMIT_SECONDS, ApiClient
from app.pyscript.worker.background import Background
from app.pyscript.worker.reports import Reports
from app.pyscript.worker.runtime import Runtime
from tests.ui.worker.fake_api import LATENCY_SECONDS, ORIGIN, FakeApi, numbers_of, problem
from tests.ui.worker.virtual_time import now, run

BLOCK_SIZE = 100


class Setting:
    """A pool with small blocks, its service, and what it told."""

    def __init__(self, api: FakeApi, depth: int = 4, store_samples: int = 10_000) -> None:
        self.api = api
        self.told: list[tuple[str, str]] = []
        self.errors: list[BaseException] = []
        self.changes = 0
        client = ApiClient(api.fetch)
        client.site = ORIGIN
        rng, reports = np.random.default_rng(1), Reports(self._on_report)
        runtime = Runtime(client, Background(self.errors.append), now, rng, reports)
        self.pool = SamplePool(
            runtime,
            depth=depth,
            block_size=BLOCK_SIZE,
            store_samples=store_samples,
        )
        self.pool.on_change.append(self._on_change)
        self.problems: list[str] = []

    def _on_change(self) -> None:
        self.changes += 1

    def _on_report(self, text: str) -> None:
        report = json.loads(text)
        self.told.append((report["type"], report["kind"]))
        if report["type"] == "problem":
            self.problems.append(report["detail"])

    def take(self, size: int) -> Batch:
        batch = self.pool.take(size)
        assert batch is not None
        assert batch.images.shape == (size, 784)
        kinds = 11 if self.pool._split == "mixture" else 10
        assert batch.labels.tolist() == [number % kinds for number in numbers_of(batch.images)]
        return batch

    def take_numbers(self, size: int) -> list[int]:
        return numbers_of(self.take(size).images)


def play(
    scenario: Callable[[Setting], Awaitable[None]],
    api: FakeApi,
    depth: int = 4,
    store_samples: int = 10_000,
) -> Setting:
    """Run a scenario on a new pool; nothing may fail behind its back."""

    async def main() -> Setting:
        setting = Setting(api, depth, store_samples)
        await scenario(setting)
        return setting

    setting = run(main())
    assert setting.errors == []
    return setting


async def arrivals(count: float = 1) -> None:
    """Let so many rounds of requests be answered."""
    await asyncio.sleep(count * LATENCY_SECONDS + LATENCY_SECONDS / 4)


async def next_numbers(setting: Setting, size: int) -> list[int]:
    """The next batch as training takes it: waiting where that is better."""
    while (batch := setting.pool.take(size)) is None:
        await setting.pool.wait_for_samples()
    return numbers_of(batch.images)


async def read_all(setting: Setting, batch_size: int = 50) -> list[int]:
    """One epoch, as fast as blocks come."""
    numbers: list[int] = []
    while len(numbers) < setting.pool.used_samples:
        numbers += await next_numbers(setting, batch_size)
        await arrivals()
    return numbers


def test_nothing_is_fetched_before_the_pool_is_opened() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.set_depth(8)
        await arrivals(5)
        assert setting.pool.take(10) is None
        assert setting.pool.status == (0, 0, 0, "ok", "")

    assert play(scenario, FakeApi()).api.requests == []


def test_blocks_are_fetched_side_by_side_up_to_the_depth_and_no_further_unless_read() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(1)
        status = setting.pool.status
        assert (status.cached, status.fetching, status.total) == (0, 4, 10)
        await arrivals(20)
        status = setting.pool.status
        assert (status.cached, status.fetching, status.total) == (4, 0, 10)
        setting.take(BLOCK_SIZE)
        assert setting.pool.status.fetching == 1

    setting = play(scenario, FakeApi(train=1000))
    assert setting.api.most_in_flight == 4
    assert setting.changes > 0


def test_in_the_first_epoch_each_sample_comes_once_block_by_block() -> None:
    numbers: list[int] = []

    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        numbers.extend(await read_all(setting))

    setting = play(scenario, FakeApi(train=1000))
    assert sorted(numbers) == list(range(1000))
    blocks = [number // BLOCK_SIZE for number in numbers[::BLOCK_SIZE]]
    assert setting.api.block_requests() == blocks
    for start, block in zip(range(0, 1000, BLOCK_SIZE), blocks, strict=True):
        of_block = numbers[start : start + BLOCK_SIZE]
        assert sorted(of_block) == list(range(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE))
        assert of_block != sorted(of_block)


class TestOrder:
    """Of the samples: it follows from the seed, whatever the network's timing."""

    @staticmethod
    def numbers(
        latency: float = LATENCY_SECONDS,
        prepare: Callable[[Setting], None] = lambda setting: None,
        seed: int = 3,
        **options: int,
    ) -> list[int]:
        """Of two and a half epochs of a set of 950."""
        taken: list[int] = []

        async def scenario(setting: Setting) -> None:
            setting.api.latency_seconds = latency
            setting.pool.choose(training_set="mnist", seed=seed, data_fraction=1, label_noise=0)
            setting.pool.open()
            prepare(setting)
            while len(taken) < 2400:
                taken.extend(await next_numbers(setting, 32))
            assert setting.pool.status.detail == ""

        play(scenario, FakeApi(train=950), **options)
        return taken

    def test_is_the_seeds(self) -> None:
        assert self.numbers() == self.numbers()
        assert self.numbers(seed=4) != self.numbers()

    @pytest.mark.parametrize("latency", [0, 0.5, 2.9])
    @pytest.mark.parametrize("depth", [1, 16])
    def test_does_not_know_the_time(self, latency: float, depth: int) -> None:
        assert self.numbers(latency, depth=depth) == self.numbers()

    def test_does_not_depend_on_which_block_comes_first(self) -> None:
        delays = iter([0.9, 0.1, 0.6, 0.02] * 100)

        def prepare(setting: Setting) -> None:
            def spoil(path: str) -> None:
                setting.api.latency_seconds = next(delays)

            setting.api.spoil = spoil

        assert self.numbers(prepare=prepare) == self.numbers()

    def test_does_not_depend_on_what_is_here_already(self) -> None:
        async def scenario(setting: Setting) -> None:
            setting.pool.open()
            for _ in range(12):
                await next_numbers(setting, 50)
            setting.pool.choose(training_set="mnist", seed=3, data_fraction=1, label_noise=0)
            again: list[int] = []
            while len(again) < 2400:
                again += await next_numbers(setting, 32)
            assert again == expected
            setting.pool.restart()
            assert await next_numbers(setting, 700) == again[:700]

        expected = self.numbers()
        play(scenario, FakeApi(train=950))

    def test_of_a_set_too_large_to_keep(self) -> None:
        def numbers(latency: float) -> list[int]:
            taken: list[int] = []

            async def scenario(setting: Setting) -> None:
                setting.api.latency_seconds = latency
                setting.pool.open()
                while len(taken) < 7000:
                    taken.extend(await next_numbers(setting, 70))

            play(scenario, FakeApi(train=3000), store_samples=100)
            return taken

        assert numbers(0) == numbers(1.5)


def test_a_share_of_the_data_is_the_first_blocks_and_nothing_else_is_fetched() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.choose(training_set="mnist", seed=1, data_fraction=0.15, label_noise=0)
        setting.pool.open()
        numbers = [number for _ in range(6) for number in await next_numbers(setting, 50)]
        assert sorted(numbers) == sorted(2 * list(range(150)))
        assert setting.pool.status == (2, 0, 2, "ok", "")
        setting.pool.choose(training_set="mnist", seed=1, data_fraction=0.0001, label_noise=0)
        assert await next_numbers(setting, 3) == [0, 0, 0]
        setting.pool.choose(training_set="mnist", seed=1, data_fraction=1, label_noise=0)
        assert sorted(await read_all(setting)) == list(range(1000))

    setting = play(scenario, FakeApi(train=1000))
    assert sorted(setting.api.block_requests()) == list(range(10))


def test_wrong_labels_are_the_seeds_and_stay_wrong_at_a_larger_share() -> None:
    async def labels(setting: Setting, seed: int, share: float) -> dict[int, int]:
        setting.pool.choose(training_set="mnist", seed=seed, data_fraction=1, label_noise=share)
        setting.pool.restart()
        found: dict[int, int] = {}
        while len(found) < 1000:
            batch = setting.pool.take(50)
            if batch is None:
                await setting.pool.wait_for_samples()
                continue
            found |= dict(zip(numbers_of(batch.images), batch.labels.tolist(), strict=True))
        return found

    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        right = await labels(setting, 1, 0)
        assert all(label == number % 10 for number, label in right.items())
        few, many = await labels(setting, 1, 0.1), await labels(setting, 1, 0.5)
        wrong = {number for number in few if few[number] != right[number]}
        assert 60 < len(wrong) < 140
        assert all(many[number] == few[number] for number in wrong)
        assert 400 < sum(many[number] != right[number] for number in many) < 600
        assert await labels(setting, 1, 0.1) == few
        assert await labels(setting, 2, 0.1) != few
        every = await labels(setting, 1, 1)
        assert not any(every[number] == right[number] for number in every)

    play(scenario, FakeApi(train=1000))


def test_samples_that_are_late_are_waited_for_a_while_and_then_replaced_which_is_told() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        setting.api.latency_seconds = 10
        first = await next_numbers(setting, 4 * BLOCK_SIZE)
        asked_at = now()
        replaced = await next_numbers(setting, 50)
        assert now() - asked_at == pytest.approx(sample_pool.PATIENCE_SECONDS)
        assert set(replaced) <= set(first)
        assert train_texts.POOL_NOT_REPEATABLE in setting.pool.status.detail
        # Nobody waits twice for the same.
        asked_at = now()
        await next_numbers(setting, 50)
        assert now() == asked_at
        await asyncio.sleep(10)
        rest = await next_numbers(setting, BLOCK_SIZE)
        assert not set(rest) & set(first)
        setting.pool.restart()
        assert setting.pool.status.detail == ""

    assert play(scenario, FakeApi(train=2000)).told == []


def test_a_batch_may_span_blocks() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        numbers = setting.take_numbers(70) + setting.take_numbers(180)
        assert len(set(numbers)) == 250
        assert [len({number // BLOCK_SIZE for number in numbers[:end]}) for end in (100, 250)] == [
            1,
            3,
        ]

    play(scenario, FakeApi(train=1000))


def test_later_epochs_are_shuffled_anew_and_ask_for_nothing() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        await read_all(setting)
        setting.api.is_down = True
        requests = len(setting.api.requests)
        second, third = await read_all(setting), await read_all(setting)
        assert sorted(second) == sorted(third) == list(range(950))
        assert second != third
        assert len(setting.api.requests) == requests
        assert setting.pool.status == (10, 0, 10, "ok", "")

    assert play(scenario, FakeApi(train=950)).told == []


def test_an_epoch_may_end_within_a_batch() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        first, numbers = setting.take_numbers(90), setting.take_numbers(110)
        assert sorted(first + numbers[:10]) == list(range(100))
        assert sorted(numbers[10:]) == list(range(100))

    play(scenario, FakeApi(train=100))


def test_one_batch_larger_than_all_there_is() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        assert sorted(setting.take_numbers(60)) == sorted(3 * list(range(20)))

    play(scenario, FakeApi(train=20))


def test_batches_are_copies() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        setting.take(20).images[:] = 0
        assert sorted(setting.take_numbers(20)) == list(range(20))

    play(scenario, FakeApi(train=20))


def test_the_depth_may_change_at_any_time() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(1)
        assert setting.pool.status.fetching == 2
        setting.pool.set_depth(6)
        assert setting.pool.status.fetching == 6
        setting.pool.set_depth(1)
        assert setting.pool.status.fetching == 6
        await arrivals(9)
        assert setting.pool.status.cached == 6
        for _ in range(5):
            setting.take(BLOCK_SIZE)
            assert setting.pool.status.fetching == 0
        setting.take(BLOCK_SIZE)
        assert setting.pool.status.fetching == 1

    play(scenario, FakeApi(train=2000), depth=2)


def test_training_waits_for_the_first_samples_and_the_status_says_so() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        waiting = asyncio.ensure_future(setting.pool.wait_for_samples())
        await arrivals(0)
        assert setting.pool.status.state == "waiting"
        assert "waits for its first samples" in setting.pool.status.detail
        await arrivals(2)
        assert waiting.done()
        assert setting.pool.status.state == "ok"
        setting.take(10)

    play(scenario, FakeApi())


def test_when_the_service_goes_training_goes_on_and_when_it_comes_back_so_does_fetching() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        setting.api.is_down = True
        first = setting.take_numbers(300)
        await arrivals(1)
        status = setting.pool.status
        assert (status.cached, status.state) == (4, "retrying")
        assert "cannot be reached. Asking again in" in status.detail
        # One block is fresh; then come samples that have been read already.
        fresh = setting.take_numbers(100)
        assert not set(fresh) & set(first)
        assert set(setting.take_numbers(5000)) == set(first + fresh)
        await asyncio.sleep(60)
        assert setting.pool.status.cached == 4
        setting.api.is_down = False
        await asyncio.sleep(block_fetcher.LONGEST_RETRY_SECONDS + 1)
        status = setting.pool.status
        assert status.cached >= 8
        assert (status.state, status.detail) == ("ok", train_texts.POOL_NOT_REPEATABLE)
        assert not set(setting.take_numbers(100)) & set(first + fresh)

    setting = play(scenario, FakeApi(train=2000))
    assert setting.told == [
        ("problem", messages.NO_SAMPLES),
        ("recovered", messages.NO_SAMPLES),
    ]
    assert "goes on with those that are here" in setting.problems[0]


def test_pauses_between_retries_grow_to_a_limit_and_are_not_all_alike() -> None:
    async def scenario(setting: Setting) -> None:
        setting.api.is_down = True
        setting.pool.open()
        await asyncio.sleep(120)
        assert setting.pool.status.fetching == 0

    setting = play(scenario, FakeApi())
    times = np.array([time for time, _ in setting.api.requests])
    pauses = np.diff(times) - LATENCY_SECONDS
    nominal = np.minimum(0.5 * 2.0 ** np.arange(len(pauses)), 10)
    assert len(pauses) > 12
    assert (pauses <= nominal + 1e-6).all()
    assert (pauses >= nominal / 2 - 1e-6).all()
    assert len(np.unique(np.round(pauses / nominal, 3))) > len(pauses) / 2
    assert setting.told == [("problem", messages.NO_SAMPLES)]
    assert "Training waits for them" in setting.problems[0]


def test_hours_without_the_service_do_no_harm() -> None:
    async def scenario(setting: Setting) -> None:
        setting.api.is_down = True
        setting.pool.open()
        await asyncio.sleep(100_000)
        setting.api.is_down = False
        await asyncio.sleep(20)
        assert setting.pool.status.cached == 4

    play(scenario, FakeApi())


def test_while_requests_fail_only_one_at_a_time_is_made() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(1)
        setting.api.is_down = True
        await arrivals(1)
        setting.api.most_in_flight = 0
        await asyncio.sleep(60)
        assert setting.api.most_in_flight == 1

    assert len(play(scenario, FakeApi(train=2000)).told) == 1


@pytest.mark.parametrize("answer", [(500, b""), problem(429, "Too many.")])
def test_a_bad_answer_is_asked_for_again(answer: tuple[int, bytes]) -> None:
    async def scenario(setting: Setting) -> None:
        bad = iter([answer])
        setting.api.spoil = lambda path: next(bad, None) if "/0/2?" in path else None
        setting.pool.open()
        await asyncio.sleep(5)
        for _ in range(10):
            setting.take(BLOCK_SIZE)
            await asyncio.sleep(1)
        assert setting.pool.status == (10, 0, 10, "ok", "")

    setting = play(scenario, FakeApi(train=1000))
    assert sorted(setting.api.block_requests()) == sorted([*range(10), 2])
    assert setting.told == [
        ("problem", messages.NO_SAMPLES),
        ("recovered", messages.NO_SAMPLES),
    ]


def test_a_block_that_was_kept_damaged_is_asked_for_past_what_is_kept() -> None:
    async def scenario(setting: Setting) -> None:
        api = setting.api
        api.spoil = lambda path: (
            (200, b"<html>Log in") if "/0/2?" in path and not api.fresh_requests else None
        )
        setting.pool.open()
        await asyncio.sleep(5)
        for _ in range(10):
            setting.take(BLOCK_SIZE)
            await asyncio.sleep(1)
        assert setting.pool.status == (10, 0, 10, "ok", "")

    setting = play(scenario, FakeApi(train=1000))
    assert len(setting.api.fresh_requests) == 1
    assert setting.told == []


def test_a_block_that_never_comes_does_not_keep_the_others_away() -> None:
    async def scenario(setting: Setting) -> None:
        setting.api.spoil = lambda path: problem(404, "No such block.") if "/0/2?" in path else None
        setting.pool.open()
        for _ in range(200):
            setting.pool.take(BLOCK_SIZE)
            await asyncio.sleep(1)
        status = setting.pool.status
        assert (status.cached, status.state) == (9, "retrying")
        assert "answered 404: No such block." in status.detail

    setting = play(scenario, FakeApi(train=1000))
    assert len(setting.api.requests) < 100


def test_a_request_without_an_answer_is_given_up_and_repeated() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(1)
        setting.api.is_silent = True
        await arrivals(1)
        setting.take(BLOCK_SIZE)
        await arrivals(0)
        asked_at = now()
        setting.api.is_silent = False
        while setting.pool.status.state == "ok":
            await asyncio.sleep(0.1)
        assert now() - asked_at == pytest.approx(TIME_LIMIT_SECONDS, abs=0.2)
        await asyncio.sleep(1)
        assert setting.pool.status.cached == 5

    setting = play(scenario, FakeApi(train=1000))
    assert "did not answer within 15 seconds" in setting.problems[0]


def test_another_data_set_replaces_all_that_was_kept() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        setting.api.serve(train=1200, validation=100, digest="d2")
        setting.take(BLOCK_SIZE)
        await arrivals(1)
        # Until it is sure what there is now, training goes on with what was.
        setting.take(BLOCK_SIZE)
        await asyncio.sleep(1)
        status = setting.pool.status
        assert (status.cached, status.total, status.state) == (4, 12, "ok")
        assert len(set(setting.take_numbers(400))) == 400

    setting = play(scenario, FakeApi(train=1000))
    assert ("problem", messages.OTHER_SAMPLES) in setting.told
    assert setting.told[-1] == ("recovered", messages.NO_SAMPLES)
    assert [path for _, path in setting.api.requests].count("/api/data") == 2


def test_a_block_of_the_former_data_set_that_comes_late_is_dropped() -> None:
    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        setting.api.latency_seconds = 5
        setting.take(BLOCK_SIZE)
        await arrivals(0)
        setting.api.latency_seconds = LATENCY_SECONDS
        setting.api.serve(train=1200, validation=100, digest="d2")
        setting.take(BLOCK_SIZE)
        await asyncio.sleep(2)
        assert setting.pool.status[:3] == (4, 0, 12)
        assert setting.api.in_flight == 1
        await asyncio.sleep(5)
        assert setting.api.in_flight == 0
        assert setting.pool.status[:3] == (4, 0, 12)

    play(scenario, FakeApi(train=1000))


class TestTrainingSet:
    def test_is_the_mixture_at_first(self) -> None:
        async def scenario(setting: Setting) -> None:
            setting.pool.open()
            await arrivals(1)
            numbers = await read_all(setting)
            assert sorted(numbers) == list(range(700))
            assert setting.api.block_requests("train") == []

        play(scenario, FakeApi(train=1000, mixture=700))

    def test_is_the_only_one_there_is_without_a_mixture(self) -> None:
        async def scenario(setting: Setting) -> None:
            setting.pool.open()
            await arrivals(2)
            assert setting.pool.used_samples == 1000

        assert play(scenario, FakeApi(train=1000)).told == []

    def test_of_another_choice_begins_an_order_of_its_own(self) -> None:
        async def scenario(setting: Setting) -> None:
            setting.pool.open()
            await arrivals(1)
            await read_all(setting)
            setting.pool.choose(training_set="mnist", seed=0, data_fraction=1, label_noise=0)
            assert setting.pool.take(50) is None
            assert (setting.pool.status.cached, setting.pool.status.total) == (0, 10)
            first = await next_numbers(setting, 50)
            setting.pool.choose(training_set="drawings", seed=0, data_fraction=1, label_noise=0)
            await read_all(setting)
            setting.pool.choose(training_set="mnist", seed=0, data_fraction=1, label_noise=0)
            assert await next_numbers(setting, 50) == first
            assert setting.pool.is_repeatable

        assert play(scenario, FakeApi(train=1000, mixture=700)).told == []

    def test_may_be_changed_while_blocks_are_on_their_way(self) -> None:
        async def scenario(setting: Setting) -> None:
            setting.pool.open()
            await arrivals(2)
            setting.api.latency_seconds = 5
            setting.take(BLOCK_SIZE)
            await arrivals(0)
            setting.api.latency_seconds = LATENCY_SECONDS
            for choice in ("mnist", "drawings"):
                setting.pool.choose(training_set=choice, seed=0, data_fraction=1, label_noise=0)
            numbers = await read_all(setting)
            await asyncio.sleep(6)
            assert setting.api.in_flight == 0
            assert sorted(numbers) == list(range(700))
            assert len(set(await read_all(setting))) == 700

        play(scenario, FakeApi(train=1000, mixture=700))


def test_a_set_larger_than_the_store_is_gone_through_again_and_again() -> None:
    limit = 17  # no fewer: the greatest depth and one that is being read

    async def scenario(setting: Setting) -> None:
        setting.pool.open()
        await arrivals(2)
        first = await read_all(setting)
        assert setting.pool.status.cached == limit
        second = await read_all(setting)
        assert setting.pool.status.cached == limit
        assert first != second
        assert sorted(first) == sorted(second) == list(range(3000))

    # Some of the last blocks of one round may be kept still when they are wanted in the next.
    setting = play(scenario, FakeApi(train=3000), store_samples=100)
    requests = setting.api.block_requests()
    assert sorted(requests[:30]) == list(range(30))
    assert 13 <= len(set(requests[30:])) <= len(requests[30:]) <= 34


def test_an_unexpected_error_is_told_and_overcome() -> None:
    async def scenario(setting: Setting) -> None:
        def spoil(path: str) -> None:
            setting.api.spoil = lambda path: None
            raise KeyError("surprise")

        setting.api.spoil = spoil
        setting.pool.open()
        await asyncio.sleep(5)
        assert setting.pool.status.cached == 4

    setting = play(scenario, FakeApi())
    assert setting.told == [
        ("problem", messages.NO_SAMPLES),
        ("recovered", messages.NO_SAMPLES),
    ]
    assert "KeyError: 'surprise'" in setting.problems[0]


def test_an_unexpected_error_with_samples_that_have_come_is_overcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario(setting: Setting) -> None:
        def fail(*arguments: Any) -> None:
            monkeypatch.undo()
            raise MemoryError("surprise")

        monkeypatch.setattr(BlockStore, "put", fail)
        setting.pool.open()
        await asyncio.sleep(5)
        assert setting.pool.status.cached == 4

    setting = play(scenario, FakeApi())
    assert "MemoryError: surprise" in setting.problems[0]


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_weights_order_and_noise_are_drawn_from_streams_of_their_own(seed: int) -> None:
    """NumPy takes [1, 0], [1, 0, 0] and 1 for the same seed."""
    orders = [[seed, sample_order.ORDER, epoch] for epoch in range(3)]
    entropies: list[Any] = [seed, *orders, [seed, sample_pool.NOISE]]
    states = {np.random.SeedSequence(entropy).generate_state(4).tobytes() for entropy in entropies}
    assert len(states) == len(entropies)
