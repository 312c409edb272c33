"""The visitor's own drawings, through the exported functions: kept, listed, saved and opened."""

import json
from typing import Any

import pytest

from app.pyscript.messages import GALLERY_SIZE, MAX_TRAY_FILE_SIZE, TRAY_LIMIT, TRAY_NOT_KEPT
from app.pyscript.worker import texts as worker_texts
from tests.ui.worker.fake_storage import FakeStorage
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play


def drawing(number: int) -> str:
    """A drawing unlike those of other numbers."""
    pixels = bytearray(bytes.fromhex(DRAWING))
    pixels[0], pixels[1] = number // 256, number % 256
    return pixels.hex()


async def fill(visit: Visit, count: int) -> None:
    """Keep a 0, a 1 and so on, round and round."""
    for number in range(count):
        assert await visit.ask("add_drawing", drawing(number), number % 10) == {}


def listed(visit: Visit, first: int = 0) -> dict[str, Any]:
    return visit.call("list_tray", first)


def labels(visit: Visit) -> list[int]:
    return [each["label"] for each in listed(visit)["drawings"]]


def tray_file(*drawings: object, **changes: object) -> bytes:
    document = {"format": "digits-tray", "version": 1, "drawings": list(drawings)}
    return json.dumps(document | changes).encode()


def item(number: int = 0, **changes: object) -> dict[str, object]:
    return {"label": 3, "held_out": False, "pixels": drawing(number)} | changes


def test_drawings_are_listed_the_newest_first_with_their_pictures() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, GALLERY_SIZE + 6)
        page = listed(visit)
        assert page["total"] == GALLERY_SIZE + 6
        assert [each["label"] for each in page["drawings"][:3]] == [9, 8, 7]
        assert page["drawings"][0]["pixels"] == drawing(GALLERY_SIZE + 5)
        pictures = page["pictures"].reshape(GALLERY_SIZE, 784, 4)
        assert pictures[0, :, 3].tobytes().hex() == drawing(GALLERY_SIZE + 5)
        assert labels(visit)[-1] == 6
        last = listed(visit, GALLERY_SIZE)
        assert [each["label"] for each in last["drawings"]] == [5, 4, 3, 2, 1, 0]
        assert len(last["pictures"]) == 6 * 784 * 4

    play(scenario)


def test_one_in_five_of_each_digit_is_held_out() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 10)
        assert visit.last("tray") == {
            "type": "tray",
            "count": 10,
            "held_out": 2,
            "of_digit": [1] * 10,
            "removed": 0,
        }
        for number in range(10, 50):
            await visit.ask("add_drawing", drawing(number), number % 10)
        drawings = [*visit.part("list_tray", "tray").drawings.values()]
        for digit in range(10):
            assert sum(d.is_held_out for d in drawings if d.label == digit) == 1

    play(scenario)


def test_what_is_drawn_twice_is_kept_once_with_the_later_label() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 2)
        await visit.ask("add_drawing", drawing(0), 7)
        assert labels(visit) == [1, 7]

    play(scenario)


def test_what_was_removed_comes_back_where_it_was() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 4)
        number = listed(visit)["drawings"][2]["number"]
        assert await visit.ask("remove_drawing", number) == {}
        assert labels(visit) == [3, 2, 0]
        assert visit.last("tray")["removed"] == 1
        await visit.ask("undo_tray")
        assert labels(visit) == [3, 2, 1, 0]
        await visit.ask("clear_tray")
        assert labels(visit) == []
        assert visit.last("tray")["removed"] == 4
        assert visit.tray_storage.record is None
        await visit.ask("undo_tray")
        assert labels(visit) == [3, 2, 1, 0]
        assert visit.last("tray")["removed"] == 0

    play(scenario)


@pytest.mark.parametrize(
    ("pixels", "label", "expected"),
    [(BLANK, 3, "blank"), (DRAWING, 10, "from 0 to 9"), (DRAWING[:-2], 3, "(784,)")],
)
def test_what_is_no_labeled_drawing_is_refused(pixels: str, label: int, expected: str) -> None:
    async def scenario(visit: Visit) -> None:
        answer = await visit.ask("add_drawing", pixels, label)
        assert "problem" in answer
        assert expected in answer["problem"]["detail"]
        assert labels(visit) == []

    play(scenario)


def test_a_full_tray_takes_no_more_and_keeps_what_it_has() -> None:
    async def scenario(visit: Visit) -> None:
        many = tray_file(*(item(number) for number in range(TRAY_LIMIT)))
        assert len(many) < MAX_TRAY_FILE_SIZE
        assert await visit.ask("open_tray", many, "all.json") == {"added": TRAY_LIMIT}
        answer = await visit.ask("add_drawing", drawing(TRAY_LIMIT), 1)
        assert "at most 500 drawings in all, found 500 in the tray and 1 new" in str(answer)
        assert visit.last("tray")["count"] == TRAY_LIMIT

    play(scenario)


def test_the_next_visit_finds_the_tray() -> None:
    storage = FakeStorage()

    async def first(visit: Visit) -> None:
        await visit.ask("restore")
        await fill(visit, 10)

    async def second(visit: Visit) -> None:
        await visit.ask("restore")
        assert visit.last("tray")["count"] == 10
        assert visit.last("tray")["held_out"] == 2
        assert labels(visit) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

    play(first, tray_storage=storage)
    play(second, tray_storage=storage)


def test_storage_that_fails_is_told_once_and_loses_nothing_of_this_visit() -> None:
    async def scenario(visit: Visit) -> None:
        visit.tray_storage.problem = "Its storage for this site is full"
        await fill(visit, 3)
        assert labels(visit) == [2, 1, 0]
        (told,) = visit.of("problem")
        assert told["kind"] == TRAY_NOT_KEPT
        assert told["detail"].startswith("Its storage for this site is full. ")

    play(scenario)


def test_storage_that_is_full_for_a_while_keeps_all_afterwards() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 1)
        visit.tray_storage.problem = "Its storage for this site is full"
        await visit.ask("add_drawing", drawing(1), 1)
        visit.tray_storage.problem = ""
        await visit.ask("add_drawing", drawing(2), 2)
        assert visit.of("recovered") == [{"type": "recovered", "kind": TRAY_NOT_KEPT}]
        assert visit.tray_storage.record is not None
        assert len(visit.tray_storage.record[1]) == 3 * 784

    play(scenario)


def test_what_could_not_be_read_is_not_written_over() -> None:
    storage = FakeStorage()
    storage.record = ("what another visit left", b"")
    storage.problem = "Its storage does not answer"

    async def scenario(visit: Visit) -> None:
        await visit.ask("restore")
        storage.problem = ""
        await fill(visit, 1)
        assert labels(visit) == [0]
        assert storage.record == ("what another visit left", b"")
        assert visit.last("problem")["kind"] == TRAY_NOT_KEPT

    play(scenario, tray_storage=storage)


@pytest.mark.parametrize("description", ["no JSON", "{}", '{"labels": [11], "held_out": [false]}'])
def test_a_damaged_record_is_told_and_the_tray_begins_anew(description: str) -> None:
    storage = FakeStorage()
    storage.record = (description, bytes(784))

    async def scenario(visit: Visit) -> None:
        assert "problem" not in await visit.ask("restore")
        assert "damaged" in visit.last("problem")["detail"]
        await fill(visit, 1)
        assert labels(visit) == [0]
        assert visit.of("recovered")

    play(scenario, tray_storage=storage)


def test_a_saved_tray_opens_elsewhere_and_duplicates_merge() -> None:
    saved: dict[str, Any] = {}

    async def here(visit: Visit) -> None:
        await fill(visit, 12)
        saved.update(visit.call("save_tray"))
        assert saved["name"] == "digits-tray.json"

    async def elsewhere(visit: Visit) -> None:
        await fill(visit, 3)
        content = saved["content"].tobytes()
        assert await visit.ask("open_tray", content, "mine.json") == {"added": 9}
        assert labels(visit) == [1, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
        assert visit.last("tray")["held_out"] == 2
        assert await visit.ask("open_tray", content, "mine.json") == {"added": 0}

    play(here)
    play(elsewhere)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\x00", "of the format digits-tray"),
        (b"[" * 100_000, "of the format digits-tray"),
        (b"[]", "of the format digits-tray"),
        (tray_file(item(), version=2), "Expected version 1 of the format, found 2"),
        (tray_file(), "a list of at least one, found none"),
        (tray_file(drawings="many"), "a list of at least one"),
        (tray_file(*[item()] * 501), "at most 500 drawings, found 501"),
        (tray_file(item(), 7), "Drawing 2: expected an object, found 7"),
        (tray_file(item(label=10)), "Drawing 1: expected a label from 0 to 9, found 10"),
        (tray_file(item(label=True)), "found true"),
        (tray_file(item(label=None)), "found null"),
        (tray_file(item(held_out="no")), 'expected held_out true or false, found "no"'),
        (tray_file(item(pixels="00")), '1568 hexadecimal digits, found "00"'),
        (tray_file(item(pixels=[0])), "1568 hexadecimal digits, found [0]"),
        (tray_file(item(pixels="zz" * 784)), '1568 hexadecimal digits, found "zz'),
        (tray_file(item(pixels=" " * 1568)), '1568 hexadecimal digits, found "  '),
        (tray_file(item(pixels="ff " * 522 + "00")), '1568 hexadecimal digits, found "ff ff'),
        (tray_file(item(), item(pixels=BLANK)), "Drawing 2: expected a drawing, found none"),
        (tray_file(item(), version=True), "Expected version 1 of the format, found true"),
        (tray_file(item(pixels=BLANK)), "found none or a blank one"),
        (b" " * (MAX_TRAY_FILE_SIZE + 1), "larger than 2 MB"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(content: bytes, expected: str) -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 2)
        answer = await visit.ask("open_tray", content, "bad.json")
        assert answer["problem"]["title"] == "bad.json could not be opened"
        assert expected in answer["problem"]["detail"]
        assert labels(visit) == [1, 0]

    play(scenario)


def test_a_list_from_no_place_is_refused() -> None:
    async def scenario(visit: Visit) -> None:
        answer = listed(visit, -1)
        assert "problem" in answer

    play(scenario)


def write_from_another_tab(storage: FakeStorage, labels: list[int], *drawings: str) -> None:
    description = json.dumps({"labels": labels, "held_out": [False] * len(labels)})
    storage.write_from_another_tab(description, bytes.fromhex("".join(drawings)))


def test_what_two_tabs_keep_comes_together() -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        await fill(visit, 2)
        write_from_another_tab(storage, [8, 9], drawing(0), drawing(5))
        await visit.ask("add_drawing", drawing(6), 6)
        # What is here keeps its label; the other tab's comes after it.
        assert labels(visit) == [9, 6, 1, 0]
        assert visit.last("tray")["count"] == 4
        assert visit.of("problem") == []
        assert storage.record is not None
        assert json.loads(storage.record[0])["labels"] == [0, 1, 6, 9]
        assert len(storage.record[1]) == 4 * 784

    play(scenario, tray_storage=storage)


def test_what_was_deleted_does_not_come_back_from_another_tab() -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        await fill(visit, 2)
        write_from_another_tab(storage, [0, 1, 9], drawing(0), drawing(1), drawing(5))
        await visit.ask("clear_tray")
        assert labels(visit) == [9]
        await visit.ask("undo_tray")
        assert labels(visit) == [9, 1, 0]

    play(scenario, tray_storage=storage)


@pytest.mark.parametrize("is_damaged", [True, False])
def test_another_tabs_tray_that_cannot_be_added_is_told_and_left(is_damaged: bool) -> None:
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        many = tray_file(*(item(number) for number in range(TRAY_LIMIT - 1)))
        await visit.ask("open_tray", many, "all.json")
        others = [drawing(number) for number in (TRAY_LIMIT, TRAY_LIMIT + 1)]
        write_from_another_tab(storage, [1] if is_damaged else [1, 1], *others)
        record = storage.record
        await visit.ask("add_drawing", drawing(TRAY_LIMIT + 2), 1)
        assert visit.last("tray")["count"] == TRAY_LIMIT
        assert visit.last("problem")["kind"] == TRAY_NOT_KEPT
        assert storage.record == record
        # Nor afterwards, though it has been read; but it is, once there is room.
        await visit.ask("remove_drawing", 0)
        assert storage.record == record
        await visit.ask("remove_drawing", 1)
        assert (storage.record == record) == is_damaged
        assert visit.last("tray")["count"] == (TRAY_LIMIT - 2 if is_damaged else TRAY_LIMIT)
        assert bool(visit.of("recovered")) != is_damaged

    play(scenario, tray_storage=storage)


@pytest.mark.parametrize(("removed", "come_back"), [(1, 0), (3, 1)])
def test_what_finds_no_room_does_not_come_back_and_the_tray_can_still_be_saved(
    removed: int, come_back: int
) -> None:
    """Drawings of another tab have taken the place of those that were deleted."""
    storage = FakeStorage()

    async def scenario(visit: Visit) -> None:
        many = tray_file(*(item(number) for number in range(TRAY_LIMIT)))
        await visit.ask("open_tray", many, "all.json")
        others = [drawing(TRAY_LIMIT + number) for number in range(removed - come_back)]
        write_from_another_tab(storage, [9] * len(others), *others)
        await visit.part("list_tray", "tray").remove(list(range(removed)))
        assert visit.last("tray")["count"] == TRAY_LIMIT - come_back

        for _ in range(2):
            answer = await visit.ask("undo_tray")
            assert answer["problem"]["title"] == "Not all drawings came back"
            assert f"no room for {removed - come_back} of those" in answer["problem"]["detail"]
            assert visit.last("tray")["count"] == TRAY_LIMIT
            assert visit.last("tray")["removed"] == removed - come_back

        await visit.ask("remove_drawing", TRAY_LIMIT)  # the other tab's
        saved = visit.call("save_tray")["content"].tobytes()
        await visit.ask("clear_tray")
        assert (await visit.ask("open_tray", saved, "saved.json"))["added"] == TRAY_LIMIT - 1

    async def next_visit(visit: Visit) -> None:
        await visit.ask("restore")
        assert visit.last("tray")["count"] == TRAY_LIMIT - 1
        assert visit.of("problem") == []

    play(scenario, tray_storage=storage)
    play(next_visit, tray_storage=storage)


def test_a_drawing_that_is_refused_takes_nothing_of_what_undo_brings_back() -> None:
    async def scenario(visit: Visit) -> None:
        await fill(visit, 2)
        await visit.ask("clear_tray")
        for answer in (
            await visit.ask("add_drawing", BLANK, 1),
            await visit.ask("add_drawing", DRAWING, 10),
            await visit.ask("open_tray", b"{}", "bad.json"),
        ):
            assert "problem" in answer
        assert await visit.ask("undo_tray") == {}
        assert labels(visit) == [1, 0]

    play(scenario)


def test_with_nothing_to_bring_back_the_record_stays_as_it_is() -> None:
    storage = FakeStorage()
    storage.record = json.dumps({"labels": [3], "held_out": [False]}), bytes.fromhex(DRAWING)
    record = storage.record

    async def scenario(visit: Visit) -> None:
        assert await visit.ask("undo_tray") == {}
        assert labels(visit) == [3]
        assert (storage.record, storage.writes) == (record, 0)

    play(scenario, tray_storage=storage)


def test_of_a_record_that_holds_too_many_the_newest_are_taken() -> None:
    storage = FakeStorage()
    count = TRAY_LIMIT + 2
    storage.record = (
        json.dumps({"labels": [index % 10 for index in range(count)], "held_out": [False] * count}),
        bytes.fromhex("".join(drawing(number) for number in range(count))),
    )

    async def scenario(visit: Visit) -> None:
        await visit.ask("restore")
        assert visit.last("tray")["count"] == TRAY_LIMIT
        assert listed(visit)["drawings"][0]["pixels"] == drawing(count - 1)
        assert "502 drawings were kept" in visit.last("problem")["detail"]

    play(scenario, tray_storage=storage)


def test_whatever_the_storage_raises_is_told_and_the_drawings_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("surprise")

    async def scenario(visit: Visit) -> None:
        monkeypatch.setattr(visit.tray_storage, "write", fail)
        await fill(visit, 2)
        (problem,) = visit.of("problem")
        assert problem["kind"] == TRAY_NOT_KEPT
        assert problem["detail"].startswith(
            worker_texts.STORAGE_FAILED.format(error="ZeroDivisionError: surprise") + ". They"
        )
        monkeypatch.undo()
        await visit.ask("add_drawing", drawing(2), 2)
        assert labels(visit) == [2, 1, 0]
        assert [report["kind"] for report in visit.of("recovered")] == [TRAY_NOT_KEPT]

    play(scenario)
