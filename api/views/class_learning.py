"""/api/classes/<code>/learning: rounds in which a class averages what each has learned."""

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnprocessableEntity

from api.class_schemas import learning_document
from api.extensions import services
from api.representations import NPZ
from api.services.class_rooms import Room
from api.services.learning import (
    LONGEST_SECONDS,
    MOST_LOCAL_STEPS,
    MOST_ROUNDS,
    MOST_SAMPLES,
    SHORTEST_SECONDS,
    SPLITS,
)
from api.views.bodies import body, json_object
from api.views.class_members import (
    ANSWERS,
    require_pupil,
    require_teacher,
    require_viewer,
    room_of,
)
from api.views.parameters import number_in_text, one_of, shown, whole_number
from api.views.responses import NO_STORE, send_json
from app.model.serialization import MAX_NPZ_SIZE

blueprint = Blueprint("class_learning", __name__, url_prefix="/api/classes/<code>/learning")


@blueprint.post("")
def post_learning(code: str) -> Response:
    """Begin to learn together. For the teacher. 201; 400; 401; 403; 404; 408, 409 while the class
    does already, or has fewer than three pupils who are there; 411, 413, 415; 422; 429."""
    room = room_of(code)
    require_teacher(room)
    wanted = json_object()
    split = wanted.get("split")
    if not isinstance(split, str):
        raise UnprocessableEntity(f"split must be a text, found {shown(split)}.")
    rounds = wanted.get("rounds")
    seconds = wanted.get("seconds")
    services().learning.begin(
        room,
        split=one_of("split", split, SPLITS),
        local_steps=whole_number("local_steps", wanted.get("local_steps"), 1, MOST_LOCAL_STEPS),
        rounds=None if rounds is None else whole_number("rounds", rounds, 1, MOST_ROUNDS),
        seconds=whole_number("seconds", seconds, SHORTEST_SECONDS, LONGEST_SECONDS),
    )
    response = _answer(room)
    response.status_code = 201
    return response


@blueprint.delete("")
def delete_learning(code: str) -> Response:
    """Stop; what has been learned stays. For the teacher. 200; 401; 403; 404; 429."""
    room = room_of(code)
    require_teacher(room)
    services().learning.stop(room)
    return _answer(room)


@blueprint.get("/weights")
def get_common_weights(code: str) -> Response:
    """The common weights that a round, by default the newest, begins with: .npz of float16. For
    members, by ?view=. 200; 401; 403; 404; 409 if that round is over; 422; 429."""
    room = room_of(code)
    require_viewer(room)
    text = request.args.get("round")
    round_ = None if text is None else number_in_text("round", text, 0, MOST_ROUNDS)
    response = Response(services().learning.weights(room, round_), content_type=NPZ)
    response.headers["Cache-Control"] = NO_STORE
    return response


@blueprint.put("/rounds/<round_>/weights")
def put_answer(code: str, round_: str) -> Response:
    """Answer a round with what you have learned from ?samples= of them. For a pupil. 204; 401; 403;
    404; 408, 409 if the round is over; 411, 413, 415; 422, also for weights that are left out; 429;
    503."""
    room = room_of(code)
    pupil = require_pupil(room, ANSWERS)
    number = number_in_text("round", round_, 1, MOST_ROUNDS)
    samples = number_in_text("samples", request.args.get("samples", ""), 1, MOST_SAMPLES)
    with body({NPZ: MAX_NPZ_SIZE}) as (_, content):
        services().learning.answer(room, pupil, number, samples, content)
    return Response(status=204)


def _answer(room: Room) -> Response:
    learning = room.snapshot.learning
    document: dict[str, Any] = {"learning": learning and learning_document(learning)}
    return send_json(document, NO_STORE)
