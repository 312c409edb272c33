"""What one visit leaves and the next one finds; opening and saving files."""

import asyncio
import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest

from app.model.initializers import he_normal
from app.model.network import Network
from app.model.serialization import weights_digest, weights_from_npz, weights_to_npz
from app.pyscript import messages
from app.pyscript.keep.worker import keeper as keeper_module
from app.pyscript.keep.worker.autosave import SAVE_SECONDS
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.train.worker import network as network_module
from app.pyscript.worker import texts as worker_texts
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.fake_storage import FakeStorage
from tests.ui.worker.visit import DRAWING, Visit, play

NOTHING = {"saved_at": "", "settings": None, "digest": ""}
OTHER_WEIGHTS = Network.initialize(he_normal, np.random.default_rng(9)).params


def digest_of(visit: Visit) -> str:
    return weights_digest(visit.network.params)


async def restore(visit: Visit) -> dict[str, Any]:
    answer: dict[str, Any] = await visit.ask("restore")
    return answer


async def begin(visit: Visit) -> None:
    """As the page begins a first visit."""
    assert await restore(visit) == NOTHING
    await visit.load_shared_weights()


async def save() -> None:
    await asyncio.sleep(SAVE_SECONDS + 1)


def kept_by(visit: Visit) -> tuple[str, bytes] | None:
    """The record, looked up anew: type checkers would remember that it was None."""
    return visit.storage.record


def open_file(visit: Visit, content: bytes, name: str = "mine.npz") -> dict[str, Any]:
    answer: dict[str, Any] = visit.call("open_weights", content, name)
    return answer


def test_the_next_visit_goes_on_where_this_one_ended() -> None:
    storage = FakeStorage()
    left: dict[str, Any] = {}

    async def first(visit: Visit) -> None:
        await begin(visit)
        visit.change(batch_size=32, optimizer="adam", learning_rate=0.002)
        visit.train()
        await visit.reach(20)
        visit.call("pause_training")
        visit.call("tune", DRAWING, 1)
        await save()
        left.update(digest=digest_of(visit), origin=visit.last("weights"))

    async def second(visit: Visit) -> None:
        answer = await restore(visit)
        assert answer["settings"]["batch_size"] == 32
        assert answer["settings"]["optimizer"] == "adam"
        assert answer["digest"] == left["origin"]["digest"]
        assert answer["saved_at"].endswith("+00:00")
        assert digest_of(visit) == left["digest"]
        assert visit.last("weights") == left["origin"]
        assert visit.last("weights")["changed_by_training"]
        # It trains on with the settings that came back.
        visit.train()
        await visit.reach(5)

    play(first, storage=storage)
    play(second, storage=storage)


def test_what_was_kept_before_there_was_a_choice_of_samples_has_the_first_one() -> None:
    storage = FakeStorage()

    async def first(visit: Visit) -> None:
        await begin(visit)
        visit.change(batch_size=32, training_set="mnist")
        await save()
        description, weights = kept_by(visit) or ("", b"")
        record = json.loads(description)
        del record["settings"]["training_set"]
        visit.storage.record = json.dumps(record), weights

    async def second(visit: Visit) -> None:
        answer = await restore(visit)
        assert answer["settings"]["batch_size"] == 32
        assert answer["settings"]["training_set"] == "drawings"

    play(first, storage=storage)
    play(second, storage=storage)


def test_restored_weights_go_on_from_the_version_that_they_began_from() -> None:
    storage, api = FakeStorage(), FakeApi()

    async def first(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        await save()

    async def second(visit: Visit) -> None:
        await restore(visit)
        visit.api.weights = Network.initialize(he_normal, np.random.default_rng(8))
        assert (await visit.publish())["outcome"] == "merged"

    play(first, api, storage)
    play(second, api, storage)


def test_everybodys_weights_and_the_first_settings_are_not_kept() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("randomize_weights", 3, "he_normal")
        await save()
        assert kept_by(visit) is None
        visit.change(batch_size=16)
        await save()
        description, weights = kept_by(visit) or ("", b"nothing")
        assert weights == b""
        assert json.loads(description)["settings"]["batch_size"] == 16

    play(scenario)


def test_settings_alone_are_restored_and_the_weights_are_the_shared_ones_of_that_day() -> None:
    storage = FakeStorage()

    async def first(visit: Visit) -> None:
        await begin(visit)
        visit.change(batch_size=16)
        await save()

    async def second(visit: Visit) -> None:
        answer = await restore(visit)
        assert answer["digest"] == ""
        assert answer["settings"]["batch_size"] == 16

    play(first, storage=storage)
    play(second, storage=storage)


def test_nothing_is_written_before_what_was_kept_is_read() -> None:
    async def scenario(visit: Visit) -> None:
        visit.call("tune", DRAWING, 1)
        await save()
        assert visit.storage.writes == 0

    play(scenario)


def test_training_is_kept_every_few_seconds_and_not_each_step() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.train()
        await asyncio.sleep(10 * SAVE_SECONDS)
        assert 8 <= visit.storage.writes <= 11
        assert visit.last("progress")["iteration"] > 300

    play(scenario)


def test_who_pauses_may_leave_at_once() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.train()
        await visit.reach(20)
        visit.call("pause_training")
        assert kept_by(visit) is None
        await asyncio.sleep(SAVE_SECONDS / 100)
        kept = kept_by(visit)
        assert kept is not None
        await save()
        assert kept_by(visit) is kept  # nothing has changed since

    play(scenario)


def test_what_was_learned_before_a_failure_is_kept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.train()
        await visit.reach(20)
        monkeypatch.setattr(network_module, "train_step", lambda *_: 1 / 0)
        await asyncio.sleep(SAVE_SECONDS / 10)
        assert not visit.last("progress")["is_training"]
        assert kept_by(visit) is not None

    play(scenario)


def test_pausing_often_makes_no_more_saves_later() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        for _ in range(8):
            visit.train()
            await asyncio.sleep(0.2)
            visit.call("pause_training")
            await asyncio.sleep(0)
        visit.train()
        before = visit.storage.writes
        await asyncio.sleep(10 * SAVE_SECONDS)
        assert 8 <= visit.storage.writes - before <= 11

    play(scenario)


def test_a_full_storage_is_told_once_and_what_was_kept_stays() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        await save()
        kept = visit.storage.record
        visit.storage.problem = "Its storage for this site is full"
        visit.train()
        await asyncio.sleep(5 * SAVE_SECONDS)
        (problem,) = visit.of("problem")
        assert problem["kind"] == messages.NOT_KEPT
        assert problem["detail"].startswith("Its storage for this site is full. Go on")
        assert kept_by(visit) == kept
        assert visit.last("progress")["is_training"]

        visit.storage.problem = ""
        await save()
        assert visit.last("recovered")["kind"] == messages.NOT_KEPT
        assert kept_by(visit) != kept

    play(scenario)


@pytest.mark.parametrize("part", ["write", "weights_to_npz"])
def test_whatever_goes_wrong_in_keeping_is_told_and_the_next_change_is_kept(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    async def scenario(visit: Visit) -> None:
        await begin(visit)
        with monkeypatch.context() as patch:
            if part == "write":
                patch.setattr(visit.storage, "write", fail)
            else:
                patch.setattr(keeper_module, "weights_to_npz", fail)
            visit.train()
            await asyncio.sleep(5 * SAVE_SECONDS)
            (problem,) = visit.of("problem")
            assert problem["kind"] == messages.NOT_KEPT
            assert problem["detail"].startswith(
                worker_texts.STORAGE_FAILED.format(error="ZeroDivisionError: surprise") + "."
            )
            assert visit.last("progress")["is_training"]
            assert kept_by(visit) is None
        await save()
        assert visit.last("recovered")["kind"] == messages.NOT_KEPT
        assert kept_by(visit) is not None

    play(scenario)


def test_a_forbidden_storage_is_told_when_there_is_something_to_keep() -> None:
    storage = FakeStorage()
    storage.problem = "Its settings forbid this site to store anything"

    async def scenario(visit: Visit) -> None:
        await begin(visit)
        await save()
        assert visit.of("problem") == []
        visit.call("tune", DRAWING, 1)
        await save()
        visit.call("tune", DRAWING, 2)
        await save()
        assert [problem["kind"] for problem in visit.of("problem")] == [messages.NOT_KEPT]
        storage.problem = ""
        visit.call("tune", DRAWING, 1)
        await save()
        assert storage.writes == 1
        assert visit.last("recovered")["kind"] == messages.NOT_KEPT
        assert "problem" not in await visit.ask("start_afresh")

    play(scenario, storage=storage)


def test_what_could_not_be_read_is_not_written_over_before_the_visitor_says_so() -> None:
    storage = FakeStorage()
    storage.record = ("what another visit left", b"")
    storage.problem = "It has ended the page's connection to its storage"

    async def scenario(visit: Visit) -> None:
        await begin(visit)
        storage.problem = ""
        visit.call("tune", DRAWING, 1)
        await save()
        assert visit.last("problem")["kind"] == messages.KEPT_UNREAD
        assert storage.record == ("what another visit left", b"")
        await visit.ask("keep_this")
        assert visit.last("recovered")["kind"] == messages.KEPT_UNREAD
        assert storage.writes == 1
        visit.call("tune", DRAWING, 1)
        await save()
        assert storage.writes == 2

    play(scenario, storage=storage)


ORIGIN = {
    "source": "random",
    "name": "",
    "digest": "d",
    "changed_by_training": True,
    "tuned": 0,
}


@pytest.mark.parametrize(
    ("description", "weights", "words"),
    [
        ("not JSON", b"", "its description is damaged"),
        ("{}", b"", "its description is damaged"),
        (json.dumps({"saved_at": "", "settings": {"pace": 1}, "origin": {}}), b"", "A setting"),
        (json.dumps({"saved_at": "", "settings": {}, "origin": {}}), b"x", "expected the fields"),
        (json.dumps({"saved_at": "", "settings": {}, "origin": ORIGIN}), b"x", "an .npz file"),
    ],
)
def test_what_was_kept_and_is_damaged_is_told_and_the_visit_begins_afresh(
    description: str, weights: bytes, words: str
) -> None:
    storage = FakeStorage()
    storage.record = (description, weights)

    async def scenario(visit: Visit) -> None:
        before = digest_of(visit)
        assert await restore(visit) == NOTHING
        assert digest_of(visit) == before
        detail = visit.last("problem")["detail"]
        assert words in detail
        assert detail.endswith(".")
        assert not detail.endswith("..")
        assert "problem" not in await visit.load_shared_weights()

    play(scenario, storage=storage)


def test_to_start_afresh_discards_everything_at_once() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        shared = digest_of(visit)
        visit.change(batch_size=16)
        visit.train()
        await visit.reach(3)
        await save()
        assert kept_by(visit) is not None
        answer = await visit.ask("start_afresh")
        assert answer == {"settings": DEFAULT_SETTINGS}
        assert kept_by(visit) is None
        assert digest_of(visit) == shared
        assert not visit.last("progress")["is_training"]
        await save()
        assert kept_by(visit) is None

    play(scenario)


def test_without_the_server_nothing_is_discarded() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.change(batch_size=16)
        visit.call("tune", DRAWING, 1)
        await save()
        before, kept = digest_of(visit), visit.storage.record
        visit.api.is_down = True
        answer = await visit.ask("start_afresh")
        assert answer["problem"]["title"] == "Starting over failed"
        assert (digest_of(visit), visit.storage.record) == (before, kept)
        assert visit.settings["batch_size"] == 16

    play(scenario)


def test_what_cannot_be_discarded_is_told() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        await save()
        visit.storage.problem = "Its storage does not answer"
        answer = await visit.ask("start_afresh")
        assert answer["problem"]["detail"] == "Its storage does not answer"

    play(scenario)


def test_a_saved_file_can_be_opened_again() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        own = digest_of(visit)
        file = visit.call("save_weights")
        assert file["name"] == f"digits-{own[:8]}.npz"
        assert file["content"].dtype == np.uint8
        visit.call("randomize_weights", 3, "he_normal")

        assert open_file(visit, file["content"].tobytes()) == {"digest": own}
        assert digest_of(visit) == own
        assert visit.last("weights") == {
            "type": "weights",
            "source": "file",
            "name": "mine.npz",
            "digest": own,
            "changed_by_training": False,
            "tuned": 0,
        }
        await save()
        assert kept_by(visit) is not None

    play(scenario)


def test_a_files_weights_may_replace_whatever_is_current() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        open_file(visit, weights_to_npz(OTHER_WEIGHTS))
        assert (await visit.publish())["outcome"] == "accepted"

    play(scenario)


def as_npz(arrays: dict[str, Any]) -> bytes:
    """A file that we would not write."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "expected an .npz file"),
        (b"GIF89a", "expected an .npz file"),
        (bytes(1_000_001), "expected at most 1000000 bytes, found 1000001"),
        (
            weights_to_npz(OTHER_WEIGHTS)[:200_000],
            "expected an .npz file",
        ),
        (
            as_npz({**OTHER_WEIGHTS, "w2": np.full((128, 10), np.nan, np.float32)}),
            "w2: expected finite float32 numbers",
        ),
        (
            as_npz({**OTHER_WEIGHTS, "w2": np.zeros((64, 10), np.float32)}),
            "w2: expected floats of shape (128, 10), found float32 of (64, 10)",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason_and_nothing_is_lost(
    content: bytes, reason: str
) -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        before, origin = digest_of(visit), visit.last("weights")
        answer = open_file(visit, content, "holiday.npz")
        assert answer["problem"]["title"] == "holiday.npz could not be opened"
        assert reason in answer["problem"]["detail"]
        assert (digest_of(visit), visit.last("weights")) == (before, origin)

    play(scenario)


@pytest.mark.parametrize("form", ["safetensors", "onnx"])
def test_other_programs_get_the_weights_of_that_moment(form: str) -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.call("tune", DRAWING, 1)
        w1, w2 = weights_from_npz(visit.call("save_weights")["content"].tobytes())
        file = visit.call("save_weights_as", form)
        assert file["name"] == f"digits-{digest_of(visit)[:8]}.{form}"
        content = file["content"].tobytes()
        assert w1.tobytes() in content
        assert w2.tobytes() in content

    play(scenario)


def test_the_program_comes_with_the_weights_of_that_moment() -> None:
    async def scenario(visit: Visit) -> None:
        await begin(visit)
        own = digest_of(visit)
        file = visit.call("save_program", DRAWING)
        stem = f"digits-{own[:8]}"
        assert file["name"] == f"{stem}-python.zip"
        with zipfile.ZipFile(io.BytesIO(file["content"].tobytes())) as archive:
            w1, w2 = weights_from_npz(archive.read(f"{stem}/weights.npz"))
            program = archive.read(f"{stem}/read_digit.py").decode()
        assert weights_digest({"w1": w1, "w2": w2}) == own
        assert DRAWING[28 * 2 * 10 : 28 * 2 * 11] in program

    play(scenario)


def test_what_another_tab_kept_since_is_not_overwritten_unawares() -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        await begin(visit)
        visit.change(batch_size=32)
        await save()
        assert storage.writes == 1
        storage.write_from_another_tab("the other's")
        for batch_size in (64, 16):
            visit.change(batch_size=batch_size)
            await save()
        assert kept_by(visit) == ("the other's", b"")
        # Told once, with what to do.
        (problem,) = visit.of("problem")
        assert problem["kind"] == messages.KEPT_BY_OTHER_TAB
        assert "save this network as a file" in problem["detail"]
        assert visit.of("recovered") == []

        assert await visit.ask("keep_this") == {}
        record = kept_by(visit)
        assert record is not None
        assert json.loads(record[0])["settings"]["batch_size"] == 16
        assert visit.last("recovered")["kind"] == messages.KEPT_BY_OTHER_TAB
        # From now on it is this tab's.
        visit.change(batch_size=8)
        await save()
        assert storage.writes == 3

    play(scenario, storage=storage)


async def keep_and_lose_to_another_tab(visit: Visit, storage: FakeStorage) -> None:
    """Something is kept, and then another tab keeps its own in that place."""
    await begin(visit)
    visit.change(batch_size=32)
    await save()
    storage.write_from_another_tab("the other's")


def test_starting_afresh_discards_nothing_of_another_tab() -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        await keep_and_lose_to_another_tab(visit, storage)
        assert "problem" not in await visit.ask("start_afresh")
        await save()
        assert kept_by(visit) == ("the other's", b"")
        assert visit.of("problem") == []

    play(scenario, storage=storage)


def test_with_nothing_to_keep_in_its_place_the_other_tabs_record_stays() -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        await keep_and_lose_to_another_tab(visit, storage)
        visit.change(batch_size=64)
        await save()
        visit.change(batch_size=DEFAULT_SETTINGS["batch_size"])
        assert await visit.ask("keep_this") == {}
        assert kept_by(visit) == ("the other's", b"")
        assert visit.last("recovered")["kind"] == messages.KEPT_BY_OTHER_TAB
        # Nor was a claim left behind for what is learned later.
        visit.change(batch_size=16)
        await save()
        assert kept_by(visit) == ("the other's", b"")

    play(scenario, storage=storage)


def test_what_is_another_tabs_is_neither_taken_over_nor_replaced() -> None:
    storage = FakeStorage()
    storage.write_from_another_tab("the other's")

    async def scenario(visit: Visit) -> None:
        assert await visit.ask("restore", False) == NOTHING
        await visit.load_shared_weights()
        visit.change(batch_size=32)
        await save()
        assert kept_by(visit) == ("the other's", b"")
        assert visit.last("problem")["kind"] == messages.KEPT_BY_OTHER_TAB

    play(scenario, storage=storage)
