"""Class digits, through the client."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from api.services import class_drawings
from tests.api.class_room import INK, ClassRoom, Pupil, bearer
from tests.api.problems import assert_problem

Document = dict[str, Any]


@pytest.fixture
def room(client: FlaskClient) -> ClassRoom:
    return ClassRoom(client)


def tray(*labels: int, **changes: Any) -> Document:
    drawings = [{"label": label, "held_out": False, "pixels": INK} for label in labels]
    return {"format": "digits-tray", "version": 1, "drawings": drawings} | changes


def hand_in(room: ClassRoom, pupil: Pupil, *labels: int) -> int:
    response = room.ask("POST", "/digits", pupil.secret, json=tray(*labels))
    assert response.status_code == 201, response.text
    return int(response.get_json()["count"])


def shown(room: ClassRoom, view: str | None = None) -> list[Document]:
    view = room.begun["view"] if view is None else view
    response = room.client.get(f"{room.path}/digits?view={view}")
    assert response.status_code == 200, response.text
    found: list[Document] = response.get_json()["drawings"]
    return found


def test_everybody_gets_what_pupils_hand_in(room: ClassRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    events = room.events(ada.view)
    assert events.until("class")["digits"] == {"count": 0, "revision": 0}
    assert hand_in(room, ada, 3, 1) == 2
    assert hand_in(room, bob, 4) == 1
    assert hand_in(room, ada, 1) == 3
    for view in (None, room.begun["projector_view"], ada.view):
        found = shown(room, view)
        assert [(each["name"], each["label"]) for each in found] == [
            *[("Ada", 3), ("Ada", 1)],
            *[("Bob", 4), ("Ada", 1)],
        ]
        assert {each["pixels"] for each in found} == {INK}
    data = events.until("class")
    while data["digits"]["count"] < 4:
        data = events.until("class")
    events.close()
    assert data["digits"] == {"count": 4, "revision": 3}
    assert [pupil["digits"] for pupil in room.board()["pupils"]] == [3, 1]


def test_the_tag_says_whether_there_are_others(room: ClassRoom) -> None:
    ada = room.join("Ada")
    hand_in(room, ada, 3)
    path = f"{room.path}/digits?view={ada.view}"
    tag = room.client.get(path).headers["ETag"]
    assert room.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    for change in (
        lambda: hand_in(room, ada, 5),
        lambda: room.ask("PATCH", "/digits/1", json={"label": 8}),
        lambda: room.ask("PATCH", "/pupils/1", json={"name": "Bob"}),  # shown with them
        lambda: room.ask("DELETE", "/digits/1"),
        lambda: room.ask("DELETE", "/pupils/1"),
    ):
        change()
        path = f"{room.path}/digits?view={room.begun['view']}"
        response = room.client.get(path, headers={"If-None-Match": tag})
        assert response.status_code == 200
        tag = response.headers["ETag"]
    assert shown(room) == []


def test_a_teacher_corrects_all_and_pupils_their_own(room: ClassRoom) -> None:
    ada, bob = room.join("Ada"), room.join("Bob")
    hand_in(room, ada, 3, 1)
    hand_in(room, bob, 4)
    assert room.ask("PATCH", "/digits/3", json={"label": 9}).get_json() == {"id": 3, "label": 9}
    assert room.ask("PATCH", "/digits/1", ada.secret, json={"label": 8}).status_code == 200
    assert room.ask("DELETE", "/digits/2", ada.secret).status_code == 204
    for method in ("PATCH", "DELETE"):
        response = room.ask(method, "/digits/3", ada.secret, json={"label": 0})
        assert_problem(response, 404, "no drawing 3 of yours")
    assert [(each["id"], each["label"]) for each in shown(room)] == [(1, 8), (3, 9)]
    assert_problem(room.ask("DELETE", "/digits/2"), 404, "no drawing 2")
    other = ClassRoom(room.client)
    assert_problem(other.ask("DELETE", "/digits/1"), 404)
    assert len(shown(room)) == 2


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ([], "digits-tray"),
        (tray(1, format="other"), "digits-tray"),
        (tray(1, version=2), "digits-tray"),
        (tray(), "1 to 100"),
        (tray(*[1] * 101), "1 to 100"),
        (tray(drawings={"label": 1}), "1 to 100"),
        (tray(1, 10), "drawing 2: label"),
        (tray(drawings=[{"label": True, "pixels": INK}]), "label"),
        (tray(drawings=[{"label": 1, "pixels": INK[2:]}]), "pixels"),
        (tray(drawings=[{"label": 1, "pixels": "00" * 784}]), "blank"),
        (tray(drawings=[{"label": 1, "pixels": INK, "held_out": 1}]), "held_out"),
        (tray(drawings=["7"]), "drawing 1"),
    ],
)
def test_what_is_no_tray_is_said_and_nothing_of_it_kept(
    room: ClassRoom, document: Any, word: str
) -> None:
    ada = room.join("Ada")
    assert_problem(room.ask("POST", "/digits", ada.secret, json=document), 422, word)
    assert shown(room) == []


def test_broken_and_huge_files_are_refused(room: ClassRoom) -> None:
    headers = bearer(room.join("Ada").secret)
    for data, status in ((b"{", 422), (b"[" * 100_000, 422), (b" " * 400_001, 413)):
        response = room.client.post(
            f"{room.path}/digits", data=data, content_type="application/json", headers=headers
        )
        assert_problem(response, status)


def test_nobody_fills_the_class(room: ClassRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_drawings, "MOST_OF_PUPIL", 5)
    monkeypatch.setattr(class_drawings, "MOST_IN_CLASS", 8)
    ada, bob = room.join("Ada"), room.join("Bob")
    hand_in(room, ada, 1, 2, 3)
    response = room.ask("POST", "/digits", ada.secret, json=tray(1, 2, 3))
    assert_problem(response, 409, "handed in 3", "each may hand in 5")
    assert hand_in(room, ada, 4, 5) == 5
    assert_problem(room.ask("POST", "/digits", bob.secret, json=tray(*range(4))), 409, "8 drawings")
    assert hand_in(room, bob, 1, 2, 3) == 3


def test_only_members_read_and_only_pupils_hand_in(room: ClassRoom) -> None:
    assert_problem(room.client.get(f"{room.path}/digits"), 401, "view")
    assert_problem(room.ask("POST", "/digits", "nonsense", json=tray(1)), 401)
    assert_problem(room.ask("POST", "/digits", json=tray(1)), 403, "pupil")
    ada = room.join("Ada")
    assert room.ask("DELETE", "/pupils/1").status_code == 204
    assert_problem(room.ask("POST", "/digits", ada.secret, json=tray(1)), 401)
