"""Classes, through the client: who may do what, and what everybody sees."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.services.animals import ANIMALS
from api.services.classes import LETTERS, MOST_PUPILS
from app.model.data.datasets import Dataset
from tests.api.class_room import INK, STATUS, ClassRoom, Events, bearer
from tests.api.clock import Clock
from tests.api.problems import assert_problem
from tests.api.publishing import OPERATOR, TOKEN, Params


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(settings: Settings, dataset: Dataset, params: Params, clock: Clock) -> FlaskClient:
    return create_app(settings, dataset, params, clock).test_client()


@pytest.fixture
def room(client: FlaskClient) -> ClassRoom:
    return ClassRoom(client)


def test_a_class_begins_with_all_that_its_teacher_needs(room: ClassRoom) -> None:
    begun = room.begun
    assert set(begun["class"]["code"]) <= set(LETTERS)
    assert begun["class"]["title"] == "7b"
    assert begun["class"]["pupils"] == 0
    assert begun["class"]["begun_at"] == "2026-01-01T00:00:00.000Z"
    assert begun["class"]["ends_at"] == "2026-01-01T12:00:00.000Z"
    assert len({begun["secret"], begun["view"], begun["projector_view"]}) == 3
    assert min(map(len, (begun["secret"], begun["view"], begun["projector_view"]))) >= 22
    assert begun["addresses"] == ["http://localhost/"]
    assert begun["is_reachable"] is False


def test_the_code_may_be_typed_in_any_case(room: ClassRoom) -> None:
    answer = room.client.get(f"/api/classes/{room.code.lower()}")
    assert answer.get_json() == {"class": room.begun["class"]}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("code", ["ABCD", "B", "BBBBB", "B%20BB", "B'BB", "\u0411BBB"])
def test_what_is_no_class_is_said(client: FlaskClient, code: str) -> None:
    assert_problem(client.get(f"/api/classes/{code}"), 404, "There is no class")


def test_a_secret_says_who_one_is(room: ClassRoom) -> None:
    """As on another device, to which only the secret was carried."""
    teacher = room.ask("GET", "").get_json()
    assert teacher["role"] == "teacher"
    for name in ("view", "projector_view", "addresses"):
        assert teacher[name] == room.begun[name]
    ada = room.join("Ada")
    pupil = room.ask("GET", "", ada.secret).get_json()
    assert pupil["role"] == "pupil"
    assert pupil["pupil"] == {"id": 1, "name": "Ada"}
    assert pupil["view"] == ada.view
    assert "projector_view" not in pupil
    assert_problem(room.ask("GET", "", "a" * 22), 401, "of nobody in this class")


def test_names_are_free_unique_and_in_any_script(room: ClassRoom) -> None:
    names = [
        room.join(name).name
        for name in ("Ada", " ada ", "ADA", "\u30a2\u30c0", "\u0410\u0434\u0430")
    ]
    assert names == ["Ada", "ada 2", "ADA 3", "\u30a2\u30c0", "\u0410\u0434\u0430"]
    longest = "x" * 40
    assert room.join(longest).name == longest
    assert room.join(longest).name == "x" * 38 + " 2"
    assert room.join(None).name in ANIMALS
    assert room.join("  ").name in ANIMALS
    assert [pupil["id"] for pupil in room.board()["pupils"]] == list(range(1, 10))


@pytest.mark.parametrize(
    "name",
    ["x" * 41, "a\u202eb", "a\x00b", "a\nb\x07", "\u3164", 7, ["Ada"], {"name": "Ada"}, True],
)
def test_names_that_cannot_be_shown_are_refused(room: ClassRoom, name: Any) -> None:
    response = room.client.post(f"{room.path}/pupils", json={"name": name})
    assert_problem(response, 422, "name must be")
    assert room.board()["pupils"] == []


def test_where_names_are_not_taken_all_are_animals(
    settings: Settings, dataset: Dataset, params: Params
) -> None:
    client = create_app(replace(settings, takes_names=False), dataset, params).test_client()
    room = ClassRoom(client)
    answer = client.post(f"{room.path}/pupils", json={"name": "Ada"}).get_json()
    assert answer["pupil"]["name"] in ANIMALS
    assert "takes no names" in answer["notice"]
    response = room.ask("PATCH", "/pupils/1", json={"name": "Ada"})
    assert_problem(response, 403, "takes no names")


def test_sixty_come_in_and_the_next_does_not(room: ClassRoom) -> None:
    pupils = [room.join() for _ in range(MOST_PUPILS)]
    assert len({pupil.name for pupil in pupils}) == MOST_PUPILS
    response = room.client.post(f"{room.path}/pupils", json={"name": None})
    assert_problem(response, 409, "full", "60 pupils")
    assert room.ask("DELETE", "/pupils/7").status_code == 204
    assert room.join("Late").id == MOST_PUPILS + 1  # numbers are not given again


def test_a_locked_door_keeps_others_out_but_nobody_who_is_in(room: ClassRoom) -> None:
    ada = room.join("Ada")
    assert room.ask("PATCH", "", json={"is_locked": True}).get_json()["class"]["is_locked"] is True
    response = room.client.post(f"{room.path}/pupils", json={"name": "Bob"})
    assert_problem(response, 403, "locked", "teacher")
    assert room.say(ada).status_code == 204
    assert room.events(ada.view).until("class")["me"]["name"] == "Ada"
    room.ask("PATCH", "", json={"is_locked": False})
    assert room.join("Bob").id == 2


# Who may do what

TEACHERS: list[dict[str, Any]] = [
    {"method": "PATCH", "path": "", "json": {"title": "8a"}},
    {"method": "DELETE", "path": ""},
    {"method": "POST", "path": "/orders", "json": {"order": "start"}},
    {"method": "PATCH", "path": "/pupils/1", "json": {"name": "Eve"}},
    {"method": "GET", "path": "/results.csv"},
    {
        "method": "POST",
        "path": "/learning",
        "json": {"split": "shares", "local_steps": 1, "rounds": 1, "seconds": 5},
    },
    {"method": "DELETE", "path": "/learning"},
]
PUPILS: list[dict[str, Any]] = [
    {"method": "PUT", "path": "/pupils/1/status", "json": STATUS},
]
BOTH: list[dict[str, Any]] = [
    {"method": "DELETE", "path": "/pupils/1"},
]


@pytest.mark.parametrize("call", [*TEACHERS, *PUPILS, *BOTH])
def test_nobody_does_anything_without_a_secret_of_this_class(
    room: ClassRoom, call: dict[str, Any]
) -> None:
    room.join("Ada")
    other = ClassRoom(room.client)
    for secret in ("", "nonsense", other.secret, other.join().secret, room.begun["view"]):
        assert_problem(room.ask(**call, secret=secret), 401, "secret")
    assert [pupil["name"] for pupil in room.board()["pupils"]] == ["Ada"]


@pytest.mark.parametrize("call", TEACHERS)
def test_pupils_do_not_do_what_is_the_teachers(room: ClassRoom, call: dict[str, Any]) -> None:
    room.join("Ada")
    response = room.ask(**call, secret=room.join("Bob").secret)
    assert_problem(response, 403, "Only the teacher")
    assert room.board()["class"]["title"] == "7b"


@pytest.mark.parametrize("call", PUPILS)
def test_nobody_speaks_for_a_pupil(room: ClassRoom, call: dict[str, Any]) -> None:
    room.join("Ada")
    for secret in (room.secret, room.join("Bob").secret):
        assert_problem(room.ask(**call, secret=secret), 403, "pupil themselves")
    room.tend()
    assert room.board()["pupils"][0]["status"] is None


def test_keys_that_only_show_do_only_that(room: ClassRoom) -> None:
    ada = room.join("Ada")
    for key in ("", "nonsense", room.secret, ada.secret):
        response = room.client.get(f"{room.path}/events", query_string={"view": key})
        assert_problem(response, 401, "view")
        assert room.secret not in response.text


def test_a_removed_pupil_is_out(room: ClassRoom) -> None:
    ada = room.join("Ada")
    events = room.events(ada.view)
    events.until("class")
    assert room.ask("DELETE", "/pupils/1").status_code == 204
    assert events.next() == ("end", {"reason": "removed"})
    assert list(events.rest()) == []
    assert_problem(room.say(ada), 401, "join again")
    assert_problem(room.ask("DELETE", "/pupils/1"), 404, "no pupil 1")


def test_a_pupil_leaves_and_throws_nobody_else_out(room: ClassRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    assert_problem(room.ask("DELETE", "/pupils/1", bob.secret), 403, "pupil themselves")
    assert room.ask("DELETE", "/pupils/1", ada.secret).status_code == 204
    assert [pupil["name"] for pupil in room.board()["pupils"]] == ["Bob"]


def test_guessing_codes_ends_soon(client: FlaskClient) -> None:
    room = ClassRoom(client)
    ada = room.join("Ada")
    for _ in range(60):
        assert client.get("/api/classes/BBBB").status_code == 404
    for code in ("BBBB", room.code):
        assert_problem(client.get(f"/api/classes/{code}"), 429, "many codes")
    # Those who are in go on, behind the same address too.
    assert room.ask("GET", "").status_code == 200
    assert room.say(ada).status_code == 204
    assert room.events(ada.view).until("class")["role"] == "pupil"
    # Those who know their code are not held up elsewhere, however many they are.
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(100):
        response = client.get(f"/api/classes/{room.code}", environ_overrides=elsewhere)
        assert response.status_code == 200


def test_nobody_takes_all_connections(room: ClassRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    streams = [room.events(ada.view) for _ in range(40)]
    path = f"{room.path}/events?view="
    assert_problem(room.client.get(path + ada.view), 429, "40 streams are open with this key")
    assert room.events(bob.view).until("class")["role"] == "pupil"
    streams.pop().close()
    assert room.events(ada.view).until("class")["role"] == "pupil"


def test_guessing_keys_ends_soon(client: FlaskClient) -> None:
    room = ClassRoom(client)
    for number in range(60):
        assert room.ask("GET", "", f"secret {number}").status_code == 401
    for path in ("", "/events?view=guessed"):
        assert_problem(room.ask("GET", path, "another"), 429, "many codes or keys")
    assert room.ask("GET", "").status_code == 200


def test_limits_count_pupils_not_addresses(
    settings: Settings, dataset: Dataset, params: Params
) -> None:
    client = create_app(replace(settings, attempt_limit="5/minute"), dataset, params).test_client()
    room = ClassRoom(client)
    pupils = [room.join() for _ in range(40)]
    for _ in range(3):
        assert {room.say(pupil).status_code for pupil in pupils} == {204}
    for _ in range(177):
        room.say(pupils[0])
    assert_problem(room.say(pupils[0]), 429, "too much at once")
    assert room.say(pupils[1]).status_code == 204


@pytest.mark.parametrize(("setting", "statuses"), [("off", (403, 403)), ("admin", (401, 201))])
def test_an_operator_decides_who_begins_classes(
    settings: Settings, dataset: Dataset, params: Params, setting: str, statuses: tuple[int, int]
) -> None:
    changed = replace(settings, classes=setting, admin_token=TOKEN)
    client = create_app(changed, dataset, params).test_client()
    found = [
        client.post("/api/classes", json={"title": "7b"}, headers=headers).status_code
        for headers in ({}, OPERATOR)
    ]
    assert tuple(found) == statuses
    assert client.get("/api/").get_json()["classes"] == setting
    expected = 403 if setting == "off" else 404
    assert client.get("/api/classes/BBBB").status_code == expected


def test_other_sites_neither_read_nor_write(room: ClassRoom) -> None:
    response = room.client.get(room.path, headers={"Origin": "http://evil.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    headers = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert room.client.post("/api/classes", json={"title": ""}, headers=headers).status_code == 403


# Bad input


@pytest.mark.parametrize(
    ("method", "path", "body", "word"),
    [
        ("PATCH", "", {}, "must have"),
        ("PATCH", "", {"is_locked": "yes"}, "is_locked"),
        ("PATCH", "", {"wants_attention": 1}, "wants_attention"),
        ("PATCH", "", {"title": "x" * 61}, "title"),
        ("PATCH", "", {"title": None}, "title"),
        ("POST", "/orders", {}, "order"),
        ("POST", "/orders", {"order": "dance"}, "order"),
        ("POST", "/orders", {"order": "lesson"}, "lesson"),
        ("POST", "/orders", {"order": "lesson", "lesson": ""}, "lesson"),
        ("POST", "/orders", {"order": "lesson", "lesson": "a b"}, "lesson"),
        ("POST", "/orders", {"order": "lesson", "lesson": "<script>"}, "lesson"),
        ("POST", "/orders", {"order": "lesson", "lesson": "x" * 2001}, "lesson"),
        ("POST", "/orders", {"order": "start", "starts": "yes"}, "starts"),
        ("PATCH", "/pupils/1", {"name": " "}, "name"),
        ("PATCH", "/pupils/1", {}, "name"),
        ("PATCH", "/pupils/x", {"name": "Ada"}, "pupil"),
    ],
)
def test_a_teachers_bad_input_is_said_and_changes_nothing(
    room: ClassRoom, method: str, path: str, body: Any, word: str
) -> None:
    room.join("Ada")
    before = room.board()
    assert_problem(room.ask(method, path, json=body), 422, word)
    assert room.board() == before


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"doing": "sleeping"}, "doing"),
        ({"doing": None}, "doing"),
        ({"steps": -1}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"steps": True}, "steps"),
        ({"validation_digits": 1.01}, "validation_digits"),
        ({"validation_digits": "0.5"}, "validation_digits"),
        ({"validation_drawings": False}, "validation_drawings"),
        ({"curve": [0.5] * 61}, "curve"),
        ({"curve": None}, "curve"),
        ({"curve": [2]}, "curve"),
        ({"drawing": {"pixels": "ff"}}, "drawing"),
        ({"drawing": {"pixels": INK[:-2] + "zz"}}, "drawing"),
        ({"drawing": {"pixels": INK[:-2] + "  "}}, "drawing"),
        ({"drawing": {"pixels": INK, "prediction": 10}}, "prediction"),
        ({"drawing": "nothing"}, "drawing"),
    ],
)
def test_a_pupils_bad_status_is_said_and_not_shown(
    room: ClassRoom, changes: dict[str, Any], word: str
) -> None:
    ada = room.join("Ada")
    assert_problem(room.say(ada, **changes), 422, word)
    room.tend()
    assert room.board()["pupils"][0]["status"] is None


def test_no_number_that_json_does_not_have_gets_in(room: ClassRoom) -> None:
    ada = room.join("Ada")
    text = json.dumps(STATUS).replace("0.91", "NaN")
    path = f"{room.path}/pupils/1/status"
    response = room.client.put(
        path, data=text, content_type="application/json", headers=bearer(ada.secret)
    )
    assert_problem(response, 422, "validation_digits")


def test_huge_and_broken_bodies_are_refused(room: ClassRoom) -> None:
    ada = room.join("Ada")
    path, headers = f"{room.path}/pupils/1/status", bearer(ada.secret)
    for data, kind, status in (
        (b"x" * 70_000, "application/json", 413),
        (b"{", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
    ):
        response = room.client.put(path, data=data, content_type=kind, headers=headers)
        assert_problem(response, status)


def test_what_pupils_say_each_second_does_not_fill_the_log(
    room: ClassRoom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    ada = room.join("Ada")
    room.say(ada)
    assert f"POST {room.path}/pupils 201" in caplog.text
    assert "/status" not in caplog.text


# What everybody sees


def test_the_board_shows_what_a_pupil_says(room: ClassRoom, clock: Clock) -> None:
    ada = room.join("Ada")
    events = room.events()
    whole = events.until("class")
    assert whole["role"] == "teacher"
    assert whole["pupils"] == [
        {
            "id": 1,
            "name": "Ada",
            "is_present": False,
            "seen_at": None,
            "status": None,
            "digits": 0,
        }
    ]
    assert whole["learning"] is None
    assert whole["digits"] == {"count": 0, "revision": 0}
    assert room.say(ada).status_code == 204
    (shown,) = events.until("pupils")
    assert shown["is_present"] is True
    assert shown["status"] == STATUS
    clock.advance(seconds=13)
    (shown,) = events.until("pupils")
    assert shown["is_present"] is False
    assert shown["status"] == STATUS
    events.close()


def test_the_newest_status_counts(room: ClassRoom) -> None:
    ada = room.join("Ada")
    for steps in range(20):
        room.say(ada, steps=steps)
    room.tend()
    assert room.board()["pupils"][0]["status"]["steps"] == 19


def test_pupils_see_the_class_and_nothing_of_the_others(room: ClassRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    events = room.events(ada.view)
    whole = events.until("class")
    assert whole["role"] == "pupil"
    assert whole["me"] == {"id": 1, "name": "Ada"}
    assert whole.keys().isdisjoint(("pupils", "addresses"))
    room.say(bob)
    room.tend()
    room.ask("PATCH", "", json={"wants_attention": True})
    assert events.next()[1]["class"]["wants_attention"] is True  # no `pupils` before it
    room.ask("PATCH", "/pupils/1", json={"name": "bob"})
    assert events.next()[1]["me"] == {"id": 1, "name": "bob 2"}
    events.close()


def test_a_projector_has_no_secrets(room: ClassRoom) -> None:
    ada = room.join("Ada")
    room.say(ada)
    room.tend()
    events = room.events(room.begun["projector_view"])
    whole = events.until("class")
    events.close()
    assert whole["role"] == "projector"
    assert [pupil["name"] for pupil in whole["pupils"]] == ["Ada"]
    # It shows the way in, as the board does.
    assert whole["addresses"] == room.begun["addresses"]
    assert whole["is_reachable"] == room.begun["is_reachable"]
    text = json.dumps(whole)
    for key in (room.secret, room.begun["view"], ada.secret, ada.view):
        assert key not in text


def test_orders_are_numbered_and_late_comers_get_what_still_holds(
    room: ClassRoom, clock: Clock
) -> None:
    def orders(events: Events) -> list[Any]:
        told: list[Any] = events.until("class")["class"]["orders"]
        return told

    def numbers(events: Events) -> list[int]:
        return [order["number"] for order in orders(events)]

    ada = room.join("Ada")
    events = room.events(ada.view)
    assert orders(events) == []
    lesson = {"order": "lesson", "lesson": "preset=high&seed=7", "starts": True}
    assert room.ask("POST", "/orders", json=lesson).status_code == 201
    given = {"number": 1, **lesson, "given_at": "2026-01-01T00:00:00.000Z"}
    assert orders(events) == [given]
    room.ask("POST", "/orders", json={"order": "pause"})
    assert numbers(events) == [1, 2]
    clock.advance(seconds=20)
    soon = room.events(room.join().view)
    assert [order["order"] for order in orders(soon)] == ["lesson", "pause"]
    soon.close()
    clock.advance(seconds=20)
    late = room.events(room.join().view)
    assert numbers(late) == [1]
    room.ask("PATCH", "", json={"title": "8a"})
    assert numbers(late) == [1]
    room.ask("POST", "/orders", json={"order": "start"})
    assert numbers(late) == [1, 3]
    answer = room.ask("POST", "/orders", json={"order": "reset"}).get_json()
    assert [order["number"] for order in answer["class"]["orders"]] == [1, 4]
    late.close()
    events.close()


def test_the_end_is_told_and_nothing_is_left(room: ClassRoom) -> None:
    ada = room.join("Ada")
    streams = [room.events(), room.events(ada.view), room.events(room.begun["projector_view"])]
    for events in streams:
        events.until("class")
    assert room.ask("DELETE", "").status_code == 204
    for events in streams:
        assert events.until("end") == {"reason": "ended"}
        assert list(events.rest()) == []
    assert room.say(ada).status_code == 204  # said while it ended; nobody hears it
    assert_problem(room.client.get(room.path), 404)


def test_half_a_day_without_a_sign_of_life_ends_a_class(room: ClassRoom, clock: Clock) -> None:
    ada = room.join("Ada")
    room.say(ada)
    room.tend()
    clock.advance(hours=11)
    room.say(ada, steps=129)
    room.tend()
    clock.advance(hours=11)
    assert room.say(ada, steps=129).status_code == 204  # a page that was left open
    room.tend()
    clock.advance(hours=1, seconds=1)
    assert_problem(room.client.get(room.path), 404, "not any more")
    assert room.say(ada, steps=130).status_code == 204
    assert_problem(room.client.get(room.path), 404)  # nor does that begin it again
    ClassRoom(room.client)  # deletes what is over


def test_the_results_open_in_a_spreadsheet(room: ClassRoom) -> None:
    room.say(room.join("=HYPERLINK(1)"))
    room.join('\u0410\u0434\u0430, "A"')
    room.tend()
    response = room.ask("GET", "/results.csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert (
        response.headers["Content-Disposition"] == f'attachment; filename="class-{room.code}.csv"'
    )
    head, first, second = response.text.lstrip("\ufeff").splitlines()
    assert head.startswith("id,name,present,doing,steps")
    assert first.startswith("1,'=HYPERLINK(1),yes,training,128,0.91,,0,2026-01-01T")
    assert second == '2,"\u0410\u0434\u0430, ""A""",no,,,,,0,'


def test_the_qr_code_holds_the_address_to_join_by(
    room: ClassRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    class Drawn:
        def save(self, file: Any, **_: Any) -> None:
            file.write(b"<svg/>")

    def draw(text: str, **_: Any) -> Drawn:
        made.append(text)
        return Drawn()

    monkeypatch.setattr("segno.make_qr", draw)
    response = room.client.get(f"{room.path}/qr.svg", base_url="http://pc.local:8000")
    assert response.content_type == "image/svg+xml"
    assert made == [f"http://pc.local:8000/#class={room.code}"]


def test_the_qr_code_is_an_image(room: ClassRoom) -> None:
    response = room.client.get(f"{room.path}/qr.svg")
    assert response.status_code == 200
    assert re.match(r"<svg [^>]*viewBox=", response.text)
    assert "style" not in response.text
