"""What the server says of a class, for the tests of the pages that are in one.

Runs on CPython and, with the page tour, on MicroPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CODE = "BCDF"
SECRET, VIEW, PROJECTOR_VIEW = "a-secret", "a-view", "another-view"


def the_class(**changes: "Any") -> "dict[str, Any]":
    document: dict[str, Any] = {
        "code": CODE,
        "title": "8b",
        "is_locked": False,
        "wants_attention": False,
        "begun_at": "2026-11-29T08:00:00Z",
        "ends_at": "2026-11-29T20:00:00Z",
        "orders": [],
        "pupils": 2,
    }
    document.update(changes)
    return document


def order(number: int, kind: str, lesson: str = "", starts: bool = False) -> "dict[str, Any]":
    return {"number": number, "order": kind, "lesson": lesson, "starts": starts, "given_at": ""}


def status(**changes: "Any") -> "dict[str, Any]":
    document: dict[str, Any] = {
        "doing": "training",
        "steps": 1200,
        "validation_digits": 0.9,
        "validation_drawings": 0.5,
        "curve": [0.1, 0.5, 0.75],
        "drawing": None,
    }
    document.update(changes)
    return document


def pupil(
    number: int, name: str, told: "dict[str, Any] | None" = None, is_present: bool = True
) -> "dict[str, Any]":
    return {"id": number, "name": name, "is_present": is_present, "seen_at": "", "status": told}


def of_teacher(*pupils: "dict[str, Any]", **changes: "Any") -> "dict[str, Any]":
    """The event "class" as the teacher gets it."""
    return {
        "role": "teacher",
        "class": the_class(**changes),
        "pupils": list(pupils),
        "learning": None,
        "digits": {"count": 0, "revision": 0},
    }


def of_pupil(name: str = "Otter", **changes: "Any") -> "dict[str, Any]":
    return {
        "role": "pupil",
        "class": the_class(**changes),
        "me": {"id": 1, "name": name},
        "learning": None,
        "digits": {"count": 0, "revision": 0},
    }


def learning(number: int = 2, **changes: "Any") -> "Any":
    """Round `number` of learning together, in which pupil 1 has 3s and 7s."""
    document: dict[str, Any] = {
        "id": 1,
        "split": "two_digits",
        "local_steps": 20,
        "rounds": 3,
        "seconds": 60,
        "round": number,
        "state": "running",
        "deadline_at": "",
        "answered": [2],
        "participants": [
            {"id": 1, "index": 0, "digits": [3, 7]},
            {"id": 2, "index": 1, "digits": [0, 1]},
        ],
        "seed": 5,
        "history": [entry(each) for each in range(1, number)],
        "central": [0.5],
    }
    document.update(changes)
    return document


def entry(number: int, *left_out: "dict[str, str]") -> "dict[str, Any]":
    """What came of a round."""
    return {
        "round": number,
        "accuracy": 0.2 * number,
        "answered": 2,
        "left_out": list(left_out),
        "alone": 0.1,
    }


def started() -> "dict[str, Any]":
    """The answer to who starts a class."""
    return {
        "class": the_class(),
        "secret": SECRET,
        "view": VIEW,
        "projector_view": PROJECTOR_VIEW,
        "addresses": ["http://192.168.1.5:8000/"],
        "is_reachable": True,
    }


def joined(name: str = "Otter") -> "dict[str, Any]":
    """The answer to who joins one."""
    return {"pupil": {"id": 1, "name": name}, "secret": SECRET, "view": VIEW}


def kept(role: str, **changes: "Any") -> "Any":
    """What the browser keeps of a class."""
    membership: dict[str, Any] = {
        "code": CODE,
        "role": role,
        "secret": SECRET,
        "view": VIEW,
        "done": 0,
    }
    membership.update({"pupil": {"id": 1, "name": "Otter"}} if role == "pupil" else {})
    membership.update(changes)
    return membership
