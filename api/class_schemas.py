"""What the JSON of classes looks like: their documents, and the schemas of these."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from api.schemas import COUNT, DIGIT, NULLABLE_SHARE, SHARE, TIME, reference, schema_of, time_text
from api.services.class_drawings import FORMAT, MOST_AT_ONCE, VERSION
from api.services.class_rooms import PUPIL, Listener, News, Snapshot
from api.services.classes import LIFE_HOURS, MAX_NAME_LENGTH, MOST_PUPILS
from api.services.learning import (
    LONGEST_SECONDS,
    MOST_LOCAL_STEPS,
    MOST_ROUNDS,
    SHORTEST_SECONDS,
    SPLITS,
)
from api.stores.learnings import LearningRow
from app.model.network import INPUT_SIZE

Document = dict[str, Any]

MAX_TITLE_LENGTH = 60
MAX_LESSON_LENGTH = 2000
MOST_CURVE_POINTS = 60
MOST_STEPS = 10**9
DOINGS = ("drawing", "training", "paused", "idle")
ORDERS = ("lesson", "start", "pause", "reset")


def class_document(snapshot: Snapshot, orders: Sequence[Document] = ()) -> Document:
    row = snapshot.row
    return {
        "code": row.code,
        "title": row.title,
        "is_locked": row.is_locked,
        "wants_attention": row.wants_attention,
        "begun_at": time_text(row.begun),
        "ends_at": time_text(row.seen + timedelta(hours=LIFE_HOURS)),
        "orders": list(orders),
        "pupils": len(snapshot.pupils),
    }


def pupil_document(snapshot: Snapshot, number: int) -> Document:
    pupil = snapshot.pupils[number]
    return {
        "id": number,
        "name": pupil.name,
        "is_present": number in snapshot.present,
        "seen_at": pupil.seen and time_text(pupil.seen),
        "status": pupil.status and json.loads(pupil.status),
        "digits": snapshot.drawings.get(number, 0),
    }


def learning_document(learning: LearningRow) -> Document:
    return {
        "id": learning.number,
        "split": learning.split,
        "local_steps": learning.local_steps,
        "rounds": learning.rounds,
        "seconds": learning.seconds,
        "round": learning.round,
        "state": learning.state,
        "deadline_at": learning.deadline and time_text(learning.deadline),
        "answered": list(learning.answered),
        "participants": learning.participants,
        "seed": learning.seed,
        "history": learning.history,
        "central": learning.central,
    }


def whole_document(listener: Listener, news: News) -> Document:
    """All that a reader of a class may know of it."""
    snapshot, member = news.snapshot, listener.member
    learning = snapshot.learning
    document: Document = {
        "role": member.role,
        "class": class_document(snapshot, listener.orders(snapshot)),
        "learning": learning and learning_document(learning),
        "digits": {
            "count": sum(snapshot.drawings.values()),
            "revision": snapshot.row.digits_revision,
        },
    }
    if member.role == PUPIL:
        return document | {"me": name_document(snapshot, member.pupil)}
    return document | {"pupils": [pupil_document(snapshot, number) for number in snapshot.pupils]}


def name_document(snapshot: Snapshot, number: int) -> Document:
    return {"id": number, "name": snapshot.pupils[number].name}


# Schemas


KEY: Document = {"type": "string", "minLength": 1, "maxLength": 64}
CODE: Document = {"type": "string", "pattern": "^[A-Za-z]{4}$"}
PUPIL_ID: Document = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
DRAWING_ID: Document = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
ROUND: Document = {"type": "integer", "minimum": 1, "maximum": MOST_ROUNDS}
PIXELS: Document = {
    "type": "string",
    "pattern": f"^[0-9a-fA-F]{{{2 * INPUT_SIZE}}}$",
    "description": "784 intensities, row by row, two hexadecimal digits each",
}
NAME: Document = {"type": "string", "maxLength": MAX_NAME_LENGTH}
NULL: Document = {"type": "null"}

_ADDRESSES = {
    "addresses": {
        "type": "array",
        "items": {"type": "string"},
        "description": "what pupils type, the best first",
    },
    "is_reachable": {
        "type": "boolean",
        "description": "false if only the server's own machine reaches it",
    },
}
_MEMBER = schema_of({"id": PUPIL_ID, "name": NAME})
_DRAWING = {"label": DIGIT, "pixels": PIXELS}
_TRAY = {"format": {"const": FORMAT}, "version": {"const": VERSION}}
_ORDER = {
    "order": {"enum": list(ORDERS)},
    "lesson": {
        "type": ["string", "null"],
        "maxLength": MAX_LESSON_LENGTH,
        "description": "of the order lesson: what stands behind # in the link of a lesson",
    },
    "starts": {"type": "boolean", "description": "begin to train once the lesson is open"},
}
_LEARNING = {
    "split": {"enum": list(SPLITS)},
    "local_steps": {"type": "integer", "minimum": 1, "maximum": MOST_LOCAL_STEPS},
    "rounds": {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_ROUNDS},
    "seconds": {"type": "integer", "minimum": SHORTEST_SECONDS, "maximum": LONGEST_SECONDS},
}

CLASS_SCHEMAS: dict[str, Document] = {
    "Class": schema_of(
        {
            "code": {"type": "string", "pattern": "^[A-Z]{4}$"},
            "title": {"type": "string", "maxLength": MAX_TITLE_LENGTH},
            "is_locked": {"type": "boolean", "description": "nobody else may join"},
            "wants_attention": {"type": "boolean"},
            "begun_at": TIME,
            "ends_at": TIME | {"description": f"{LIFE_HOURS} hours after the last sign of life"},
            "orders": {
                "type": "array",
                "maxItems": 2,
                "items": schema_of(
                    {"number": {"type": "integer", "minimum": 1}, **_ORDER, "given_at": TIME}
                ),
                "description": "to be carried out in turn, each once: the last lesson, and the "
                "last order after it",
            },
            "pupils": COUNT | {"maximum": MOST_PUPILS},
        }
    ),
    "NewClass": schema_of({"title": {"type": "string", "maxLength": MAX_TITLE_LENGTH}}),
    "ClassBegun": schema_of(
        {
            "class": reference("Class"),
            "secret": KEY | {"description": "the teacher's; nobody else gets it"},
            "view": KEY,
            "projector_view": KEY,
            **_ADDRESSES,
        }
    ),
    "ClassShown": schema_of(
        {
            "class": reference("Class"),
            "role": {"enum": ["teacher", "pupil"], "description": "if a secret was sent"},
            "view": KEY,
            "projector_view": KEY,
            "pupil": _MEMBER,
            **_ADDRESSES,
        },
        required=["class"],
    ),
    "ClassAnswer": schema_of({"class": reference("Class")}),
    "ClassChanges": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "maxLength": MAX_TITLE_LENGTH},
            "is_locked": {"type": "boolean"},
            "wants_attention": {"type": "boolean"},
        },
        "minProperties": 1,
    },
    "ClassOrder": schema_of(_ORDER, required=["order"]),
    "NewPupil": {
        "type": "object",
        "properties": {
            "name": NAME | {"type": ["string", "null"], "description": "null: an animal's name"}
        },
    },
    "PupilJoined": schema_of(
        {
            "pupil": _MEMBER,
            "secret": KEY,
            "view": KEY,
            "notice": {"type": "string", "description": "if names are not taken"},
        },
        required=["pupil", "secret", "view"],
    ),
    "PupilName": schema_of({"name": NAME}),
    "PupilAnswer": schema_of({"pupil": _MEMBER}),
    "PupilStatus": schema_of(
        {
            "doing": {"enum": list(DOINGS)},
            "steps": {"type": "integer", "minimum": 0, "maximum": MOST_STEPS},
            "validation_digits": NULLABLE_SHARE,
            "validation_drawings": NULLABLE_SHARE,
            "curve": {"type": "array", "items": SHARE, "maxItems": MOST_CURVE_POINTS},
            "drawing": {
                "oneOf": [
                    schema_of(
                        {
                            "pixels": PIXELS,
                            "prediction": {"type": ["integer", "null"], "minimum": 0, "maximum": 9},
                        }
                    ),
                    NULL,
                ],
                "description": "only if the pupil shares it",
            },
        }
    ),
    "ClassDigits": schema_of(
        {
            **_TRAY,
            "drawings": {
                "type": "array",
                "items": schema_of(
                    {
                        **_DRAWING,
                        "held_out": {"type": "boolean"},
                        "id": DRAWING_ID,
                        "pupil": PUPIL_ID,
                        "name": NAME,
                    }
                ),
            },
        }
    ),
    "HandedIn": schema_of(
        {
            **_TRAY,
            "drawings": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_AT_ONCE,
                "items": schema_of(
                    {**_DRAWING, "held_out": {"type": "boolean"}}, required=list(_DRAWING)
                ),
            },
        }
    ),
    "DigitsCount": schema_of({"count": COUNT | {"description": "that the pupil has handed in"}}),
    "DigitLabel": schema_of({"label": DIGIT}),
    "DigitAnswer": schema_of({"id": DRAWING_ID, "label": DIGIT}),
    "NewLearning": schema_of(_LEARNING),
    "LearningAnswer": schema_of({"learning": reference("Learning")}),
    "Learning": schema_of(
        {
            "id": COUNT,
            **_LEARNING,
            "round": COUNT | {"description": "the running one, or the number that were finished"},
            "state": {"enum": ["running", "done", "stopped"]},
            "deadline_at": {"type": ["string", "null"]},
            "answered": {"type": "array", "items": PUPIL_ID},
            "participants": {
                "type": "array",
                "items": schema_of(
                    {
                        "id": PUPIL_ID,
                        "index": COUNT,
                        "digits": {"oneOf": [{"type": "array", "items": DIGIT}, NULL]},
                    }
                ),
            },
            "seed": COUNT,
            "history": {
                "type": "array",
                "items": schema_of(
                    {
                        "round": ROUND,
                        "accuracy": SHARE | {"description": "of the common network"},
                        "answered": COUNT,
                        "left_out": {
                            "type": "array",
                            "items": schema_of({"name": NAME, "reason": {"type": "string"}}),
                        },
                        "alone": NULLABLE_SHARE | {"description": "mean of the answers' own"},
                    }
                ),
            },
            "central": {
                "oneOf": [{"type": "array", "items": SHARE}, NULL],
                "description": "by round, of as many steps on all data in one place",
            },
        }
    ),
}
