"""Learning together, through the client: rounds, leavers, nonsense, and a clock that tests set."""

import io
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from api.config import Settings
from api.services.learning import first_params
from app.model.data.datasets import Dataset
from app.model.evaluate.evaluation import evaluate
from app.model.network import Network
from app.model.serialization import HALF_DTYPE, weights_from_npz, weights_to_npz
from tests.api.class_room import ClassRoom, Pupil
from tests.api.clock import Clock
from tests.api.problems import assert_problem
from tests.api.publishing import Params

Document = dict[str, Any]
SETTINGS: Document = {"split": "shares", "local_steps": 5, "rounds": 3, "seconds": 30}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(settings: Settings, digits: Dataset, params: Params, clock: Clock) -> FlaskClient:
    return create_app(settings, digits, params, clock).test_client()


class Together:
    """A class whose pupils are there, and learn together."""

    def __init__(self, client: FlaskClient, clock: Clock, pupils: int = 4, **changes: Any) -> None:
        self.room = ClassRoom(client)
        self.clock = clock
        self.pupils = [self.room.join() for _ in range(pupils)]
        self.be_there(*self.pupils)
        response = self.room.ask("POST", "/learning", json=SETTINGS | changes)
        assert response.status_code == 201, response.text
        self.begun: Document = response.get_json()["learning"]

    def be_there(self, *pupils: Pupil) -> None:
        """Say so, to the database too."""
        for pupil in pupils:
            assert self.room.say(pupil).status_code == 204
        self.room.tend()

    def weights(self, round_: int | None = None) -> Params:
        """The common weights, as pupils get them."""
        query = {"view": self.pupils[0].view} | ({} if round_ is None else {"round": round_})
        response = self.room.client.get(f"{self.room.path}/learning/weights", query_string=query)
        assert response.status_code == 200, response.text
        assert response.content_type == "application/x-npz"
        w1, w2 = weights_from_npz(response.data)
        return {"w1": w1, "w2": w2}

    def answer(
        self, pupil: Pupil, round_: int, params: Params | bytes, samples: int = 100
    ) -> TestResponse:
        content = params if isinstance(params, bytes) else weights_to_npz(params, HALF_DTYPE)
        return self.room.ask(
            "PUT",
            f"/learning/rounds/{round_}/weights?samples={samples}",
            pupil.secret,
            data=content,
            content_type="application/x-npz",
        )

    def learning(self) -> Document:
        """As the board shows it, after the server has done what is due."""
        events = self.room.events()
        events.until("class")
        self.room.tend()
        events.close()
        found: Document = self.room.board()["learning"]
        return found


@pytest.fixture
def together(client: FlaskClient, clock: Clock) -> Together:
    return Together(client, clock)


def moved(params: Params, seed: int, by: float = 0.01) -> Params:
    """As after some steps of training."""
    rng = np.random.default_rng(seed)
    return {
        name: values + by * rng.standard_normal(values.shape, np.float32)
        for name, values in params.items()
    }


def halved(params: Params) -> Params:
    w1, w2 = weights_from_npz(weights_to_npz(params, HALF_DTYPE))
    return {"w1": w1, "w2": w2}


def test_it_begins_with_the_same_weights_for_all(together: Together) -> None:
    begun = together.begun
    assert begun["state"] == "running"
    assert (begun["round"], begun["id"], begun["history"], begun["answered"]) == (1, 1, [], [])
    assert begun["deadline_at"] == "2026-01-01T00:00:30.000Z"
    assert [each["index"] for each in begun["participants"]] == [0, 1, 2, 3]
    assert [each["id"] for each in begun["participants"]] == [1, 2, 3, 4]
    expected = first_params(begun["seed"])
    for round_ in (None, 1):
        found = together.weights(round_)
        assert all(np.array_equal(found[name], expected[name]) for name in expected)


def test_a_round_is_the_mean_by_number_of_samples(together: Together, digits: Dataset) -> None:
    base = together.weights()
    answers = [halved(moved(base, seed)) for seed in range(4)]
    samples = [100, 300, 200, 400]
    for number, (pupil, params) in enumerate(zip(together.pupils, answers, strict=True)):
        assert together.learning()["answered"] == list(range(1, number + 1))
        assert together.answer(pupil, 1, params, samples[number]).status_code == 204
    learning = together.learning()
    assert (learning["round"], learning["answered"]) == (2, [])
    mean = {
        name: sum(s / 1000 * a[name] for s, a in zip(samples, answers, strict=True))
        for name in base
    }
    found = together.weights(2)
    for name, values in mean.items():
        assert np.allclose(found[name], values, rtol=2e-3, atol=1e-4)
    held_out = digits.splits["validation"]

    def accuracy(params: Params) -> float:
        network = Network(params["w1"], params["w2"])
        return evaluate(network, held_out.images, held_out.labels).accuracy

    (entry,) = learning["history"]
    assert entry["round"] == 1
    assert entry["answered"] == 4
    assert entry["left_out"] == []
    assert entry["accuracy"] == pytest.approx(accuracy(found), abs=0.01)
    assert entry["alone"] == pytest.approx(np.mean([accuracy(each) for each in answers]), abs=1e-3)


def test_it_is_done_after_its_rounds_and_the_result_stays(together: Together) -> None:
    for round_ in (1, 2, 3):
        base = together.weights(round_)
        for number, pupil in enumerate(together.pupils):
            assert together.answer(pupil, round_, moved(base, number)).status_code == 204
        learning = together.learning()
    assert learning["state"] == "done"
    assert learning["round"] == 3
    assert learning["deadline_at"] is None
    assert len(learning["history"]) == 3
    response = together.answer(together.pupils[0], 3, base)
    assert_problem(response, 409, "does not learn together")
    result = together.weights()
    assert not np.array_equal(result["w1"], base["w1"])
    again = together.room.ask("POST", "/learning", json=SETTINGS | {"rounds": None})
    assert again.get_json()["learning"]["id"] == 2
    assert again.get_json()["learning"]["seed"] != learning["seed"]


def test_two_digits_each_cover_all_ten(client: FlaskClient, clock: Clock) -> None:
    together = Together(client, clock, 10, split="two_digits")
    given = [each["digits"] for each in together.begun["participants"]]
    assert all(len(set(digits)) == 2 for digits in given)
    for five in (given[:5], given[5:]):
        assert sorted(digit for digits in five for digit in digits) == list(range(10))


def test_own_drawings_have_nothing_to_compare_with(client: FlaskClient, clock: Clock) -> None:
    assert Together(client, clock, split="own").begun["central"] is None


# Who leaves, who is late, who comes


def test_who_leaves_is_missing_in_that_round_only(together: Together) -> None:
    base = together.weights()
    *there, away = together.pupils
    for pupil in there:
        together.answer(pupil, 1, moved(base, pupil.id))
    assert together.learning()["round"] == 1
    together.clock.advance(seconds=10)
    together.be_there(*there)
    assert together.learning()["round"] == 1  # seen ten seconds ago
    together.clock.advance(seconds=3)
    together.be_there(*there)
    learning = together.learning()
    assert learning["round"] == 2
    assert learning["history"][0]["answered"] == 3
    assert_problem(
        together.answer(away, 1, base), 409, "Round 1 is over", "round 2", members=["round"]
    )
    together.be_there(away)
    base = together.weights(2)
    for pupil in together.pupils:
        assert together.answer(pupil, 2, moved(base, pupil.id)).status_code == 204
    assert together.learning()["history"][1]["answered"] == 4


def test_the_deadline_ends_a_round_that_three_have_answered(together: Together) -> None:
    base = together.weights()
    for pupil in together.pupils[:3]:
        together.answer(pupil, 1, moved(base, pupil.id))
    for _ in range(3):
        assert together.learning()["round"] == 1
        together.clock.advance(seconds=10)
        together.be_there(*together.pupils)  # the fourth is there, but slow
    assert together.learning()["round"] == 2


def test_with_fewer_the_deadline_moves_on(together: Together) -> None:
    base = together.weights()
    for pupil in together.pupils[:2]:
        together.answer(pupil, 1, moved(base, pupil.id))
    together.clock.advance(seconds=30)
    learning = together.learning()
    assert learning["round"] == 1
    assert learning["deadline_at"] == "2026-01-01T00:01:00.000Z"
    assert learning["answered"] == [1, 2]  # nobody's work is lost
    together.answer(together.pupils[2], 1, moved(base, 3))
    together.clock.advance(seconds=30)
    assert together.learning()["round"] == 2


def test_who_comes_later_takes_part_from_the_next_round(together: Together) -> None:
    late = together.room.join("Late")
    together.be_there(late)
    base = together.weights()
    for pupil in together.pupils:
        together.answer(pupil, 1, moved(base, pupil.id))
    participants = together.learning()["participants"]
    assert [each["index"] for each in participants] == [0, 1, 2, 3, 4]
    assert participants[4]["id"] == late.id


def test_a_removed_pupil_is_not_waited_for(together: Together) -> None:
    base = together.weights()
    for pupil in together.pupils[:3]:
        together.answer(pupil, 1, moved(base, pupil.id))
    assert together.room.ask("DELETE", "/pupils/4").status_code == 204
    learning = together.learning()
    assert learning["round"] == 2
    assert [each["id"] for each in learning["participants"]] == [1, 2, 3]
    assert_problem(together.answer(together.pupils[3], 2, base), 401, "join again")


def test_a_restart_in_the_middle_of_a_round_keeps_everything(
    together: Together, settings: Settings, digits: Dataset, params: Params
) -> None:
    base = together.weights()
    for pupil in together.pupils[:2]:
        together.answer(pupil, 1, moved(base, pupil.id))
    before = together.learning()
    restarted = create_app(settings, digits, params, together.clock).test_client()
    together.room.client = restarted
    assert together.learning() == before
    for pupil in together.pupils[2:]:
        assert together.answer(pupil, 1, moved(base, pupil.id)).status_code == 204
    assert together.learning()["history"][0]["answered"] == 4


# Nonsense


def npz(**arrays: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "npz"),
        (b"nonsense", "npz"),
        (npz(w1=np.zeros((784, 128))), "w1 and w2"),
        (npz(w1=np.zeros((784, 127)), w2=np.zeros((128, 10))), "shape"),
        (npz(w1=np.full((784, 128), np.nan), w2=np.zeros((128, 10))), "NaN"),
        (npz(w1=np.full((784, 128), np.inf), w2=np.zeros((128, 10))), "infinite"),
        (npz(w1=np.full((784, 128), 9e4), w2=np.zeros((128, 10))), "overflow"),
        (npz(w1=np.full((784, 128), 100.0), w2=np.full((128, 10), 100.0)), "overflow"),
    ],
)
def test_nonsense_is_refused_left_out_and_told(
    together: Together, content: bytes, word: str
) -> None:
    base = together.weights()
    eve, *others = together.pupils
    assert_problem(together.answer(eve, 1, content), 422, word)
    for pupil in others:
        together.answer(pupil, 1, moved(base, pupil.id))
    (entry,) = together.learning()["history"]  # nobody had to wait for another answer
    (left_out,) = entry["left_out"]
    assert left_out["name"] == eve.name
    assert word in left_out["reason"]


def test_who_was_refused_may_send_again(together: Together) -> None:
    base = together.weights()
    eve, *others = together.pupils
    together.answer(eve, 1, b"nonsense")
    assert together.answer(eve, 1, moved(base, 1)).status_code == 204
    for pupil in others:
        together.answer(pupil, 1, moved(base, pupil.id))
    assert together.learning()["history"][0]["left_out"] == []


def test_a_change_far_beyond_the_others_is_left_out(together: Together) -> None:
    base = together.weights()
    eve, *others = together.pupils
    assert together.answer(eve, 1, moved(base, 9, by=0.2)).status_code == 204
    for pupil in others:
        together.answer(pupil, 1, moved(base, pupil.id))
    (entry,) = together.learning()["history"]
    (left_out,) = entry["left_out"]
    assert left_out["name"] == eve.name
    assert "20 times as much as is usual" in left_out["reason"]
    assert np.abs(together.weights(2)["w1"] - base["w1"]).max() < 0.1


def test_nobody_counts_for_all(together: Together) -> None:
    base = together.weights()
    eve, *others = together.pupils
    lied = moved(base, 1)
    together.answer(eve, 1, lied, samples=60_000)
    honest = [moved(base, pupil.id) for pupil in others]
    for pupil, params in zip(others, honest, strict=True):
        together.answer(pupil, 1, params, samples=100)
    together.learning()
    expected = (10 * lied["w1"] + sum(params["w1"] for params in honest)) / 13
    assert np.allclose(together.weights(2)["w1"], expected, rtol=2e-3, atol=3e-4)


def test_where_all_is_nonsense_the_round_goes_on(together: Together) -> None:
    for pupil in together.pupils:
        together.answer(pupil, 1, b"nonsense")
    assert together.learning()["round"] == 1
    together.clock.advance(seconds=31)
    learning = together.learning()
    assert learning["round"] == 1
    assert learning["deadline_at"] == "2026-01-01T00:01:01.000Z"


@pytest.mark.parametrize(
    ("round_", "samples", "status"),
    [(2, 100, 409), (0, 100, 422), (501, 100, 422), (1, 0, 422), (1, 60_001, 422), (1, "", 422)],
)
def test_bad_rounds_and_numbers_are_said(
    together: Together, round_: int, samples: Any, status: int
) -> None:
    response = together.answer(together.pupils[0], round_, together.weights(), samples)
    members = ["round"] if status == 409 else []
    assert_problem(response, status, members=members)


@pytest.mark.parametrize(
    "changes",
    [
        {"split": "all"},
        {"split": None},
        {"local_steps": 0},
        {"local_steps": 1001},
        {"local_steps": True},
        {"rounds": 0},
        {"rounds": 501},
        {"rounds": "3"},
        {"seconds": 4},
        {"seconds": 601},
        {"seconds": 7.5},
    ],
)
def test_bad_settings_are_said_and_nothing_begins(
    client: FlaskClient, clock: Clock, changes: Document
) -> None:
    room = ClassRoom(client)
    for _ in range(3):
        room.say(room.join())
    room.tend()
    assert_problem(room.ask("POST", "/learning", json=SETTINGS | changes), 422, *changes)
    assert room.board()["learning"] is None


def test_three_have_to_be_there_and_once_at_a_time(client: FlaskClient, clock: Clock) -> None:
    room = ClassRoom(client)
    pupils = [room.join() for _ in range(3)]
    for pupil in pupils[:2]:
        room.say(pupil)
    room.tend()
    assert_problem(room.ask("POST", "/learning", json=SETTINGS), 409, "there are 2")
    query = {"view": pupils[0].view}
    response = client.get(f"{room.path}/learning/weights", query_string=query)
    assert_problem(response, 404, "not learned together yet")
    together = Together(client, clock)
    assert_problem(together.room.ask("POST", "/learning", json=SETTINGS), 409, "already")


def test_the_teacher_stops_it_and_keeps_the_result(together: Together) -> None:
    base = together.weights()
    for pupil in together.pupils:
        together.answer(pupil, 1, moved(base, pupil.id))
    together.learning()
    result = together.weights(2)
    together.answer(together.pupils[0], 2, moved(result, 1))
    for _ in range(2):
        stopped = together.room.ask("DELETE", "/learning").get_json()["learning"]
        assert (stopped["state"], stopped["round"]) == ("stopped", 1)
    assert np.array_equal(together.weights()["w1"], result["w1"])
    assert_problem(together.answer(together.pupils[0], 2, base), 409, "does not learn together")


def test_weights_are_for_members(together: Together) -> None:
    path = f"{together.room.path}/learning/weights"
    assert_problem(together.room.client.get(path), 401, "view")
    response = together.room.client.get(path, query_string={"view": together.pupils[0].secret})
    assert_problem(response, 401)
    response = together.room.client.get(f"{path}?view={together.pupils[0].view}&round=2")
    assert_problem(response, 409, "has not begun", members=["round"])


def test_all_data_in_one_place_is_trained_beside_it(together: Together, settings: Settings) -> None:
    base = together.weights()
    for pupil in together.pupils:
        together.answer(pupil, 1, moved(base, pupil.id))
    events = together.room.events()
    central: list[float] = []
    while not central:
        name, data = events.next()
        if name == "class":
            central = data["learning"]["central"]
    events.close()
    assert len(central) == 1
    assert 0 < central[0] <= 1
