"""/api/classes/<code>/digits: labeled drawings that pupils hand in, for the whole class."""

from flask import Blueprint, Response

from api.class_schemas import DRAWING_ID
from api.extensions import services
from api.representations import JSON, Representation
from api.services.class_drawings import MAX_FILE_SIZE
from api.services.class_rooms import TEACHER, Room
from api.views.bodies import body, json_object
from api.views.class_members import (
    HANDINGS,
    require_member,
    require_pupil,
    require_teacher,
    require_viewer,
    room_of,
)
from api.views.parameters import number_in_text, whole_number
from api.views.responses import NO_STORE, REVALIDATE, preferred_coding, send, send_json

blueprint = Blueprint("class_digits", __name__, url_prefix="/api/classes/<code>/digits")


@blueprint.post("")
def post_digits(code: str) -> Response:
    """Hand in 1 to 100 drawings, in the format of the page's tray. For a pupil. 201; 401; 403; 404;
    408, 409 if there would be too many; 411, 413, 415; 422; 429; 503."""
    room = room_of(code)
    pupil = require_pupil(room, HANDINGS)
    with body({JSON: MAX_FILE_SIZE}) as (_, content):
        count = services().class_drawings.add(room, pupil, content)
    response = send_json({"count": count}, NO_STORE)
    response.status_code = 201
    return response


@blueprint.get("")
def get_digits(code: str) -> Response:
    """All drawings of the class, and whose they are, as a file of the page's tray. For members, by
    ?view=. 200, 304; 401; 403; 404; 429."""
    room = room_of(code)
    require_viewer(room)
    row = room.snapshot.row
    made = Representation.encode(
        services().class_drawings.file(room),
        JSON,
        preferred_coding(),
        f"{row.id}-{row.digits_revision}",
        is_quick=True,
    )
    return send(made, REVALIDATE)


@blueprint.patch("/<drawing>")
def patch_digit(code: str, drawing: str) -> Response:
    """Correct the label of a drawing. For the teacher, and for the pupil whose it is. 200; 400;
    401; 403; 404; 408, 411, 413, 415; 422; 429."""
    room = room_of(code)
    pupil = _whose(room)
    number = _drawing_id(drawing)
    label = whole_number("label", json_object().get("label"), 0, 9)
    services().class_drawings.change(room, number, label, pupil)
    return send_json({"id": number, "label": label}, NO_STORE)


@blueprint.delete("/<drawing>")
def delete_digit(code: str, drawing: str) -> Response:
    """Delete a drawing. For the teacher, and for the pupil whose it is. 204; 401; 403; 404; 422;
    429."""
    room = room_of(code)
    services().class_drawings.delete(room, _drawing_id(drawing), _whose(room))
    return Response(status=204)


def _whose(room: Room) -> int | None:
    """Whose drawings may be changed; None: all pupils'."""
    if require_member(room).role == TEACHER:
        require_teacher(room)
        return None
    return require_pupil(room, HANDINGS)


def _drawing_id(text: str) -> int:
    return number_in_text("drawing", text, DRAWING_ID["minimum"], DRAWING_ID["maximum"])
