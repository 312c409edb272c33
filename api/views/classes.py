"""/api/classes: a teacher, their pupils, and what all of them see live.

Class digits are in class_digits.py, learning together in class_learning.py.
"""

import csv
import io
from typing import Any

import segno
from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import Forbidden, UnprocessableEntity

from api.addresses import network_urls
from api.class_schemas import (
    DOINGS,
    MAX_LESSON_LENGTH,
    MAX_TITLE_LENGTH,
    MOST_CURVE_POINTS,
    MOST_STEPS,
    ORDERS,
    class_document,
    name_document,
    pupil_document,
    whole_document,
)
from api.config import LOOPBACK_HOSTS
from api.event_stream import END, MEDIA_TYPE, EventStream, event
from api.extensions import services
from api.operators import sent_token
from api.requests import REFUSAL, ROUTINE
from api.services.class_drawings import pixels_from_hex
from api.services.class_keys import projector_view_of, view_of
from api.services.class_rooms import PUPIL, TEACHER, Listener, News, Room, orders_of
from api.services.classes import MAX_NAME_LENGTH
from api.services.problems import NotFoundError
from api.threads import STREAM
from api.views.author_names import AuthorNameError, read_author_name, usual_form
from api.views.bodies import json_object
from api.views.class_members import (
    HANDINGS,
    STATUSES,
    require_classes,
    require_member,
    require_pupil,
    require_room_to_listen,
    require_teacher,
    require_viewer,
    room_of,
)
from api.views.parameters import number_in_text, one_of, shown, whole_number
from api.views.responses import NO_STORE, send_json

blueprint = Blueprint("classes", __name__, url_prefix="/api/classes")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for the beginning of a formula."""
FLAGS = ("is_locked", "wants_attention")
NO_NAMES = "This service takes no names, so everybody is called after an animal."
QR_BORDER = 2
"""Modules; on a white page. The standard's four are for any background."""


@blueprint.post("")
def post_class() -> Response:
    """Begin a class; the answer has the teacher's secret, which nobody else gets. 201; 400; 401,
    403 if the operator wants to be asked, or classes are off; 408, 411, 413, 415; 422; 429; 503."""
    require_classes()
    title = _text("title", json_object().get("title", ""), MAX_TITLE_LENGTH)
    room, secret = services().classes.begin(title)
    row = room.snapshot.row
    document = {"class": class_document(room.snapshot), "secret": secret, **_teachers(secret)}
    response = _created(document)
    response.location = url_for("classes.get_class", code=row.code)
    return response


@blueprint.get("/<code>")
def get_class(code: str) -> Response:
    """What everybody may know of a class. With a secret in Authorization also who that is, with
    their view key, and the teacher's addresses. 200; 401; 403; 404; 429."""
    room = room_of(code)
    document: dict[str, Any] = {"class": class_document(room.snapshot)}
    secret = sent_token()
    if secret is not None:
        member = require_member(room)
        document |= {"role": member.role, "view": view_of(secret)}
        if member.role == TEACHER:
            document |= _teachers(secret)
        else:
            document["pupil"] = name_document(room.snapshot, member.pupil)
    return send_json(document, NO_STORE)


@blueprint.patch("/<code>")
def patch_class(code: str) -> Response:
    """Change the title, lock the door, ask for attention. For the teacher. 200; 400; 401; 403; 404;
    408, 411, 413, 415; 422; 429."""
    room = room_of(code)
    require_teacher(room)
    wanted = json_object()
    if not wanted.keys() & {"title", *FLAGS}:
        raise UnprocessableEntity('The body must have "title", "is_locked" or "wants_attention".')
    changes: dict[str, Any] = {name: _flag(name, wanted) for name in FLAGS if name in wanted}
    if "title" in wanted:
        changes["title"] = _text("title", wanted["title"], MAX_TITLE_LENGTH)
    services().classes.change(room, **changes)
    return _class_answer(room)


@blueprint.delete("/<code>")
def delete_class(code: str) -> Response:
    """End a class: it is deleted with everything in it. For the teacher. 204; 401; 403; 404;
    429."""
    room = room_of(code)
    require_teacher(room)
    services().classes.end(room)
    return Response(status=204)


@blueprint.get("/<code>/qr.svg")
def get_qr_code(code: str) -> Response:
    """The address to join by, for cameras: the network's, even if you asked this machine itself.
    200; 403; 404; 429."""
    room = room_of(code)
    address = _addresses()["addresses"][0]
    drawn = io.BytesIO()
    qr_code = segno.make_qr(f"{address}#class={room.snapshot.row.code}", error="m")
    qr_code.save(
        drawn,
        kind="svg",
        border=QR_BORDER,
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
        light="#fff",
    )
    response = Response(drawn.getvalue(), content_type="image/svg+xml")
    response.headers["Cache-Control"] = NO_STORE
    return response


@blueprint.post("/<code>/orders")
def post_order(code: str) -> Response:
    """Have all pupils open a lesson, start, pause or reset. For the teacher. 201; 400; 401; 403;
    404; 408, 411, 413, 415; 422; 429."""
    room = room_of(code)
    require_teacher(room)
    wanted = json_object()
    order = one_of("order", _word("order", wanted.get("order")), ORDERS)
    lesson = _lesson(wanted.get("lesson")) if order == "lesson" else None
    starts = _flag("starts", {"starts": False} | wanted)
    services().classes.order(room, order, lesson, starts=starts)
    response = _class_answer(room)
    response.status_code = 201
    return response


@blueprint.get("/<code>/results.csv")
def get_results(code: str) -> Response:
    """What each pupil has reached, as a table. For the teacher. 200; 401; 403; 404; 429."""
    room = room_of(code)
    require_teacher(room)
    response = Response("\ufeff" + _results(room), content_type="text/csv; charset=utf-8")
    response.headers["Cache-Control"] = NO_STORE
    name = f"class-{room.snapshot.row.code}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# Pupils


@blueprint.post("/<code>/pupils")
def post_pupil(code: str) -> Response:
    """Join a class, under a name or an animal's; the answer has the pupil's secret. 201; 400; 403
    if the door is locked; 404; 408, 411, 413, 415; 409 if the class is full; 422; 429."""
    room = room_of(code)
    name = json_object().get("name")
    notice = {}
    if name is not None and not services().settings.takes_names:
        name, notice = None, {"notice": NO_NAMES}
    if name is not None:
        name = _text("name", name, MAX_NAME_LENGTH) or None
    pupil, secret = services().classes.join(room, name)
    member = {"id": pupil.number, "name": pupil.name}
    return _created({"pupil": member, "secret": secret, "view": view_of(secret), **notice})


@blueprint.patch("/<code>/pupils/<pupil>")
def patch_pupil(code: str, pupil: str) -> Response:
    """Give a pupil another name. For the teacher. 200; 400; 401; 403; 404; 408, 411, 413, 415; 422;
    429."""
    room = room_of(code)
    require_teacher(room)
    if not services().settings.takes_names:
        request.environ[REFUSAL] = "class"
        raise Forbidden(NO_NAMES)
    number = _pupil_id(pupil)
    name = _text("name", json_object().get("name"), MAX_NAME_LENGTH)
    if not name:
        raise UnprocessableEntity("name must have a character that can be seen.")
    given = services().classes.rename(room, number, name)
    return send_json({"pupil": {"id": number, "name": given}}, NO_STORE)


@blueprint.delete("/<code>/pupils/<pupil>")
def delete_pupil(code: str, pupil: str) -> Response:
    """Remove a pupil, and all that they gave the class. For the teacher, and for the pupil, who
    leaves. 204; 401; 403; 404; 422; 429."""
    room = room_of(code)
    number = _pupil_id(pupil)
    if require_member(room).role == TEACHER:
        require_teacher(room)
    else:
        require_pupil(room, HANDINGS, number)
    services().classes.remove(room, number)
    return Response(status=204)


@blueprint.put("/<code>/pupils/<pupil>/status")
def put_status(code: str, pupil: str) -> Response:
    """Say what you are doing, once a second at most; the newest counts. For the pupil. 204, also
    where the class is over: pupils speak while it ends, and their streams tell them. 400; 401; 403;
    408, 411, 413, 415; 422; 429."""
    try:
        room = room_of(code)
    except NotFoundError:
        return Response(status=204)
    number = require_pupil(room, STATUSES, _pupil_id(pupil))
    request.environ[ROUTINE] = True
    services().classes.say(room, number, _status(json_object()))
    return Response(status=204)


# The live stream


@blueprint.get("/<code>/events")
def get_events(code: str) -> Response:
    """Server-sent events: `class`, all that you may know of it, at first and after each lasting
    change; `pupils`, those that have changed, for boards; `alive`, every ten seconds; `end`. 200;
    401; 403; 404; 429."""
    room = room_of(code)
    member = require_viewer(room)
    headers = {"Cache-Control": NO_STORE, "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return Response(headers=headers, content_type=MEDIA_TYPE)
    require_room_to_listen(room, member)
    listener = services().classes.rooms.listen(room, member)
    # Of whoever shows the way in. They are those of now: a laptop may be on another network since.
    ways_in = {} if member.role == PUPIL else _addresses()
    stream: EventStream[News] = EventStream(
        listener, lambda news: _rendered(listener, news, ways_in)
    )
    request.environ[STREAM] = stream
    return Response(stream.pieces(), headers=headers, content_type=MEDIA_TYPE)


def _rendered(listener: Listener, news: News, ways_in: dict[str, Any]) -> bytes:
    if news.end:
        return event(END, {"reason": news.end})
    if news.is_class:
        return event("class", whole_document(listener, news) | ways_in)
    return event("pupils", [pupil_document(news.snapshot, number) for number in news.pupils])


# Helpers


def _created(document: dict[str, Any]) -> Response:
    response = send_json(document, NO_STORE)
    response.status_code = 201
    return response


def _class_answer(room: Room) -> Response:
    snapshot = room.snapshot
    return send_json({"class": class_document(snapshot, orders_of(snapshot.row))}, NO_STORE)


def _teachers(secret: str) -> dict[str, Any]:
    """What only a teacher is told."""
    keys = {"view": view_of(secret), "projector_view": projector_view_of(secret)}
    return keys | _addresses()


def _addresses() -> dict[str, Any]:
    """What pupils type, the best first. Behind a proxy, and asked by a name of the network, that is
    what the teacher's browser asked for; otherwise the machine's own addresses."""
    settings = services().settings
    asked = request.url_root
    name = request.host.rpartition(":")[0] if request.host[-1:].isdigit() else request.host
    is_local = (name or request.host).strip("[]") in LOOPBACK_HOSTS
    if settings.proxies:
        return {"addresses": [asked], "is_reachable": True}
    port = int(request.environ["SERVER_PORT"])
    found = network_urls(settings.host, port, request.script_root)
    if not is_local:
        found = [asked, *(each for each in found if each != asked)]
    return {"addresses": found or [asked], "is_reachable": bool(found)}


def _results(room: Room) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    figures = ("doing", "steps", "validation_digits", "validation_drawings")
    table.writerow(["id", "name", "present", *figures, "digits handed in", "last seen"])
    for number in room.snapshot.pupils:
        pupil = pupil_document(room.snapshot, number)
        status = pupil["status"] or {}
        name = pupil["name"]
        table.writerow(
            [
                number,
                f"'{name}" if name.startswith(FORMULA) else name,
                "yes" if pupil["is_present"] else "no",
                *("" if status.get(each) is None else status[each] for each in figures),
                pupil["digits"],
                pupil["seen_at"] or "",
            ]
        )
    return text.getvalue()


def _pupil_id(text: str) -> int:
    return number_in_text("pupil", text, 1, 2**31 - 1)


def _word(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise UnprocessableEntity(f"{name} must be a text, found {shown(value)}.")
    return value


def _text(name: str, value: Any, longest: int) -> str:
    """A name or title of visible characters, or nothing. Raises UnprocessableEntity."""
    text = _word(name, value)
    try:
        if not usual_form(text):
            return ""
        read = read_author_name(text)
        if len(read) > longest:
            raise AuthorNameError(f"it has {len(read)}")
    except AuthorNameError as error:
        raise UnprocessableEntity(
            f"{name} must be at most {longest} visible characters, found {shown(text)}: {error}."
        ) from error
    return read


def _flag(name: str, wanted: dict[str, Any]) -> bool:
    if not isinstance(wanted[name], bool):
        raise UnprocessableEntity(f"{name} must be true or false, found {shown(wanted[name])}.")
    return bool(wanted[name])


def _lesson(value: Any) -> str:
    text = _word("lesson", value)
    is_link = text.isascii() and text.isprintable() and not set(text) & set('"<>\\^`{|} ')
    if not is_link or not 1 <= len(text) <= MAX_LESSON_LENGTH:
        raise UnprocessableEntity(
            f"lesson must be what stands behind # in the link of a lesson, at most "
            f"{MAX_LESSON_LENGTH} characters, found {shown(text)}."
        )
    return text


def _status(said: dict[str, Any]) -> dict[str, Any]:
    """What a pupil said, as it is shown. Raises UnprocessableEntity."""
    curve = said.get("curve")
    if not isinstance(curve, list) or len(curve) > MOST_CURVE_POINTS:
        raise UnprocessableEntity(
            f"curve must be a list of at most {MOST_CURVE_POINTS} shares, found {shown(curve)}."
        )
    return {
        "doing": one_of("doing", _word("doing", said.get("doing")), DOINGS),
        "steps": whole_number("steps", said.get("steps"), 0, MOST_STEPS),
        "validation_digits": _share("validation_digits", said.get("validation_digits")),
        "validation_drawings": _share("validation_drawings", said.get("validation_drawings")),
        "curve": [_require_share("curve", value) for value in curve],
        "drawing": _drawing(said.get("drawing")),
    }


def _share(name: str, value: Any) -> float | None:
    return None if value is None else _require_share(name, value)


def _require_share(name: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise UnprocessableEntity(f"{name} must be numbers from 0 to 1, found {shown(value)}.")
    return round(float(value), 4)


def _drawing(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    pixels = pixels_from_hex(value.get("pixels")) if isinstance(value, dict) else None
    if pixels is None:
        raise UnprocessableEntity(
            "drawing must be null or have pixels, two hexadecimal digits for each of 784, found "
            f"{shown(value)}."
        )
    prediction = value.get("prediction")
    if prediction is not None:
        prediction = whole_number("prediction", prediction, 0, 9)
    return {"pixels": pixels.hex(), "prediction": prediction}
