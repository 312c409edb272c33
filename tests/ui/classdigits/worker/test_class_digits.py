"""The class's digits, through the exported functions."""

import asyncio
import json
from typing import Any

import pytest

from app.pyscript.messages import CLASS_SET, EVALUATION_FAILED, GALLERY_SIZE, TRAY_LIMIT
from tests.ui.evaluate.worker.test_evaluation import finish_evaluation
from tests.ui.hand.worker.test_tray import drawing, fill, labels
from tests.ui.worker.fake_api import FakeApi
from tests.ui.worker.visit import BLANK, Visit, play

PATH = "/api/classes/BCDF/digits?view=key"


def item(number: int, pupil: int, label: int = 3) -> dict[str, Any]:
    return {
        "id": number,
        "pupil": pupil,
        "name": f"Pupil {pupil}",
        "label": label,
        "held_out": number % 5 == 0,
        "pixels": drawing(number),
    }


def serving(*items: Any) -> FakeApi:
    api = FakeApi()
    document = {"format": "digits-tray", "version": 1, "drawings": list(items)}
    api.spoil = lambda path: (200, json.dumps(document).encode()) if path == PATH else None
    return api


class TestHandingIn:
    def test_gives_what_is_not_known_a_hundred_at_a_time(self) -> None:
        async def scenario(visit: Visit) -> None:
            assert await visit.ask("pick_drawings", []) == {"file": None, "keys": [], "left": 0}
            await fill(visit, 130)
            first = await visit.ask("pick_drawings", [])
            assert (len(first["keys"]), first["left"]) == (100, 30)
            assert (first["file"]["format"], first["file"]["version"]) == ("digits-tray", 1)
            assert first["file"]["drawings"][1] == {
                "label": 1,
                "held_out": False,
                "pixels": drawing(1),
            }
            rest = await visit.ask("pick_drawings", first["keys"])
            assert len(set(first["keys"]) | set(rest["keys"])) == 130
            assert rest["left"] == 0
            known = first["keys"] + rest["keys"]
            assert (await visit.ask("pick_drawings", known))["file"] is None

        play(scenario)

    def test_gives_a_corrected_label_again(self) -> None:
        async def scenario(visit: Visit) -> None:
            await fill(visit, 1)
            known = (await visit.ask("pick_drawings", []))["keys"]
            await visit.ask("add_drawing", drawing(0), 9)
            again = await visit.ask("pick_drawings", known)
            assert [each["label"] for each in again["file"]["drawings"]] == [9]

        play(scenario)


class TestLooking:
    def test_lists_a_pupils_drawings_and_those_of_a_digit(self) -> None:
        async def scenario(visit: Visit) -> None:
            loaded = await visit.ask("load_class_digits", PATH)
            assert loaded["count"] == GALLERY_SIZE + 4
            assert [(hand["name"], hand["drawings"]) for hand in loaded["hands"]] == [
                ("Pupil 1", GALLERY_SIZE + 2),
                ("Pupil 2", 2),
            ]
            everybody = visit.call("list_class_digits", None, None, 0)
            assert everybody["total"] == GALLERY_SIZE + 4
            assert everybody["drawings"][0] == {
                "number": 102,
                "pupil": 2,
                "name": "Pupil 2",
                "label": 8,
            }
            assert len(everybody["pictures"]) == GALLERY_SIZE * 784 * 4
            rest = visit.call("list_class_digits", None, None, GALLERY_SIZE)
            assert len(rest["drawings"]) == 4
            assert visit.call("list_class_digits", 2, None, 0)["total"] == 2
            assert visit.call("list_class_digits", None, 8, 0)["total"] == 1
            assert visit.call("list_class_digits", 1, 8, 0)["total"] == 0

        items = [item(number, 1) for number in range(GALLERY_SIZE + 2)]
        play(scenario, serving(*items, item(101, 2), item(102, 2, 8)))

    @pytest.mark.parametrize(
        "answer",
        [b"<html>", b"[]", b'{"drawings": 1}', b'{"drawings": [{"id": 1}]}'],
    )
    def test_says_that_an_answer_is_damaged(self, answer: bytes) -> None:
        async def scenario(visit: Visit) -> None:
            refused = await visit.ask("load_class_digits", PATH)
            assert refused["problem"]["title"] == "The class's digits could not be loaded"
            assert visit.call("list_class_digits", None, None, 0)["total"] == 0

        api = FakeApi()
        api.spoil = lambda path: (200, answer) if path == PATH else None
        play(scenario, api)

    def test_what_has_too_few_pixels_is_damaged(self) -> None:
        async def scenario(visit: Visit) -> None:
            assert "damaged" in (await visit.ask("load_class_digits", PATH))["problem"]["detail"]

        play(scenario, serving(item(1, 1) | {"pixels": BLANK[2:]}))


class TestReading:
    """They are one of the sets under Evaluate."""

    def test_counts_what_is_read_right_by_hand(self) -> None:
        async def scenario(visit: Visit) -> None:
            await visit.ask("load_class_digits", PATH)
            visit.call("evaluate", CLASS_SET)
            await asyncio.sleep(0.1)
            assert visit.last("evaluating")["stage"] == EVALUATION_FAILED, "there are none yet"
            digit = visit.call("predict", drawing(1))["digit"]
            wrong = (digit + 1) % 10
            serve(visit, item(1, 1, digit), item(2, 1, digit), item(3, 2, digit), item(4, 2, wrong))
            await visit.ask("load_class_digits", PATH)
            report = await finish_evaluation(visit, CLASS_SET)
            assert report["groups"] == [
                {"name": "Pupil 1", "samples": 2, "right": 2},
                {"name": "Pupil 2", "samples": 2, "right": 1},
            ]
            assert (report["samples"], report["accuracy"]) == (4, 0.75)
            mistakes = visit.call("list_mistakes", CLASS_SET, 0)
            assert [(each["label"], each["digit"]) for each in mistakes["digits"]] == [
                (wrong, digit)
            ]
            assert visit.call("forget_evaluation", CLASS_SET) == {}
            assert visit.call("list_mistakes", CLASS_SET, 0)["total"] == 0

        play(scenario, serving())

    def test_keeps_nothing_of_a_class_that_ended_meanwhile(self) -> None:
        async def scenario(visit: Visit) -> None:
            await visit.ask("load_class_digits", PATH)
            visit.call("evaluate", CLASS_SET)
            visit.call("forget_class_digits")
            visit.call("forget_evaluation", CLASS_SET)
            await asyncio.sleep(0.1)
            assert visit.last("evaluating")["stage"] == EVALUATION_FAILED
            assert visit.call("list_cell", CLASS_SET, 1, 1, 0)["total"] == 0

        play(scenario, serving(item(1, 1)))


def serve(visit: Visit, *items: Any) -> None:
    visit.api.spoil = serving(*items).spoil


class TestTaking:
    def test_puts_them_into_the_tray_one_of_each_pupil_in_turn(self) -> None:
        async def scenario(visit: Visit) -> None:
            await visit.ask("load_class_digits", PATH)
            assert await visit.ask("take_class_digits") == {"added": 4, "left": 0}
            assert labels(visit) == [1, 1, 2, 1]
            assert await visit.ask("take_class_digits") == {"added": 0, "left": 4}

        items = [item(1, 1, 1), item(2, 1, 1), item(3, 1, 1), item(4, 2, 2)]
        play(scenario, serving(*items))

    def test_takes_none_of_a_class_that_is_over(self) -> None:
        async def scenario(visit: Visit) -> None:
            await visit.ask("load_class_digits", PATH)
            assert visit.call("forget_class_digits") == {}
            assert await visit.ask("take_class_digits") == {"added": 0, "left": 0}
            assert visit.call("list_class_digits", None, None, 0)["total"] == 0

        play(scenario, serving(item(1, 1)))

    def test_takes_what_fits(self) -> None:
        async def scenario(visit: Visit) -> None:
            await fill(visit, TRAY_LIMIT - 2)
            await visit.ask("load_class_digits", PATH)
            assert await visit.ask("take_class_digits") == {"added": 2, "left": 1}
            assert "problem" in await visit.ask("take_class_digits")

        play(scenario, serving(*[item(1000 + number, number) for number in range(3)]))
