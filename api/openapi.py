"""The OpenAPI 3.1 document: made from the application's routes and what is said of each here.

Paths, methods and summaries are those of the views; schemas and limits have their owners
(schemas.py). A view that is not described here, or a description without a view, fails the tests.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from api.class_schemas import (
    CLASS_SCHEMAS,
    CODE,
    DRAWING_ID,
    KEY,
    PUPIL_ID,
    ROUND,
)
from api.classmates import CLASS_HEADER
from api.errors import PROBLEM
from api.event_stream import MEDIA_TYPE as EVENT_STREAM
from api.inference_schemas import INFERENCE_SCHEMAS
from api.representations import JSON, NPY, NPZ, ONNX, PNG, SAFETENSORS
from api.schemas import DIGEST, MAX_AUTHOR_LENGTH, SCHEMAS, VERSION_ID, reference
from api.services.learning import MOST_ROUNDS, MOST_SAMPLES
from api.services.samples import DEFAULT_BLOCK_SIZE, MAX_BLOCK_SIZE, MAX_INDEX, MAX_SEED
from api.services.sent_drawings import MAX_SENT_JSON_SIZE
from api.views.responses import FORMATS
from app.model.predict.pictures import MAX_PNG_SIZE, MAX_SIDE
from app.model.serialization import (
    MAX_JSON_SIZE,
    MAX_NPZ_SIZE,
    MAX_SAMPLES,
    MAX_SAMPLES_JSON_SIZE,
    MAX_SAMPLES_NPY_SIZE,
)

Document = dict[str, Any]

BINARY: Document = {"type": "string", "format": "binary"}
TITLES = {
    200: "As asked.",
    201: "Published, begun or handed in; Location names what is new.",
    202: "Begun; Location names the job.",
    204: "Done.",
    304: "The tag in If-None-Match still holds.",
    400: "The body cannot be read.",
    401: "No token, or a wrong one.",
    403: "From a page of another site, or nobody may do this here, or not with this secret.",
    404: "There is no such thing.",
    406: "Not in a format that Accept allows.",
    408: "The body did not come in time.",
    409: "The data changed, a job or round is running or has ended, a version is in use, or a "
    "class is full.",
    411: "The body came without its length.",
    412: "If-Match does not hold.",
    413: "The body is too large.",
    415: "The body is of another type.",
    421: "Asked for by a name that is not this service's.",
    422: "A value that is not allowed.",
    429: "Too much for one address; Retry-After says when to try again.",
    503: "Not now: too busy, not set up, or not drawn yet.",
}
TAGS = ("predictions", "inference", "samples", "weights", "history", "jobs", "classes", "service")
SPECIAL_PROBLEMS = {412: "Overtaken"}


@dataclass(frozen=True)
class Operation:
    tag: str
    answers: dict[int, Any]
    """Schemas of JSON by status; or content types with schemas; None for no content."""
    problems: tuple[int, ...] = ()
    parameters: tuple[Document, ...] = ()
    body: Document = field(default_factory=dict)
    """Schemas by media type."""
    special_problems: dict[int, str] = field(default_factory=dict)
    """Schemas of problems with more members than the usual ones."""
    problem: Document = field(default_factory=dict)
    """What problems look like, if they are not problem details."""
    is_for_operator: bool = False
    is_for_members: bool = False
    """Of a class, by their secret."""


def _in(place: str, name: str, schema: Document, description: str = "") -> Document:
    parameter: Document = {"in": place, "name": name, "schema": schema}
    if place == "path":
        parameter["required"] = True
    return parameter | ({"description": description} if description else {})


def _whole(lowest: int, highest: int, **more: Any) -> Document:
    return {"type": "integer", "minimum": lowest, "maximum": highest} | more


SPLITS: Document = {
    "enum": [
        *("train", "validation", "test"),
        *("mixture", "validation_drawings", "test_drawings", "test_uci"),
    ],
    "description": "Those that /api/data names; test_uci only beside other digits.",
}
AUTHOR = _in(
    "header",
    "Digits-Author",
    {"type": "string"},
    f"Your name, if you like, of at most {MAX_AUTHOR_LENGTH} characters: UTF-8, percent-encoded.",
)
CLASS = _in(
    "header",
    CLASS_HEADER,
    {"type": "string"},
    "The code of a class, with a member's secret in Authorization: then the limits are the "
    "member's, not the address's.",
)
AUTHOR_IN_ADDRESS = {"deprecated": True} | _in(
    "query",
    "author",
    {"type": "string", "maxLength": MAX_AUTHOR_LENGTH},
    "The same; prefer the header, since proxies and browsers log addresses.",
)
IF_MATCH = _in(
    "header",
    "If-Match",
    {"type": "string"},
    "The ETag of the weights that you built on: 412 if others have been published since.",
)
BASE = _in(
    "query",
    "base",
    DIGEST,
    "The digest of the version that the weights were trained from: if others were published since, "
    "the mean becomes current. Without it, these weights replace theirs.",
)
IF_NONE_MATCH = _in("header", "If-None-Match", {"type": "string"}, "The ETag that you have.")
VERSION = _in("path", "version", VERSION_ID)
FORMAT = _in("query", "format", {"enum": list(FORMATS)}, "Wins over Accept.")
WRITE_PROBLEMS = (403, 408, 411, 412, 413, 415, 422, 429, 503)
ANY: Document = {}
CODE_OF_CLASS = _in("path", "code", CODE, "Four letters, in any case.")
PUPIL = _in("path", "pupil", PUPIL_ID)
DRAWING = _in("path", "drawing", DRAWING_ID)
VIEW = _in("query", "view", KEY, "The view key that came with the secret.")
MEMBER_PROBLEMS = (401, 403, 404, 429)
SMALL_BODY_PROBLEMS = (400, 408, 411, 413, 415, 422, 503)

INFERENCE_PROBLEM: Document = {JSON: reference("InferenceError")}
INFER_PROBLEMS = (400, 408, 411, 413, 415, 429, 503)
INFERRED: Document = {JSON: reference("InferenceAnswer"), "application/octet-stream": ANY}
JSON_SIZE = _in(
    "header",
    "Inference-Header-Content-Length",
    {"type": "string"},
    "The size of the JSON in bytes, if binary tensors follow it; the answer has it, too.",
)

OPERATIONS: dict[str, Operation] = {
    "index.get_index": Operation(
        "service", {200: reference("Index"), 304: None}, parameters=(IF_NONE_MATCH,)
    ),
    "data.get_data": Operation("samples", {200: reference("DataSet")}),
    "samples.get_random_sample": Operation(
        "samples",
        {200: reference("RandomSample")},
        (422, 503),
        (_in("query", "split", SPLITS | {"default": "test"}),),
    ),
    "samples.get_block": Operation(
        "samples",
        {200: {JSON: reference("Samples"), NPY: ANY}, 304: None},
        (404, 406, 409, 422, 429, 503),
        (
            _in("path", "seed", _whole(0, MAX_SEED)),
            _in("path", "index", _whole(0, MAX_INDEX)),
            _in("query", "size", _whole(1, MAX_BLOCK_SIZE, default=DEFAULT_BLOCK_SIZE)),
            _in("query", "split", SPLITS | {"default": "train"}),
            _in("query", "data", {"type": "string"}, "The digest of the data, from /api/data."),
            IF_NONE_MATCH,
        ),
    ),
    "originals.post_datablock": Operation(
        "samples",
        {200: reference("OriginalSamples")},
        (400, 408, 411, 413, 415, 422, 429, 503),
        body={JSON: reference("BlockRequest")},
    ),
    "predictions.post_prediction": Operation(
        "predictions",
        {200: reference("Predictions")},
        (408, 411, 413, 415, 422, 429, 503),
        body={
            JSON: reference("SentDrawings")
            | {"description": f"At most {MAX_SENT_JSON_SIZE} bytes."},
            PNG: BINARY
            | {
                "maxLength": MAX_PNG_SIZE,
                "description": f"One digit, of at most {MAX_SIDE}x{MAX_SIDE} pixels: dark on light "
                "or light on dark, by the border, or opaque on transparent.",
            },
        },
    ),
    "inference.get_server": Operation(
        "inference", {200: reference("InferenceServer")}, problem=INFERENCE_PROBLEM
    ),
    "inference.get_live": Operation(
        "inference", {200: reference("InferenceHealth")}, problem=INFERENCE_PROBLEM
    ),
    "inference.get_ready": Operation(
        "inference", {200: reference("InferenceHealth")}, (503,), problem=INFERENCE_PROBLEM
    ),
    "inference.get_model": Operation(
        "inference", {200: reference("InferenceModel")}, problem=INFERENCE_PROBLEM
    ),
    "inference.get_model_ready": Operation(
        "inference", {200: reference("InferenceReady")}, (503,), problem=INFERENCE_PROBLEM
    ),
    "inference.get_model_version": Operation(
        "inference",
        {200: reference("InferenceModel")},
        (404, 422),
        (VERSION,),
        problem=INFERENCE_PROBLEM,
    ),
    "inference.get_model_version_ready": Operation(
        "inference",
        {200: reference("InferenceReady")},
        (404, 422, 503),
        (VERSION,),
        problem=INFERENCE_PROBLEM,
    ),
    "inference.post_infer": Operation(
        "inference",
        {200: INFERRED},
        INFER_PROBLEMS,
        (JSON_SIZE,),
        {JSON: reference("InferenceRequest")},
        problem=INFERENCE_PROBLEM,
    ),
    "inference.post_infer_version": Operation(
        "inference",
        {200: INFERRED},
        (404, 422, *INFER_PROBLEMS),
        (VERSION, JSON_SIZE),
        {JSON: reference("InferenceRequest")},
        problem=INFERENCE_PROBLEM,
    ),
    "weights.get_weights": Operation(
        "weights",
        {200: {JSON: reference("Weights"), NPZ: ANY, SAFETENSORS: ANY, ONNX: ANY}, 304: None},
        (406, 422, 503),
        (FORMAT, IF_NONE_MATCH),
    ),
    "weights.post_weights": Operation(
        "weights",
        {200: reference("Accepted"), 201: reference("Accepted")},
        WRITE_PROBLEMS,
        (AUTHOR, AUTHOR_IN_ADDRESS, CLASS, BASE, IF_MATCH),
        {
            JSON: reference("Weights") | {"description": f"At most {MAX_JSON_SIZE} bytes."},
            NPZ: BINARY
            | {
                "maxLength": MAX_NPZ_SIZE,
                "description": "w1 (784, 128) and w2 (128, 10), floats of any size and byte order.",
            },
        },
        {422: "Refused"},
    ),
    "weights.patch_weights": Operation(
        "weights",
        {200: reference("Trained"), 201: reference("Trained")},
        WRITE_PROBLEMS,
        (AUTHOR, AUTHOR_IN_ADDRESS, CLASS, IF_MATCH),
        {
            JSON: reference("OriginalSamples")
            | {"description": f"{MAX_SAMPLES} samples, {MAX_SAMPLES_JSON_SIZE} bytes at most."},
            NPY: BINARY | {"maxLength": MAX_SAMPLES_NPY_SIZE},
        },
        {422: "Refused"},
    ),
    "weights.delete_weights": Operation(
        "weights",
        {202: reference("JobAccepted")},
        (409, 429),
        special_problems={409: "JobRunning"},
        is_for_operator=True,
    ),
    "versions.get_versions": Operation(
        "history", {200: reference("Versions"), 304: None}, parameters=(IF_NONE_MATCH,)
    ),
    "versions.get_version": Operation(
        "history",
        {200: {JSON: reference("Version"), NPZ: ANY, SAFETENSORS: ANY, ONNX: ANY}, 304: None},
        (404, 406, 422),
        (VERSION, FORMAT, IF_NONE_MATCH),
    ),
    "versions.get_comparison": Operation(
        "history",
        {200: reference("Comparison"), 304: None},
        (404, 422, 429),
        (VERSION, _in("query", "with", VERSION_ID, "By default the current one."), IF_NONE_MATCH),
    ),
    "versions.promote_version": Operation(
        "history",
        {200: reference("Published")},
        (404, 412, 422, 429, 503),
        (VERSION, IF_MATCH),
        is_for_operator=True,
    ),
    "versions.patch_version": Operation(
        "history",
        {200: reference("Published")},
        (400, 404, 408, 411, 413, 415, 422, 429, 503),
        (VERSION,),
        {JSON: reference("Changes")},
        is_for_operator=True,
    ),
    "versions.delete_version": Operation(
        "history",
        {200: reference("Published")},
        (404, 409, 422, 429, 503),
        (VERSION,),
        is_for_operator=True,
    ),
    "versions.clear_authors": Operation(
        "history",
        {200: reference("Cleared")},
        (400, 408, 411, 413, 415, 422, 429, 503),
        body={JSON: reference("NamesToClear")},
        is_for_operator=True,
    ),
    "jobs.get_jobs": Operation("jobs", {200: reference("Jobs")}),
    "jobs.get_job": Operation(
        "jobs", {200: reference("Job")}, (404,), (_in("path", "job", {"type": "string"}),)
    ),
    "jobs.delete_job": Operation(
        "jobs",
        {200: reference("JobAccepted")},
        (404, 409, 429, 503),
        (_in("path", "job", {"type": "string"}),),
        special_problems={409: "JobEnded"},
        is_for_operator=True,
    ),
    "classes.post_class": Operation(
        "classes",
        {201: reference("ClassBegun")},
        (401, 403, 429, *SMALL_BODY_PROBLEMS),
        body={JSON: reference("NewClass")},
    ),
    "classes.get_class": Operation(
        "classes",
        {200: reference("ClassShown")},
        MEMBER_PROBLEMS,
        (CODE_OF_CLASS,),
        is_for_members=True,
    ),
    "classes.patch_class": Operation(
        "classes",
        {200: reference("ClassAnswer")},
        MEMBER_PROBLEMS + SMALL_BODY_PROBLEMS,
        (CODE_OF_CLASS,),
        {JSON: reference("ClassChanges")},
        is_for_members=True,
    ),
    "classes.delete_class": Operation(
        "classes", {204: None}, MEMBER_PROBLEMS, (CODE_OF_CLASS,), is_for_members=True
    ),
    "classes.get_qr_code": Operation(
        "classes",
        {200: {"image/svg+xml": {"type": "string"}}},
        (403, 404, 429),
        (CODE_OF_CLASS,),
    ),
    "classes.post_order": Operation(
        "classes",
        {201: reference("ClassAnswer")},
        MEMBER_PROBLEMS + SMALL_BODY_PROBLEMS,
        (CODE_OF_CLASS,),
        {JSON: reference("ClassOrder")},
        is_for_members=True,
    ),
    "classes.get_results": Operation(
        "classes",
        {200: {"text/csv": {"type": "string"}}},
        MEMBER_PROBLEMS,
        (CODE_OF_CLASS,),
        is_for_members=True,
    ),
    "classes.post_pupil": Operation(
        "classes",
        {201: reference("PupilJoined")},
        (403, 404, 409, 429, *SMALL_BODY_PROBLEMS),
        (CODE_OF_CLASS,),
        {JSON: reference("NewPupil")},
    ),
    "classes.patch_pupil": Operation(
        "classes",
        {200: reference("PupilAnswer")},
        MEMBER_PROBLEMS + SMALL_BODY_PROBLEMS,
        (CODE_OF_CLASS, PUPIL),
        {JSON: reference("PupilName")},
        is_for_members=True,
    ),
    "classes.delete_pupil": Operation(
        "classes",
        {204: None},
        (*MEMBER_PROBLEMS, 422),
        (CODE_OF_CLASS, PUPIL),
        is_for_members=True,
    ),
    "classes.put_status": Operation(
        "classes",
        {204: None},
        MEMBER_PROBLEMS + SMALL_BODY_PROBLEMS,
        (CODE_OF_CLASS, PUPIL),
        {JSON: reference("PupilStatus")},
        is_for_members=True,
    ),
    "classes.get_events": Operation(
        "classes",
        {200: {EVENT_STREAM: {"type": "string"}}},
        MEMBER_PROBLEMS,
        (CODE_OF_CLASS, VIEW),
    ),
    "class_digits.post_digits": Operation(
        "classes",
        {201: reference("DigitsCount")},
        (*MEMBER_PROBLEMS, 408, 409, 411, 413, 415, 422, 503),
        (CODE_OF_CLASS,),
        {JSON: reference("HandedIn")},
        is_for_members=True,
    ),
    "class_digits.get_digits": Operation(
        "classes",
        {200: reference("ClassDigits"), 304: None},
        MEMBER_PROBLEMS,
        (CODE_OF_CLASS, VIEW, IF_NONE_MATCH),
    ),
    "class_digits.patch_digit": Operation(
        "classes",
        {200: reference("DigitAnswer")},
        MEMBER_PROBLEMS + SMALL_BODY_PROBLEMS,
        (CODE_OF_CLASS, DRAWING),
        {JSON: reference("DigitLabel")},
        is_for_members=True,
    ),
    "class_digits.delete_digit": Operation(
        "classes",
        {204: None},
        (*MEMBER_PROBLEMS, 422),
        (CODE_OF_CLASS, DRAWING),
        is_for_members=True,
    ),
    "class_learning.post_learning": Operation(
        "classes",
        {201: reference("LearningAnswer")},
        (*MEMBER_PROBLEMS, 409, *SMALL_BODY_PROBLEMS),
        (CODE_OF_CLASS,),
        {JSON: reference("NewLearning")},
        is_for_members=True,
    ),
    "class_learning.delete_learning": Operation(
        "classes",
        {200: reference("LearningAnswer")},
        MEMBER_PROBLEMS,
        (CODE_OF_CLASS,),
        is_for_members=True,
    ),
    "class_learning.get_common_weights": Operation(
        "classes",
        {200: {NPZ: ANY}},
        (*MEMBER_PROBLEMS, 409, 422),
        (CODE_OF_CLASS, VIEW, _in("query", "round", _whole(0, MOST_ROUNDS))),
    ),
    "class_learning.put_answer": Operation(
        "classes",
        {204: None},
        (*MEMBER_PROBLEMS, 408, 409, 411, 413, 415, 422, 503),
        (
            CODE_OF_CLASS,
            _in("path", "round_", ROUND),
            _in("query", "samples", _whole(1, MOST_SAMPLES), "How many you have learned from."),
        ),
        {
            NPZ: BINARY
            | {
                "maxLength": MAX_NPZ_SIZE,
                "description": "w1 (784, 128) and w2 (128, 10), floats of any size; float16 does.",
            }
        },
        is_for_members=True,
    ),
    "health.get_health": Operation("service", {200: reference("Health")}),
    "health.get_readiness": Operation("service", {200: reference("Readiness")}, (503,)),
    "health.get_metrics": Operation("service", {200: {"text/plain": {"type": "string"}}}, (503,)),
    "documentation.get_document": Operation(
        "service", {200: {"type": "object"}, 304: None}, parameters=(IF_NONE_MATCH,)
    ),
}


def openapi_document(app: Flask) -> Document:
    """Of all addresses that are described above."""
    paths: dict[str, Document] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        operation = OPERATIONS.get(rule.endpoint)
        if operation is None:
            continue
        path = paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            text = app.view_functions[rule.endpoint].__doc__ or ""
            path[method.lower()] = _operation(rule.endpoint, operation, text)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Digits",
            "version": "1",
            "summary": "Handwritten digits, and the shared weights of a network that reads them.",
            "description": "Errors are problem details (RFC 9457). The operator's calls need "
            "the token that the service was started with (DIGITS_ADMIN_TOKEN), those of a class "
            "the secret of its teacher or of a pupil.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        # From where this document is, at api/openapi.json of whatever path the service is under.
        "servers": [{"url": "..", "description": "This service"}],
        "tags": [{"name": name} for name in TAGS],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS | CLASS_SCHEMAS | INFERENCE_SCHEMAS,
            "securitySchemes": {
                "operator": {"type": "http", "scheme": "bearer"},
                "member": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(endpoint: str, operation: Operation, text: str) -> Document:
    summary, _, rest = " ".join(text.split()).partition(". ")
    rest = re.split(r"\b20[0-4]\b", rest)[0].strip()  # the statuses follow by themselves
    problems = (*operation.problems, 421) + ((401, 403) if operation.is_for_operator else ())
    special = SPECIAL_PROBLEMS | operation.special_problems
    responses = {
        str(status): {"description": TITLES[status]} | _content(schema)
        for status, schema in operation.answers.items()
    } | {
        str(status): {"description": TITLES[status]}
        | _content(
            operation.problem
            if operation.problem and status != 421  # before the application sees it
            else {PROBLEM: reference(special.get(status, "Problem"))}
        )
        for status in problems
    }
    document: Document = {
        "operationId": endpoint.partition(".")[2],
        "tags": [operation.tag],
        "summary": summary.rstrip("."),
        "description": rest,
        "responses": dict(sorted(responses.items())),
    }
    if operation.parameters:
        document["parameters"] = list(operation.parameters)
    if operation.body:
        document["requestBody"] = {"required": True} | _content(operation.body)
    if operation.is_for_operator:
        document["security"] = [{"operator": []}]
    if operation.is_for_members:
        document["security"] = [{"member": []}]
    return document


def _content(schemas: Document | None) -> Document:
    """By media type; a bare schema is that of JSON."""
    if schemas is None:
        return {}
    by_type = schemas if all("/" in name for name in schemas) and schemas else {JSON: schemas}
    return {"content": {name: {"schema": schema} for name, schema in by_type.items()}}
